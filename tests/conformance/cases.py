"""The table that holds our names against PyTorch's: what is called, on which inputs.

A case calls the same public names of either framework, handed in as `torch`. Its values and
gradients must agree; what is in `ERRORS` must raise the same type of error. `record.py` writes down
what PyTorch says; `test_recorded.py` holds us against that, and `test_live.py` against PyTorch
itself, on shapes that hypothesis makes up.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from conformance import attention_cases, embedding_cases, script_cases

DOMAINS = {
    "real": lambda rng, shape: rng.normal(size=shape),
    "positive": lambda rng, shape: rng.uniform(0.5, 2.0, shape),
    "apart": lambda rng, shape: rng.permutation(int(np.prod(shape))).reshape(shape) * 0.1 + 0.05,
    "tied": lambda rng, shape: rng.integers(0, 3, shape) * 0.5,
    "chance": lambda rng, shape: rng.uniform(0.05, 0.95, shape),
}


@dataclass(frozen=True)
class Case:
    """One call. `family` says which shapes live tests may try: see `test_live.py`.

    call: (torch, *tensors) -> tensor. shapes: of the inputs in the recorded run, one or more sets.
    domain: of the values, a key of DOMAINS. tolerance: relative, in float64 and in float32.
    """

    name: str
    call: Callable
    shapes: tuple
    family: str = "fixed"
    domain: str = "real"
    tolerance: tuple[float, float] = (1e-9, 1e-5)


def inputs(case: Case, shapes: tuple, dtype: str) -> list[np.ndarray]:
    """The arrays of one run of a case, always the same for the same arguments."""
    rng = np.random.default_rng(len(case.name))
    return [DOMAINS[case.domain](rng, shape).astype(dtype) for shape in shapes]


def run(torch, case: Case, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """The result of a case and the gradients of its inputs, as arrays.

    The result is weighed with 1, 2, 3, ... before it is added up, so that every place counts.
    """
    leaves = [torch.tensor(array, requires_grad=True) for array in arrays]
    out = case.call(torch, *leaves)
    out = out if isinstance(out, torch.Tensor) else out[0]
    weights = np.arange(1.0, out.numel() + 1).reshape(tuple(out.shape)).astype(arrays[0].dtype)
    (out * torch.tensor(weights)).sum().backward()
    grads = [
        np.zeros_like(a) if x.grad is None else x.grad for x, a in zip(leaves, arrays, strict=True)
    ]
    return [np.asarray(out.detach()), *(np.asarray(grad) for grad in grads)]


def _unary(name: str, domain: str = "real") -> Case:
    return Case(name, lambda torch, x: getattr(torch, name)(x), (((2, 3),), ((),)), "unary", domain)


def _binary(name: str, domain: str = "real") -> Case:
    def call(torch, x, y):
        return getattr(torch, name)(x, y)

    return Case(name, call, (((2, 3), (3,)), ((4, 1), (1, 2)), ((), (3,))), "binary", domain)


UNARY = [_unary(name) for name in ("neg", "exp", "tanh", "sin", "cos", "abs")]
UNARY += [_unary("log", "positive"), _unary("sqrt", "positive")]
BINARY = [_binary(name) for name in ("add", "sub", "mul", "maximum", "minimum")]
BINARY += [_binary("div", "positive"), _binary("pow", "positive")]
SHAPED = [
    Case("a number on the left", lambda torch, x: 2 - 3 / x, (((2, 3),),), "unary", "positive"),
    Case("square", lambda torch, x: x**2, (((2, 3),),), "unary"),
    Case("cube", lambda torch, x: x**3, (((2, 3),),), "unary"),
    Case("inverse square root", lambda torch, x: x**-0.5, (((2, 3),),), "unary", "positive"),
    Case("clamp", lambda torch, x: x.clamp(-0.5, 0.8), (((3, 4),),), "unary"),
    Case("clamp from below", lambda torch, x: torch.clamp(x, min=0.0), (((3, 4),),), "unary"),
    Case("where", lambda torch, x, y: torch.where(x > 0.1, x, y), (((2, 3), (3,)),), "binary"),
    Case("sum", lambda torch, x: x.sum(), (((2, 3),), ((),), ((0, 3),)), "unary"),
    Case("mean", lambda torch, x: x.mean(), (((2, 3),),), "unary"),
    Case("sum along", lambda torch, x: torch.sum(x, dim=1), (((2, 3, 4),),), "matrix"),
    Case("sum along several", lambda torch, x: x.sum((0, -1), keepdim=True), (((2, 3, 4),),)),
    Case("mean along", lambda torch, x: torch.mean(x, -1, True), (((2, 3, 4),),), "matrix"),
    Case("var", lambda torch, x: x.var(), (((2, 3),),)),
    Case("var along", lambda torch, x: torch.var(x, 1, correction=0), (((4, 3),),), "matrix"),
    Case("std along", lambda torch, x: torch.std(x, dim=0, keepdim=True), (((4, 3),),)),
    Case("amax", lambda torch, x: torch.amax(x, dim=1), (((3, 4),),), "matrix", "apart"),
    Case("amin", lambda torch, x: torch.amin(x, (0, 1)), (((3, 4),),), "matrix", "apart"),
    Case("max", lambda torch, x: x.max(), (((3, 4),),), "matrix", "apart"),
    Case("max along", lambda torch, x: torch.max(x, dim=1).values, (((3, 4),),), "matrix", "apart"),
    Case("min along", lambda torch, x: torch.min(x, 0)[0], (((3, 4),),), "matrix", "apart"),
    Case("ties of amax", lambda torch, x: (x * 0).amax(dim=1) + x.sum(1), (((2, 3),),)),
    Case(
        "matmul",
        lambda torch, x, y: x @ y,
        (
            ((2, 3), (3, 4)),
            ((3,), (3,)),
            ((2, 3), (3,)),
            ((3,), (3, 4)),
            ((5, 2, 3), (3, 4)),
            ((5, 2, 3), (5, 3, 4)),
            ((4, 1, 2, 3), (5, 3, 2)),
            ((3,), (5, 3, 2)),
            ((0, 3), (3, 2)),
        ),
        "matmul",
        tolerance=(1e-9, 1e-4),
    ),
    Case("matmul by name", lambda torch, x, y: torch.matmul(x, y), (((2, 3), (3, 4)),)),
    Case("reshape", lambda torch, x: torch.reshape(x, (3, -1)), (((2, 3, 2),),)),
    Case("view", lambda torch, x: x.view(6, 2), (((3, 4),),)),
    Case("flatten", lambda torch, x: torch.flatten(x, 1), (((2, 3, 4),),)),
    Case("squeeze", lambda torch, x: torch.squeeze(x, 1), (((2, 1, 3),),)),
    Case("unsqueeze", lambda torch, x: torch.unsqueeze(x, -1), (((2, 3),),), "unary"),
    Case("transpose", lambda torch, x: torch.transpose(x, 0, -1), (((2, 3, 4),),), "matrix"),
    Case("permute", lambda torch, x: torch.permute(x, (2, 0, 1)), (((2, 3, 4),),)),
    Case("T", lambda torch, x: x.T, (((2, 3),),)),
    Case("mT", lambda torch, x: x.mT, (((2, 3, 4),),)),
    Case("expand", lambda torch, x: x.expand(4, -1, 3), (((2, 1),),)),
    Case("cat", lambda torch, x, y: torch.cat([x, y], dim=1), (((2, 3), (2, 1)),)),
    Case("stack", lambda torch, x, y: torch.stack((x, y), -1), (((2, 3), (2, 3)),)),
    Case("a row", lambda torch, x: x[1], (((3, 4),),)),
    Case("a slice", lambda torch, x: x[1:, ::2], (((3, 4),),)),
    Case("an ellipsis", lambda torch, x: x[..., 0], (((3, 4, 2),),)),
    Case("a new dimension", lambda torch, x: x[:, None], (((3, 4),),), "matrix"),
    Case("a mask", lambda torch, x: x[x > 0], (((3, 4),),)),
    Case("rows by number", lambda torch, x: x[torch.tensor([0, 2, 0])], (((3, 4),),)),
    Case("places by number", lambda torch, x: x[[0, 1, 1], [2, 2, 2]], (((3, 4),),)),
    Case("gather", lambda torch, x: x.gather(1, torch.tensor([[0, 0], [2, 1]])), (((2, 3),),)),
    Case(
        "gather down", lambda torch, x: torch.gather(x, 0, torch.tensor([[1, 0, 1]])), (((2, 3),),)
    ),
    Case(
        "a 0-d float64 tensor",
        lambda torch, x: x * torch.tensor(2.0, dtype=torch.float64),
        (((2, 3),), ((),)),
        "unary",
    ),
    Case("clone", lambda torch, x: torch.clone(x), (((2, 3),),), "unary"),
    Case("detached half", lambda torch, x: x * x.detach(), (((2, 3),),), "unary"),
    Case("used twice", lambda torch, x: x * x + x, (((2, 3),),), "unary"),
    Case("log softmax", lambda torch, x: x - x.exp().sum(1, True).log(), (((4, 3),),), "matrix"),
]


def _functional(name: str, domain: str = "real", tolerance=(1e-9, 1e-5), **options) -> Case:
    label = " ".join([f"F.{name}", *map(str, options.values())])

    def call(torch, x):
        return getattr(torch.nn.functional, name)(x, **options)

    return Case(label, call, (((3, 4),), ((),)), "unary", domain, tolerance)


def _model(torch, x):
    """Two layers with given weights, in the dtype of the input."""
    nn, rng = torch.nn, np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Flatten(), nn.Linear(4, 2, bias=False))
    shapes = {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
    drawn = {name: torch.tensor(rng.normal(size=shape)) for name, shape in shapes.items()}
    model.load_state_dict(drawn)
    return model.to(x.dtype).eval()(x)


def _layer(name: str, *settings, shape=(3, 4), **options) -> Case:
    """A layer of `torch.nn` as it is made, when it is not training."""

    def call(torch, x):
        return getattr(torch.nn, name)(*settings, **options).to(x.dtype).eval()(x)

    return Case(f"nn.{name}", call, ((shape,),))


def _encoder(torch, x, mask, **options):
    """Two encoder layers, 4 wide, with weights that no generator has drawn, and a last norm."""
    nn = torch.nn
    layer = nn.TransformerEncoderLayer(4, 2, 6, dropout=0.0, **options)
    model = nn.TransformerEncoder(layer, 2, nn.LayerNorm(4), enable_nested_tensor=False)
    given = {}
    for i, (name, value) in enumerate(model.state_dict().items()):
        shape = tuple(value.shape)
        weights = np.cos(np.arange(np.prod(shape)) * 1.7 + i).reshape(shape)
        given[name] = torch.tensor(weights.astype("float32"))
    model.load_state_dict(given)
    return model.to(x.dtype)(x, mask=mask)


def _encoders() -> list[Case]:
    causal = np.triu(np.ones((3, 3), bool), 1)
    return [
        Case(
            f"nn.TransformerEncoder, {options}, {'a' if masked else 'no'} mask",
            lambda torch, x, options=options, masked=masked: _encoder(
                torch, x, torch.tensor(causal) if masked else None, **options
            ),
            (((3, 2, 4),),) if not options.get("batch_first") else (((2, 3, 4),),),
            tolerance=(1e-7, 1e-4),
        )
        for options in (
            {},
            {"norm_first": True, "activation": "gelu"},
            {"batch_first": True, "bias": False},
        )
        for masked in (False, True)
    ]


def _own_module(torch, x):
    class Scale(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.factor = torch.nn.Parameter(torch.tensor([2.0, -1.0, 0.5, 0.0]))
            self.parts = torch.nn.ModuleList([torch.nn.Tanh(), torch.nn.Identity()])

        def forward(self, x):
            for part in self.parts:
                x = part(x * self.factor)
            return x

    return Scale().to(x.dtype)(x)


def _dict_of_modules(torch, x):
    parts = torch.nn.ModuleDict({"relu": torch.nn.ReLU(), "tanh": torch.nn.Tanh()})
    parts["relu"] = torch.nn.Sigmoid()
    parts.update([("elu", torch.nn.ELU(0.7))])
    assert list(parts) == list(parts.keys()) == ["relu", "tanh", "elu"]
    assert "tanh" in parts
    parts.pop("tanh")
    for part in parts.values():
        x = part(x)
    return x * len(parts)


def _list_of_parameters(torch, x):
    factors = torch.nn.ParameterList([torch.ones(3, dtype=x.dtype) * n for n in (2, 3)])
    factors.append(torch.nn.Parameter(torch.ones(3, dtype=x.dtype)))
    factors += [torch.ones(3, dtype=x.dtype)]
    assert [name for name, _ in factors.named_parameters()] == ["0", "1", "2", "3"]
    for factor in factors:
        x = x * factor
    return x * len(factors[1:]) + factors[-1]


def _list_of_modules(torch, x):
    several = torch.nn.ModuleList([torch.nn.Tanh()])
    several += [torch.nn.ReLU(), torch.nn.Sigmoid()]
    several.pop(1)
    model = torch.nn.Sequential(*several, torch.nn.ReLU()) + torch.nn.Sequential(torch.nn.Tanh())
    model = model * 2
    model.insert(1, torch.nn.LeakyReLU(0.3))
    model.pop(-2)
    assert [type(part).__name__ for part in several + several] == ["Tanh", "Sigmoid"] * 2
    assert list(model._modules) == [str(n) for n in range(len(model))]
    return model(x) * len(model)


def _hooked(torch, x):
    """An input and an output, each changed by a hook; one that was removed; one that looks on."""
    model, seen = torch.nn.Sequential(torch.nn.Tanh(), torch.nn.Sigmoid()), []
    first = model.get_submodule("0")
    first.register_forward_pre_hook(lambda module, args: args[0] * 2)
    first.register_forward_hook(lambda module, args, out: out + args[0])
    model.register_forward_hook(lambda module, args, out: seen.append(out.shape))
    model.register_forward_hook(lambda module, args, out: out * 0).remove()
    out = model(x)
    assert [tuple(shape) for shape in seen] == [tuple(x.shape)]
    return out


def _from_vector(torch, x):
    parameters = [torch.zeros(2, 2, dtype=x.dtype), torch.zeros(2, dtype=x.dtype)]
    torch.nn.utils.vector_to_parameters(x.detach(), parameters)
    return x + torch.cat([parameters[1], parameters[0].reshape(-1)])


LAYERS = [
    *[_layer(name) for name in ("ReLU", "Sigmoid", "GELU", "SiLU", "Dropout")],
    _layer("LeakyReLU", 0.3),
    _layer("Softmax", dim=1),
    Case("a module of one's own", _own_module, (((3, 4),),)),
    *[_functional(name) for name in ("relu", "tanh", "sigmoid", "silu", "leaky_relu")],
    _functional("leaky_relu", negative_slope=0.3),
    _functional("leaky_relu", negative_slope=1.5),
    _functional("gelu"),
    _functional("gelu", approximate="tanh"),
    _functional("dropout", p=0.4, training=False),
    Case(
        "F.softmax", lambda torch, x: torch.nn.functional.softmax(x, dim=1), (((3, 4),),), "matrix"
    ),
    Case("softmax down", lambda torch, x: torch.softmax(x, 0), (((3, 4),),), "matrix"),
    Case(
        "F.linear",
        lambda torch, x, w, b: torch.nn.functional.linear(x, w, b),
        (((5, 3), (4, 3), (4,)), ((2, 5, 3), (4, 3), (4,)), ((3,), (4, 3), (4,))),
    ),
    Case(
        "F.linear without bias",
        lambda torch, x, w: torch.nn.functional.linear(x, w),
        (((5, 3), (4, 3)),),
    ),
    Case("a model of layers", _model, (((5, 3),),)),
    _layer("ELU", 0.5),
    _layer("Softplus", 2.0, threshold=1.5),
    Case("a dict of modules", _dict_of_modules, (((4, 3),),)),
    Case("a list of parameters", _list_of_parameters, (((4, 3),),)),
    Case("modules added, repeated and taken out", _list_of_modules, (((4, 3),),)),
    Case("hooks around a layer", _hooked, (((4, 3),),)),
    Case(
        "parameters as a vector",
        lambda torch, x, y: torch.nn.utils.parameters_to_vector([x, y]),
        (((2, 3), (4,)),),
    ),
    Case("parameters from a vector", _from_vector, (((6,),),)),
]

INDICES, IGNORED = [2, 0, 1, 2], [2, -100, 1, -100]
WEIGHT = [0.5, 1.0, 2.0]


def _loss(name: str, targets=None, shape=(4, 3), label="", **options) -> Case:
    """A loss of `torch.nn.functional`; lists among the options become tensors like the input."""

    def call(torch, x, *more):
        given = {
            key: torch.tensor(value, dtype=x.dtype) if isinstance(value, list) else value
            for key, value in options.items()
        }
        target = more[0] if more else torch.tensor(targets)
        return getattr(torch.nn.functional, name)(x, target, **given)

    words = [f"{key}={value}" for key, value in options.items()]
    shapes = (shape,) if targets is not None else (shape, shape)
    return Case(" ".join([f"F.{name}", label, *words]), call, (shapes,))


def _criterion(name: str, **options) -> Case:
    """A loss of `torch.nn` of two inputs of one shape."""

    def call(torch, x, y):
        return getattr(torch.nn, name)(**options)(x, y)

    return Case(f"nn.{name}", call, (((4, 3), (4, 3)),))


LOSSES = [
    _criterion("MSELoss"),
    _criterion("L1Loss", reduction="sum"),
    _criterion("BCEWithLogitsLoss"),
    Case(
        "nn.NLLLoss",
        lambda torch, x: torch.nn.NLLLoss(ignore_index=1)(x, torch.tensor(INDICES)),
        (((4, 3),),),
    ),
    Case(
        "nn.BCELoss",
        lambda torch, x, y: torch.nn.BCELoss(reduction="sum")(torch.sigmoid(x), torch.sigmoid(y)),
        (((4, 3), (4, 3)),),
    ),
    _criterion("SmoothL1Loss", beta=0.7),
    Case(
        "nn.KLDivLoss",
        lambda torch, x, y: torch.nn.KLDivLoss(reduction="batchmean")(x, torch.sigmoid(y)),
        (((4, 3), (4, 3)),),
    ),
    Case("nn.LogSoftmax", lambda torch, x: torch.nn.LogSoftmax(dim=0)(x), (((3, 4),),)),
    Case("F.log_softmax", lambda torch, x: torch.nn.functional.log_softmax(x, dim=1), (((3, 4),),)),
    *[_loss("cross_entropy", INDICES, reduction=way) for way in ("mean", "sum", "none")],
    _loss("cross_entropy", IGNORED, label="ignored"),
    _loss("cross_entropy", INDICES, weight=WEIGHT),
    _loss("cross_entropy", INDICES, label_smoothing=0.2),
    _loss("cross_entropy", IGNORED, label="all of it", weight=WEIGHT, label_smoothing=0.1),
    _loss("cross_entropy", [[0, 2], [1, 1], [2, 0], [0, 0]], (4, 3, 2), label="of pixels"),
    _loss("cross_entropy", label="of chances"),
    _loss("nll_loss", INDICES, weight=WEIGHT),
    *[_loss("mse_loss", reduction=way) for way in ("mean", "sum", "none")],
    *[_loss("l1_loss", reduction=way) for way in ("mean", "none")],
    _loss("binary_cross_entropy_with_logits"),
    _loss("binary_cross_entropy_with_logits", pos_weight=WEIGHT, weight=WEIGHT, reduction="sum"),
    Case(
        "nn.CrossEntropyLoss",
        lambda torch, x: torch.nn.CrossEntropyLoss(label_smoothing=0.1)(
            1e4 * x, torch.tensor(INDICES)
        ),
        (((4, 3),),),
    ),
]


def _batch_norm(torch, x, w, b):
    """In training, with running statistics of its own, which are part of the result."""
    mean, var = (torch.zeros(3, dtype=x.dtype) for _ in range(2))
    out = torch.nn.functional.batch_norm(x, mean, var, w, b, training=True, momentum=0.3)
    return out + (mean + var).reshape(-1, *[1] * (x.ndim - 2))


def _fixed_norm(torch, x, w, b):
    mean, var = (torch.tensor([value, 0.5, 2.0], dtype=x.dtype) for value in (-1.0, 1.0))
    return torch.nn.functional.batch_norm(x, mean, var, w, b)


def _batch_norm_layer(torch, x):
    """Three training steps, the last two of them on other data, then eval."""
    norm = torch.nn.BatchNorm1d(3, momentum=None).to(x.dtype)
    for shift in (0.0, 1.0, 2.0):
        out = norm(x * (1 + shift) + shift)
    return out + norm.eval()(x) + norm.num_batches_tracked


CHANNELS = (((5, 3), (3,), (3,)), ((2, 3, 4), (3,), (3,)))
NORMS = [
    _layer("GroupNorm", 2, 4, shape=(2, 4, 3)),
    _layer("RMSNorm", 4, eps=0.1),
    Case("F.batch_norm", _batch_norm, CHANNELS),
    Case("F.batch_norm, fixed", _fixed_norm, CHANNELS),
    Case("nn.BatchNorm1d", _batch_norm_layer, (((5, 3),), ((2, 3, 4),))),
    Case(
        "F.layer_norm",
        lambda torch, x, w, b: torch.nn.functional.layer_norm(x, w.shape, w, b),
        (((5, 4), (4,), (4,)), ((2, 3, 4), (3, 4), (3, 4)), ((6,), (6,), (6,))),
    ),
    Case(
        "nn.LayerNorm",
        lambda torch, x: torch.nn.LayerNorm(4, elementwise_affine=False)(x),
        (((5, 4),), ((2, 3, 4),)),
    ),
    Case(
        "F.group_norm",
        lambda torch, x, w, b: torch.nn.functional.group_norm(x, 2, w, b),
        (((5, 8), (8,), (8,)), ((2, 4, 3), (4,), (4,)), ((2, 4, 3, 2), (4,), (4,))),
    ),
    Case(
        "F.rms_norm",
        lambda torch, x, w: torch.nn.functional.rms_norm(x, tuple(w.shape), w),
        (((5, 4), (4,)), ((2, 3, 4), (3, 4))),
    ),
]

EMBEDDINGS = [Case(*call) for call in embedding_cases.CALLS]


def _by_channel(torch, x):
    scale, zero = torch.tensor([0.1, 0.3, 0.05]), torch.tensor([0, -2, 3], dtype=torch.int32)
    return torch.fake_quantize_per_channel_affine(x, scale, zero, 1, -8, 7)


GRIDS = [
    Case(
        "fake_quantize_per_tensor_affine",
        lambda torch, x: torch.fake_quantize_per_tensor_affine(x, 0.1, -3, -8, 7),
        (((4, 5),), ((2, 3, 2),), ((),)),
        tolerance=(1e-6, 1e-5),
    ),
    Case("fake_quantize_per_channel_affine", _by_channel, (((2, 3, 2),),), tolerance=(1e-6, 1e-5)),
]


def _clipped(name: str, *settings, **options) -> Case:
    """The gradients of two parameters after clipping, and what was returned; a third has none."""

    def call(torch, x, y):
        parameters = [torch.zeros_like(t).requires_grad_() for t in (x, y, x)]
        for parameter, t in zip(parameters, (x, y), strict=False):
            parameter.grad = t.detach().clone()
        norm = getattr(torch.nn.utils, name)(parameters, *settings, **options)
        found = [p.grad.reshape(-1) for p in parameters[:2]]
        assert parameters[2].grad is None
        found += [] if norm is None else [norm.reshape(1)]
        return torch.cat(found) + 0 * x.sum()  # so that there is something to go back through

    label = " ".join([name, *map(str, settings), *map(str, options.values())])
    return Case(label, call, (((2, 3), (4,)), ((), (1, 3))), "binary")


CLIPPING = [
    *(_clipped("clip_grad_norm_", limit) for limit in (0.0, 0.5, 100.0, float("inf"))),
    *(
        _clipped("clip_grad_norm_", 0.5, norm_type=order)
        for order in (0.0, 1.0, 1.5, 3, float("inf"), -float("inf"))
    ),
    _clipped("clip_grad_norm_", 0.5, error_if_nonfinite=True),
    _clipped("clip_grad_value_", 0.7),
    Case(
        "clip_grad_norm_ of nothing",
        lambda torch, x: x * torch.nn.utils.clip_grad_norm_([x, x.detach()], 1.0),
        (((2, 3),),),
    ),
    Case(
        "clip_grad_norm_ of a NaN",
        lambda torch, x: x.sum() * 0 + _norm_of(torch, x, float("nan")),
        (((2, 3),),),
    ),
]


def _norm_of(torch, x, value, **options):
    """The gradient after clipping, if one of its values is `value`."""
    parameter = torch.zeros_like(x).requires_grad_()
    gradient = np.ones(tuple(x.shape), str(x.dtype).removeprefix("torch."))
    gradient[0] = value
    parameter.grad = torch.tensor(gradient)
    torch.nn.utils.clip_grad_norm_(parameter, 1.0, **options)
    return parameter.grad


INDEX = [[0, 2, 1], [2, 1, 0]]


def _method(name: str, *args, shape=(3, 4), domain: str = "real", **options) -> Case:
    """A method of one tensor; lists among the arguments become tensors of whole numbers."""

    def call(torch, x, *more):
        given = [torch.tensor(a) if isinstance(a, list) else a for a in args]
        return getattr(x, name)(*given[:1], *more, *given[1:], **options)

    words = [*map(str, args), *(f"{key}={value}" for key, value in options.items())]
    return Case(" ".join([f"x.{name}", *words]), call, ((shape,),), domain=domain)


# What scripts need and no module teaches.
GIVEN = [
    *[_method(name) for name in ("expm1", "exp2", "sinh", "cosh", "tan", "atan", "erf", "square")],
    *[_method(name) for name in ("floor", "ceil", "round", "trunc", "sign", "frac", "trace", "t")],
    *[_method(name, domain="chance") for name in ("asin", "acos", "log1p", "reciprocal", "erfc")],
    *[_method(name, domain="positive") for name in ("log2", "log10", "rsqrt")],
    *[_method(name) for name in ("relu", "sigmoid", "prod", "norm", "tril", "triu", "diagonal")],
    *[_method(name, 1, domain="apart") for name in ("cumsum", "cumprod", "softmax", "prod")],
    *[_method(name, 1, domain="apart") for name in ("log_softmax", "logsumexp", "sort", "topk")],
    *[_method("norm", p, 1) for p in (1, 2, 3, float("inf"))],
    _method("clip", -0.5, 0.5),
    _method("median", domain="apart"),
    _method("kthvalue", 2, domain="apart"),
    _method("repeat", 2, 1, 3),
    _method("repeat_interleave", 2, dim=1),
    _method("tile", (2, 2)),
    _method("flip", 0, 1),
    _method("roll", 1, 0),
    _method("movedim", 0, -1, shape=(2, 3, 4)),
    _method("diag", 1),
    _method("index_select", 1, [2, 0, 2]),
    _method("take_along_dim", INDEX, 1, shape=(2, 4)),
    Case("%", lambda torch, x, y: x % y, (((2, 3), (3,)),), "binary", "positive"),
    Case("fmod", lambda torch, x, y: torch.fmod(x, y), (((2, 3), (3,)),), "binary", "positive"),
    Case("atan2", lambda torch, x, y: torch.atan2(x, y), (((2, 3), (3,)),), "binary", "positive"),
    Case("lerp", lambda torch, x, y: torch.lerp(x, y, 0.3), (((2, 3), (3,)),), "binary"),
    Case("dot", lambda torch, x, y: torch.dot(x, y), (((3,), (3,)),)),
    Case("mm", lambda torch, x, y: torch.mm(x, y.t()), (((2, 3), (4, 3)),)),
    Case("bmm", lambda torch, x, y: torch.bmm(x, y), (((2, 3, 4), (2, 4, 5)),)),
    Case("mv", lambda torch, x, y: torch.mv(x, y), (((2, 3), (3,)),)),
    Case("outer", lambda torch, x, y: torch.outer(x, y), (((2,), (3,)),)),
    Case(
        "addmm",
        lambda torch, x, y, z: torch.addmm(x, y, z, beta=0.5, alpha=2),
        (((4,), (2, 3), (3, 4)),),
    ),
    Case("addcmul", lambda torch, x, y: torch.addcmul(x, x, y, value=0.5), (((2, 3), (3,)),)),
    Case("einsum", lambda torch, x, y: torch.einsum("bij,jk->bk", x, y), (((2, 3, 4), (4, 5)),)),
    Case("a diagonal by einsum", lambda torch, x: torch.einsum("ii->i", x), (((3, 3),),)),
    Case(
        "tensordot",
        lambda torch, x, y: torch.tensordot(x, y, dims=([1], [0])),
        (((2, 3), (3, 4)),),
    ),
    Case(
        "masked_fill",
        lambda torch, x: x.masked_fill(x > 0, float("-inf")).exp(),
        (((2, 3),),),
    ),
    Case("masked_select", lambda torch, x: torch.masked_select(x, x > 0), (((2, 3),),)),
    Case("x.where", lambda torch, x, y: x.where(x > 0, y), (((2, 3), (3,)),), "binary"),
    Case(
        "scatter",
        lambda torch, x, y: x.scatter(1, torch.tensor(INDEX), y),
        (((2, 4), (2, 3)),),
    ),
    Case(
        "scatter_add",
        lambda torch, x, y: x.scatter_add(1, torch.tensor([[0, 0, 2], [1, 1, 1]]), y),
        (((2, 4), (2, 3)),),
    ),
    Case(
        "index_add",
        lambda torch, x, y: x.index_add(0, torch.tensor([0, 2, 0]), y, alpha=0.5),
        (((3, 4), (3, 4)),),
    ),
    Case("hstack", lambda torch, x, y: torch.hstack([x, y]), (((2, 3), (2, 1)),)),
    Case("vstack", lambda torch, x, y: torch.vstack([x, y]), (((3,), (2, 3)),)),
    Case("parts", lambda torch, x: torch.stack(x.chunk(2, 1)[0].unbind(1)), (((3, 4),),)),
    Case("split", lambda torch, x: x.split([1, 3], dim=1)[1] * x.narrow(1, 0, 3), (((3, 4),),)),
    Case("max of two", lambda torch, x, y: torch.max(x, y), (((2, 3), (3,)),), "binary", "real"),
]

CASES = UNARY + BINARY + SHAPED + LAYERS + LOSSES + NORMS + EMBEDDINGS + CLIPPING + GRIDS + GIVEN
CASES += attention_cases.cases(Case)
CASES += _encoders()

# {what is done: a call that raises}. The type of the error is recorded.
ERRORS = {
    "shapes that do not broadcast": lambda torch: torch.ones(2) + torch.ones(3),
    "inner sizes that differ": lambda torch: torch.ones(2, 3) @ torch.ones(2, 3),
    "a product with a 0-d tensor": lambda torch: torch.tensor(1.0) @ torch.ones(2),
    "a dim that is not there": lambda torch: torch.ones(2, 3).sum(dim=2),
    "a dim named twice": lambda torch: torch.ones(2, 3).sum(dim=(0, 0)),
    "the mean of integers": lambda torch: torch.tensor([1, 2]).mean(),
    "reshape to another size": lambda torch: torch.ones(6).reshape(4, 2),
    "two sizes left open": lambda torch: torch.ones(6).reshape(-1, -1),
    "transpose of a dim that is not there": lambda torch: torch.ones(2, 3).transpose(0, 2),
    "expand to a size that does not fit": lambda torch: torch.ones(2, 3).expand(2, 4),
    "cat of shapes that differ": lambda torch: torch.cat([torch.ones(2, 3), torch.ones(2, 4)]),
    "stack of shapes that differ": lambda torch: torch.stack([torch.ones(2), torch.ones(3)]),
    "an index out of range": lambda torch: torch.ones(3)[3],
    "float of several values": lambda torch: float(torch.ones(2)),
    "int of no value": lambda torch: int(torch.ones(0)),
    "an index of several values": lambda torch: [1, 2][torch.tensor([1, 0])],
    "mT of a vector": lambda torch: torch.ones(2).mT,
    "a layer of a size below 0": lambda torch: torch.nn.Linear(2, -1),
    "matmul of a number": lambda torch: torch.matmul(torch.ones(2), 2.5),
    "take beyond the end": lambda torch: torch.take(torch.ones(3), torch.tensor([3])),
    "set_grad_enabled of a word": lambda torch: torch.set_grad_enabled("off"),
    "flatten of a list": lambda torch: torch.flatten([1.0]),
    "drop_last of a word": lambda torch: torch.utils.data.DataLoader([1], drop_last="yes"),
    "too many indices": lambda torch: torch.ones(3)[0, 0],
    "item of several values": lambda torch: torch.ones(2).item(),
    "the truth of several values": lambda torch: bool(torch.ones(2)),
    "the length of a 0-d tensor": lambda torch: len(torch.tensor(1.0)),
    "a ragged list": lambda torch: torch.tensor([[1.0], [1.0, 2.0]]),
    "gradients of integers": lambda torch: torch.tensor([1, 2], requires_grad=True),
    "backward of several values": lambda torch: torch.ones(2, requires_grad=True).mul(2).backward(),
    "backward of nothing recorded": lambda torch: torch.ones(1).sum().backward(),
    "data set to an array": lambda torch: setattr(torch.ones(2), "data", np.ones(2)),
    "integers as the data of what requires gradients": lambda torch: setattr(
        torch.ones(2, requires_grad=True), "data", torch.tensor([1, 2])
    ),
    "a leaf changed in place": lambda torch: torch.ones(2, requires_grad=True).add_(1),
    "a second backward": lambda torch: _twice(torch),
    "a saved value overwritten": lambda torch: _overwritten(torch),
    "integers changed by floats": lambda torch: torch.tensor([1, 2]).mul_(0.5),
    "an input that a layer does not take": lambda torch: torch.nn.Linear(4, 2)(torch.ones(3, 5)),
    "a state dict with a key missing": lambda torch: torch.nn.Linear(2, 2).load_state_dict({}),
    "a chance of dropping above 1": lambda torch: torch.nn.Dropout(1.5),
    "parameters before super().__init__()": lambda torch: _hasty(torch),
    "a class that does not exist": lambda torch: torch.nn.functional.cross_entropy(
        torch.zeros(2, 3), torch.tensor([0, 3])
    ),
    "fewer targets than rows": lambda torch: torch.nn.functional.cross_entropy(
        torch.zeros(2, 3), torch.tensor([0])
    ),
    "a reduction that does not exist": lambda torch: torch.nn.functional.mse_loss(
        torch.zeros(2), torch.zeros(2), reduction="middle"
    ),
    "a batch of one": lambda torch: torch.nn.BatchNorm1d(3)(torch.ones(1, 3)),
    "channels that a norm does not take": lambda torch: torch.nn.BatchNorm1d(3)(torch.ones(2, 4)),
    "dimensions that a norm does not take": lambda torch: torch.nn.BatchNorm1d(3)(torch.ones(3)),
    "features that a norm does not take": lambda torch: torch.nn.LayerNorm(3)(torch.ones(2, 4)),
    "features that RMSNorm does not take": lambda torch: torch.nn.RMSNorm(3)(torch.ones(2, 4)),
    "a shape that is a number": lambda torch: torch.nn.functional.layer_norm(torch.ones(2, 3), 3),
    "groups that do not divide": lambda torch: torch.nn.GroupNorm(3, 4),
    "groups that do not divide the input": lambda torch: torch.nn.functional.group_norm(
        torch.ones(2, 4), 3
    ),
    "batch norm by nothing": lambda torch: torch.nn.functional.batch_norm(
        torch.ones(2, 3), None, None
    ),
    "a norm that is not finite": lambda torch: _norm_of(
        torch, torch.ones(2), float("inf"), error_if_nonfinite=True
    ),
    "from_numpy of a list": lambda torch: torch.from_numpy([1.0]),
}

ERRORS |= script_cases.ERRORS | embedding_cases.ERRORS | attention_cases.ERRORS


def _hasty(torch):
    class Hasty(torch.nn.Module):
        def __init__(self):
            self.layer = torch.nn.Linear(2, 2)

    Hasty()


def _twice(torch):
    y = (torch.ones(2, requires_grad=True) ** 2).sum()
    y.backward()
    y.backward()


def _overwritten(torch):
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    with torch.no_grad():
        y.mul_(2)
    y.sum().backward()
