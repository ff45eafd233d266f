"""Convolutional networks over everything below them: each point where images go wrong.

A gradient that is right for sizes which divide and wrong for a remainder, a filter that never
learns, statistics that evaluation moves, a kernel turned in both passes: training hides them all.
So each test compares with the definition, pixel by pixel, or with what PyTorch said (it is written
down in tests/conformance/). `-k quick` is a smoke run.
"""

from itertools import product

import numpy as np
import pytest
from conformance import vision_cases
from integration.helpers.gradients import check_parameters

import tinytorch
from tinytorch import nn, optim
from tinytorch.nn import functional as F
from tinytorch.training import Trainer
from tinytorch.utils.data import DataLoader, TensorDataset
from tinytorch_data import mnist

KERNELS = [(1, 1), (3, 3), (2, 3), (5, 2)]
STRIDES = [1, 2, (3, 1)]
PADDINGS = [0, 1, (2, 3), "same"]
DILATIONS = [1, (2, 1)]
SIZES = [(9, 10), (10, 7)]  # with each stride one size leaves a remainder
CHANNELS = [(3, 4, 1), (8, 3, 1), (4, 6, 2), (16, 4, 2)]  # in, out, groups; from 8 on: rows
FORMS = pytest.mark.parametrize("channels", [3, 8], ids=["columns", "rows"])


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def tensor(array, learned=False):
    return tinytorch.tensor(np.asarray(array, np.float64), requires_grad=learned)


def pair(value):
    return (value, value) if isinstance(value, int) else value


def channels_last(array):
    """The same numbers, with the channels next to each other in memory."""
    return np.ascontiguousarray(array.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)


