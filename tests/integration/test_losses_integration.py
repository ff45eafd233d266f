"""Layers to losses to backward: the boundary between modules 03 and 04, and what training needs.

Each loss has the value of its formula and hands every layer the right gradient, also for logits of
any size; ignored rows stay out of it; dropout acts in training only, at any depth; the signal
survives fifty layers; states are copies when loaded. A failure names the loss, or the parameter and
its layer, where the chain broke. `-k quick` is a smoke run.
"""

import numpy as np
import pytest
from integration.helpers.gradients import check_parameters

import tinytorch as torch
from tinytorch import nn
from tinytorch.nn import functional
from tinytorch_data import digits

CLASSES = 4
LABELS = np.array([0, 3, 1, 1, 2, 3])
WEIGHT = np.array([0.5, 1.0, 2.0, 4.0])
IGNORED = np.array([0, 3, -100, 1, -100, 3])


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


ANSWERS = (draw(6, CLASSES, seed=5) > 0).astype(float)


def log_p(x):
    """The plain formula, which is right for small logits."""
    return x - np.log(np.exp(x).sum(1, keepdims=True))


def picked(x, labels=LABELS):
    return -log_p(x)[np.arange(len(x)), labels]


def smoothed(x, labels=LABELS, by=0.2):
    return (1 - by) * picked(x, labels) - by * log_p(x).mean(1)


def binary(x, positive=1.0):
    p = 1 / (1 + np.exp(-x))
    return -(positive * ANSWERS * np.log(p) + (1 - ANSWERS) * np.log(1 - p))


def pixels(x):
    """(6, classes) as one image of 2 x 3 pixels: (1, classes, 2, 3)."""
    return x.T.reshape(1, CLASSES, 2, 3)


# name: (the loss of (6, classes) logits as a module, its target, the formula in NumPy)
LOSSES = {
    "cross_entropy": (nn.CrossEntropyLoss(), LABELS, lambda x: picked(x).mean()),
    "cross_entropy sum": (
        nn.CrossEntropyLoss(reduction="sum"),
        LABELS,
        lambda x: picked(x).sum(),
    ),
    "cross_entropy ignoring": (
        nn.CrossEntropyLoss(),
        IGNORED,
        lambda x: picked(x)[IGNORED >= 0].mean(),
    ),
    "cross_entropy weighted": (
        nn.CrossEntropyLoss(torch.tensor(WEIGHT)),
        LABELS,
        lambda x: (picked(x) * WEIGHT[LABELS]).sum() / WEIGHT[LABELS].sum(),
    ),
    "cross_entropy smoothed": (
        nn.CrossEntropyLoss(label_smoothing=0.2),
        LABELS,
        lambda x: smoothed(x).mean(),
    ),
    "cross_entropy smoothed ignoring": (
        nn.CrossEntropyLoss(label_smoothing=0.2),
        IGNORED,
        lambda x: smoothed(x)[IGNORED >= 0].mean(),
    ),
    "bce_with_logits": (nn.BCEWithLogitsLoss(), ANSWERS, lambda x: binary(x).mean()),
    "bce_with_logits weighted": (
        nn.BCEWithLogitsLoss(pos_weight=torch.tensor(WEIGHT)),
        ANSWERS,
        lambda x: binary(x, WEIGHT).mean(),
    ),
    "mse": (nn.MSELoss(), ANSWERS, lambda x: ((x - ANSWERS) ** 2).mean()),
    "mse sum": (nn.MSELoss(reduction="sum"), ANSWERS, lambda x: ((x - ANSWERS) ** 2).sum()),
    "l1": (nn.L1Loss(), ANSWERS, lambda x: np.abs(x - ANSWERS).mean()),
}
EACH_LOSS = pytest.mark.parametrize("name", LOSSES)


def scorer(*extra):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 8), nn.Tanh(), *extra, nn.Linear(8, CLASSES))


@EACH_LOSS
def test_quick_each_loss_has_the_value_of_its_formula(name):
    loss, target, formula = LOSSES[name]
    logits = draw(6, CLASSES, seed=3)
    found = loss(torch.tensor(logits), torch.tensor(target)).item()
    assert found == pytest.approx(formula(logits), rel=1e-9), f"{name} of (6, 4) logits"


@EACH_LOSS
def test_quick_each_loss_hands_every_layer_its_gradient(name):
    loss, target, _ = LOSSES[name]
    check_parameters(scorer(), draw(6, 5), loss_of=lambda out: loss(out, torch.tensor(target)))


def test_quick_losses_of_images_are_those_of_their_pixels():
    """Each pixel of (1, classes, 2, 3) is a row; log_softmax and nll_loss are cross_entropy."""
    logits = draw(6, CLASSES, seed=3)
    image = torch.tensor(pixels(logits), requires_grad=True)
    target = torch.tensor(LABELS.reshape(1, 2, 3))
    loss = functional.cross_entropy(image, target)
    loss.backward()
    assert loss.item() == pytest.approx(picked(logits).mean()), "the loss of an image"
    rows = torch.tensor(logits, requires_grad=True)
    functional.nll_loss(functional.log_softmax(rows, 1), torch.tensor(LABELS)).backward()
    np.testing.assert_allclose(image.grad.numpy(), pixels(rows.grad.numpy()), atol=1e-12)


