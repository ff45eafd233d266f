"""Ordinary PyTorch training scripts, run by either framework from the same text.

The scripts are in `pytorch_scripts/`. Each defines `build()`, which makes the
model, `train(model)`, which returns the loss of every step, and GOAL, which the last losses must
reach. For TinyTorch only the imports are changed, to `import tinytorch as torch` and its like. To
compare the two step by step chance is taken out: the weights are given, nothing is shuffled,
nothing dropped, and NumPy draws the random numbers.
"""

import re
from contextlib import contextmanager
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).with_name("pytorch_scripts")
SCRIPTS = sorted(path.stem for path in FOLDER.glob("*.py"))
IMPORTS = (
    (r"^import torch$", "import tinytorch as torch"),
    (r"^(import|from) torch\b", r"\1 tinytorch"),
)


def loaded(name: str, ours: bool) -> dict:
    """What the script defines, on TinyTorch or on PyTorch; its main program does not run."""
    path = FOLDER / f"{name}.py"
    text = path.read_text(encoding="utf-8")
    for old, new in IMPORTS if ours else ():
        text = re.sub(old, new, text, flags=re.MULTILINE)
    names = {"__name__": name}
    exec(compile(text, str(path), "exec"), names)
    return names


def ordinary(name: str, ours: bool) -> tuple:
    """(model, losses, GOAL) of a run as its users start it."""
    script = loaded(name, ours)
    script["torch"].manual_seed(0)
    model = script["build"]()
    return model, script["train"](model), script["GOAL"]


def given_weights(model, dtype="float32") -> dict[str, np.ndarray]:
    """The same for every framework: normal in matrices; 1 or, in biases, 0 in vectors."""
    rng = np.random.default_rng(0)
    found = {}
    for name, p in model.named_parameters():
        shape = tuple(p.shape)
        drawn = rng.normal(0, max(shape, default=1) ** -0.5, shape)
        fixed = np.zeros(shape) if name.endswith(("bias", "b1")) else np.ones(shape)
        found[name] = (drawn if len(shape) > 1 else fixed).astype(dtype)
    return found


def in_order(script: dict) -> None:
    """Loaders that do not shuffle, and parts of a dataset that are cut off from its front."""
    data = script["torch"].utils.data
    script["DataLoader"] = lambda *args, shuffle=False, **options: data.DataLoader(*args, **options)

    def split(dataset, lengths, generator=None):
        ends = list(accumulate(lengths, initial=0))
        return [data.Subset(dataset, range(*ends)) for ends in pairwise(ends)]

    script["random_split"] = split


@contextmanager
def drawn_by_numpy(torch):
    """Inside it `torch.randn` and `torch.randint` give either framework the same numbers."""
    rng = np.random.default_rng(0)

    def randn(*size):
        shape = size[0] if isinstance(size[0], tuple) else size
        return torch.tensor(rng.standard_normal(shape).astype("float32"))

    def randint(low, high, size):
        return torch.tensor(rng.integers(low, high, size))

    before = {name: getattr(torch, name) for name in ("randn", "randint")}
    torch.randn, torch.randint = randn, randint
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(torch, name, function)


def without_chance(name: str, ours: bool) -> list[float]:
    """The loss of every step of a run whose random numbers are the same on both."""
    script = loaded(name, ours)
    in_order(script)
    torch, model = script["torch"], script["build"]()
    weights = {key: torch.tensor(array) for key, array in given_weights(model).items()}
    model.load_state_dict({**model.state_dict(), **weights})
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    with drawn_by_numpy(torch):
        return script["train"](model)
