# %% mutant: base_ignored
"""Always 10,000."""

old = "/ base **"
new = "/ 10000.0 **"

# %% mutant: column_angles
"""Each column has an angle of its own."""

old = """\
angles = np.arange(length)[:, None] / base ** (np.arange(0, dim, 2) / dim)
table = np.empty((length, dim))
table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
return table"""
new = """\
angles = np.arange(length)[:, None] / base ** (np.arange(dim) / dim)
return np.where(np.arange(dim) % 2, np.cos(angles), np.sin(angles))"""

# %% mutant: endpoint
"""The last pair's exponent is 1."""

old = "(np.arange(0, dim, 2) / dim)"
new = "np.linspace(0, 1, dim // 2)"

# %% mutant: half_exponent
"""The exponent is i / dim."""

old = "(np.arange(0, dim, 2) / dim)"
new = "(np.arange(dim // 2) / dim)"

# %% mutant: halves
"""All sines, then all cosines."""

old = "table[:, 0::2], table[:, 1::2] ="
new = "table[:, : dim // 2], table[:, dim // 2 :] ="

# %% mutant: multiplied
"""Frequencies grow."""

old = "[:, None] / base"
new = "[:, None] * base"

# %% mutant: positions_from_one
"""The first position is 1."""

old = "np.arange(length)"
new = "np.arange(1, length + 1)"

# %% mutant: single_precision_angles
"""Angles in float32: wrong in the fourth digit at position 10,000."""

old = "table = np.empty((length, dim))"
new = """\
angles = angles.astype(np.float32)
table = np.empty((length, dim))"""

# %% mutant: repeated_products
"""Turned from position to position in complex64, so that the errors add up."""

turn = np.exp(1j / base ** (np.arange(0, dim, 2) / dim)).astype(np.complex64)
z, table = np.ones_like(turn), np.empty((length, dim))
for row in table:
    row[0::2], row[1::2] = z.imag, z.real
    z = z * turn
return table

# %% mutant: single_precision_table
"""A table in float32."""

old = "np.empty((length, dim))"
new = "np.empty((length, dim), np.float32)"

# %% mutant: swapped
"""Cosines first."""

old = "np.sin(angles), np.cos(angles)"
new = "np.cos(angles), np.sin(angles)"

# %% mutant: transposed
"""A column for each position."""

old = "return table"
new = "return table.T"

# %% edge: rows_in_a_list
"""A list of rows: without positions its shape is (0,)."""

old = "return table"
new = "return np.array(list(table))"

# %% alternative: complex
"""By complex numbers, whose parts are put in turn."""

steps = np.exp(-np.log(base) * np.arange(dim // 2) * 2 / dim)
z = np.exp(1j * np.outer(np.arange(length), steps))
return np.stack([z.imag, z.real], axis=-1).reshape(length, dim)

# %% alternative: column_by_column
"""Column by column, with math."""

table = np.zeros((length, dim))
for p in range(length):
    for i in range(dim // 2):
        angle = p / math.pow(base, 2 * i / dim)
        table[p, 2 * i] = math.sin(angle)
        table[p, 2 * i + 1] = math.cos(angle)
return table
