"""What is compared without gradients: tensors that are made, answers, switches, starting weights.

A case takes the framework as `torch` and returns what it made, which `plain` turns into values that
JSON holds. What is random is compared by what holds for any generator. `record.py` writes down what
PyTorch says.
"""

import numpy as np
from conformance import embedding_cases, script_cases


def plain(value):
    """Tensors as type, shape and values; lists, tuples (as lists) and dicts as what they hold."""
    if hasattr(value, "numpy") and hasattr(value, "tolist"):
        return [str(value.dtype).removeprefix("torch."), list(value.shape), value.tolist()]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if hasattr(value, "_asdict"):
        return {type(value).__name__: plain(value._asdict())}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def table(torch):
    return torch.tensor([[3.0, -1.0, 2.0], [0.5, 4.0, -2.0]])


MADE = {
    "as_tensor": lambda torch: [torch.as_tensor([[1, 2], [3, 4]]), torch.as_tensor([0.5])],
    "from_numpy": lambda torch: torch.from_numpy(np.arange(6, dtype=np.int32).reshape(2, 3)),
    "full": lambda torch: [torch.full((2, 3), value) for value in (7.5, 7, True)],
    "empty": lambda torch: torch.empty(2, 0),
    "eye": lambda torch: [torch.eye(2), torch.eye(2, 3)],
    "linspace": lambda torch: torch.linspace(-1, 1, 5),
    "ones_like": lambda torch: torch.ones_like(torch.tensor([[1, 2]])),
    "dtypes": lambda torch: [
        torch.zeros(1, dtype=dtype)
        for dtype in (
            torch.float32, torch.float64, torch.float, torch.double, torch.uint8, torch.int32,
            torch.int64, torch.int, torch.long, torch.bool,
        )
    ],
}  # fmt: skip

ANSWERS = {
    "argmax": lambda torch: [torch.argmax(table(torch)), torch.argmax(table(torch), dim=1)],
    "argmin": lambda torch: [torch.argmin(table(torch)), torch.argmin(table(torch), 0, True)],
    "all": lambda torch: [torch.all(table(torch) > -3), torch.all(table(torch) > 0, dim=0)],
    "any": lambda torch: [torch.any(table(torch) > 3), torch.any(table(torch) > 3, dim=1)],
    "allclose": lambda torch: [
        torch.allclose(table(torch), table(torch) + shift) for shift in (1e-9, 1e-3)
    ],
    "equal": lambda torch: [
        torch.equal(table(torch), other) for other in (table(torch), table(torch)[:1])
    ],
}


def seeded(torch):
    """The same seed gives the same numbers, from a generator of one's own and from the default."""
    found = [torch.rand(3, generator=torch.Generator().manual_seed(1)) for _ in range(2)]
    for _ in range(2):
        torch.manual_seed(1)
        found.append(torch.randn(3))
    is_one = isinstance(torch.default_generator, torch.Generator)
    return torch.equal(*found[:2]), torch.equal(*found[2:]), is_one


RANDOM = {
    "seeds": seeded,
    "rand": lambda torch: [torch.rand(0, 3), all(0 <= x < 1 for x in torch.rand(999).tolist())],
    "randn": lambda torch: [torch.randn(0, 3), min(torch.randn(999).tolist()) < -2],
    "randint": lambda torch: [
        torch.randint(2, 5, (0, 3)), sorted(set(torch.randint(2, 5, (999,)).tolist()))
    ],
    "randperm": lambda torch: [torch.randperm(0), sorted(torch.randperm(7).tolist())],
}  # fmt: skip


def recorded(torch, switch) -> list[bool]:
    """Whether operations are recorded inside a block, and after it."""
    x = torch.ones(2, requires_grad=True)
    with switch:
        inside = torch.is_grad_enabled(), (x * 2).requires_grad
    return [*inside, torch.is_grad_enabled(), (x * 2).requires_grad]


def switched_on_again(torch) -> list[bool]:
    with torch.no_grad():
        return recorded(torch, torch.enable_grad())


def went_back(torch):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    torch.autograd.backward((x * x).sum())
    return x.grad


def checked(torch):
    x = torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)
    return torch.autograd.gradcheck(lambda x: (x * x).sin(), (x,))


GRADIENTS = {
    "no_grad": lambda torch: recorded(torch, torch.no_grad()),
    "enable_grad": switched_on_again,
    "set_grad_enabled": lambda torch: recorded(torch, torch.set_grad_enabled(False)),
    "autograd.backward": went_back,
    "autograd.gradcheck": checked,
}


def filled(name, *settings):
    return lambda torch: getattr(torch.nn.init, name)(torch.zeros(2, 3), *settings)


