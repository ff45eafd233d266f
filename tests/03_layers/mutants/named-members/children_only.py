"""The module's own members are forgotten."""
seen = set() if seen is None else seen
for name, child in module._modules.items():
    for key, member in getattr(child, kind).items():
        if member is not None and member not in seen:
            seen.add(member)
            yield f"{prefix}{name}.{key}", member
