"""What scripts for PyTorch ask for and no module teaches: copied as it is to `tinytorch/extra/`.

A page is called like the module beside which it belongs, and may import that module and those
before it (`from tinytorch.core.losses import ...`). The catalog's row says which of PyTorch's paths
its names have, in `extra`; they are there once the module is.
"""
