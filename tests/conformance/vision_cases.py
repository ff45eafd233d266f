"""Convolution, pooling and what belongs to images, against PyTorch's.

`CASES` are calls as in `cases.py`, with every parameter of each name; `ERRORS` must raise the same
type of error; `network` is a whole model whose outputs, gradients and one step are written down.
Run this page with PyTorch installed to write `recorded_vision.npz` and `.json`: `make record`.
"""

import json
from pathlib import Path

import numpy as np
from conformance.cases import Case, inputs, run

RECORD = Path(__file__).with_name("recorded_vision.json")
VALUES = RECORD.with_suffix(".npz")
IMAGES = (2, 4, 7, 6)
KERNELS = ((6, 4, 3, 2), (6,))


def _conv(said: str, *shapes, **options) -> Case:
    """conv2d of images (2, 4, 7, 6), or others, with filters and perhaps a bias."""

    def call(torch, x, weight, *bias):
        return torch.nn.functional.conv2d(x, weight, *bias, **options)

    return Case(f"conv2d{said}", call, ((shapes or (IMAGES, *KERNELS)),), tolerance=(1e-9, 1e-4))


def _transposed(said: str, *shapes, **options) -> Case:
    def call(torch, x, weight, *bias):
        return torch.nn.functional.conv_transpose2d(x, weight, *bias, **options)

    name = f"conv_transpose2d{said}"
    return Case(name, call, ((shapes or (IMAGES, (4, 6, 3, 2), (6,))),), tolerance=(1e-9, 1e-4))


def _of_images(name: str, said: str, *args, shape=IMAGES, domain="real", **options) -> Case:
    """A function of images alone."""

    def call(torch, x):
        return getattr(torch.nn.functional, name)(x, *args, **options)

    return Case(f"{name}{said}", call, ((shape,),), domain=domain)


def _layer(name: str, *args, said="", shape=IMAGES, learned=(), train=True, **options) -> Case:
    """One of `nn`, whose parameters come as inputs, of the shapes `learned`.

    Of batch norm the second call counts, with statistics that have moved.
    """

    def call(torch, x, *values):
        module = getattr(torch.nn, name)(*args, **options)
        for (key, _), value in zip(list(module.named_parameters()), values, strict=True):
            delattr(module, key)
            setattr(module, key, value)
        if "BatchNorm" in name:
            module.to(getattr(torch, str(x.dtype).rpartition(".")[2]))
            module(x * 2 + 1)
        return module.train(train)(x)

    return Case(f"nn.{name}{said}", call, ((shape, *learned),), tolerance=(1e-9, 1e-4))


def _statistics(torch, x):
    """The running statistics after two batches."""
    layer = torch.nn.BatchNorm2d(4, momentum=0.3).to(
        getattr(torch, str(x.dtype).rpartition(".")[2])
    )
    layer(x)
    layer(x * 2 + 1)
    return torch.stack([layer.running_mean, layer.running_var]) + 0 * x.sum()


