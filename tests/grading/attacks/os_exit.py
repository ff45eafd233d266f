"""The answer ends the process."""

cells = {"halve": "import os\ndef halve(x): os._exit(0)"}
points = (5, 0)
reason = "the kernel died"
