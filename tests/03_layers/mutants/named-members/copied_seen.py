"""Each child gets a copy of `seen`: what one finds, its neighbour does not know."""
seen = set() if seen is None else set(seen)
for name, member in getattr(module, kind).items():
    if member is not None and member not in seen:
        seen.add(member)
        yield prefix + name, member
for name, child in module._modules.items():
    if child is not None:
        yield from named_members(child, kind, f"{prefix}{name}.", seen)
