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
