# %% mutant: base_ignored
"""The base of the waves is always 10, so that all angles are other ones."""

function = "sinusoids"
old = "/ base **"
new = "/ 10.0 **"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: exponent_halved
"""Frequencies fall half as fast."""

function = "sinusoids"
old = "(np.arange(0, dim, 2) / dim)"
new = "(np.arange(dim // 2) / dim)"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: freeze_ignored
"""A pretrained table is learned whatever was asked."""

function = "Embedding.from_pretrained"
old = "embeddings.detach(), freeze"
new = "embeddings.detach(), False"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: halves_in_the_table
"""All sines, then all cosines."""

function = "sinusoids"
old = "table[:, 0::2], table[:, 1::2] ="
new = "table[:, : dim // 2], table[:, dim // 2 :] ="
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: last_id_wraps
"""An id beyond the end reads the last row."""

function = "lookup"
old = "ids.max() < len(weight)"
new = "True"
old = "np.take(weight, ids, axis=0)"
new = "np.take(weight, ids, axis=0, mode='clip')"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: learned_positions_detached
"""Learned positions get no gradient."""

function = "LearnedPositions.forward"
old = "self.weight, input"
new = "self.weight.detach(), input"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: loading_unties
"""A tied head is a copy that begins alike."""

function = "tie"
old = "head.weight = table"
new = "head.weight = Parameter(table.detach().clone())"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: negative_id_accepted
"""The id -1 reads the last row."""

function = "lookup"
old = "ids.min() >= 0 and "
new = ""
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: offset_ignored_by_rotary
"""Every part of a text begins at position 0."""

function = "RotaryPositions.forward"
old = "self.head_dim, offset)"
new = "self.head_dim, 0 * offset)"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: offset_ignored
"""Every part of a text begins at position 0."""

function = "rows_at"
old = "table[offset : offset + length]"
new = "table[:length]"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: one_parameter_in_two_objects
"""A tied head is another Parameter in the same memory."""

function = "tie"
old = "head.weight = table"
new = "head.weight = Parameter(table)"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: padding_0_learns
"""Row 0 is no padding."""

function = "embedding_rule"
old = "if padding_idx is not None:"
new = "if padding_idx:"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: padding_begins_with_numbers
"""The row of the padding is drawn like the others."""

function = "Embedding.reset_parameters"
old = "if self.padding_idx is not None:"
new = "if False:"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: padding_of_the_layer_lost
"""The layer does not say which row is the padding."""

function = "Embedding.forward"
old = "self.weight, self.padding_idx"
new = "self.weight"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: positions_end_unseen
"""Positions beyond the table are cut off; a single row is broadcast."""

function = "rows_at"
old = "or last >= len(table)"
new = "or offset >= len(table)"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: positions_not_added
"""The rows are replaced by those of the positions."""

function = "SinusoidalPositions.forward"
old = "input + part_of("
new = "0 * input + part_of("
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: repeats_averaged
"""A row that was picked several times gets the mean of its gradients."""

function = "embedding_rule"
old = "gradient = summed(g, ids, rows)"
new = """\
counts = np.bincount(ids.reshape(-1), minlength=rows)[:, None]
gradient = summed(g, ids, rows) / np.maximum(counts, 1)"""
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: repeats_overwritten
"""A row that was picked several times gets its last gradient."""

function = "scatter_add"
old = "np.add.at(table, ids, g)"
new = "table[ids] = g"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: repeats_overwritten_where_there_are_many
"""The same, but only where there is much to add up."""

function = "summed"
old = "return scatter_rows(g.reshape(-1, g.shape[-1]), ids.reshape(-1), rows)"
new = """\
table = np.zeros((rows, g.shape[-1]), g.dtype)
table[ids] = g
return table"""
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: rotation_turns_on
"""The rule turns the gradient on, not back."""

function = "rotary_parts.rule"
old = "turns.conj()"
new = "turns"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: rotation_the_other_way
"""Both passes turn the other way: right with weights of its own only."""

function = "rotary_parts.forward"
old = "pairs(x) * turns"
new = "pairs(x) * turns.conj()"
tests = ["integration/test_embeddings_integration.py"]

# %% mutant: tables_of_other_shapes
"""A head takes any table."""

function = "tie"
old = "if table.shape != weight.shape:"
new = "if table.ndim != weight.ndim:"
tests = ["integration/test_embeddings_integration.py"]

# %% alternative: lookup_by_indexing
"""Rows by indexing, the error after a look at each id."""

function = "lookup"
old = "return np.take(weight, ids, axis=0)"
new = "return np.array(weight[ids])"

# %% alternative: always_the_readable_form
"""Scatter-add by rows, however much there is."""

function = "summed"
old = "if g.size <= 512:"
new = "if True:"

# %% alternative: rotary_by_sines
"""Rotation without complex numbers."""

function = "rotary_parts.forward"
old = "return values(pairs(x) * turns)"
new = """\
a, b, c, s = x[..., 0::2], x[..., 1::2], turns.real, turns.imag
return np.stack([a * c - b * s, a * s + b * c], axis=-1).reshape(x.shape)"""
