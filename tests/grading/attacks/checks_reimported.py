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
