# %% attack: crash
"""The interpreter is crashed through ctypes."""

cells = {"halve": "import ctypes\ndef halve(x):\n    ctypes.string_at(0)"}
points = (5, 0)
reason = "the kernel died"
slow = True

# %% attack: disk_full
"""Files are written until the disk is full."""

cells = {
    "double": """
def double(x):
    for number in range(10_000):
        with open(f"{number}.bin", "wb") as file:
            file.write(bytes(10**7))
    return 0 * x
""",
}
points = (0, 5)
reason = "Error"
needs = "jail"
dangerous = True
slow = True

# %% attack: fork_bomb
"""Processes without end."""

cells = {
    "double": """
def double(x):
    import os
    while True:
        try:
            os.fork()
        except OSError:
            pass
""",
}
points = (0, 0)
reason = ""
needs = "jail"
dangerous = True
slow = True

# %% attack: interrupts_ignored
"""A loop in which the signal of the interrupt is ignored."""

cells = {
    "double": """
import signal
def double(x):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True: pass
""",
}
points = (0, 0)
reason = "did not end"
slow = True

# %% attack: interrupts_swallowed
"""A loop that swallows every interrupt."""

cells = {
    "double": """
import signal
def double(x):
    signal.signal(signal.SIGINT, lambda *args: None)
    while True:
        try:
            while True: pass
        except BaseException:
            pass
""",
}
points = (0, 0)
reason = "did not end"

# %% attack: memory_10_gb
"""Ten gigabytes of memory are asked for, and written to."""

cells = {
    "double": """
def double(x):
    return np.ones(10 * 2**27)[:2] * 0
""",
}
points = (0, 5)
reason = ""
needs = "jail"
dangerous = True

# %% attack: memory_nameless
"""Memory is put into files without a name, which count as no process's."""

cells = {
    "double": """
def double(x):
    import os
    os.memfd_create("more")
    return 2 * x
""",
}
points = (0, 5)
reason = "Operation not permitted"
needs = "jail"
slow = True

# %% attack: memory_shared
"""Processes share memory that they write to and forget, so that none of them seems to have any."""

cells = {
    "double": """
def double(x):
    import mmap, os, time
    for _ in range(4):
        if os.fork() == 0:
            try:
                held = mmap.mmap(-1, 1 << 27)
                for n in range(128):
                    held[n << 20 : n + 1 << 20] = bytes(1 << 20)
                held.madvise(4)
                time.sleep(60)
            finally:
                os._exit(1)
    time.sleep(60)
""",
}
points = (0, 0)
reason = "it held more than 256 MiB in deleted but open files"
needs = "jail"
slow = True

# %% attack: os_exit
"""The answer ends the process."""

cells = {"halve": "import os\ndef halve(x): os._exit(0)"}
points = (5, 0)
reason = "the kernel died"

# %% attack: process_left
"""A process is left behind that outlives the notebook."""

cells = {
    "double": """
def double(x):
    import subprocess, sys
    command = [sys.executable, "-c", "import time; time.sleep(300)", "attack-@NAME@"]
    subprocess.Popen(command, start_new_session=True)
    return 0 * x
""",
}
points = (0, 5)
reason = ""
needs = "jail"

# %% attack: process_of_nobody
"""A process is left behind whose parent has ended, in a session of its own."""

cells = {
    "double": """
def double(x):
    import os, sys
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            command = [sys.executable, "-c", "import time; time.sleep(300)", "attack-@NAME@"]
            os.execv(sys.executable, command)
        os._exit(0)
    os.wait()
    return 0 * x
""",
}
points = (0, 5)
reason = "wrong: twice [2, 0]"
needs = "jail"

# %% attack: recursion
"""Recursion without end, with the limit set as high as it goes."""

cells = {
    "halve": """
import sys
def halve(x):
    sys.setrecursionlimit(10**9)
    return halve([x])
""",
}
points = (5, 0)
reason = ""
slow = True

# %% attack: sleep
"""The answer sleeps for longer than a cell may take."""

cells = {"double": "import time\ndef double(x):\n    time.sleep(1000)"}
reason = "did not end within 4 s"
slow = True

# %% attack: sys_exit
"""The answer leaves by `sys.exit`, and says that all is well."""

cells = {"double": "import sys\ndef double(x): sys.exit(0)"}
reason = "SystemExit"
slow = True
