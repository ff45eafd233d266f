# generated from tito/catalog.py by `tito build`: edit that file
"""The modules of the course: {stem: (number, whether it is written)}.

PLANNED are the paths of which nothing is written yet, and where they are built.
"""

MODULES = {
    "tensor": (1, True),
    "autograd": (2, True),
    "layers": (3, True),
    "losses": (4, True),
    "dataloader": (5, True),
    "optimizers": (6, True),
    "training": (7, True),
    "normalization": (8, True),
    "convolutions": (9, True),
    "tokenization": (10, True),
    "embeddings": (11, True),
    "attention": (12, True),
    "transformers": (13, True),
    "profiling": (14, True),
    "quantization": (15, True),
    "compression": (16, True),
    "acceleration": (17, False),
    "memoization": (18, False),
    "benchmarking": (19, False),
    "capstone": (20, False),
}
PLANNED = {
    "tinytorch.acceleration": "module 17, acceleration",
    "tinytorch.capstone": "module 20, capstone",
    "tinytorch.utils.benchmark": "module 19, benchmarking",
}
