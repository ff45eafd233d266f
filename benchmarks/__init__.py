"""Speed against PyTorch: `make bench`. One thread, or as many as BENCH_THREADS says.

The number is set before NumPy or PyTorch are imported, which read it once.
"""

import os

THREADS = int(os.environ.get("BENCH_THREADS", "1"))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)
