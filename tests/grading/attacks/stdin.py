"""The answer asks whoever grades for the answer."""

cells = {"double": "def double(x):\n    return float(input('twice that? '))"}
reason = "input"
slow = True
