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
