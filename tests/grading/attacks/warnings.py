"""No attack: warnings, logging and prints to stderr by a right answer, which cost nothing."""

cells = {
    "double": """
import logging, sys, warnings
def double(x):
    np.log(np.zeros(1)); warnings.warn("careful"); logging.warning("logged")
    print("stderr", file=sys.stderr)
    return 2 * x
""",
}
points = (5, 5)
