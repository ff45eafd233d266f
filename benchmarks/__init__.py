"""Speed against PyTorch: `make bench`. One thread, set before NumPy or PyTorch are imported."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
