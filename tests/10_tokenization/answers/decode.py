# %% mutant: token_by_token
"""Each token by itself: characters that are spread over two are lost."""

old = 'return b"".join([vocabulary[i] for i in ids]).decode("utf-8", errors)'
new = 'return "".join(vocabulary[i].decode("utf-8", errors) for i in ids)'

# %% mutant: strict
"""UnicodeDecodeError: the default of bytes.decode."""

old = '.decode("utf-8", errors)'
new = '.decode("utf-8")'

# %% mutant: always_ignored
"""What makes no sense disappears."""

old = '.decode("utf-8", errors)'
new = '.decode("utf-8", "ignore")'

# %% mutant: always_replaced
"""`errors` is not handed on."""

old = '.decode("utf-8", errors)'
new = '.decode("utf-8", "replace")'

# %% mutant: latin_1
"""A character for each byte."""

old = '.decode("utf-8", errors)'
new = '.decode("latin-1")'

# %% mutant: negative_ids
"""A negative id is taken from the end of the vocabulary."""

old = "if not 0 <= i < len(vocabulary):"
new = "if i >= len(vocabulary):"

# %% mutant: index_error
"""IndexError: the error of the list, which does not say which id."""

old = "if not 0 <= i < len(vocabulary):"
new = "if i < 0:"

# %% mutant: not_named
"""The error does not say which id it was."""

old = 'f"id {i} is not one of the {len(vocabulary)} ids from 0 on"'
new = '"unknown id"'

# %% edge: mark_taken_off
"""Takes a byte order mark away."""

old = '.decode("utf-8", errors)'
new = '.decode("utf-8-sig", errors)'

# %% alternative: added_up
"""Adds the bytes up, one token after the other."""

data = b""
for i in ids:
    if i < 0 or i >= len(vocabulary):
        raise ValueError(f"there is no id {i}")
    data += vocabulary[i]
return str(data, "utf-8", errors)

# %% alternative: checked_at_once
"""Looks for wrong ids first."""

wrong = [i for i in ids if i not in range(len(vocabulary))]
if wrong:
    raise ValueError(f"{wrong[0]} is not an id of {len(vocabulary)}")
return bytes(byte for i in ids for byte in vocabulary[i]).decode(errors=errors)
