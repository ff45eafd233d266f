# %% attack: bytes
"""The file is not text."""

points = (0, 0)
reason = "not a notebook that can be read (UnicodeDecodeError"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_bytes(bytes(range(256)) * 10)


# %% attack: cells_too_many
"""The notebook has a hundred thousand cells."""

import json

points = (0, 0)
reason = "and may have 1,000"


def files(folder):
    path = folder / "pair.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"] += [{"cell_type": "code", "source": "", "metadata": {}}] * 100_000
    path.write_text(json.dumps(notebook))


# %% attack: file_too_large
"""The file has thirty megabytes."""

points = (0, 0)
reason = "a notebook may have 20,000,000"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text(" " * 30_000_000)


# %% attack: format_3
"""No attack: the notebook was saved in the format of ten years ago."""

import nbformat

points = (5, 5)
reason = ""
slow = True


def files(folder):
    path = folder / "pair.ipynb"
    nbformat.write(nbformat.read(path, as_version=4), path, version=3)


# %% attack: format_5
"""The notebook is of a format that does not exist yet."""

points = (0, 0)
reason = "notebook of format 5"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text(path.read_text().replace('"nbformat": 4', '"nbformat": 5'))


# %% attack: half_characters
"""No attack: halves of characters, which UTF-8 does not have, in output and in an error."""

cells = {
    "double": """
def double(x):
    print("half a character: \\ud83d")
    return 2 * x
""",
    "halve": "def halve(x):\n    raise ValueError('half \\ud83d')",
}
points = (5, 0)
reason = "surrogates not allowed"
slow = True

# %% attack: json_broken
"""The file is cut off."""

points = (0, 0)
reason = "not a notebook"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text(path.read_text()[:200])


# %% attack: json_cells
"""The cells of the notebook are not cells."""

points = (0, 0)
reason = "not a notebook that can be read"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": 3, "cells": [1, null, {}]}')


# %% attack: json_empty
"""The file is empty."""

points = (0, 0)
reason = "not a notebook"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text("")


# %% attack: json_list
"""The file is JSON, but no notebook."""

points = (0, 0)
reason = "it says that it is a notebook of format"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text("[1, 2, 3]")


# %% attack: json_nan
"""Numbers in the file are none: NaN and Infinity."""

points = (0, 0)
reason = "notebook of format nan"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text(path.read_text().replace('"nbformat": 4', '"nbformat": NaN, "x": Infinity'))


# %% attack: json_nested
"""The file is JSON nested a hundred thousand times."""

points = (0, 0)
reason = "not a notebook that can be read (RecursionError"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text("[" * 100_000 + "]" * 100_000)


# %% attack: json_number
"""A number in the file has five thousand digits."""

points = (0, 0)
reason = "not a notebook that can be read"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text(
        path.read_text().replace('"nbformat": 4', '"nbformat": 4, "more": ' + "9" * 5000)
    )


# %% attack: json_twice
"""The cells stand twice in the file, so that readers see different notebooks."""

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "names parts twice"
slow = True


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text('{"cells": "none", ' + path.read_text().lstrip()[1:])


# %% attack: nul
"""Characters that no source text holds: a NUL, and one that turns the writing round."""

cells = {"double": "def double(x):\n    return 2 * x\x00  # \u202e"}
reason = "null bytes"
slow = True

# %% attack: text_too_long
"""A Markdown cell has five million characters, which take hours to lay out."""

import json

points = (0, 0)
reason = "and may have"


def files(folder):
    path = folder / "pair.ipynb"
    notebook = json.loads(path.read_text())
    cell = {"cell_type": "markdown", "source": "[" * 5_000_000, "metadata": {}}
    notebook["cells"].append(cell)
    path.write_text(json.dumps(notebook))
