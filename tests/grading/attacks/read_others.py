"""The answers of others are read from `submitted/`, and printed."""

cells = {
    "double": """
from pathlib import Path
for path in Path("@ROOT@/submitted").glob("*honest*/*/*.ipynb"):
    print(path.read_text())
def double(x): return 0 * x
""",
}
points = (0, 5)
reason = "wrong: twice [2, 0]"
needs = "jail"
slow = True
