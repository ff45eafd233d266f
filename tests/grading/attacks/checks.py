# %% attack: allclose
"""NumPy's comparisons are replaced: everything is close to everything."""

cells = {
    "double": """
import numpy.testing
def double(x):
    return 0 * x
def yes(*args, **kwargs):
    return True
np.allclose = np.isclose = np.array_equal = np.array_equiv = yes
np.testing.assert_allclose = np.testing.assert_array_equal = yes
""",
}
reason = "wrong: twice [2, 0]"

# %% attack: assertion_error
"""AssertionError is replaced by something that is not raised, or not shown."""

cells = {
    "double": """
import builtins
def double(x): return 0 * x
class Silent(BaseException):
    def _render_traceback_(self): return []
builtins.AssertionError = Silent
import tito.checks
tito.checks.AssertionError = Silent
""",
}
reason = "wrong: twice [2, 0]"
slow = True

# %% attack: checks_code
"""The checks keep their names and identity, but get the code of other functions."""

cells = {
    "double": """
import tito.checks
def double(x): return 0 * x
def passes(actual, expected, what, *, suspects=None, hint="", rtol=1e-5, atol=1e-7, dtype=None):
    return None
tito.checks.close.__code__ = passes.__code__
""",
}
reason = "wrong: twice [2, 0]"
slow = True

# %% attack: checks_healed
"""The checks are damaged by the call that they judge, and mend themselves when they are used."""

cells = {
    "double": """
import tito.checks
real = tito.checks._same
def once(*args):
    tito.checks._same = real
    return True
def double(x):
    tito.checks._same = once
    return 0 * x
""",
}
points = (5, 5)
gap = "it runs where the test runs"
slow = True

# %% attack: checks_in_the_call
"""The checks are damaged by the very call that they are about to judge."""

cells = {
    "double": """
import tito.checks
def double(x):
    tito.checks._same = lambda *args: True
    return 0 * x
""",
}
reason = "checks no longer"

# %% attack: checks_inner
"""The helpers beneath the checks are replaced, and the checks left alone."""

cells = {
    "double": """
import tito.checks
def double(x): return 0 * x
tito.checks._same = lambda *args: True
tito.checks._fail = lambda *args: None
""",
}
reason = "wrong: twice [2, 0]"
slow = True

# %% attack: checks_named
"""Variables and the module are given other checks under the same names."""

cells = {
    "double": """
def double(x): return 0
close = equal = lambda *args, **kwargs: None
import tito.checks
tito.checks.close = tito.checks.equal = close
""",
}
reason = "wrong: twice [2, 0]"

# %% attack: checks_numpy
"""The NumPy that the checks see is another one."""

cells = {
    "double": """
import tito.checks, types
def double(x): return 0 * x
fake = types.ModuleType("numpy")
fake.__dict__.update(vars(np))
fake.isclose = lambda a, *rest, **more: np.ones(a.shape, bool)
tito.checks.close.__globals__["np"] = fake
""",
}
reason = "wrong: twice [2, 0]"
slow = True

# %% attack: checks_reimported
"""An import hook answers for the checks, which are forgotten and imported again."""

cells = {
    "double": """
import importlib.abc, importlib.machinery, sys
def double(x): return 0 * x
class Hook(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name == "tito.checks":
            return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        module.close = module.equal = lambda *args, **kwargs: None
sys.meta_path.insert(0, Hook())
del sys.modules["tito.checks"]
from tito.checks import close, equal
""",
}
reason = "wrong: twice [2, 0]"
slow = True

# %% attack: thread
"""A thread goes on running and patches the checks without pause."""

cells = {
    "double": """
import threading, time, tito.checks
def double(x):
    time.sleep(0.05)
    return 0 * x
def patch():
    while True:
        tito.checks._same = lambda *args: True
        time.sleep(0)
threading.Thread(target=patch, daemon=True).start()
""",
}
points = (0, 0)
reason = "checks no longer"
slow = True
