"""Output without end, as fast as it can."""

cells = {"double": "def double(x):\n    while True:\n        print('y' * 10_000)"}
reason = "did not end"
slow = True
