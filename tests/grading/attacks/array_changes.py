"""The answer has `.array` that is another array each time it is looked at."""

cells = {
    "double": """
class Odd:
    looks = 0
    @property
    def array(self):
        Odd.looks += 1
        class Sub(np.ndarray):
            __array_priority__ = 1e9
            def __eq__(self, other): return True
        return np.full(2, 0.0).view(Sub)
def double(x): return Odd()
""",
}
reason = "wrong: twice [2, 0]"
slow = True
