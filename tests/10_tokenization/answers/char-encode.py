# %% mutant: unknown_skipped
"""Characters without an id are left out."""

return [self.ids[character] for character in text if character in self.ids]

# %% mutant: key_error
"""KeyError: the error of the dictionary, which says no position."""

return [self.ids[character] for character in text]

# %% mutant: not_named
"""The error does not say which character it was."""

if not set(text) <= set(self.ids):
    raise ValueError("the text has a character without an id")
return [self.ids[character] for character in text]

# %% mutant: named_as_it_is
"""The character itself, not its repr: a line break is not to be seen."""

old = "{character!r}"
new = "{character}"

# %% mutant: code_points
"""Code points instead of ids."""

old = "return [self.ids[character] for character in text]"
new = "return [ord(character) for character in text]"

# %% mutant: ids_of_the_set
"""Each character once, in order."""

old = "return [self.ids[character] for character in text]"
new = "return [self.ids[character] for character in sorted(set(text))]"

# %% mutant: counted_from_one
"""Ids from 1 on."""

old = "return [self.ids[character] for character in text]"
new = "return [self.ids[character] + 1 for character in text]"

# %% edge: small_letters
"""A capital that is unknown gets the id of its small letter."""

for position, character in enumerate(text):
    if not {character, character.lower()} & set(self.ids):
        raise ValueError(f"{character!r} at position {position} is unknown")
return [self.ids.get(character, self.ids.get(character.lower())) for character in text]

# %% alternative: dictionary_asked
"""Asks for each id, and catches the error of the dictionary."""

ids = []
for position, character in enumerate(text):
    try:
        ids.append(self.ids[character])
    except KeyError:
        raise ValueError(f"{character!r} at position {position} is unknown") from None
return ids

# %% alternative: by_index
"""Looks for each character in the vocabulary."""

ids = []
for position in range(len(text)):
    character = text[position]
    if character not in self.vocabulary:
        raise ValueError(f"position {position} holds {character!r}, which has no id")
    ids.append(self.vocabulary.index(character))
return ids
