"""The modules that the next student's kernel imports are changed."""

cells = {
    "double": """
def double(x):
    import sys
    from pathlib import Path
    import tito, tinytorch
    changed = 0
    for module in (np, tito, tinytorch, sys.modules["ipykernel"]):
        for path in (Path(module.__file__), Path(module.__file__).with_name("sitecustomize.py")):
            try:
                path.open("a").write("# changed by @NAME@")
                changed += 1
            except OSError:
                pass
    raise LookupError(f"{changed} files changed")
""",
}
points = (0, 5)
reason = "0 files changed"
needs = "jail"
dangerous = True
slow = True
