"""A hundred megabytes of output, on one line."""

cells = {"double": "def double(x):\n    print('x' * 100_000_000)\n    return 0 * x"}
reason = "twice [2, 0] is wrong"
slow = True
