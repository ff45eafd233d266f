"""Secrets are looked for in the environment and in the home."""

cells = {
    "double": """
import os, pathlib
words = " ".join(os.environ.values())
homes = [p for p in (pathlib.Path("/root"), *pathlib.Path("/home").glob("*")) if p.is_dir()]
seen = [str(p) for home in homes for p in home.iterdir()]
if seen:
    open("@MARKS@/@NAME@", "w").write(str(seen))
def double(x): return 0 * x
""",
}
points = (0, 5)
reason = ""
needs = "jail"
slow = True
