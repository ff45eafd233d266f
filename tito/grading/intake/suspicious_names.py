"""Names in a student's code that no answer needs, for a person to look at.

Code can read or change the test that calls it; what that looks like is known. Nothing here costs a
point: names can be hidden, and can be innocent.
"""

import re

from nbformat import NotebookNode

from tito.grading.intake.preflight import LOOK, Note

_NAMES = re.compile(
    r"\b(_getframe|currentframe|settrace|setprofile|get_objects|get_referrers|co_consts|f_locals"
    r"|f_globals|f_code|__code__|__globals__|__builtins__|builtins|ctypes|In\[|_ih\b|_i\d*\b"
    r"|input_hist\w*|get_parent|get_ipython|input_transformers\w*|ast_transformers|user_ns"
    r"|iopub_socket|shell_stream|set_custom_exc|showtraceback|run_code|run_cell\w*|do_execute"
    r"|tito\.checks|sys\.modules|meta_path|_exit|fork|subprocess|socket|atexit|sqlite3)"
)


def suspicious(cells: list[NotebookNode], source: list[NotebookNode]) -> list[Note]:
    """At most one note: the names in a student's cells that the source's do not hold."""
    found = [name for name in _names(cells) if name not in _names(source)]
    if not found:
        return []
    told = ", ".join(sorted(found)[:6])
    return [Note(LOOK, f"the code names {told}, which no answer needs: worth a look")]


def _names(cells: list[NotebookNode]) -> set[str]:
    texts = (cell.source for cell in cells if cell.cell_type == "code")
    return {name for text in texts for name in _NAMES.findall(text)}
