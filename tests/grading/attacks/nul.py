"""Characters that no source text holds: a NUL, and one that turns the writing round."""

cells = {"double": "def double(x):\n    return 2 * x\x00  # \u202e"}
reason = "null bytes"
slow = True
