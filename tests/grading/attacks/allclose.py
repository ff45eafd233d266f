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