CONVOLUTIONS = [
    _conv(""),
    _conv(" without a bias", IMAGES, KERNELS[0]),
    _conv(" of one image", IMAGES[1:], *KERNELS),
    _conv(" of no images", (0, *IMAGES[1:]), *KERNELS),
    _conv(", stride 2, with a remainder", stride=2),
    _conv(", stride 3 and 1", stride=(3, 1)),
    _conv(", padding", padding=(2, 1)),
    _conv(", more padding than the kernel reaches", padding=4),
    _conv(", same", padding="same"),
    _conv(", same, dilation", padding="same", dilation=(2, 3)),
    _conv(", valid", padding="valid", stride=2),
    _conv(", dilation", dilation=(2, 1)),
    _conv(", groups", IMAGES, (6, 2, 3, 2), (6,), groups=2, padding=1),
    _conv(", a group a channel", IMAGES, (8, 1, 3, 3), groups=4, stride=2, padding=1),
    _conv(" of many channels", (2, 16, 6, 5), (8, 16, 3, 3), (8,), padding=1),
    _conv(" of many channels, all", (2, 16, 9, 8), (8, 16, 3, 2), (8,), stride=2, padding=(1, 0),
          dilation=(1, 2)),
    _conv(" of many channels, groups", (2, 16, 5, 5), (4, 8, 3, 3), groups=2, padding=2),
    _conv(" of many channels, 1 x 1", (2, 16, 5, 5), (8, 16, 1, 1), (8,)),
    _transposed(""),
    _transposed(" of one image", IMAGES[1:], (4, 6, 3, 2), (6,)),
    _transposed(", stride", stride=(2, 3), output_padding=1),
    _transposed(", all", IMAGES, (4, 3, 3, 2), (6,), stride=2, padding=1, output_padding=(1, 0),
                groups=2, dilation=(1, 2)),
    _transposed(", output padding below a dilation", dilation=2, output_padding=1, padding=1),
    _transposed(" to many channels", (2, 4, 5, 5), (4, 16, 3, 3), stride=2, padding=1),
    _transposed(" to many channels, dilation", (2, 4, 5, 5), (4, 16, 3, 3), dilation=2,
                output_padding=1),
]  # fmt: skip
POOLS = [
    _of_images("max_pool2d", "", 2),
    _of_images("max_pool2d", " of one image", 2, shape=IMAGES[1:]),
    _of_images("max_pool2d", ", ties", 2, domain="tied"),
    _of_images("max_pool2d", ", ties in windows that overlap", 3, 1, 1, domain="tied"),
    _of_images("max_pool2d", ", stride", 3, stride=2),
    _of_images("max_pool2d", ", stride below the kernel", (3, 2), (1, 1)),
    _of_images("max_pool2d", ", padding", 3, 2, 1),
    _of_images("max_pool2d", ", dilation", 2, 1, 1, 2),
    _of_images("max_pool2d", ", ceil_mode", (3, 2), 2, 0, ceil_mode=True),
    _of_images("max_pool2d", ", ceil_mode, padding", 3, 3, 1, ceil_mode=True, shape=(2, 3, 8, 9)),
    _of_images("avg_pool2d", "", 2),
    _of_images("avg_pool2d", " of one image", 3, 1, shape=IMAGES[1:]),
    _of_images("avg_pool2d", ", stride and padding", 3, (2, 1), 1),
    _of_images("avg_pool2d", ", padding not counted", 3, 2, 1, count_include_pad=False),
    _of_images("avg_pool2d", ", ceil_mode", (3, 2), 2, (1, 0), True),
    _of_images("avg_pool2d", ", ceil_mode, not counted", 3, 2, 1, True, False),
    _of_images("avg_pool2d", ", divisor_override", 2, 2, 0, False, True, 3),
    _of_images("adaptive_avg_pool2d", "", (3, 2)),
    _of_images("adaptive_avg_pool2d", " to one", 1),
    _of_images("adaptive_avg_pool2d", " of which one stays", (None, 4), shape=IMAGES[1:]),
    _of_images("adaptive_avg_pool2d", " to more than there are", (9, 8)),
    _of_images("adaptive_max_pool2d", "", (3, 4), domain="apart"),
    _of_images("adaptive_max_pool2d", " of which one stays", (None, 2), domain="apart"),
]
REST = [
    _of_images("pad", "", (1, 2)),
    _of_images("pad", " with a value", (1, 2, 0, 3), value=0.5),
    _of_images("pad", " of all dimensions", (0, 1, 2, 0, 1, 1, 0, 1)),
    _of_images("pad", " that cuts off", (-1, 2, -2, -1)),
    _of_images("pad", ", reflect", (2, 1, 3, 0), "reflect"),
    _of_images("pad", ", replicate", (2, 1, 3, 0), mode="replicate"),
    _of_images("pad", ", circular", (2, 1, 3, 0), mode="circular"),
    _of_images("dropout2d", " after eval", 0.5, training=False),
    _of_images("dropout2d", " of everything", 1.0),
    Case("statistics of batch norm of images", _statistics, ((IMAGES,),), tolerance=(1e-9, 1e-5)),
    _layer("Conv2d", 4, 6, (3, 2), learned=KERNELS),
    _layer("Conv2d", 4, 6, 3, 2, 1, (1, 2), 2, False, said=", all", learned=((6, 2, 3, 3),)),
    _layer("Conv2d", 4, 6, 3, padding="same", padding_mode="reflect", said=", reflect",
           learned=((6, 4, 3, 3), (6,))),
    _layer("Conv2d", 4, 6, 3, padding=2, padding_mode="replicate", said=", replicate",
           learned=((6, 4, 3, 3), (6,))),
    _layer("Conv2d", 4, 6, 3, padding=(1, 2), padding_mode="circular", said=", circular",
           learned=((6, 4, 3, 3), (6,))),
    _layer("ConvTranspose2d", 4, 6, (3, 2), learned=((4, 6, 3, 2), (6,))),
    _layer("ConvTranspose2d", 4, 6, 3, 2, 1, 1, 2, False, 1, said=", all",
           learned=((4, 3, 3, 3),)),
    _layer("MaxPool2d", 2),
    _layer("MaxPool2d", 3, 2, 1, 1, said=", all", ceil_mode=True),
    _layer("AvgPool2d", 2),
    _layer("AvgPool2d", 3, 2, 1, True, False, said=", all", divisor_override=2),
    _layer("AdaptiveAvgPool2d", (3, None)),
    _layer("AdaptiveMaxPool2d", (3, None)),
    _layer("BatchNorm2d", 4, learned=((4,), (4,))),
    _layer("BatchNorm2d", 4, 0.1, 0.3, said=", eval", train=False, learned=((4,), (4,))),
    _layer("BatchNorm2d", 4, affine=False, track_running_stats=False, said=", plain", train=False),
    _layer("BatchNorm2d", 4, momentum=None, said=", mean of all", train=False,
           learned=((4,), (4,))),
    _layer("Dropout2d", 0.3, train=False),
    _layer("ZeroPad2d", (1, 0, 2, 3)),
    _layer("Unflatten", 1, (2, 2)),
]  # fmt: skip
CASES = CONVOLUTIONS + POOLS + REST