def test_quick_log_softmax_hands_on_any_gradient():
    """Not only that of one picked value a row, whose sum is known beforehand."""
    mixed = torch.tensor(draw(6, CLASSES, seed=8))
    check_parameters(
        scorer(), draw(6, 5), loss_of=lambda out: (functional.log_softmax(out, 1) * mixed).sum()
    )


def test_quick_ignored_rows_get_no_gradient():
    """Padding does not learn, and does not thin out the gradient of the others."""
    logits = torch.tensor(draw(6, CLASSES), requires_grad=True)
    functional.cross_entropy(logits, torch.tensor(IGNORED)).backward()
    kept = torch.tensor(draw(6, CLASSES)[IGNORED >= 0], requires_grad=True)
    functional.cross_entropy(kept, torch.tensor(IGNORED[IGNORED >= 0])).backward()
    assert not logits.grad.numpy()[IGNORED < 0].any(), "rows to be ignored have gradients"
    np.testing.assert_allclose(logits.grad.numpy()[IGNORED >= 0], kept.grad.numpy())


HUGE = {
    "cross_entropy": lambda x: functional.cross_entropy(x, torch.tensor([0, 2])),
    "smoothed": lambda x: functional.cross_entropy(x, torch.tensor([0, 2]), label_smoothing=0.1),
    "log_softmax": lambda x: -functional.log_softmax(x, 1).mean(),
    "softmax": lambda x: (functional.softmax(x, 1) * torch.tensor([1.0, 2.0, 3.0])).sum(),
    "sigmoid": lambda x: functional.sigmoid(x).sum(),
    "bce_with_logits": lambda x: functional.binary_cross_entropy_with_logits(x, torch.zeros(2, 3)),
}


@pytest.mark.parametrize("name", HUGE)
def test_quick_logits_of_any_size_give_finite_losses_and_gradients(name):
    """A network that is sure of itself: logits of a thousand and more, in float32."""
    layer = nn.Linear(2, 3, bias=False)
    x = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    with torch.no_grad():
        layer.weight.copy_(np.array([[1e3, 2e3], [-1e3, 0.0], [0.0, -3e3]]))
    loss = HUGE[name](layer(x))
    assert np.isfinite(loss.item()), f"{name} of logits of a thousand is {loss.item()}"
    loss.backward()
    assert np.isfinite(layer.weight.grad.numpy()).all(), f"{name}: the gradient is not finite"


def test_quick_dropout_acts_in_training_only_at_any_depth():
    """eval() reaches dropout three modules down, and train() switches it on again."""
    dropped = nn.Sequential(nn.Sequential(nn.Sequential(nn.Dropout(0.5)), nn.Dropout(0.5)))
    model, x = scorer(dropped), torch.tensor(draw(6, 5).astype("float32"))
    plain = model[3](model[1](model[0](x))).numpy()
    assert not np.allclose(model(x).numpy(), plain), "dropout does nothing in training"
    model.eval()
    assert np.array_equal(model(x).numpy(), plain), "after eval() dropout still drops"
    model.train()
    assert not np.allclose(model(x).numpy(), plain), "train() did not switch dropout on again"


def test_quick_dropout_keeps_the_mean_and_drops_its_share():
    torch.manual_seed(0)
    out = nn.Dropout(0.2)(torch.ones(200, 500)).numpy()
    assert (out == 0).mean() == pytest.approx(0.2, abs=0.01), "the share that was dropped"
    assert out.mean() == pytest.approx(1, abs=0.01), "what is kept makes up for what is dropped"


def test_quick_a_relu_that_is_shut_lets_nothing_through():
    """A unit at or below 0 for all rows, as all are that start from zero: no gradient behind it."""
    model = nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1))
    nn.init.zeros_(model[0].weight)
    nn.init.constant_(model[0].bias, 0.0)
    model(torch.ones(4, 3)).sum().backward()
    assert not model[0].weight.grad.numpy().any(), "the gradient passed a ReLU that gave 0"
    assert not model[0].bias.grad.numpy().any(), "the gradient passed a ReLU that gave 0"


def test_quick_gelu_has_the_values_of_its_formula():
    """x times the normal distribution function; the quick form is within a thousandth of it."""
    x = np.array([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0])
    right = [-0.0040497, -0.1586553, -0.1542688, 0.0, 0.3457312, 0.8413447, 2.9959503]
    np.testing.assert_allclose(nn.GELU()(torch.tensor(x)).numpy(), right, atol=1e-6)
    np.testing.assert_allclose(nn.GELU("tanh")(torch.tensor(x)).numpy(), right, atol=1e-3)