def around(padding, kernel, dilation):
    """What goes (above, below) and (left, right)."""
    if padding != "same":
        return [(p, p) for p in pair(padding)]
    reach = [d * (k - 1) for k, d in zip(kernel, pair(dilation), strict=True)]
    return [(r // 2, r - r // 2) for r in reach]


def window(x, place, kernel, stride, dilation):
    """The pixels of one window of padded images: (n, c, kh, kw)."""
    rows, columns = (
        i * s + d * np.arange(k)
        for i, s, d, k in zip(place, pair(stride), pair(dilation), kernel, strict=True)
    )
    return x[:, :, rows[:, None], columns]


def places(size, kernel, stride, dilation):
    counts = [
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(size, kernel, pair(stride), pair(dilation), strict=True)
    ]
    return counts, list(np.ndindex(*counts))


def defined(x, weight, bias, stride, padding, dilation, groups):
    """The convolution of (n, c, h, w), by its definition."""
    kernel = weight.shape[2:]
    padded = np.pad(x, [(0, 0), (0, 0), *around(padding, kernel, dilation)])
    counts, all_places = places(padded.shape[2:], kernel, stride, dilation)
    y = np.empty((len(x), len(weight), *counts))
    for place in all_places:
        seen = window(padded, place, kernel, stride, dilation)
        parts = zip(np.split(seen, groups, 1), np.split(weight, groups), strict=True)
        products = [np.einsum("ncij,ocij->no", *part) for part in parts]
        y[:, :, *place] = np.concatenate(products, 1) + bias
    return y


def slope_along(loss, leaf, direction):
    """The exact slope of a loss that is linear in `leaf`."""
    with tinytorch.no_grad():
        start = loss().item()
        leaf += tensor(direction)
        found = loss().item() - start
        leaf -= tensor(direction)
    return found


def check_convolution(channels, kernel, size, **how):
    """conv2d against the definition; its gradients against slopes along random directions."""
    c, out, groups = channels
    leaves = [
        tensor(array, True)
        for array in (draw(2, c, *size), draw(out, c // groups, *kernel, seed=1), draw(out, seed=2))
    ]
    said = f"{channels}, kernel {kernel}, size {size}, {how}"
    y = F.conv2d(*leaves, groups=groups, **how)
    wanted = defined(*(leaf.numpy() for leaf in leaves), groups=groups, **how)
    np.testing.assert_allclose(y.numpy(), wanted, atol=1e-10, err_msg=said)
    weights = tensor(draw(*y.shape, seed=3))

    def loss():
        return (F.conv2d(*leaves, groups=groups, **how) * weights).sum()

    loss().backward()
    for seed, (name, leaf) in enumerate(zip(("images", "filters", "bias"), leaves, strict=True)):
        direction = draw(*leaf.shape, seed=10 + seed)
        found = (leaf.grad.numpy() * direction).sum()
        wanted = slope_along(loss, leaf, direction)
        assert found == pytest.approx(wanted, rel=1e-7, abs=1e-8), f"gradient of the {name}: {said}"


@pytest.mark.parametrize("channels", CHANNELS, ids=str)
@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_convolutions_and_gradients_are_right_however_windows_lie(channels, kernel):
    for size, stride, padding, dilation in product(SIZES, STRIDES, PADDINGS, DILATIONS):
        if padding != "same" or stride == 1:
            how = {"stride": stride, "padding": padding, "dilation": dilation}
            check_convolution(channels, kernel, size, **how)


QUICK = [
    ({"stride": 1, "padding": 0, "dilation": 1}, (3, 3), (9, 10)),
    ({"stride": 2, "padding": 1, "dilation": 1}, (3, 3), (10, 8)),  # 28 -> 14 is of this kind
    ({"stride": (3, 1), "padding": (0, 2), "dilation": (1, 2)}, (2, 3), (9, 10)),
    ({"stride": 1, "padding": "same", "dilation": (2, 1)}, (2, 3), (7, 6)),
]


@pytest.mark.parametrize("channels", CHANNELS, ids=str)
def test_quick_convolutions_and_gradients_are_right(channels):
    for how, kernel, size in QUICK:
        check_convolution(channels, kernel, size, **how)


@FORMS
def test_quick_a_kernel_is_not_turned(channels):
    """Cross-correlation, as in PyTorch: a kernel turned in both passes has right gradients, too."""
    x, weight = np.zeros((1, channels, 4, 4)), np.zeros((1, channels, 3, 3))
    x[0, 0, 1, 2], weight[0, 0, 0, 1] = 2.0, 3.0
    y = F.conv2d(tensor(x), tensor(weight), padding=1).numpy()
    assert y[0, 0, 2, 2] == 6.0, "the pixel above the middle is what kernel[0, 1] sees"
    assert np.count_nonzero(y) == 1


POOLS = {
    "max": lambda x, **how: F.max_pool2d(x, **how),
    "mean": lambda x, **how: F.avg_pool2d(x, **how),
}
LAID = [
    {"kernel_size": 2},
    {"kernel_size": 3, "stride": 2, "padding": 1},
    {"kernel_size": (3, 2), "stride": 1},
    {"kernel_size": (2, 3), "stride": (3, 2), "padding": (0, 1)},
]


def pooled(kind, x, kernel_size, stride=None, padding=0):
    """A pool by its definition, and the gradient of the images for given weights."""
    kernel, step = pair(kernel_size), kernel_size if stride is None else stride
    edges = [(0, 0), (0, 0), *around(padding, kernel, 1)]
    padded = np.pad(x, edges, constant_values=-np.inf if kind == "max" else 0)
    counts, all_places = places(padded.shape[2:], kernel, step, 1)
    numbers = np.arange(padded.size).reshape(padded.shape)
    y, payers = np.empty((*x.shape[:2], *counts)), {}
    for place in all_places:
        seen = window(padded, place, kernel, step, 1).reshape(*x.shape[:2], -1)
        index = window(numbers, place, kernel, step, 1).reshape(*x.shape[:2], -1)
        if kind == "max":
            first = seen.argmax(2)[..., None]
            seen, index = (np.take_along_axis(a, first, 2) for a in (seen, index))
        y[:, :, *place], payers[place] = seen.mean(2), index

    def gradient(g):
        paid = np.zeros(padded.size)
        for place, index in payers.items():
            np.add.at(paid, index, g[:, :, *place][..., None] / index.shape[2])
        inside = [slice(a, n - b) for n, (a, b) in zip(padded.shape, edges, strict=True)]
        return paid.reshape(padded.shape)[tuple(inside)]

    return y, gradient


@pytest.mark.parametrize("layout", [np.array, channels_last])
@pytest.mark.parametrize("laid", LAID, ids=str)
@pytest.mark.parametrize("kind", POOLS)
def test_quick_pools_pay_back_what_they_took(kind, laid, layout):
    """Ties go to the first, overlaps add up, a remainder gets nothing, padding never wins."""
    for size in ((6, 8), (7, 9)):
        images = np.round(2 * draw(2, 3, *size)) - 9  # many ties; the padding's 0 would win
        x = tensor(layout(images), True)
        y, gradient = pooled(kind, images, **laid)
        found = POOLS[kind](x, **laid)
        np.testing.assert_allclose(found.numpy(), y, err_msg=f"size {size}")
        g = draw(*y.shape, seed=1)
        (found * tensor(g)).sum().backward()
        np.testing.assert_allclose(x.grad.numpy(), gradient(g), atol=1e-12, err_msg=f"size {size}")


@pytest.mark.parametrize("count", [(3, 2), (1, 1), (5, 7), (6, 9)])
def test_quick_adaptive_windows_cover_the_image_also_where_sizes_do_not_divide(count):
    images = draw(2, 3, 5, 7)
    x, ends = tensor(images, True), []
    for n, parts in zip((5, 7), count, strict=True):
        ends.append([(i * n // parts, -(-(i + 1) * n // parts)) for i in range(parts)])
    wanted = [[images[:, :, a:b, c:d].mean((2, 3)) for c, d in ends[1]] for a, b in ends[0]]
    y = F.adaptive_avg_pool2d(x, count)
    np.testing.assert_allclose(y.numpy(), np.array(wanted).transpose(2, 3, 0, 1))
    y.sum().backward()
    share = sum(
        np.outer(np.isin(range(5), range(a, b)), np.isin(range(7), range(c, d)))
        / ((b - a) * (d - c))
        for a, b in ends[0]
        for c, d in ends[1]
    )
    np.testing.assert_allclose(x.grad.numpy(), np.broadcast_to(share, x.shape))


def lenet(channels=1, classes=10, dropout=0.0, seed=0):
    """A small LeNet for images of 12 x 12, each kind of layer once; sizes leave a remainder."""
    tinytorch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(channels, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4),
        nn.MaxPool2d(2), nn.ReLU(),
        nn.Sequential(nn.Conv2d(4, 8, 3, stride=2, padding=1), nn.Dropout2d(dropout), nn.Tanh()),
        nn.Conv2d(8, 8, 2, bias=False), nn.AvgPool2d(2, 1), nn.Flatten(), nn.Linear(8, classes),
    )  # fmt: skip


def batch(count=6, channels=1, seed=0):
    rng = np.random.default_rng(seed)
    images = rng.normal(size=(count, channels, 12, 12)).astype(np.float32)
    return tinytorch.tensor(images), tinytorch.tensor(rng.integers(0, 10, count))


def state(model):
    return {name: value.numpy().copy() for name, value in model.state_dict().items()}


def same(found, wanted, said=""):
    assert list(found) == list(wanted), said
    for name in wanted:
        assert np.array_equal(found[name], wanted[name]), f"{said}{name}"


def test_quick_gradients_of_a_whole_network_are_right():
    check_parameters(lenet(dropout=0.3), draw(3, 1, 12, 12), places=3)
    turned = nn.Sequential(
        nn.Conv2d(2, 3, 3, padding_mode="reflect", padding=1),
        nn.ConvTranspose2d(3, 2, 3, stride=2, padding=1, output_padding=1),
        nn.AdaptiveAvgPool2d((3, 2)),
    )
    check_parameters(turned, draw(2, 2, 5, 4), places=3)


def test_quick_gradients_reach_every_filter_and_the_images():
    model = lenet()
    images, labels = batch()
    images.requires_grad_()
    F.cross_entropy(model(images), labels).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, f"no gradient reaches {name}"
        rows = parameter.grad.numpy().reshape(len(parameter), -1)
        assert (rows != 0).any(1).all(), f"some filters of {name} get no gradient"
    assert (images.grad.numpy() != 0).mean() > 0.9, "most pixels got no gradient"


def test_quick_a_kernel_starts_at_the_size_of_its_fan_in():
    """Uniform up to 1 / sqrt(channels of a group * kh * kw): weights of the right spread."""
    tinytorch.manual_seed(0)
    for channels, groups, kernel in ((16, 1, 5), (16, 4, 3)):
        layer = nn.Conv2d(channels, 64, kernel, groups=groups)
        bound = (channels // groups * kernel**2) ** -0.5
        for values in (layer.weight.numpy(), layer.bias.numpy()):
            assert np.abs(values).max() <= bound
            assert np.abs(values).max() > 0.8 * bound
        assert layer.weight.numpy().std() == pytest.approx(bound / 3**0.5, rel=0.05)


def test_quick_a_state_has_names_and_shapes_and_can_be_loaded():
    model, twin = lenet(), lenet(seed=1)
    shapes = {name: value.shape for name, value in model.state_dict().items()}
    assert shapes == {
        "0.weight": (4, 1, 3, 3), "1.weight": (4,), "1.bias": (4,),
        "1.running_mean": (4,), "1.running_var": (4,), "1.num_batches_tracked": (),
        "4.0.weight": (8, 4, 3, 3), "4.0.bias": (8,), "5.weight": (8, 8, 2, 2),
        "8.weight": (10, 8), "8.bias": (10,),
    }  # fmt: skip
    images, _ = batch()
    model(images)
    assert not np.array_equal(twin.eval()(images).numpy(), model.eval()(images).numpy())
    twin.load_state_dict(model.state_dict())
    assert np.array_equal(twin(images).numpy(), model(images).numpy())


def test_quick_train_and_eval_reach_every_layer():
    """In training dropout takes whole maps and statistics move; after eval() nothing happens."""
    tinytorch.manual_seed(0)
    model = nn.Sequential(nn.Sequential(nn.BatchNorm2d(3)), nn.Sequential(nn.Dropout2d(0.5)))
    x = tinytorch.tensor(draw(8, 3, 4, 4).astype(np.float32) * 2 + 1)
    out = model(x).numpy()
    gone = (out == 0).reshape(24, 16)
    assert (gone.all(1) == gone.any(1)).all(), "dropout took pixels, not whole maps"
    assert 0 < gone.all(1).sum() < 24
    before = state(model)
    assert before["0.0.num_batches_tracked"] == 1
    model.eval()
    quiet = model(x).numpy()
    same(state(model), before, "after eval() a forward pass moved ")
    mean, var = (before[f"0.0.running_{part}"][:, None, None] for part in ("mean", "var"))
    np.testing.assert_allclose(quiet, (x.numpy() - mean) / np.sqrt(var + 1e-5), rtol=1e-4)
    model.train()
    model(x)
    assert state(model)["0.0.num_batches_tracked"] == 2


@pytest.mark.parametrize("channels", [1, 3], ids=["gray", "colour"])
def test_quick_batches_of_the_loader_train_a_network(channels):
    images, labels = batch(20, channels)
    model = lenet(channels)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for _ in range(15):
        for x, y in DataLoader(TensorDataset(images, labels), 8, shuffle=True):
            assert x.shape[1:] == (channels, 12, 12)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert np.mean(losses[-3:]) < 0.5 * losses[0], "twenty images were not learnt by heart"


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_quick_optimizers_find_the_filters_and_no_buffers(name):
    model = lenet()
    optimizer = getattr(optim, name)(model.parameters(), lr=0.01)
    found = {id(p) for group in optimizer.param_groups for p in group["params"]}
    assert found == {id(p) for _, p in model.named_parameters()}
    assert not found & {id(buffer) for _, buffer in model.named_buffers()}
    before = state(model)
    F.cross_entropy(model(batch()[0]), batch()[1]).backward()
    moved = state(model)
    optimizer.step()
    after = state(model)
    for key in before:
        if "running" in key or "tracked" in key:
            assert not np.array_equal(before[key], moved[key]), f"{key} did not move in training"
            assert np.array_equal(moved[key], after[key]), f"the optimizer moved {key}"
        else:
            assert not np.array_equal(before[key], after[key]), f"{key} did not learn"


def trainer_of(model):
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    return Trainer(model, optimizer, F.cross_entropy, progress=False)


def loader(count=24, seed=0):
    return DataLoader(TensorDataset(*batch(count, seed=seed)), 8)


def test_quick_evaluation_moves_no_statistic():
    trainer = trainer_of(lenet(dropout=0.5))
    trainer.fit(loader(), 1)
    before = state(trainer.model)
    first = trainer.evaluate(loader(seed=1))
    same(state(trainer.model), before, "evaluate moved ")
    assert trainer.evaluate(loader(seed=1)) == first, "evaluation is not repeatable"
    assert trainer.model.training, "training mode was not restored"


def test_quick_a_checkpoint_keeps_filters_and_statistics_bit_for_bit(tmp_path):
    trainer = trainer_of(lenet())
    trainer.fit(loader(), 2)
    trainer.save(tmp_path / "run.npz")
    other = trainer_of(lenet(seed=5))
    other.load(tmp_path / "run.npz")
    same(state(other.model), state(trainer.model), "the checkpoint changed ")
    for each in (trainer, other):
        each.fit(loader(seed=2), 4)
    same(state(other.model), state(trainer.model), "after two more epochs: ")


@pytest.mark.parametrize("training", [True, False])
def test_quick_batch_norm_of_images_is_that_of_their_pixels(training):
    """BatchNorm2d over (n, c, h, w) is BatchNorm1d over (n * h * w, c)."""
    images, g = draw(5, 3, 4, 6) * 2 + 1, draw(5, 3, 4, 6, seed=1)

    def rows(array):
        return array.transpose(0, 2, 3, 1).reshape(-1, 3)

    layers, found = (nn.BatchNorm2d(3, momentum=0.3), nn.BatchNorm1d(3, momentum=0.3)), []
    for layer, x, weights in zip(layers, (images, rows(images)), (g, rows(g)), strict=True):
        layer.double()
        with tinytorch.no_grad():
            layer.weight.copy_(np.array([1.0, 2.0, -1.0]))
            layer.bias.copy_(np.array([0.5, 0.0, 1.0]))
        layer(tensor(x * 3))
        layer.train(training)
        x = tensor(x, True)
        y = layer(x)
        (y * tensor(weights)).sum().backward()
        parts = [y, x.grad]
        flat = [rows(p.numpy()) if p.ndim == 4 else p.numpy() for p in parts]
        found.append([*flat, layer.weight.grad.numpy(), layer.bias.grad.numpy(),
                      *(b.numpy() for b in layer.buffers())])  # fmt: skip
    names = ("output", "gradient of x", "of weight", "of bias", "mean", "var", "batches")
    for name, one, other in zip(names, *found, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-10, err_msg=name)


LAYERS = {
    "conv": lambda c: nn.Conv2d(c, 4, 3, 2, 1),
    "grouped conv": lambda c: nn.Conv2d(c, c, 3, groups=c),
    "transposed conv": lambda c: nn.ConvTranspose2d(c, 8, 3, 2),
    "max pool": lambda c: nn.MaxPool2d(2),
    "max pool with overlaps": lambda c: nn.MaxPool2d(3, 2, 1),
    "mean pool": lambda c: nn.AvgPool2d(2),
    "adaptive pool": lambda c: nn.AdaptiveAvgPool2d(3),
    "batch norm": lambda c: nn.BatchNorm2d(c),
    "padding": lambda c: nn.ZeroPad2d((1, 2, 0, 1)),
    "flatten": lambda c: nn.Flatten(),
}


@FORMS
@pytest.mark.parametrize("name", LAYERS)
def test_quick_channels_last_in_memory_gives_the_same_numbers(name, channels):
    images, found = draw(2, channels, 7, 6), []
    for layout in (np.array, channels_last, lambda x: np.asfortranarray(x)):
        tinytorch.manual_seed(0)
        layer = LAYERS[name](channels).double()
        x = tensor(layout(images), True)
        y = layer(x)
        (y * tensor(layout(draw(*y.shape, seed=1)) if y.ndim == 4 else draw(*y.shape, seed=1))
         ).sum().backward()  # fmt: skip
        found.append([y.numpy(), x.grad.numpy(), *(p.grad.numpy() for p in layer.parameters())])
    for other in found[1:]:
        for one, two in zip(found[0], other, strict=True):
            np.testing.assert_allclose(one, two, atol=1e-10)


@pytest.fixture(scope="module")
def recorded():
    with np.load(vision_cases.VALUES, allow_pickle=False) as arrays:
        return {name[8:]: arrays[name] for name in arrays if name.startswith("network/")}


def test_quick_weights_go_to_pytorch_and_back(recorded):
    """The same weights give PyTorch's outputs, gradients, statistics and step, also after eval().

    What PyTorch said is written down, so that this needs no PyTorch.
    """
    found = vision_cases.whole(tinytorch)
    assert list(found) == list(recorded)
    for name, theirs in recorded.items():
        np.testing.assert_allclose(found[name], theirs, 1e-9, 1e-9, err_msg=name)
    model = vision_cases.network(tinytorch).double()
    prefix = "after: "
    learnt = {n[len(prefix) :]: a for n, a in recorded.items() if n.startswith(prefix)}
    model.load_state_dict({name: tinytorch.tensor(array) for name, array in learnt.items()})
    same(state(model), learnt, "what PyTorch had learnt arrived changed: ")
    with tinytorch.no_grad():
        images = np.random.default_rng(0).normal(size=(4, 3, 19, 18))
        out = model.eval()(tinytorch.tensor(images)).numpy()
    np.testing.assert_allclose(out, recorded["eval"], 1e-9, 1e-9)


@FORMS
def test_quick_scripts_may_view_what_comes_out(channels):
    """`x.view(x.size(0), -1)` before the linear layers: the order of memory is (n, c, h, w)."""
    part = nn.Sequential(nn.Conv2d(channels, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2))
    out = part(tinytorch.tensor(draw(2, channels, 8, 8).astype(np.float32)))
    assert np.array_equal(out.view(out.size(0), -1).numpy(), out.numpy().reshape(2, -1))


def test_quick_one_image_is_a_batch_of_one():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(2))
    images, _ = batch(3)
    whole = model(images).numpy()
    for image, wanted in zip(images, whole, strict=True):
        np.testing.assert_allclose(model(image).numpy(), wanted, atol=1e-6)


def test_digits_are_read_by_filters_and_norm():
    data = mnist()
    tinytorch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(8, 16, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(), nn.Linear(16 * 49, 10),
    )  # fmt: skip
    train, test = (
        TensorDataset(tinytorch.tensor(images[:, None]), tinytorch.tensor(labels))
        for images, labels in (
            (data.train_images[:2000], data.train_labels[:2000]),
            (data.test_images[:500], data.test_labels[:500]),
        )
    )
    optimizer = optim.AdamW(model.parameters(), lr=0.005)
    trainer = Trainer(model, optimizer, F.cross_entropy, progress=False)
    trainer.fit(DataLoader(train, 50, shuffle=True), 2)
    right = 0
    model.eval()
    with tinytorch.no_grad():
        for x, y in DataLoader(test, 250):
            right += (model(x).argmax(1) == y).sum().item()
    assert right / 500 > 0.9
