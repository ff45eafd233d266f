"""The answer is a subclass of an array that answers comparisons itself."""

cells = {
    "double": """
class Yes(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def all(self, *args, **kwargs): return True
    def astype(self, *args, **kwargs): return self
    def __array_function__(self, *args): return np.ones(self.shape, bool)
    def __array_ufunc__(self, *args, **kwargs): return np.ones(self.shape, bool)
def double(x): return np.zeros(x.shape).view(Yes)
""",
}
reason = "wrong: twice [2, 0]"
slow = True