def test_quick_the_signal_keeps_its_size():
    """Linear as it is made: a third of the variance. Kaiming: all of it, through fifty layers."""
    torch.manual_seed(0)
    x = torch.randn(64, 256)
    with torch.no_grad():
        made = nn.Linear(256, 256, bias=False)(x).numpy().std()
        assert made == pytest.approx(3**-0.5, rel=0.05), "a Linear as it is made"
        for i in range(1, 51):
            layer = nn.Linear(256, 256, bias=False)
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            x = functional.relu(layer(x))
            size = float(np.sqrt((x.numpy() ** 2).mean()))
            assert 0.2 < size < 5, f"after {i} layers the signal has size {size:.3g}"


def test_quick_parameters_are_found_at_any_depth_and_all_of_them_learn():
    model = nn.Sequential(nn.Sequential(scorer(), nn.Tanh()), nn.Linear(CLASSES, CLASSES))
    names = [name for name, _ in model.named_parameters()]
    paths = ("0.0.0", "0.0.2", "1")
    assert names == [f"{path}.{kind}" for path in paths for kind in ("weight", "bias")]
    before = {name: p.numpy().copy() for name, p in model.named_parameters()}
    x, labels = torch.tensor(draw(6, 5).astype("float32")), torch.tensor(LABELS)
    first = step(model, x, labels)
    for name, parameter in model.named_parameters():
        assert (parameter.numpy() != before[name]).any(), f"{name} did not learn"
    assert step(model, x, labels) < first


def step(model, x, labels, rate=0.1):
    """One step of gradient descent; the loss before it."""
    model.zero_grad()
    loss = functional.cross_entropy(model(x), labels)
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= rate * parameter.grad
    return loss.item()


def test_quick_zero_grad_resets_every_layer():
    model = nn.Sequential(scorer(), nn.Linear(CLASSES, CLASSES))
    x, labels = torch.tensor(draw(6, 5).astype("float32")), torch.tensor(LABELS)
    functional.cross_entropy(model(x), labels).backward()
    first = {name: p.grad.numpy().copy() for name, p in model.named_parameters()}
    for set_to_none in (True, False):
        model.zero_grad(set_to_none)
        functional.cross_entropy(model(x), labels).backward()
        for name, p in model.named_parameters():
            assert np.array_equal(p.grad.numpy(), first[name]), f"{name} kept an old gradient"


def test_quick_data_and_frozen_layers_get_no_gradients():
    model, x = scorer(), torch.tensor(draw(6, 5).astype("float32"))
    model[0].requires_grad_(False)
    functional.cross_entropy(model(x), torch.tensor(LABELS)).backward()
    assert x.grad is None, "the data got a gradient"
    reached = [name for name, p in model.named_parameters() if p.grad is not None]
    assert reached == ["2.weight", "2.bias"], "layer 0 is frozen, layer 2 is not"
    given = torch.tensor(draw(2, 5).astype("float32"), requires_grad=True)
    model[0](given).sum().backward()
    assert model[0].weight.grad is None, "a frozen layer got a gradient"
    expected = np.tile(model[0].weight.numpy().sum(0), (2, 1))
    np.testing.assert_allclose(given.grad.numpy(), expected, rtol=1e-5, err_msg="what passed it")


def test_quick_a_loaded_state_is_a_copy_and_the_own_state_is_not():
    x, labels = torch.tensor(draw(6, 5).astype("float32")), torch.tensor(LABELS)
    teacher, learner = scorer(), scorer()
    step(teacher, x, labels, rate=1.0)
    state = teacher.state_dict()
    learner.load_state_dict(state)
    assert np.array_equal(learner(x).numpy(), teacher(x).numpy()), "what was loaded is not used"
    before = teacher(x).numpy().copy()
    step(learner, x, labels, rate=1.0)
    assert np.array_equal(teacher(x).numpy(), before), "training one model trained the other"
    own = learner.state_dict()
    step(learner, x, labels, rate=1.0)
    for name, parameter in learner.named_parameters():
        assert np.array_equal(own[name].numpy(), parameter.numpy()), f"{name} left its memory"


def test_quick_a_tied_weight_takes_one_step():
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    before = model[0].weight.numpy().copy()
    model(torch.ones(2, 3)).sum().backward()
    gradient = model[0].weight.grad.numpy().copy()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= 0.1 * parameter.grad
    np.testing.assert_allclose(model[1].weight.numpy(), before - 0.1 * gradient, rtol=1e-6)


@pytest.mark.parametrize(
    "loss", [nn.CrossEntropyLoss(), nn.CrossEntropyLoss(label_smoothing=0.1)], ids=["", "smoothed"]
)
def test_digits_are_learnt_by_layers_and_loss(loss):
    data = digits()
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    images, labels = torch.tensor(data.train_images), torch.tensor(data.train_labels)
    losses = []
    for _ in range(150):
        model.zero_grad()
        value = loss(model(images), labels)
        value.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= 0.5 * parameter.grad
        losses.append(value.item())
    with torch.no_grad():
        guesses = model(torch.tensor(data.test_images)).argmax(1).numpy()
    assert losses[0] == pytest.approx(np.log(10), abs=0.2), "ten classes, nothing known: log 10"
    assert losses[-1] < 0.4 * losses[0]
    assert (guesses == data.test_labels).mean() > 0.9
