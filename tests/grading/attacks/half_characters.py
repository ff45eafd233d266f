"""No attack: halves of characters, which UTF-8 does not have, in output and in an error."""

cells = {
    "double": """
def double(x):
    print("half a character: \\ud83d")
    return 2 * x
""",
    "halve": "def halve(x):\n    raise ValueError('half \\ud83d')",
}
points = (5, 0)
reason = "surrogates not allowed"
slow = True
