"""The children come before the module's own members."""
seen = set() if seen is None else seen
for name, child in module._modules.items():
    if child is not None:
        yield from named_members(child, kind, f"{prefix}{name}.", seen)
for name, member in getattr(module, kind).items():
    if member is not None and member not in seen:
        seen.add(member)
        yield prefix + name, member
