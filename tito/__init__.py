"""The tool of the course. In a notebook `import tito` is all it takes: `tito.check()`,
`tito.export()`, `tito.status()`, `tito.submit(student="...")`, `tito.start()`, `tito.reset()`,
`tito.update()` and `tito.integrate()` do what the commands of these names do.
"""

_LINES = ("check", "export", "integrate", "reset", "start", "status", "submit", "update")


def __getattr__(name):
    if name not in _LINES:
        raise AttributeError(f"module 'tito' has no attribute {name!r}")
    try:
        from tito.student import notebook
    except ModuleNotFoundError:  # while a notebook is graded there is nothing of it but the checks
        return _nothing
    return getattr(notebook, name)


def _nothing(*arguments, **options):
    return None
