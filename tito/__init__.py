"""The tool of the course. In a notebook `import tito` is all it takes: `tito.check()`,
`tito.export()`, `tito.status()`, `tito.submit(student="...")`, `tito.start()`, `tito.reset()`,
`tito.update()` and `tito.integrate()` do what the commands of these names do.
"""

import sys

# jsonschema tries to import this optional dependency, which compiles large grammars on import and
# checks nothing a notebook holds: without it nbformat imports in 0.3 s instead of 2.5 s.
sys.modules.setdefault("rfc3987_syntax", None)

_LINES = ("check", "export", "integrate", "reset", "start", "status", "submit", "update")


def __getattr__(name):
    if name not in _LINES:
        raise AttributeError(f"module 'tito' has no attribute {name!r}")
    try:
        from tito.student import notebook
    except ModuleNotFoundError as error:
        if error.name != "tito.student":
            raise
        return _nothing  # while a notebook is graded, the tool holds nothing but the checks
    return getattr(notebook, name)


def _nothing(*arguments, **options):
    return None
