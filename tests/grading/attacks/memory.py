"""The numbers in the test's own code are overwritten in memory, through ctypes."""

cells = {
    "double": """
import ctypes, sys
def double(x):
    for constant in sys._getframe(1).f_code.co_consts:
        if type(constant) is float:
            ctypes.c_double.from_address(id(constant) + 16).value = 0.0
    return 0 * x
""",
}
points = (5, 5)
gap = "it runs where the test runs"
slow = True
