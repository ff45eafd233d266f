# generated from tito/lib/__init__.py by `tito build`: edit that file
"""What the framework stands on and no module teaches: written as it is into `tinytorch/lib/`.

Plain typed Python on NumPy. A page here imports the standard library, NumPy and, by relative
imports, other pages of this room; the modules of the course import it as `tinytorch.lib`.
"""
