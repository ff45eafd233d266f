"""A stack of places in place of recursion."""
seen = set() if seen is None else seen
places = [(prefix, module)]
while places:
    path, place = places.pop()
    for name, member in getattr(place, kind).items():
        if not (member is None or member in seen):
            seen.add(member)
            yield path + name, member
    for name, child in reversed(place._modules.items()):
        if child is not None:
            places.append((f"{path}{name}.", child))
