"""What module 16 gives ready-made, in sections that compression.py puts in place."""

# %% given: imports "what the module needs: NumPy, tensors, modules and losses"
#| default_exp core.compression
#| export
import copy
import itertools

import numpy as np

from tinytorch.core.autograd import no_grad
from tinytorch.core.layers import Linear, Module, Sequential
from tinytorch.core.losses import cross_entropy, log_softmax
from tinytorch.core.tensor import Tensor, randperm, tensor

# %% given: notebook-imports "what only this notebook needs: figures, digits, checks and training"
import matplotlib.pyplot as plt

from tinytorch.core.autograd import backward
from tinytorch.core.layers import ReLU
from tinytorch.core.optimizers import SGD, Adam
from tinytorch.core.tensor import manual_seed
from tinytorch_data import mnist
from tito.checks import close, equal, raises

# %% given: tests "for the tests: MISTAKES and what they give; linear_of, steps_of"
MISTAKES = {
    "dense": {"numbers, not bytes": 5000, "eight bytes per number, as in float64": 40000},
    "sparse": {
        "the columns are missing": 4404,
        "the beginnings of the rows are missing": 8000,
        "there is one beginning more than there are rows": 8400,
        "numbers, not bytes": 2101,
    },
    "thin": {
        "one of the two matrices is missing": 4000,
        "the other one of the two matrices is missing": 2000,
        "numbers, not bytes": 1500,
        "that is a product of the sizes, not their sum": 200000,
    },
    "mask": {
        "the most negative values went, not the smallest": [[1, 0, 1], [0, 1, 0]],
        "turned round: 1 where a weight stays": [[1, 0, 0], [1, 0, 1]],
        "one weight too few went": [[1, 1, 1], [0, 1, 0]],
    },
    "global small": {"each weight lost the same share": [[0, 1], [1, 0]]},
    "global large": {
        "each weight lost the same share": [1, 0, 0],
        "the most negative values went, not the smallest": [1, 1, 0],
    },
    "sensitivity": {
        "the first weight was not put back": [[50, 47, 40], [40, 30, 0]],
        "the largest values went": [[50, 43, 40], [50, 20, 10]],
    },
    "rows": {"the units that should go stayed": [[3, 4]]},
    "columns": {
        "the next layer was left as it is": [[1, 10, 100], [2, 20, 200]],
        "the columns that should go stayed": [[10], [20]],
        "its rows were cut, not its columns": [[1, 10, 100]],
    },
    "svd": {
        "the singular values count twice: a root on each side": [
            [36.7423, 0, 48.9898, 0],
            [73.4847, 0, 97.9796, 0],
            [-36.7423, -0, -48.9898, -0],
        ],
        "only one side has the root": [
            [0.857232, 0, 1.14298, 0],
            [1.71446, 0, 2.28595, 0],
            [-0.857232, -0, -1.14298, -0],
        ],
        "no side has the singular values": [
            [0.244949, 0, 0.326599, 0],
            [0.489898, 0, 0.653197, 0],
            [-0.244949, -0, -0.326599, -0],
        ],
    },
    "divergence": {
        "the wrong way round: the teacher's probabilities weigh": 0.143841,
        "averaged over the classes, too: add them up": 0.065406,
        "added up over the batch: average it": 0.261624,
        "the teacher's own logarithm is missing": 0.693147,
    },
    "warm": {
        "T squared is missing": 0.0363408,
        "multiplied by T, not by its square": 0.0726816,
        "the logits were not divided by T": 0.523248,
    },
    "mixed": {
        "alpha and 1 - alpha are the wrong way round": 0.282309,
        "both were added in full": 0.838510,
        "T squared multiplies the cross-entropy as well": 2.115783,
    },
}


def linear_of(weight):
    """A linear layer without bias that has this weight."""
    layer = Linear(len(weight[0]), len(weight), bias=False)
    with no_grad():
        layer.weight.copy_(tensor(np.array(weight, np.float32)))
    return layer


