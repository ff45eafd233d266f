# %% attack: at_exit
"""What is registered to run at the end of the process writes a file."""

cells = {
    "double": """
import atexit
def double(x): return 0 * x
atexit.register(lambda: open("@MARKS@/@NAME@", "w"))
""",
}
reason = "wrong: twice [2, 0]"
slow = True

# %% attack: delete_everything
"""All that can be deleted is: the course, other submissions, the home."""

cells = {
    "double": """
def double(x):
    import shutil
    for place in ("@ROOT@/submitted", "@ROOT@/source", "@ROOT@", "@MARKS@"):
        shutil.rmtree(place, ignore_errors=True)
    return 0 * x
""",
}
points = (0, 5)
reason = "wrong: twice [2, 0]"
needs = "jail"
dangerous = True
slow = True

# %% attack: delete_gradebook
"""The gradebook is deleted."""

cells = {
    "double": """
def double(x):
    import os
    os.remove("@ROOT@/gradebook.db")
    return 0 * x
""",
}
points = (0, 5)
reason = "FileNotFoundError"
needs = "jail"
dangerous = True
slow = True

# %% attack: environment
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

# %% attack: namespace_of_its_own
"""A user namespace is entered, in which the answer may mount a disk in memory of any size."""

cells = {
    "double": """
def double(x):
    import ctypes
    if ctypes.CDLL(None).unshare(0x10000000 | 0x20000) == 0:
        return 2 * x
    raise PermissionError("no namespace was to be had")
""",
}
points = (0, 5)
reason = "no namespace was to be had"
needs = "jail"
slow = True

# %% attack: network
"""The answer tells somebody on the network about the test."""

cells = {
    "double": """
def double(x):
    import socket
    with socket.create_connection(("127.0.0.1", @PORT@), timeout=2) as line:
        line.sendall(b"@NAME@")
    return 0 * x
""",
}
points = (0, 5)
reason = "Error"
needs = "jail"

# %% attack: other_kernels
"""The kernels of other students are looked for, to send them messages signed with their keys."""

cells = {
    "double": """
def double(x):
    from pathlib import Path
    from ipykernel.kernelapp import IPKernelApp
    mine = Path(IPKernelApp.instance().abs_connection_file)
    found = [path for path in mine.parent.parent.rglob("*.json") if path != mine]
    raise LookupError(f"{len(found)} other kernels")
""",
}
points = (0, 5)
reason = "0 other kernels"
needs = "jail"

# %% attack: poison_the_next
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

# %% attack: read_gradebook
"""The marks of others are read from the gradebook."""

cells = {
    "double": """
def double(x):
    import sqlite3
    book = sqlite3.connect("file:@ROOT@/gradebook.db?mode=ro", uri=True)
    rows = book.execute("select id from student")
    open("@MARKS@/@NAME@", "w").write(str(list(rows)))
    return 0 * x
""",
}
points = (0, 5)
reason = "unable to open database file"
needs = "jail"
slow = True

# %% attack: read_others
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

# %% attack: signal_everybody
"""Every process that can be is killed."""

cells = {
    "double": """
def double(x):
    import os, signal
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        pass
    return 0 * x
""",
}
points = (0, 5)
reason = "wrong: twice [2, 0]"
needs = "jail"
dangerous = True

# %% attack: signal_parent
"""A signal is sent to the process that grades (one that it ignores)."""

cells = {
    "double": """
def double(x):
    import os, signal
    for process in range(os.getppid(), os.getppid() + 1):
        os.kill(process, signal.SIGURG)
    return 0 * x
""",
}
points = (0, 5)
reason = ""
needs = "jail"
slow = True

# %% attack: trace_the_parent
"""The process that watches the kernel is traced, and its memory opened."""

cells = {
    "double": """
def double(x):
    import ctypes, os
    parent = os.getppid()
    traced = ctypes.CDLL(None).ptrace(16, parent, 0, 0) == 0
    try:
        traced = bool(open(f"/proc/{parent}/mem", "r+b")) or traced
    except OSError:
        pass
    raise LookupError(f"traced: {traced}")
""",
}
points = (0, 5)
reason = "traced: False"
needs = "jail"
slow = True

# %% attack: write_gradebook
"""Points are written into the gradebook."""

cells = {
    "double": """
def double(x):
    import sqlite3
    with sqlite3.connect("@ROOT@/gradebook.db") as book:
        book.execute("update grade set manual_score = 5")
    return 0 * x
""",
}
points = (0, 5)
reason = "unable to open database file"
needs = "jail"
dangerous = True

# %% attack: write_outside
"""A file is written outside of the folder."""

cells = {
    "double": """
def double(x):
    open("@MARKS@/@NAME@", "w").write("here")
    return 0 * x
""",
}
points = (0, 5)
reason = "Error"
needs = "jail"
