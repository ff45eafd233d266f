"""`tito unlock`: the reference of a module in the student's package, where they are stuck.

Only a kit made by `tito kit --with-solutions` holds references. The student's own version is kept
as a backup, their notebook stays as it is, and the next `tito export` puts their own back.
"""

import hashlib
from datetime import date

from tito import package
from tito.catalog import Module
from tito.errors import Mistake
from tito.files import write, writing
from tito.student.workspace import Say, Workspace


def reference(space: Workspace, module: Module) -> str:
    """The text of a module's reference. Raises: Mistake if the kit does not hold it."""
    path = space.course.reference(module)
    if not path.is_file():
        raise Mistake(
            f"your copy of the course does not hold the reference of module {module.folder}: "
            "ask your instructor for one that does"
        )
    return path.read_text(encoding="utf-8")


def unlock(space: Workspace, module: Module, day: date, say: Say) -> None:
    """Put the reference where the student's export is, and note it in the file and `.tito/`.

    Raises: Mistake if the kit does not hold it, or the file cannot be written.
    """
    note = f"# reference put in place by `tito unlock {module.number:02d}` on {day.isoformat()}"
    _, _, body = reference(space, module).partition("\n")  # the first line says what the file is
    data, target = f"{note}\n{body}".encode(), space.exported(module)
    with writing(space.package):
        package.write(space.course.catalog, space.package)
    if target.is_file() and not is_reference(space, module):
        say(f"your own version is kept as {space.keep(target)}")
    write(target, data)
    space.remember_export(module, data, unlocked=day.isoformat())
    say(f"the reference of module {module.folder} is now {target}")
    for earlier in space.not_exported(module):
        say(f"it uses module {earlier.folder}, which you have not exported yet")
    say(f"`tito export {module.number:02d}` puts your own version back, once you have one")


def is_reference(space: Workspace, module: Module) -> bool:
    """Whether the exported file is a reference as it was put there, not edited since."""
    found = hashlib.sha256(space.exported(module).read_bytes()).hexdigest()
    return module.stem in space.unlocked and found == space.noted("exports").get(module.stem)
