"""The interpreter is crashed through ctypes."""

cells = {"halve": "import ctypes\ndef halve(x):\n    ctypes.string_at(0)"}
points = (5, 0)
reason = "the kernel died"
slow = True
