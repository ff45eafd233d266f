"""Output without end, as fast as it can."""

cells = {"halve": "def halve(x):\n    while True:\n        print('y' * 10_000)"}
points = (5, 0)
reason = "did not end"
slow = True
