"""Files are written until the disk is full."""

cells = {
    "double": """
def double(x):
    for number in range(10_000):
        with open(f"{number}.bin", "wb") as file:
            file.write(bytes(10**7))
    return 0 * x
""",
}
points = (0, 5)
reason = "Error"
needs = "jail"
dangerous = True
slow = True