def _places(torch, kernel, values, **options):
    x = torch.tensor(np.asarray(values, np.float64).reshape(1, 1, 4, 4))
    found = torch.nn.functional.max_pool2d(x, kernel, return_indices=True, **options)
    return [np.asarray(part).tolist() for part in found]


COUNTED = np.arange(16) * 7 % 5  # with ties
PLAIN = {
    "places of max_pool2d": lambda torch: _places(torch, 2, COUNTED),
    "places, stride and padding": lambda torch: _places(torch, 3, COUNTED, stride=1, padding=1),
    "places, dilation": lambda torch: _places(torch, 2, COUNTED, stride=1, dilation=2),
    "places, ceil_mode": lambda torch: _places(torch, 3, COUNTED, stride=2, ceil_mode=True),
    "places by MaxPool2d": lambda torch: [
        np.asarray(part).tolist()
        for part in torch.nn.MaxPool2d(2, return_indices=True)(torch.arange(16.0).view(1, 4, 4))
    ],
    "repr": lambda torch: [
        str(layer)
        for layer in (
            torch.nn.Conv2d(1, 6, 5),
            torch.nn.Conv2d(4, 6, (3, 2), 2, 1, 2, 2, False),
            torch.nn.Conv2d(4, 6, 3, padding="same", padding_mode="reflect"),
            torch.nn.MaxPool2d(2),
            torch.nn.MaxPool2d(3, 2, 1, ceil_mode=True),
            torch.nn.AvgPool2d(2),
            torch.nn.AdaptiveAvgPool2d((3, None)),
            torch.nn.BatchNorm2d(4),
            torch.nn.Dropout2d(0.3),
        )
    ],
    "state of a layer": lambda torch: {
        key: list(value.shape)
        for layer in (torch.nn.Conv2d(4, 6, 3, groups=2), torch.nn.BatchNorm2d(6))
        for key, value in layer.state_dict().items()
    },
}


def images(torch, *shape):
    return torch.zeros(*(shape or IMAGES))


def _functional(name, *args, shape=IMAGES, **options):
    return lambda torch: getattr(torch.nn.functional, name)(images(torch, *shape), *args, **options)


def _filters(shape, *bias, of=IMAGES, **options):
    return lambda torch: torch.nn.functional.conv2d(
        images(torch, *of), images(torch, *shape), *(images(torch, *b) for b in bias), **options
    )


def _made(name, *args, shape=IMAGES, **options):
    return lambda torch: getattr(torch.nn, name)(*args, **options)(images(torch, *shape))


ERRORS = {
    "conv2d of other channels": _filters((6, 3, 3, 2)),
    "conv2d of a row": _filters((6, 4, 3, 2), of=(4, 6)),
    "conv2d by a filter of three dimensions": _filters((4, 3, 2)),
    "conv2d with a bias of another size": _filters((6, 4, 3, 2), (5,)),
    "conv2d with too large a kernel": _filters((6, 4, 8, 2)),
    "conv2d without a stride": _filters((6, 4, 3, 2), stride=0),
    "conv2d with negative padding": _filters((6, 4, 3, 2), padding=-1),
    "conv2d in groups that do not divide": _filters((6, 4, 3, 2), groups=3),
    "conv2d, same with a stride": _filters((6, 4, 3, 2), padding="same", stride=2),
    "conv2d with padding by another name": _filters((6, 4, 3, 2), padding="full"),
    "conv2d of an array": lambda torch: torch.nn.functional.conv2d([1.0], images(torch)),
    "conv2d of two dtypes": lambda torch: torch.nn.functional.conv2d(
        images(torch), images(torch, 6, 4, 3, 2).double()
    ),
    "max_pool2d of a row": _functional("max_pool2d", 2, shape=(4, 6)),
    "max_pool2d with too large a kernel": _functional("max_pool2d", 9),
    "max_pool2d with too much padding": _functional("max_pool2d", 2, padding=2),
    "max_pool2d without a stride": _functional("max_pool2d", 2, 0),
    "max_pool2d by three sizes": _functional("max_pool2d", (2, 2, 2)),
    "avg_pool2d with too large a kernel": _functional("avg_pool2d", 9),
    "avg_pool2d divided by 0": _functional("avg_pool2d", 2, divisor_override=0),
    "adaptive_avg_pool2d to three sizes": _functional("adaptive_avg_pool2d", (1, 2, 3)),
    "pad by three numbers": _functional("pad", (1, 2, 3)),
    "pad of more dimensions than there are": _functional("pad", (1,) * 10),
    "pad, reflect beyond the image": _functional("pad", (6, 0, 0, 0), "reflect"),
    "pad, circular beyond the image": _functional("pad", (0, 0, 8, 0), "circular"),
    "pad that cuts everything off": _functional("pad", (-4, -4)),
    "Conv2d in groups that do not divide": _made("Conv2d", 4, 6, 3, groups=3),
    "Conv2d of other channels": _made("Conv2d", 3, 6, 3),
    "Conv2d by another padding mode": _made("Conv2d", 4, 6, 3, padding_mode="mirror"),
    "Conv2d, same with a stride": _made("Conv2d", 4, 6, 3, stride=2, padding="same"),
    "BatchNorm2d of a table": _made("BatchNorm2d", 4, shape=(2, 4)),
    "BatchNorm2d of other channels": _made("BatchNorm2d", 3),
    "BatchNorm2d of one value a channel": _made("BatchNorm2d", 4, shape=(1, 4, 1, 1)),
    "Dropout2d of more than everything": _made("Dropout2d", 1.5),
    "ConvTranspose2d with too much output padding": _made("ConvTranspose2d", 4, 6, 3,
                                                          output_padding=2),
}  # fmt: skip


