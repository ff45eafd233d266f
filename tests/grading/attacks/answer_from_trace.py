"""A trace function sees the arguments of the check and corrects the answer."""

cells = {
    "double": """
import sys
def double(x):
    out = np.zeros(x.shape)
    def trace(frame, event, argument):
        if frame.f_code.co_name == "close":
            out[...] = frame.f_locals["expected"]
    sys.setprofile(trace)
    return out
""",
}
points = (5, 5)
gap = "it runs where the test runs"
slow = True
