# %% mutant: child_forgotten_by_next
"""Each module remembers its own members and those above: neighbours share unseen."""


def walk(module, prefix, seen):
    seen = set(seen)
    for name, member in getattr(module, kind).items():
        if member is not None and member not in seen:
            seen.add(member)
            yield prefix + name, member
    for name, child in module._modules.items():
        if child is not None:
            yield from walk(child, f"{prefix}{name}.", seen)


yield from walk(module, prefix, set())


# %% mutant: children_first
"""The children come before the module's own members."""

old = """\
    for name, member in getattr(module, kind).items():
        if member is not None and id(member) not in seen:
            seen.add(id(member))
            yield prefix + name, member
    for name, child in module._modules.items():
        if child is not None:
            yield from walk(child, f"{prefix}{name}.")"""
new = """\
    for name, child in module._modules.items():
        if child is not None:
            yield from walk(child, f"{prefix}{name}.")
    for name, member in getattr(module, kind).items():
        if member is not None and id(member) not in seen:
            seen.add(id(member))
            yield prefix + name, member"""

# %% mutant: children_only
"""The module's own members are forgotten."""

seen = set()
for name, child in module._modules.items():
    for key, member in getattr(child, kind).items() if child else ():
        if member is not None and member not in seen:
            seen.add(member)
            yield f"{prefix}{name}.{key}", member


# %% mutant: compared_by_value
"""Tensors of equal values are taken for the same one."""

old = "if member is not None and id(member) not in seen:"
new = "if member is not None and str(member.tolist()) not in seen:"
old = "seen.add(id(member))"
new = "seen.add(str(member.tolist()))"

# %% mutant: dot_missing
"""The child's name and the member's run together."""

old = 'yield from walk(child, f"{prefix}{name}.")'
new = 'yield from walk(child, f"{prefix}{name}")'


# %% mutant: memory_for_ever
"""The memory is a default argument, which is made once: a second call finds nothing."""

if not hasattr(named_members, "seen"):
    named_members.seen = set()
seen = named_members.seen
for name, member in getattr(module, kind).items():
    if member is not None and member not in seen:
        seen.add(member)
        yield prefix + name, member
for name, child in module._modules.items():
    if child is not None:
        yield from named_members(child, kind, f"{prefix}{name}.")


# %% mutant: none_children
"""A child that is switched off is walked into: AttributeError."""

old = """\
if child is not None:
    yield from walk(child, f"{prefix}{name}.")"""
new = 'yield from walk(child, f"{prefix}{name}.")'


# %% mutant: none_comes_too
"""A parameter that is switched off comes as None."""

old = "if member is not None and id(member) not in seen:"
new = "if id(member) not in seen:"

# %% mutant: parameters_only
"""Always walks along the parameters, whatever kind was asked for."""

old = "for name, member in getattr(module, kind).items():"
new = "for name, member in module._parameters.items():"


# %% mutant: prefix_lost
"""The names in between are lost below the first level."""

old = 'yield from walk(child, f"{prefix}{name}.")'
new = 'yield from walk(child, f"{name}.")'


# %% mutant: remembered_in_a_list
"""`in` compares the tensors of a list by value: RuntimeError, the truth is ambiguous."""

old = "if member is not None and id(member) not in seen:"
new = "if member is not None and member not in seen:"
old = "seen = set()"
new = "seen = []"
old = "seen.add(id(member))"
new = "seen.append(member)"

# %% mutant: shared_twice
"""Calls itself for the children, and each call has a memory of its own."""

old = 'yield from walk(child, f"{prefix}{name}.")'
new = 'yield from named_members(child, kind, f"{prefix}{name}.")'


# %% mutant: two_levels
"""Looks at the children, but not at theirs."""

seen = set()
places = [(prefix, module)]
places += [(f"{prefix}{name}.", child) for name, child in module._modules.items() if child]
for path, place in places:
    for name, member in getattr(place, kind).items():
        if member is not None and member not in seen:
            seen.add(member)
            yield path + name, member


# %% mutant: level_by_level
"""A queue: all children come before the first grandchild."""

seen, places = set(), [(prefix, module)]
for path, place in places:
    for name, member in getattr(place, kind).items():
        if member is not None and member not in seen:
            seen.add(member)
            yield path + name, member
    places += [(f"{path}{n}.", child) for n, child in place._modules.items() if child is not None]


# %% edge: truth_of_a_child
"""Asks a child whether it is true: an empty Sequential is not, so its own parameters are lost."""

old = "if child is not None:"
new = "if child:"

# %% alternative: a_list_at_once
"""Collects a list, by a function inside, and hands it out whole."""

found, known = [], []


def visit(module, path):
    members = getattr(module, kind)
    for name in members:
        member = members[name]
        if member is None or any(member is other for other in known):
            continue
        known.append(member)
        found.append((path + name, member))
    for name, child in module._modules.items():
        if child is not None:
            visit(child, path + name + ".")


visit(module, prefix)
return found


# %% alternative: identities
"""Remembers identities, in a dict whose values are the pairs."""

pairs = {}


def visit(module, path):
    for name, member in getattr(module, kind).items():
        if member is not None:
            pairs.setdefault(id(member), (path + name, member))
    for name, child in module._modules.items():
        if child is not None:
            visit(child, f"{path}{name}.")


visit(module, prefix)
return iter(pairs.values())


# %% alternative: identities_go_along
"""An argument more, in which the identities of what was met go along."""


def walk(module, prefix, seen):
    for name, member in getattr(module, kind).items():
        if member is not None and id(member) not in seen:
            seen.add(id(member))
            yield prefix + name, member
    for name, child in module._modules.items():
        if child is not None:
            yield from walk(child, prefix + name + ".", seen)


return walk(module, prefix, set())


# %% alternative: with_a_stack
"""A stack of places in place of recursion."""

seen = set()
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

# %% alternative: tensors_in_the_set
"""A set of the tensors themselves, which asks which object it is."""

old = "if member is not None and id(member) not in seen:"
new = "if member is not None and member not in seen:"
old = "seen.add(id(member))"
new = "seen.add(member)"
