"""The answer sleeps for longer than a cell may take."""

cells = {"double": "import time\ndef double(x):\n    time.sleep(1000)"}
reason = "did not end within 4 s"
slow = True
