"""The reference solution is read from the disk, by its full path."""

cells = {
    "double": """
from pathlib import Path
text = Path("@ROOT@/tinytorch/core/pair.py").read_text()
scope = {"np": np}
exec(text, scope)
double = scope["double"]
""",
}
reason = "FileNotFoundError"
needs = "jail"
