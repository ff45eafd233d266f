# generated from modules/16_compression/compression.py by `tito build`: edit that file

# %% auto #0
__all__ = ['storage', 'magnitude_mask', 'global_masks', 'hold_mask', 'how_many', 'parameter_of', 'is_masked', 'custom_from_mask',
           'left_of', 'l1_unstructured', 'random_unstructured', 'L1Unstructured', 'global_unstructured', 'is_pruned',
           'remove', 'sparsity', 'sensitivity', 'cut_units', 'strongest', 'linear_from', 'thinner', 'low_rank',
           'distillation_loss']

# %% #5d94c8127f05
import copy
import itertools

import numpy as np

from .autograd import no_grad
from .layers import Linear, Module, Sequential
from .losses import cross_entropy, log_softmax
from .tensor import Tensor, randperm, tensor

# %% #storage
def storage(rows: int, columns: int, kept: int, rank: int) -> tuple[int, int, int]:
    """Bytes of a float32 matrix in three forms: (dense, sparse, low rank).

    sparse: `kept` values that are not zero, in float32, an int32 column for each, and rows + 1
    beginnings in int32. low rank: two matrices, (rows, rank) and (rank, columns), in float32.
    """
    dense = 4 * rows * columns
    sparse = 4 * kept + 4 * kept + 4 * (rows + 1)
    thin = 4 * rank * (rows + columns)
    return dense, sparse, thin

# %% #magnitude-mask
def magnitude_mask(weight: np.ndarray, count: int) -> np.ndarray:
    """A mask in the shape of `weight`: 0 for the `count` smallest absolute values, 1 for the rest.

    Exactly `count` zeros, also where values are equal: the first ones, in row order, go first.
    Shapes: any, kept. Dtype: float32. weight is not changed.
    """
    order = np.argsort(np.abs(weight).reshape(-1), kind="stable")
    mask = np.ones(weight.size, np.float32)
    mask[order[:count]] = 0
    return mask.reshape(weight.shape)

# %% #global-masks
def global_masks(weights: list, count: int) -> list:
    """A mask for each weight: 0 for the `count` smallest absolute values of all taken together.

    Exactly `count` zeros in all. Of equal values those of the first weight go first.
    Shapes: as the weights, which are not changed. Dtype: float32.
    """
    whole = np.concatenate([weight.reshape(-1) for weight in weights])
    ends = np.cumsum([weight.size for weight in weights])[:-1]
    parts = np.split(magnitude_mask(whole, count), ends)
    return [part.reshape(w.shape) for part, w in zip(parts, weights, strict=True)]

# %% #hold-mask
def hold_mask(module: Module, name: str, mask: np.ndarray):
    """From now on `module.name` is a parameter times `mask`, computed before every forward pass.

    The parameter, the same object, is found as name + "_orig", the mask as the buffer name +
    "_mask", a float32 tensor; `module.name` is no parameter any more, and is the masked tensor at
    once. Gradients reach the parameter through the product.
    Returns: what `register_forward_pre_hook` returned, by which the hook can be removed.
    Source: https://docs.pytorch.org/tutorials/intermediate/pruning_tutorial.html
    """
    parameter = getattr(module, name)
    delattr(module, name)
    module.register_parameter(f"{name}_orig", parameter)
    module.register_buffer(f"{name}_mask", tensor(np.asarray(mask, np.float32)))

    def hook(module, args):
        masked = getattr(module, f"{name}_orig") * getattr(module, f"{name}_mask")
        setattr(module, name, masked)

    hook(module, ())
    return module.register_forward_pre_hook(hook)

# %% #50be81311e2d
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

# %% #sensitivity
def sensitivity(weights: list, amounts, evaluate) -> np.ndarray:
    """What `evaluate()` says while one weight is pruned by one amount: a row for each weight.

    weights: arrays that the model computes with, changed in place and put back, also if `evaluate`
    raises an error. amounts: shares from 0 to 1; round(amount * size) smallest values become 0.
    Each entry starts from the weight as it was.
    Shapes: (weights, amounts), float64.
    """
    found = np.zeros((len(weights), len(amounts)))
    for i, weight in enumerate(weights):
        before = weight.copy()
        for j, amount in enumerate(amounts):
            try:
                weight *= magnitude_mask(before, round(amount * weight.size))
                found[i, j] = evaluate()
            finally:
                weight[...] = before
    return found

# %% #cut-units
def cut_units(weight: np.ndarray, bias: np.ndarray, following: np.ndarray, keep) -> tuple:
    """(weight, bias, following) of two layers with only the units `keep` of the first one.

    weight: (units, ...), a linear layer's or a convolution's. bias: (units,) or None, which stays
    None. following: (out, units * block, ...), the weight of the layer behind: unit u is its
    columns u * block to (u + 1) * block; block is 1 unless a convolution was flattened.
    keep: the places of the units that stay, in their new order, or none at all ([]).
    New arrays; none is changed.
    """
    keep, units = np.asarray(keep, dtype=int), len(weight)
    out, columns, *rest = following.shape
    blocks = following.reshape(out, units, columns // units, *rest)  # a unit along dimension 1
    behind = blocks[:, keep].reshape(out, len(keep) * (columns // units), *rest)
    return weight[keep], None if bias is None else bias[keep], np.ascontiguousarray(behind)

# %% #b1ec9b42e4e8
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

# %% #low-rank
def low_rank(weight: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """(first, second): matrices of two linear layers that stand for one with `weight`.

    second @ first is the best approximation of weight (out, in) of this rank, and both have the
    same singular values. The dtype stays.
    Shapes: (out, in) -> (rank, in), (out, rank).
    Raises: ValueError that names the rank unless it is from 1 to the smaller side of weight.
    Source: Eckart and Young (1936), Psychometrika 1, pages 211-218.
    """
    if not 1 <= rank <= min(weight.shape):
        most = min(weight.shape)
        raise ValueError(f"low_rank: the rank of {weight.shape} is from 1 to {most}, not {rank}")
    u, s, v = np.linalg.svd(weight, full_matrices=False)
    root = np.sqrt(s[:rank])
    return root[:, None] * v[:rank], u[:, :rank] * root  # (rank, in), (out, rank)

# %% #distillation-loss
def distillation_loss(student: Tensor, teacher: Tensor, labels: Tensor, T: float, alpha: float):
    """alpha * T**2 * KL(teacher, student) + (1 - alpha) * cross-entropy: a tensor of one value.

    KL: of the softmax of logits / T, the sum over classes, averaged over the batch; with
    log-probabilities from `log_softmax`, so that logits of any size work. No gradient reaches the
    teacher.
    Shapes: student and teacher (n, classes), labels (n,) -> ().
    Source: Hinton, Vinyals and Dean (2015), section 2, arXiv:1503.02531.
    """
    wanted = log_softmax(teacher.detach() / T, dim=1)  # (n, classes)
    found = log_softmax(student / T, dim=1)
    divergence = (wanted.exp() * (wanted - found)).sum() / len(student)
    return alpha * T**2 * divergence + (1 - alpha) * cross_entropy(student, labels)