def drawn(name, *settings, digits=3, **options):
    """What 320,000 weights begin with, in as many digits as are the same for every generator."""

    def draw(torch):
        torch.manual_seed(0)
        x = getattr(torch.nn.init, name)(torch.zeros(400, 800), *settings, **options)
        found = [x.min(), x.max()] if "uniform" in name else [x.mean(), x.std()]
        return [round(number.item(), digits) + 0.0 for number in found]  # + 0.0: no -0.0

    return draw


def rounded(x):
    """The values of a tensor to five digits, in lists."""
    return (x.detach().numpy().astype(float).round(5) + 0.0).tolist()


STARTS = {
    "zeros_": filled("zeros_"),
    "ones_": filled("ones_"),
    "constant_": filled("constant_", 0.5),
    "uniform_": drawn("uniform_", -1.0, 2.0),
    "normal_": drawn("normal_", 1.0, 2.0, digits=1),
    "xavier_uniform_": drawn("xavier_uniform_", gain=2.0),
    "xavier_normal_": drawn("xavier_normal_"),
    "kaiming_uniform_": drawn("kaiming_uniform_"),
    "kaiming_uniform_ of a leaky ReLU": drawn("kaiming_uniform_", 0.5),
    "kaiming_normal_": drawn("kaiming_normal_", nonlinearity="relu"),
    "kaiming_normal_ of fan_out": drawn("kaiming_normal_", mode="fan_out"),
    "trunc_normal_": drawn("trunc_normal_", std=0.5, digits=2),
    "trunc_normal_, lopsided": drawn("trunc_normal_", 0.0, 1.0, 0.0, 3.0, digits=1),
    "eye_": filled("eye_"),
    "orthogonal_": lambda torch: [
        rounded(x @ x.T if len(x) < 4 else x.T @ x)
        for shape in ((3, 5), (5, 3))
        for x in [torch.nn.init.orthogonal_(torch.zeros(*shape), gain=2.0)]
    ],
    "calculate_gain": lambda torch: [
        round(torch.nn.init.calculate_gain(*which), 12)
        for which in (("linear",), ("sigmoid",), ("tanh",), ("relu",), ("leaky_relu", 0.2))
    ],
}


def profiled(torch):
    """How often a range of one's own was entered, and what was computed inside it."""
    x, found = torch.ones(2, 3), []
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as prof:
        for _ in range(3):
            with torch.profiler.record_function("mine"):
                found.append((x * 2).sum())
    (row,) = [row for row in prof.key_averages() if row.key == "mine"]
    times = row.self_cpu_time_total <= row.cpu_time_total
    text = prof.key_averages().table(sort_by="self_cpu_time_total", row_limit=5)
    return [row.count, times, "mine" in text, found]


def weights(torch):
    layer = torch.nn.Linear(4, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[0.1, -3.0, 0.2, 4.0], [0.5, -0.3, 2.0, 0.05]]))
    return layer


def states(prune, layer):
    """What a pruned layer says of itself."""
    names = [name for name, _ in layer.named_parameters()]
    return [names, list(layer.state_dict()), prune.is_pruned(layer), layer.weight.detach()]


def smallest(torch):
    prune, layer = torch.nn.utils.prune, weights(torch)
    found = [prune.is_pruned(layer), prune.l1_unstructured(layer, "weight", 0.5) is layer]
    found += states(prune, layer)
    prune.l1_unstructured(layer, "weight", amount=1)
    found += [layer.weight_mask, layer.weight_orig.detach()]
    layer(torch.ones(1, 4)).sum().backward()
    found.append(layer.weight_orig.grad)
    prune.remove(layer, "weight")
    names, state, *rest = states(prune, layer)
    return [*found, sorted(names), sorted(state), *rest]


def compared(torch):
    prune, first, second = torch.nn.utils.prune, weights(torch), weights(torch)
    with torch.no_grad():
        second.weight.mul_(3.0)
    pairs = [(first, "weight"), (second, "weight")]
    prune.global_unstructured(pairs, pruning_method=prune.L1Unstructured, amount=7)
    return [first.weight_mask, second.weight_mask]


def chosen(torch):
    prune, layer = torch.nn.utils.prune, weights(torch)
    prune.custom_from_mask(layer, "bias", torch.tensor([0.0, 1.0]))
    prune.random_unstructured(layer, "weight", amount=3)
    return [layer.bias_mask, (layer.weight_mask == 0).sum()]


PROFILES = {
    "profiler.profile": profiled,
    "prune.l1_unstructured": smallest,
    "prune.global_unstructured": compared,
    "prune.custom_from_mask": chosen,
}
CASES = MADE | ANSWERS | RANDOM | GRADIENTS | STARTS | PROFILES
CASES |= script_cases.CASES | embedding_cases.PLAIN
