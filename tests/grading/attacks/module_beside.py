"""Modules named like those that grading imports lie beside the notebook."""

cells = {"double": "def double(x): return 0 * x"}
reason = "wrong: twice [2, 0]"


def files(folder):
    for name in ("numpy", "tito", "IPython", "sitecustomize", "usercustomize", "re", "ast"):
        (folder / f"{name}.py").write_text("open('@MARKS@/@NAME@', 'w'); raise SystemExit")
