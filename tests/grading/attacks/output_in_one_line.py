"""A hundred megabytes of output, on one line."""

cells = {"halve": "def halve(x):\n    print('x' * 100_000_000)\n    return 0.0"}
points = (5, 0)
slow = True