def steps_of(layer, optimizer, count):
    """A few training steps towards outputs of 1."""
    x = tensor(np.arange(6.0, dtype="float32").reshape(2, 3) / 6)
    for _ in range(count):
        optimizer.zero_grad()
        backward(((layer(x) - 1.0) ** 2).sum())
        optimizer.step()


# %% given: prune "l1_unstructured, global_unstructured, remove, ...: PyTorch's nn.utils.prune"
#| export
def how_many(amount, size: int) -> int:
    """`amount` as a count: a share of `size` from 0 to 1 as a float, or the count itself.

    Raises: TypeError, ValueError as PyTorch's.
    """
    if isinstance(amount, bool) or not isinstance(amount, (int, float)):
        raise TypeError(f"amount is a share or a number of values, not {type(amount).__name__}")
    if not amount >= 0 or (isinstance(amount, float) and amount > 1):
        raise ValueError(f"amount={amount} is neither a share from 0.0 to 1.0 nor a whole number")
    if amount > size:
        raise ValueError(f"amount={amount} is more than the {size} values that are left to prune")
    return round(amount * size) if isinstance(amount, float) else amount


def parameter_of(module: Module, name: str) -> Tensor:
    """The parameter `name` of `module`, or what a mask has made of it.

    Raises: TypeError, AttributeError if there is none.
    """
    if not isinstance(module, Module):
        raise TypeError(f"pruning takes a module, not {type(module).__name__}")
    known = [n for n, _ in module.named_parameters() if "." not in n]
    known += [n.removesuffix("_orig") for n in known if is_masked(module, n.removesuffix("_orig"))]
    if not isinstance(name, str) or name not in known:
        raise AttributeError(f"{module} has no parameter {name!r}: it has {', '.join(known)}")
    return getattr(module, name)


def is_masked(module: Module, name: str) -> bool:
    """Whether `hold_mask` has been at this name."""
    return f"{name}_mask" in dict(module.named_buffers())


def custom_from_mask(module: Module, name: str, mask: Tensor) -> Module:
    """Keep `mask` (0 or 1, in the parameter's shape) on the parameter `name`; see `hold_mask`.

    What an earlier mask has taken stays away. Shapes: that of the parameter. Returns the module.
    Raises: TypeError, AttributeError, ValueError if names or shapes do not fit.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.prune.custom_from_mask.html
    """
    parameter = parameter_of(module, name)
    if not isinstance(mask, Tensor):
        raise TypeError(f"custom_from_mask takes a tensor as a mask, not {type(mask).__name__}")
    if mask.shape != parameter.shape:
        raise ValueError(
            f"custom_from_mask: the mask has shape {tuple(mask.shape)}, {name} "
            f"{tuple(parameter.shape)}"
        )
    _mask(module, name, mask.array)
    return module


def _mask(module: Module, name: str, mask: np.ndarray) -> None:
    if is_masked(module, name):
        kept = getattr(module, f"{name}_mask")
        kept.array *= mask.astype(kept.array.dtype)
        setattr(module, name, getattr(module, f"{name}_orig") * kept)
    else:
        module.__dict__.setdefault("_mask_handles", {})[name] = hold_mask(module, name, mask)


def left_of(module: Module, name: str) -> tuple[np.ndarray, np.ndarray]:
    """(values, places): what no mask has taken yet, and where, in the flat parameter."""
    values = parameter_of(module, name).array.reshape(-1)
    if not is_masked(module, name):
        return values, np.arange(values.size)
    places = np.flatnonzero(getattr(module, f"{name}_mask").array.reshape(-1))
    return values[places], places


def _take(module: Module, name: str, chosen) -> Module:
    """Prune what `chosen(values left)`, a mask of these, says."""
    values, places = left_of(module, name)
    mask = np.ones(parameter_of(module, name).numel(), np.float32)
    mask[places] = chosen(values)
    _mask(module, name, mask.reshape(tuple(parameter_of(module, name).shape)))
    return module


