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
