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
