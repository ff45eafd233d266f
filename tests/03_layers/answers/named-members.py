# %% mutant: children_first
"""The children come before the module's own members."""

seen = set() if seen is None else seen
for name, child in module._modules.items():
    if child is not None:
        yield from named_members(child, kind, f"{prefix}{name}.", seen)
for name, member in getattr(module, kind).items():
    if member is not None and member not in seen:
        seen.add(member)
        yield prefix + name, member

# %% mutant: children_only
"""The module's own members are forgotten."""

seen = set() if seen is None else seen
for name, child in module._modules.items():
    for key, member in getattr(child, kind).items():
        if member is not None and member not in seen:
            seen.add(member)
            yield f"{prefix}{name}.{key}", member

# %% mutant: compared_by_value
"""Tensors of equal values are taken for the same one."""

old = "if member is not None and member not in seen:"
new = "if member is not None and not any(member.tolist() == other.tolist() for other in seen):"

# %% mutant: copied_seen
"""Each child gets a copy of `seen`: what one finds, its neighbour does not know."""

old = "seen = set() if seen is None else seen"
new = "seen = set() if seen is None else set(seen)"

# %% mutant: none_comes_too
"""A parameter that is switched off comes as None."""

old = "if member is not None and member not in seen:"
new = "if member not in seen:"

# %% mutant: parameters_only
"""Always walks along the parameters, whatever kind was asked for."""

old = "for name, member in getattr(module, kind).items():"
new = "for name, member in module._parameters.items():"

# %% mutant: prefix_lost
"""The names in between are lost below the first level."""

old = 'yield from named_members(child, kind, f"{prefix}{name}.", seen)'
new = 'yield from named_members(child, kind, f"{name}.", seen)'

# %% mutant: shared_twice
"""`seen` is not handed on to the children."""

old = 'yield from named_members(child, kind, f"{prefix}{name}.", seen)'
new = 'yield from named_members(child, kind, f"{prefix}{name}.")'

# %% mutant: two_levels
"""Looks at the children, but not at theirs."""

seen = set() if seen is None else seen
places = [(prefix, module)]
places += [(f"{prefix}{name}.", child) for name, child in module._modules.items() if child]
for path, place in places:
    for name, member in getattr(place, kind).items():
        if member is not None and member not in seen:
            seen.add(member)
            yield path + name, member

# %% alternative: a_list_at_once
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

# %% alternative: with_a_stack
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
