"""A broken variant of the package, to be seen at work beside the package as it is."""

from types import ModuleType

from tito.course import here
from tito.mutants.package import BROKEN, read_variant


def broken(name: str) -> ModuleType:
    """A module of the package with the mistake of tests/package_mutants/`name`.py in it.

    Its name is that of the module, its docstring names the mistake. The package stays as it is.
    """
    course = here()
    variant = read_variant(course, course.root / "tests" / BROKEN / f"{name}.py")
    module = ModuleType(variant.module, variant.why)
    module.__package__ = "tinytorch.core"
    exec(compile(variant.source, f"{name}.py", "exec"), vars(module))
    module.__doc__ = variant.why
    return module
