# %% mutant: not_escaped
"""Names are taken for patterns."""

old = "map(re.escape, longest_first)"
new = "longest_first"

# %% mutant: lost
"""Without a group, special tokens disappear."""

old = 'pattern = "(" + "|".join(map(re.escape, longest_first)) + ")"'
new = 'pattern = "|".join(map(re.escape, longest_first))'

# %% mutant: empty_pieces
"""Empty pieces are kept."""

old = "[piece for piece in re.split(pattern, text) if piece]"
new = "re.split(pattern, text)"

# %% mutant: as_they_come
"""Of names that begin alike, the first in the list counts."""

old = "sorted(special, key=len, reverse=True)"
new = "list(special)"

# %% mutant: shortest_first
"""The shortest counts."""

old = "sorted(special, key=len, reverse=True)"
new = "sorted(special, key=len)"

# %% mutant: no_names
"""Without names, the empty pattern splits everywhere."""

old = "if not special:"
new = "if special is None:"

# %% mutant: empty_text
"""An empty text gives an empty piece."""

old = "return [text] if text else []"
new = "return [text]"

# %% mutant: never_split
"""Special tokens are text like any other."""

return [text] if text else []

# %% edge: stripped
"""White space around the pieces is lost if there is nothing else."""

old = "[piece for piece in re.split(pattern, text) if piece]"
new = "[piece for piece in re.split(pattern, text) if piece.strip()]"

# %% alternative: by_find
"""Looks for the next special token, and takes the longest that begins there."""

pieces, start, i = [], 0, 0
names = sorted(special, key=len, reverse=True)
while i < len(text):
    found = next((name for name in names if text.startswith(name, i)), None)
    if found is None:
        i += 1
        continue
    if i > start:
        pieces.append(text[start:i])
    pieces.append(found)
    start = i = i + len(found)
return pieces + ([text[start:]] if start < len(text) else [])

# %% alternative: by_finditer
"""The places of all special tokens, and what is between them."""

if not special:
    return [text][: len(text)]
names = "|".join(re.escape(name) for name in sorted(special, key=lambda name: -len(name)))
pieces, start = [], 0
for match in re.finditer(names, text):
    pieces += [text[start : match.start()], match.group()]
    start = match.end()
return [piece for piece in [*pieces, text[start:]] if piece]
