"""Importing this first makes nbformat, nbgrader and jupytext import in 0.3 s instead of 2.5 s.

jsonschema tries to import `rfc3987_syntax`, an optional dependency that compiles large grammars on
import and that checks nothing a notebook holds. `None` says that it is not installed.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)