def l1_unstructured(module: Module, name: str, amount) -> Module:
    """Prune the smallest absolute values of the parameter `name`. Returns the module.

    amount: a share from 0.0 to 1.0 of the values that no mask has taken yet, or their number.
    Shapes: any parameter's, kept. Raises: TypeError, AttributeError, ValueError.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.prune.l1_unstructured.html
    """
    return _take(module, name, lambda v: magnitude_mask(v, how_many(amount, v.size)))


def random_unstructured(module: Module, name: str, amount) -> Module:
    """Prune values of the parameter `name` at random. Returns the module.

    amount: as for `l1_unstructured`. Shapes: any parameter's, kept.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.prune.random_unstructured.html
    """

    def chosen(values):
        return magnitude_mask(randperm(values.size).array, how_many(amount, values.size))

    return _take(module, name, chosen)


class L1Unstructured:
    """The method that `global_unstructured` knows: the smallest absolute values go. Shapes: any.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.prune.L1Unstructured.html
    """


def global_unstructured(parameters, pruning_method=L1Unstructured, *, amount) -> None:
    """Prune the smallest absolute values of several parameters, compared with each other.

    parameters: pairs (module, name). amount: as for `l1_unstructured`, of all values together.
    Shapes: any parameter's, kept.
    Raises: TypeError, AttributeError, ValueError; NotImplementedError for another method.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.prune.global_unstructured.html
    """
    if not isinstance(parameters, (list, tuple)) or not parameters:
        raise TypeError("global_unstructured takes a list of pairs (module, name)")
    for pair in parameters:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise TypeError(f"global_unstructured takes pairs (module, name), not {pair!r}")
    if pruning_method is not L1Unstructured:
        raise NotImplementedError("global_unstructured knows no method but L1Unstructured")
    values = [left_of(*pair)[0] for pair in parameters]
    masks = global_masks(values, how_many(amount, sum(v.size for v in values)))
    for (module, name), mask in zip(parameters, masks, strict=True):
        _take(module, name, lambda _, mask=mask: mask)


def is_pruned(module: Module) -> bool:
    """Whether any parameter of the module, or of one below it, has a mask. Shapes: none.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.prune.is_pruned.html
    """
    if not isinstance(module, Module):
        raise TypeError(f"is_pruned takes a module, not {type(module).__name__}")
    names = (name.rpartition(".")[2] for name, _ in module.named_buffers())
    return any(name.endswith("_mask") for name in names)


def remove(module: Module, name: str) -> Module:
    """Make the pruning of `name` permanent: a parameter again, with zeros in it, and no mask.

    Shapes: the parameter's, kept. It is the same object, so an optimizer goes on with it.
    Raises: TypeError; ValueError if there is no mask.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.prune.remove.html
    """
    if not isinstance(module, Module):
        raise TypeError(f"remove takes a module, not {type(module).__name__}")
    if not isinstance(name, str) or not is_masked(module, name):
        raise ValueError(f"remove: {name!r} of {module} has not been pruned")
    parameter, mask = getattr(module, f"{name}_orig"), getattr(module, f"{name}_mask")
    parameter.data = Tensor(parameter.array * mask.array)
    module._mask_handles.pop(name).remove()
    for attribute in (name, f"{name}_orig", f"{name}_mask"):
        delattr(module, attribute)
    module.register_parameter(name, parameter)
    return module


def sparsity(model: Module) -> float:
    """The share of zeros among the weights of a model, biases and other vectors aside.

    What a mask holds at 0 counts as 0. Shapes: weights have two dimensions or more.
    Raises: TypeError if the model is no module.
    """
    if not isinstance(model, Module):
        raise TypeError(f"sparsity takes a module, not {type(model).__name__}")
    weights = [p.array for p in model.parameters() if p.ndim > 1]
    masks = [b.array for n, b in model.named_buffers() if n.endswith("_mask") and b.ndim > 1]
    size = sum(w.size for w in weights)
    whole = sum(int((m == 0).sum()) for m in masks) if masks else None
    zeros = whole if whole is not None else sum(int((w == 0).sum()) for w in weights)
    return zeros / max(size, 1)


