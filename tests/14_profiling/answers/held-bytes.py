# %% mutant: every_view
"""Every array counts, views too."""

return sum(array.nbytes for array in arrays)

# %% mutant: views_free
"""Views count nothing."""

return sum({id(a): a.nbytes for a in list(arrays) if a.base is None}.values())

# %% mutant: one_step_only
"""Looks for the base of a view, but not further."""

old = "while isinstance(array.base, np.ndarray):"
new = "if isinstance(array.base, np.ndarray) and array.base.base is None and array.ndim < 2:"

# %% mutant: equal_is_the_same
"""Arrays with equal values are taken for one."""

old = "owners[id(array)] = array"
new = "owners[array.tobytes()] = array"

# %% mutant: listed_twice
"""An array that is listed twice counts twice."""

old = "owners[id(array)] = array"
new = "owners[len(owners)] = array"

# %% mutant: numbers
"""Numbers, not bytes."""

old = "owner.nbytes for owner"
new = "owner.size for owner"

# %% mutant: part_that_is_seen
"""The owner is found, but the view's bytes are counted."""

owners = {}
for array in list(arrays):
    owner = array
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    owners[id(owner)] = max(owners.get(id(owner), 0), array.nbytes)
return sum(owners.values())

# %% edge: float32_only
"""Four bytes a number."""

old = "owner.nbytes for owner"
new = "4 * owner.size for owner"

# %% alternative: recursive
"""The owner by a function that calls itself, the arrays told apart in a list."""


def owner(array):
    return owner(array.base) if isinstance(array.base, np.ndarray) else array


found = []
for array in map(owner, arrays):
    if not any(array is other for other in found):
        found.append(array)
return sum(array.nbytes for array in found)
