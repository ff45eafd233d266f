# %% attack: array_changes
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

# %% attack: array_subclass
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

# %% attack: builtins_replaced
"""The builtins that checks are written with are replaced."""

cells = {
    "double": """
import builtins
def double(x): return "four, zero"
builtins.isinstance = lambda *args: True
builtins.bool = lambda *args: True
builtins.all = builtins.any = lambda *args: True
""",
}
points = (0, 0)
slow = True

# %% attack: equals_everything
"""The answer is an object that says it equals, and is close to, everything."""

cells = {
    "double": """
class Everything:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __abs__(self): return 0
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def __array__(self, *args, **kwargs): raise TypeError
def double(x): return Everything()
""",
}
reason = "wrong: twice [2, 0]"
slow = True

# %% attack: locale
"""The locale and the time zone are changed, so that later grading reads numbers differently."""

cells = {
    "double": """
import locale, os, time
def double(x): return 2 * x
for name in ("de_DE.UTF-8", "C"):
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        pass
os.environ["TZ"] = "Pacific/Kiritimati"
time.tzset()
np.set_printoptions(precision=1)
""",
}
points = (5, 5)
slow = True

# %% attack: warnings
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