# %% given: model "a perceptron that reads MNIST, trained for two seconds; accuracy_of, practice"
train_images, train_labels, test_images, test_labels = mnist()
train_rows = train_images.reshape(-1, 784)
test_rows = tensor(test_images.reshape(-1, 784))


def accuracy_of(model):
    """The share of the test digits that `model` reads."""
    with no_grad():
        return float((model(test_rows).argmax(dim=1).numpy() == test_labels).mean())


def practice(model, epochs, lr=1e-3, loss_of=None, seed=0, size=64):
    """Train `model` for so many epochs; (losses, norms of the first weight's gradient)."""
    optimizer, order = Adam(model.parameters(), lr=lr), np.random.default_rng(seed)
    losses, norms = [], []
    loss_of = loss_of or (
        lambda model, x, picked: cross_entropy(model(x), tensor(train_labels[picked]))
    )
    for _ in range(epochs):
        shuffled = order.permutation(len(train_rows))
        for first in range(0, len(train_rows), size):
            picked = shuffled[first : first + size]
            optimizer.zero_grad()
            loss = loss_of(model, tensor(train_rows[picked]), picked)
            backward(loss)
            optimizer.step()
            losses.append(loss.item())
            norms.append([np.linalg.norm(p.grad.array) for p in model.parameters() if p.ndim > 1])
    return losses, np.array(norms)


def perceptron(*sizes):
    """Linear layers of these sizes with ReLU between them."""
    layers = []
    for ins, outs in itertools.pairwise(sizes):
        layers += [Linear(ins, outs), ReLU()]
    return Sequential(*layers[:-1])


manual_seed(0)
model = perceptron(784, 256, 128, 10)
practice(model, 4)
print(
    f"a perceptron of {sum(p.numel() for p in model.parameters()):,} parameters, "
    f"which reads {accuracy_of(model):.1%} of the test digits"
)


# %% given: scan "the figure: accuracy while one layer at a time is pruned"
amounts = [0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98]
weights = [p.array for p in model.parameters() if p.ndim > 1]
table = sensitivity(weights, amounts, lambda: accuracy_of(model))
_, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
for line, weight in zip(table, weights, strict=True):
    ax.plot(amounts, line, "o-", label=f"{weight.shape[1]} -> {weight.shape[0]}")
    print(f"{weight.shape[1]:4} -> {weight.shape[0]:3}", *(f"{value:6.1%}" for value in line))
ax.set(xlabel="share of the layer's weights that are 0", ylabel="test digits read", ylim=(0, 1))
ax.legend(fontsize=8)
plt.show()


# %% given: sparsities "prune_and_practice: smallest or random weights, and two epochs of practice"
LEVELS = (0.5, 0.8, 0.9, 0.95, 0.98)


def masked(model, level, how):
    """A copy of `model` with a mask for a share of all weights: smallest or random ones."""
    own = copy.deepcopy(model)
    layers = [(layer, "weight") for layer in own if isinstance(layer, Linear)]
    if how == "random":
        for layer, name in layers:
            random_unstructured(layer, name, level)
    else:
        global_unstructured(layers, L1Unstructured, amount=level)
    return own


def prune_and_practice(model):
    """({what: accuracies for LEVELS}, the share of zeros after practice at 90%)."""
    manual_seed(1)
    curves = {"random": [], "smallest": [], "smallest, then two epochs": []}
    for level in LEVELS:
        curves["random"].append(accuracy_of(masked(model, level, "random")))
        own = masked(model, level, "smallest")
        curves["smallest"].append(accuracy_of(own))
        practice(own, 2)
        curves["smallest, then two epochs"].append(accuracy_of(own))
        if level == 0.9:
            kept = sparsity(own)
    return curves, kept


