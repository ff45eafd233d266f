"""The hidden test is printed, to be read on the feedback page."""

cells = {"double": "def double(x):\n    print(In[-1][::-1])\n    return 0 * x"}
reason = "wrong: twice [2, 0]"
gap = "the text of a hidden test can be shown on the feedback page by code that it calls"
damage = "a hidden test is known"
