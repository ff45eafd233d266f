"""A parameter that is switched off comes as None."""
seen = set() if seen is None else seen
for name, member in getattr(module, kind).items():
    if member not in seen:
        seen.add(member)
        yield prefix + name, member
for name, child in module._modules.items():
    if child is not None:
        yield from named_members(child, kind, f"{prefix}{name}.", seen)