def draw_sparsities(curves):
    """Accuracy over sparsity, and the first layer's weights as images at 0, 80 and 95%."""
    fig = plt.figure(figsize=(9, 3), layout="constrained")
    left, right = fig.subfigures(1, 2, width_ratios=(1.2, 1))
    ax = left.subplots()
    for what, values in curves.items():
        ax.plot(LEVELS, values, "o-", label=what)
        print(f"{what:26}", *(f"{value:6.1%}" for value in values))
    ax.set(xlabel="share of zeros", ylabel="test digits read", ylim=(0, 1))
    ax.legend(fontsize=8)
    panels = right.subplots(3, 4)
    for line, level in zip(panels, (0.0, 0.8, 0.95), strict=True):
        weight = (
            masked(model, level, "smallest")[0].weight.numpy() if level else model[0].weight.numpy()
        )
        for ax, unit in zip(line, range(4), strict=True):
            ax.imshow(weight[unit].reshape(28, 28), cmap="RdBu_r", vmin=-0.15, vmax=0.15)
            ax.set(xticks=[], yticks=[])
        line[0].set_ylabel(f"{level:.0%}")
    plt.show()


# %% given: cut "strongest: the units to keep; thinner: a copy of a perceptron with fewer of them"
#| export
def strongest(weight: np.ndarray, count: int) -> np.ndarray:
    """The places, in order, of the `count` units of weight (units, ...) with the largest norms."""
    norms = np.linalg.norm(weight.reshape(len(weight), -1), axis=1)
    return np.sort(np.argsort(-norms, kind="stable")[:count])


def linear_from(weight: np.ndarray, bias: np.ndarray | None) -> Linear:
    """A linear layer with this weight (out, in) and bias (out,) or None."""
    layer = Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    with no_grad():
        layer.weight.copy_(tensor(weight))
        if bias is not None:
            layer.bias.copy_(tensor(bias))
    return layer


def thinner(model: Sequential, share: float) -> Sequential:
    """A copy of a Sequential of linear layers with a `share` of the units of each hidden layer.

    Shapes: those of the weights become smaller, inputs and outputs stay. The strongest units stay.
    """
    layers = list(model)
    linears = [i for i, layer in enumerate(layers) if isinstance(layer, Linear)]
    parts = {
        i: [p if p is None else p.array for p in (layers[i].weight, layers[i].bias)]
        for i in linears
    }
    for one, two in itertools.pairwise(linears):
        weight, bias = parts[one]
        keep = strongest(weight, max(1, round(share * len(weight))))
        parts[one][0], parts[one][1], parts[two][0] = cut_units(weight, bias, parts[two][0], keep)
    return Sequential(
        *(
            linear_from(*parts[i]) if i in parts else copy.deepcopy(layers[i])
            for i in range(len(layers))
        )
    )


# %% given: ranks "the figure: singular values of the first layer, and accuracy by rank"
weight = model[0].weight.numpy()
values = np.linalg.svd(weight, compute_uv=False)
_, (left, right) = plt.subplots(1, 2, figsize=(8, 2.6), layout="constrained")
left.semilogy(values)
left.set(xlabel="place", ylabel="singular value", title="the first layer, 784 -> 256")
reads = {}
for rank in (4, 8, 16, 32, 64, 128):
    first, second = low_rank(weight, rank)
    thin = Sequential(
        linear_from(first, None), linear_from(second, model[0].bias.numpy()), *model[1:]
    )
    reads[rank] = accuracy_of(thin)
right.plot(reads.keys(), reads.values(), "o-")
right.axhline(accuracy_of(model), color="gray", linestyle=":")
right.set(xlabel="rank", ylabel="test digits read", xscale="log")
right.set_xticks(list(reads), list(reads))
right.minorticks_off()
plt.show()
print({rank: f"{share:.1%}" for rank, share in reads.items()})