def network(torch):
    """A CNN with each kind of layer; sizes leave remainders, channels take both forms."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
        nn.MaxPool2d(3, 2, 1), nn.Conv2d(8, 16, (3, 2), padding=2, dilation=(1, 2)), nn.ReLU(),
        nn.Conv2d(16, 8, 3, stride=2, groups=2, bias=False), nn.BatchNorm2d(8),
        nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
        nn.AvgPool2d(2, 1), nn.AdaptiveAvgPool2d((2, 3)), nn.Dropout2d(0.0),
        nn.Flatten(), nn.Linear(24, 5),
    )  # fmt: skip


def given_state(model) -> dict[str, np.ndarray]:
    """A state that needs no generator: numbers by a formula."""
    found = {}
    for i, (name, value) in enumerate(model.state_dict().items()):
        shape = tuple(value.shape)
        wave = np.sin(np.arange(1, 1 + int(np.prod(shape))) * (i + 1.7)).reshape(shape)
        found[name] = np.array(3) if not shape else wave * (0.2 if len(shape) > 1 else 0.1)
        if "running_var" in name or name.endswith((".1.weight", ".7.weight")):
            found[name] = 1 + wave**2
    return found


def whole(torch, dtype="float64") -> dict[str, np.ndarray]:
    """What the network says in training and after eval, its gradients, its state after a step."""
    model = network(torch).to(getattr(torch, dtype))
    state = given_state(model)
    model.load_state_dict(
        {n: torch.tensor(v if n.endswith("tracked") else v.astype(dtype)) for n, v in state.items()}
    )
    rng = np.random.default_rng(0)
    x = torch.tensor(rng.normal(size=(4, 3, 19, 18)).astype(dtype), requires_grad=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    y = model(x)
    torch.nn.functional.cross_entropy(y, torch.tensor([0, 4, 2, 2])).backward()
    found = {"training": y, "x": x.grad}
    found |= {f"gradient of {name}": p.grad for name, p in model.named_parameters()}
    found = {name: np.asarray(value.detach()).copy() for name, value in found.items()}
    optimizer.step()
    model.eval()
    found |= {f"after: {name}": np.asarray(value) for name, value in model.state_dict().items()}
    return found | {"eval": np.asarray(model(x).detach())}


def error_of(call, torch) -> list[str]:
    """The names of the error's class and of its bases, nearest first."""
    try:
        call(torch)
    except Exception as error:  # noqa: BLE001 - which one it is, is what we ask
        return [cls.__name__ for cls in type(error).__mro__[:-2]]
    return []


def values(torch) -> dict[str, np.ndarray]:
    """{case/place: the result at place 0, then the gradients}, in float64; and the network."""
    found = {
        f"{case.name}/{place}": array
        for case in CASES
        for place, array in enumerate(run(torch, case, inputs(case, case.shapes[0], "float64")))
    }
    return found | {f"network/{name}": array for name, array in whole(torch).items()}


def said_by(torch) -> dict:
    return {
        "plain": {name: call(torch) for name, call in PLAIN.items()},
        "errors": {name: error_of(call, torch) for name, call in ERRORS.items()},
    }


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    np.savez_compressed(VALUES, **values(torch))
    RECORD.write_text(json.dumps(said_by(torch), indent=1) + "\n", encoding="utf-8")
