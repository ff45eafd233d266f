"""Looks at the children, but not at theirs."""
seen = set() if seen is None else seen
places = [(prefix, module)]
places += [(f"{prefix}{name}.", child) for name, child in module._modules.items() if child]
for path, place in places:
    for name, member in getattr(place, kind).items():
        if member is not None and member not in seen:
            seen.add(member)
            yield path + name, member