# %% given: distill "distilled: a small network taught by a large one, with few labels"
def distilled(teacher, student, labels=500, epochs=8, T=4.0, alpha=0.9):
    """`student`, trained on the teacher's answers, and on the labels of the first images."""
    with no_grad():
        answers = teacher(tensor(train_rows)).numpy()

    def loss_of(model, x, picked):
        out, soft = model(x), tensor(answers[picked])
        known = np.flatnonzero(picked < labels)
        loss = distillation_loss(out, soft, tensor(soft.numpy().argmax(1)), T, 1.0) * alpha
        if len(known):
            loss = loss + cross_entropy(out[known], tensor(train_labels[picked[known]])) * (
                1 - alpha
            )
        return loss

    return practice(student, epochs, lr=3e-3, loss_of=loss_of)


def from_labels(student, labels=500, epochs=40):
    """The same student, trained on the labels alone."""

    def loss_of(model, x, picked):
        known = picked % labels
        return cross_entropy(model(tensor(train_rows[known])), tensor(train_labels[known]))

    return practice(student, epochs // 8, lr=3e-3, loss_of=loss_of)


# %% given: race "three_ways: pruned, cut, distilled, each to a tenth; draw_pareto"
def three_ways(model):
    """{what: (bytes, accuracy)} for the model itself and three networks of a tenth of its size."""
    found = {"the whole network": (dense_bytes(model), accuracy_of(model))}
    pruned = masked(model, 0.95, "smallest")
    practice(pruned, 3)
    found["pruned, 95% zeros"] = sparse_bytes(pruned), accuracy_of(pruned)
    cut = thinner(model, 0.11)
    practice(cut, 3)
    found["cut, 11% of the units"] = dense_bytes(cut), accuracy_of(cut)
    for what, teach in (("500 labels", from_labels), ("500 labels and a teacher", None)):
        manual_seed(2)
        small = perceptron(784, 28, 16, 10)
        losses, norms = teach(small) if teach else distilled(model, small)
        found[f"small, {what}"] = dense_bytes(small), accuracy_of(small)
    draw_learning(losses, norms)
    return found


def dense_bytes(model):
    """The bytes of all parameters."""
    return sum(4 * p.numel() for p in model.parameters())


def sparse_bytes(model):
    """The bytes of a pruned model with its weights stored sparsely."""
    total = 0
    for layer in model:
        if isinstance(layer, Linear):
            kept = int(np.count_nonzero(layer.weight.numpy()))
            total += storage(*layer.weight.shape, kept, 1)[1] + layer.bias.array.nbytes
    return total


def draw_learning(losses, norms):
    """The loss of the distilled network, and the norm of each weight's gradient."""
    _, (left, right) = plt.subplots(1, 2, figsize=(8, 2.4), layout="constrained")
    left.plot(losses, linewidth=0.7)
    left.set(xlabel="step", ylabel="distillation loss", ylim=(0, None))
    for column, line in enumerate(norms.T):
        right.semilogy(line, linewidth=0.7, label=f"layer {column + 1}")
    right.set(xlabel="step", ylabel="norm of the gradient")
    right.legend(fontsize=8)
    plt.show()


def draw_pareto(points):
    """Accuracy over bytes, with a line through those that nothing beats."""
    _, ax = plt.subplots(figsize=(6, 3), layout="constrained")
    front, best = [], 0.0
    for what, (size, share) in sorted(points.items(), key=lambda item: item[1]):
        print(f"{what:32} {size:9,} bytes {share:7.2%}")
        ax.plot(size, share, "o", label=what)
        if share > best:
            front, best = [*front, (size, share)], share
    ax.plot(*zip(*front, strict=True), color="lightgray", zorder=0)
    ax.set(xlabel="bytes", ylabel="test digits read", xscale="log")
    ax.legend(fontsize=7)
    plt.show()
