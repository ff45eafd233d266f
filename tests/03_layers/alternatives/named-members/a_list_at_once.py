"""Collects a list, and hands out an iterator of it."""
if seen is None:
    seen = set()
found = []
for name in getattr(module, kind):
    member = getattr(module, kind)[name]
    if member is None or any(member is other for other in seen):
        continue
    seen.add(member)
    found.append((prefix + name, member))
for name, child in module._modules.items():
    if child:
        found.extend(named_members(child, kind, prefix + name + ".", seen=seen))
return iter(found)
