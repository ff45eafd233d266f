# %% mutant: halves
"""The pairs are (i, i + dim / 2)."""


def turn(x, turns):
    a, b = np.split(x, 2, axis=-1)
    z = (a + 1j * b) * turns
    return np.concatenate([z.real, z.imag], axis=-1).astype(x.dtype)


return turn, lambda g, turns: turn(g, turns.conj())

# %% mutant: in_place
"""Turns the array that came in."""

old = "return values(pairs(x) * turns)"
new = """\
z = pairs(x)
z *= turns
return values(z)"""

# %% mutant: lost_sign
"""The product of the second parts is added."""


def turn(x, turns):
    out = np.empty_like(x)
    a, b = x[..., 0::2], x[..., 1::2]
    out[..., 0::2] = a * turns.real + b * turns.imag
    out[..., 1::2] = a * turns.imag + b * turns.real
    return out


return turn, lambda g, turns: turn(g, turns.conj())

# %% mutant: only_cosines
"""Multiplies by the cosine only."""

old = "return values(pairs(x) * turns)"
new = "return values(pairs(x) * turns.real)"

# %% mutant: other_way
"""Turned by the negative angle, and back by the positive one."""

old = "pairs(x) * turns)"
new = "pairs(x) * turns.conj())"
old = "pairs(g) * turns.conj())"
new = "pairs(g) * turns)"

# %% mutant: rule_negated
"""The gradient is minus the rotation, not the rotation by minus the angle."""

old = "return values(pairs(g) * turns.conj())"
new = "return values(pairs(g) * -turns)"

# %% mutant: rule_turns_on
"""The rule turns the same way."""

old = "turns.conj()"
new = "turns"

# %% mutant: rule_sign_of_g
"""The rule turns the mirror image of g."""

old = "return values(pairs(g) * turns.conj())"
new = "return values(pairs(g).conj() * turns)"

# %% mutant: turned_by_head
"""The angle belongs to the head, not to the position."""

old = "pairs(x) * turns)"
new = "pairs(x) * (turns if x.ndim < 3 else turns[:, None]))"

# %% mutant: widened
"""The result is float64, whatever came in."""

old = "return values(pairs(x) * turns)"
new = "return values(pairs(x) * turns).astype(np.float64)"

# %% edge: single_precision
"""Computes in complex64, whatever came in."""

old = "return values(pairs(x) * turns)"
new = "return values((pairs(x) * turns).astype(np.complex64)).astype(x.dtype)"

# %% alternative: divided
"""Back by dividing."""


def forward(x, turns):
    return values(pairs(x) * turns)


def rule(g, turns):
    return values((pairs(g) / turns).astype(turns.dtype))


return [forward, rule]

# %% alternative: sines_and_cosines
"""The real formula, without complex numbers."""


def turn(x, cos, sin):
    a, b = x[..., 0::2], x[..., 1::2]
    return np.stack([a * cos - b * sin, a * sin + b * cos], axis=-1).reshape(x.shape)


def forward(x, turns):
    return turn(x, turns.real, turns.imag)


def rule(g, turns):
    return turn(g, turns.real, -turns.imag)


return forward, rule

# %% alternative: mirrored
"""Back by turning the mirror image, and mirroring again."""


def forward(x, turns):
    return values(turns * pairs(x))


def rule(g, turns):
    return values((pairs(g).conj() * turns).conj())


return forward, rule
