"""Every public name, given something wrong, says in words of its own what is wrong.

`RIGHT` has arguments that are right for each name; every one of them is replaced by each of
`WRONG` in turn. A call may well work (PyTorch decides that: see `test_generated.py`), but what it
raises must have been written by somebody for whoever made the mistake: raised by a `raise` of our
own, without the words of NumPy or of Python's insides.
"""

import functools
import re
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path

import numpy as np
import pytest
from conformance import generated_more
from conformance.generated import Call, T, outcome
from conformance.test_covered import public

import tinytorch as torch
from tinytorch import nn

PACKAGE = Path(torch.__file__).parent
RAW = re.compile(
    r"<lambda>|<locals>|<function|\bufunc|operand|\baxis\b|\baxes\b|numpy|broadcast together"
    r"|object has no attribute|object is not|cannot be interpreted|not supported between"
    r"|unsupported|must be real number|\bforward\(\)|_forward\b|tuple index|list index|NoneType' "
)
WRONG: dict[str, Callable[[], object]] = {
    "None": lambda: None,
    "a word": lambda: "a",
    "an object": object,
    "a list of a word": lambda: [1.0, "a"],
    "a dict": dict,
    "a fraction": lambda: 2.5,
    "a number below 0": lambda: -7,
    "a large number": lambda: 1000,
    "a truth": lambda: True,
    "a complex number": lambda: 1j,
    "a function": lambda: len,
    "an array": lambda: np.ones(3),
    "a tensor of four dimensions": lambda: torch.ones(2, 3, 4, 5),
    "a tensor of no dimension": lambda: torch.tensor(1.0),
    "a tensor of integers": lambda: torch.arange(7),
    "a tensor of booleans": lambda: torch.tensor([True, False]),
    "a tensor of nothing": lambda: torch.ones(0),
}


def x() -> torch.Tensor:
    return torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def row() -> torch.Tensor:
    return torch.tensor([0.2, 0.3, 0.5])


def indices(*values: int) -> torch.Tensor:
    return torch.tensor(list(values))


def images() -> torch.Tensor:
    return torch.arange(96.0).reshape(2, 3, 4, 4)


def filters() -> torch.Tensor:
    """From 3 channels to 2; in a transposed convolution from 2 to 3."""
    return torch.ones(2, 3, 2, 2)


def parameters() -> list:
    """Two parameters, with gradients."""
    made = [nn.Parameter(x()), nn.Parameter(row())]
    for parameter in made:
        parameter.grad = parameter.detach().clone()
    return made


def optimizer() -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters(), lr=0.1)


def gpt() -> torch.models.GPT:
    return torch.models.GPT(torch.models.GPTConfig(11, 6, 1, 2, 8))


UNARY = "neg exp log sqrt abs tanh sin cos clone relu sigmoid"
BINARY = "add sub mul div pow maximum minimum equal allclose"
OPTIMIZERS = "SGD Adam AdamW RMSprop Adagrad"
SIZED = "zeros ones empty rand randn"
REDUCED = "sum mean amax amin max min argmax argmin all any var std squeeze unsqueeze"
ACTIVATIONS = "relu sigmoid tanh gelu silu leaky_relu elu softplus"
PAIRS = "mse_loss l1_loss smooth_l1_loss kl_div"
PROBABLE = "binary_cross_entropy_with_logits binary_cross_entropy"
STARTS = "zeros_ ones_ xavier_uniform_ xavier_normal_ kaiming_uniform_ kaiming_normal_ eye_"
PLAIN = "ReLU Sigmoid Tanh Identity Flatten SiLU"
LOSSES = "MSELoss L1Loss BCEWithLogitsLoss SmoothL1Loss KLDivLoss BCELoss"
# {public name: arguments that are right, in a function that makes them anew}
RIGHT: dict[str, Callable[[], tuple]] = {
    **{name: lambda: (x(),) for name in UNARY.split()},
    **{name: lambda: (x(), x()) for name in BINARY.split()},
    **{name: lambda: (x(), 1) for name in REDUCED.split()},
    "matmul": lambda: (x(), row()),
    "clamp": lambda: (x(), 1.0, 2.0),
    "reshape": lambda: (x(), (3, 2)),
    "transpose": lambda: (x(), 0, 1),
    "permute": lambda: (x(), (1, 0)),
    "flatten": lambda: (x(), 0, 1),
    "gather": lambda: (x(), 1, torch.tensor([[0], [1]])),
    "cat": lambda: ([x(), x()], 1),
    "stack": lambda: ([x(), x()], 1),
    "where": lambda: (x() > 2, x(), x()),
    "softmax": lambda: (x(), 1),
    "log_softmax": lambda: (x(), 1),
    "tensor": lambda: ([1.0, 2.0],),
    "as_tensor": lambda: ([1.0, 2.0],),
    "from_numpy": lambda: (np.ones(2),),
    **{name: lambda: ((2, 3),) for name in SIZED.split()},
    "zeros_like": lambda: (x(),),
    "ones_like": lambda: (x(),),
    "full": lambda: ((2, 3), 0.5),
    "eye": lambda: (2, 3),
    "arange": lambda: (0, 5, 2),
    "linspace": lambda: (0.0, 1.0, 5),
    "randint": lambda: (0, 5, (2,)),
    "randperm": lambda: (5,),
    "manual_seed": lambda: (0,),
    "Generator": lambda: (),
    "no_grad": lambda: (),
    "enable_grad": lambda: (),
    "is_grad_enabled": lambda: (),
    "set_grad_enabled": lambda: (True,),
    "Tensor": lambda: ([1.0, 2.0],),
    "autograd.backward": lambda: ((x().requires_grad_() * 2).sum(),),
    "autograd.gradcheck": lambda: (lambda x: x * x, np.ones(2)),
    "autograd.draw_graph": lambda: ((x().requires_grad_() * 2).sum(),),
    "autograd.detect_anomaly": lambda: (),
    **{f"nn.functional.{name}": lambda: (x(),) for name in ACTIVATIONS.split()},
    "nn.functional.leaky_relu": lambda: (x(), 0.1),
    "nn.functional.elu": lambda: (x(), 1.0),
    "nn.functional.softplus": lambda: (x(), 1.0, 20.0),
    "nn.functional.softmax": lambda: (x(), 1),
    "nn.functional.log_softmax": lambda: (x(), 1),
    "nn.functional.dropout": lambda: (x(), 0.5, True),
    "nn.functional.linear": lambda: (x(), torch.ones(4, 3), torch.ones(4)),
    "nn.functional.one_hot": lambda: (indices(0, 2), 3),
    **{f"nn.functional.{name}": lambda: (x(), x()) for name in PAIRS.split()},
    **{f"nn.functional.{name}": lambda: (row(), row(), row()) for name in PROBABLE.split()},
    "nn.functional.nll_loss": lambda: (x(), indices(0, 2), row()),
    "nn.functional.cross_entropy": lambda: (x(), indices(0, 2), row()),
    "nn.functional.batch_norm": lambda: (x(), row(), row(), row(), row()),
    "nn.functional.layer_norm": lambda: (x(), (3,), row(), row(), 1e-5),
    "nn.functional.rms_norm": lambda: (x(), (3,), row(), 1e-5),
    "nn.functional.group_norm": lambda: (x(), 3, row(), row(), 1e-5),
    "nn.functional.conv2d": lambda: (images(), filters(), row()[:2], 1, 1, 1, 1),
    "nn.functional.conv_transpose2d": lambda: (images()[:, :2], filters(), row(), 2, 1, 1, 1, 1),
    "nn.functional.max_pool2d": lambda: (images(), 2, 2, 0, 1, False, False),
    "nn.functional.avg_pool2d": lambda: (images(), 2, 2, 0, False, True, 3),
    "nn.functional.adaptive_avg_pool2d": lambda: (images(), 2),
    "nn.functional.adaptive_max_pool2d": lambda: (images(), 2),
    "nn.functional.dropout2d": lambda: (images(), 0.5, True),
    "nn.functional.pad": lambda: (images(), (1, 1), "constant", 0.0),
    "nn.functional.embedding": lambda: (indices(0, 1), x(), 1, None, 2.0, False, False),
    "nn.Embedding": lambda: (3, 2, 0, None, 2.0, False, False),
    "nn.SinusoidalPositions": lambda: (5, 4),
    "nn.LearnedPositions": lambda: (5, 3),
    "nn.RotaryPositions": lambda: (4, 5, 100.0),
    "nn.Module": lambda: (),
    "nn.Parameter": lambda: (x(),),
    "nn.Linear": lambda: (3, 2, True, "cpu", torch.float32),
    **{f"nn.{name}": lambda: () for name in (*PLAIN.split(), *LOSSES.split())},
    "nn.LeakyReLU": lambda: (0.1,),
    "nn.ELU": lambda: (1.0,),
    "nn.Softplus": lambda: (1.0, 20.0),
    "nn.GELU": lambda: (),
    "nn.Softmax": lambda: (1,),
    "nn.LogSoftmax": lambda: (1,),
    "nn.Dropout": lambda: (0.5,),
    "nn.Sequential": lambda: (nn.ReLU(), nn.Tanh()),
    "nn.ModuleList": lambda: ([nn.ReLU()],),
    "nn.ModuleDict": lambda: ({"a": nn.ReLU()},),
    "nn.ParameterList": lambda: ([nn.Parameter(x())],),
    "nn.NLLLoss": lambda: (row(),),
    "nn.CrossEntropyLoss": lambda: (row(),),
    "nn.BatchNorm1d": lambda: (3, 1e-5, 0.1, True, True),
    "nn.BatchNorm2d": lambda: (3,),
    "nn.Conv2d": lambda: (2, 4, 3, 1, 1, 1, 2, True, "zeros"),
    "nn.ConvTranspose2d": lambda: (2, 4, 3, 2, 1, 1, 2, True, 1),
    "nn.MaxPool2d": lambda: (2, 2, 0, 1, False, False),
    "nn.AvgPool2d": lambda: (2, 2, 0, False, True, 3),
    "nn.AdaptiveAvgPool2d": lambda: (2,),
    "nn.AdaptiveMaxPool2d": lambda: (2,),
    "nn.Dropout2d": lambda: (0.5,),
    "nn.ZeroPad2d": lambda: (1,),
    "nn.Unflatten": lambda: (1, (2, 2)),
    "nn.LayerNorm": lambda: (3, 1e-5, True),
    "nn.functional.scaled_dot_product_attention": lambda: (
        *(x(), x(), x()),
        *(torch.ones(2, 2), 0.0, False, 1.0),
    ),
    "nn.MultiheadAttention": lambda: (4, 2, 0.0, True, False, False, None, None, True),
    "nn.RMSNorm": lambda: (3, 1e-5, True),
    "nn.GroupNorm": lambda: (3, 3, 1e-5, True),
    **{f"nn.init.{name}": lambda: (x(),) for name in STARTS.split()},
    "nn.init.uniform_": lambda: (x(), 0.0, 1.0),
    "nn.init.normal_": lambda: (x(), 0.0, 1.0),
    "nn.init.trunc_normal_": lambda: (x(), 0.0, 1.0, -2.0, 2.0),
    "nn.init.constant_": lambda: (x(), 0.5),
    "nn.init.orthogonal_": lambda: (x(), 1.0),
    "nn.init.calculate_gain": lambda: ("leaky_relu", 0.1),
    "nn.utils.clip_grad_norm_": lambda: (parameters(), 1.0, 2.0),
    "nn.utils.clip_grad_value_": lambda: (parameters(), 1.0),
    "nn.utils.parameters_to_vector": lambda: (parameters(),),
    "nn.utils.vector_to_parameters": lambda: (torch.ones(9), parameters()),
    "utils.data.Dataset": lambda: (),
    "utils.data.TensorDataset": lambda: (x(), indices(0, 1)),
    "utils.data.Subset": lambda: ([1, 2, 3], [0, 1]),
    "utils.data.random_split": lambda: ([1, 2, 3], [1, 2]),
    "utils.data.DataLoader": lambda: ([1, 2, 3], 2, True),
    "utils.data.Sampler": lambda: (),
    "utils.data.SequentialSampler": lambda: ([1, 2],),
    "utils.data.RandomSampler": lambda: ([1, 2], True, 3),
    "utils.data.BatchSampler": lambda: ([1, 2, 3], 2, True),
    "utils.data.IterableDataset": lambda: (),
    "utils.data.ConcatDataset": lambda: ([[1, 2], [3]],),
    "utils.data.ChainDataset": lambda: ([[1, 2], [3]],),
    "utils.data.StackDataset": lambda: ([1, 2], [3, 4]),
    "utils.data.SubsetRandomSampler": lambda: ([1, 2],),
    "utils.data.WeightedRandomSampler": lambda: ([0.5, 0.5], 3, True),
    "utils.data.get_worker_info": lambda: (),
    "initial_seed": lambda: (),
    "get_rng_state": lambda: (),
    "set_rng_state": lambda: (torch.get_rng_state(),),
    "utils.data.default_collate": lambda: ([x(), x()],),
    "transforms.normalize": lambda: (np.ones((2, 4, 4), "float32"), 0.5, 0.5),
    "transforms.random_flip": lambda: (np.ones((2, 4, 4), "float32"),),
    "transforms.random_shift": lambda: (np.ones((2, 4, 4), "float32"), 1),
    "optim.Optimizer": lambda: (parameters(), {"lr": 0.1}),
    **{f"optim.{name}": lambda: (parameters(), 0.1) for name in OPTIMIZERS.split()},
    "optim.lr_scheduler.ConstantLR": lambda: (optimizer(), 0.3, 5),
    "optim.lr_scheduler.PolynomialLR": lambda: (optimizer(), 5, 1.0),
    "optim.lr_scheduler.CosineAnnealingWarmRestarts": lambda: (optimizer(), 5, 2, 0.0),
    "optim.lr_scheduler.ReduceLROnPlateau": lambda: (optimizer(), "min", 0.1, 10),
    "optim.lr_scheduler.StepLR": lambda: (optimizer(), 2, 0.1),
    "optim.lr_scheduler.MultiStepLR": lambda: (optimizer(), [2, 4], 0.1),
    "optim.lr_scheduler.ExponentialLR": lambda: (optimizer(), 0.9),
    "optim.lr_scheduler.CosineAnnealingLR": lambda: (optimizer(), 5, 0.0),
    "optim.lr_scheduler.LinearLR": lambda: (optimizer(), 0.3, 1.0, 5),
    "optim.lr_scheduler.LambdaLR": lambda: (optimizer(), lambda step: 1.0),
    "optim.lr_scheduler.OneCycleLR": lambda: (optimizer(), 0.1, 10),
    "training.History": lambda: (),
    "training.Callback": lambda: (),
    "training.EarlyStopping": lambda: (),
    "training.Checkpoint": lambda: ("nowhere",),
    "text.CharTokenizer": lambda: ("hello",),
    "text.BPETokenizer": lambda: ([(97, 98)], ["<end>"]),
    "text.pre_tokens": lambda: ("Is it?",),
}
# What a layer or a loss is called with once it is made.
CALLED: dict[str, Callable[[], tuple]] = {
    "Linear": lambda: (nn.Linear(3, 2), x()),
    **{name: lambda name=name: (getattr(nn, name)(), x()) for name in PLAIN.split()},
    **{name: lambda name=name: (getattr(nn, name)(), x(), x()) for name in LOSSES.split()},
    "BCELoss": lambda: (nn.BCELoss(row()), row(), row()),
    "LeakyReLU": lambda: (nn.LeakyReLU(), x()),
    "ELU": lambda: (nn.ELU(), x()),
    "Softplus": lambda: (nn.Softplus(), x()),
    "GELU": lambda: (nn.GELU(), x()),
    "Softmax": lambda: (nn.Softmax(1), x()),
    "LogSoftmax": lambda: (nn.LogSoftmax(1), x()),
    "Dropout": lambda: (nn.Dropout(0.5), x()),
    "Sequential": lambda: (nn.Sequential(nn.Linear(3, 2), nn.ReLU()), x()),
    "NLLLoss": lambda: (nn.NLLLoss(), x(), indices(0, 2)),
    "CrossEntropyLoss": lambda: (nn.CrossEntropyLoss(), x(), indices(0, 2)),
    "BatchNorm1d": lambda: (nn.BatchNorm1d(3), x()),
    "BatchNorm2d": lambda: (nn.BatchNorm2d(3), images()),
    "Conv2d": lambda: (nn.Conv2d(3, 4, 3), images()),
    "ConvTranspose2d": lambda: (nn.ConvTranspose2d(3, 4, 3), images()),
    "MaxPool2d": lambda: (nn.MaxPool2d(2), images()),
    "AvgPool2d": lambda: (nn.AvgPool2d(2), images()),
    "AdaptiveAvgPool2d": lambda: (nn.AdaptiveAvgPool2d(2), images()),
    "AdaptiveMaxPool2d": lambda: (nn.AdaptiveMaxPool2d(2), images()),
    "Dropout2d": lambda: (nn.Dropout2d(0.5), images()),
    "ZeroPad2d": lambda: (nn.ZeroPad2d(1), images()),
    "Unflatten": lambda: (nn.Unflatten(1, (1, 3)), images()),
    "LayerNorm": lambda: (nn.LayerNorm(3), x()),
    "RMSNorm": lambda: (nn.RMSNorm(3), x()),
    "GroupNorm": lambda: (nn.GroupNorm(3, 3), x()),
    "Embedding": lambda: (nn.Embedding(3, 2), indices(0, 2)),
    "Embedding.from_pretrained": lambda: (nn.Embedding.from_pretrained, x(), True, 0, None, 2.0),
    "SinusoidalPositions": lambda: (nn.SinusoidalPositions(5, 4), torch.ones(2, 4), 1),
    "LearnedPositions": lambda: (nn.LearnedPositions(5, 3), x(), 1),
    "RotaryPositions": lambda: (nn.RotaryPositions(4, 5), torch.ones(2, 4), 1),
    "MultiheadAttention": lambda: (
        *(nn.MultiheadAttention(3, 1), x(), x(), x(), torch.tensor([False, True])),
        *(False, torch.zeros(2, 2), True, False),
    ),
}
MEMBERS: dict[str, Callable[[], tuple]] = {
    "Module.load_state_dict": lambda: (nn.Linear(3, 2), nn.Linear(3, 2).state_dict(), True),
    "Module.to": lambda: (nn.Linear(3, 2), torch.float64),
    "Module.apply": lambda: (nn.Linear(3, 2), lambda module: None),
    "Module.train": lambda: (nn.Linear(3, 2), True),
    "Module.get_submodule": lambda: (nn.Sequential(nn.ReLU()), "0"),
    "Module.get_parameter": lambda: (nn.Linear(3, 2), "weight"),
    "Module.get_buffer": lambda: (nn.BatchNorm1d(3), "running_mean"),
    "Module.register_buffer": lambda: (nn.Module(), "name", x()),
    "Module.register_parameter": lambda: (nn.Module(), "name", nn.Parameter(x())),
    "Module.add_module": lambda: (nn.Module(), "name", nn.ReLU()),
    "Module.register_forward_hook": lambda: (nn.ReLU(), lambda *args: None),
    "Module.register_forward_pre_hook": lambda: (nn.ReLU(), lambda *args: None),
    **{
        f"{kind}.{name}": lambda make=make, more=more: (make(), *more())
        for kind, make in {
            "Sequential": lambda: nn.Sequential(nn.ReLU(), nn.Tanh()),
            "ModuleList": lambda: nn.ModuleList([nn.ReLU(), nn.Tanh()]),
        }.items()
        for name, more in {
            "append": lambda: (nn.ReLU(),),
            "extend": lambda: ([nn.ReLU()],),
            "insert": lambda: (0, nn.ReLU()),
            "pop": lambda: (0,),
            "__getitem__": lambda: (0,),
            "__setitem__": lambda: (0, nn.ReLU()),
            "__delitem__": lambda: (0,),
            "__add__": lambda: ([nn.ReLU()],),
            "__mul__": lambda: (2,),
        }.items()
    },
    "ModuleDict.__getitem__": lambda: (nn.ModuleDict({"a": nn.ReLU()}), "a"),
    "ModuleDict.__setitem__": lambda: (nn.ModuleDict(), "a", nn.ReLU()),
    "ModuleDict.update": lambda: (nn.ModuleDict(), {"a": nn.ReLU()}),
    "ModuleDict.pop": lambda: (nn.ModuleDict({"a": nn.ReLU()}), "a"),
    "ParameterList.__getitem__": lambda: (nn.ParameterList(parameters()), 0),
    "ParameterList.__setitem__": lambda: (nn.ParameterList(parameters()), 0, parameters()[0]),
    "ParameterList.append": lambda: (nn.ParameterList(), parameters()[0]),
    "ParameterList.extend": lambda: (nn.ParameterList(), parameters()),
}
# Models, data and files go in, and what fails is what they do. (To `open`, True is a descriptor,
# that of the standard output, which it would close.)


def by_program(name: str) -> Callable[[], tuple] | None:
    """The arguments of the first call in `generated_more.py` that works."""
    for call in generated_more.calls(f"torch.{name}"):
        if not outcome(torch, Call(call.form, call.name, call.args)).error:
            return functools.partial(_made, call.args)
    return None


def _made(value):
    if isinstance(value, T):
        return value.make(torch, grad=False)[1]
    return type(value)(map(_made, value)) if isinstance(value, (list, tuple)) else value


GIVEN = [name.removeprefix("torch.") for name in generated_more.MORE if name.startswith("torch.")]
RIGHT |= {name: right for name in GIVEN if name not in RIGHT and (right := by_program(name))}
RIGHT |= {
    **{name: lambda: (x(),) for name in ("rand_like", "randn_like", "empty_like", "is_tensor")},
    "randint_like": lambda: (x(), 0, 5),
    "device": lambda: ("cpu",),
    "set_default_device": lambda: ("cpu",),
    "set_default_dtype": lambda: (torch.float32,),
    "set_default_tensor_type": lambda: (torch.FloatTensor,),
    **{name: lambda: (x(), 1.0, 2.0) for name in ("clip", "clamp")},
    "nan_to_num": lambda: (x(),),
    "norm": lambda: (x(), 2, 1, True),
    "linalg.norm": lambda: (row(), 2),
    "linalg.vector_norm": lambda: (x(), 2, 1),
    "scatter": lambda: (x(), 1, torch.tensor([[0], [1]]), x()),
    "atan2": lambda: (x(), x()),
    "histc": lambda: (x(), 3, 0, 7),
    "bincount": lambda: (indices(0, 2),),
    "unique": lambda: (x(),),
    "meshgrid": lambda: (row(), row()),
    "autograd.grad": lambda: ((leaf := row().requires_grad_()).sum(), leaf),
    "autograd.Variable": lambda: (row(), False),
    "inference_mode": lambda: (True,),
    "autograd.no_grad": lambda: (),
    "autograd.enable_grad": lambda: (),
    "autograd.set_grad_enabled": lambda: (True,),
    **{
        name: lambda: ([1, 2],)
        for name in (
            *(f"{kind}Tensor" for kind in ("Float", "Double", "Int", "Long", "Byte", "Bool")),
        )
    },
}
RIGHT |= {
    "models.GPTConfig": lambda: (11, 6, 1, 2, 8, 0.0, True, False),
    **{
        f"models.{name}": lambda: (torch.models.GPTConfig(11, 6, 1, 2, 8),)
        for name in ("CausalSelfAttention", "FeedForward", "TransformerBlock", "GPT")
    },
    "models.text_batch": lambda: ([[1, 2, 3], [4, 5]], 4),
    "models.next_token_loss": lambda: (torch.ones(2, 3, 4), torch.ones(2, 3).long()),
    "models.filter_logits": lambda: (x(), 0.5, 2, 0.9),
    "models.generate": lambda: (gpt(), torch.ones(1, 2).long(), 2, 1.0, 3, 0.9, 0, 1),
    "nn.TransformerEncoderLayer": lambda: (8, 2, 16, 0.1, "relu", 1e-5, False, False, True),
    "nn.TransformerEncoder": lambda: (nn.TransformerEncoderLayer(8, 2, 16), 2),
}
CALLED |= {
    "TransformerEncoderLayer": lambda: (nn.TransformerEncoderLayer(8, 2, 16), torch.ones(3, 2, 8)),
    "TransformerEncoder": lambda: (
        nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2), torch.ones(3, 2, 8)
    ),
}  # fmt: skip
RIGHT |= {
    "profiler.profile": lambda: (),
    "profiler.record_function": lambda: ("part",),
    "profiler.count_flops": lambda: (lambda: x().sum(),),
    "profiler.count_memory": lambda: (nn.Linear(2, 3), None, x().sum()),
}


RIGHT |= {
    "fake_quantize_per_tensor_affine": lambda: (x(), 0.1, 0, -128, 127),
    "fake_quantize_per_channel_affine": lambda: (
        *(x(), torch.tensor([0.1, 0.2]), torch.zeros(2, dtype=torch.int32)),
        *(0, -128, 127),
    ),
    "quantization.quantize_model": lambda: (nn.Linear(3, 2), [x()], 1.0),
    "quantization.QuantizedLinear": lambda: (nn.Linear(3, 2), (0.1, 0)),
    "quantization.QuantizedConv2d": lambda: (nn.Conv2d(1, 2, 3), (0.1, 0)),
}


def masked() -> nn.Module:
    return torch.nn.utils.prune.l1_unstructured(nn.Linear(3, 2), "weight", 1)


RIGHT |= {
    **{
        f"nn.utils.prune.{name}": lambda: (nn.Linear(3, 2), "weight", 0.5)
        for name in ("l1_unstructured", "random_unstructured")
    },
    "nn.utils.prune.custom_from_mask": lambda: (nn.Linear(3, 2), "bias", torch.ones(2)),
    "nn.utils.prune.remove": lambda: (masked(), "weight"),
    "nn.utils.prune.is_pruned": lambda: (nn.Linear(3, 2),),
    "compression.sparsity": lambda: (nn.Linear(3, 2),),
}
EXCEPTIONS = (
    # Keywords tell more than places: tests/16_compression has their errors.
    *("nn.utils.prune.global_unstructured", "nn.utils.prune.L1Unstructured"),
    # Exercises on arrays, whose errors their docstrings name.
    *("compression.low_rank", "compression.distillation_loss", "compression.thinner"),
    "profiler.ProfilerActivity",  # members, not calls
    *("datasets.", "save", "load"),
    *("training.Trainer", "training.save_checkpoint", "training.load_checkpoint"),
    "optim.lr_scheduler.SequentialLR",
    # They take anything, or nothing.
    *("Size", "dtype", "finfo", "iinfo", "get_", "set_num_threads", "use_determ", "set_float32"),
    *("cuda.", "backends.", "autograd.Function", "autograd.function."),
    "optim.lr_scheduler.ChainedScheduler",
    "optim.lr_scheduler.LRScheduler",  # a base class: it has no rate
)
# Names that still answer a wrong argument with a raw message, by where they are made.
PENDING = {
    name
    for room in (
        # the Tensor engine
        "matmul flatten take set_grad_enabled "
        "autograd.backward autograd.set_grad_enabled autograd.gradcheck autograd.draw_graph "
        "nn.Flatten()",
        # norms
        "nn.BatchNorm1d nn.LayerNorm nn.RMSNorm nn.GroupNorm",
        # data
        "utils.data.DataLoader "
        "utils.data.ChainDataset "
        "transforms.normalize transforms.random_flip transforms.random_shift",
        # schedules
        "optim.lr_scheduler.ReduceLROnPlateau",
    )
    for name in room.split()
}


def calls() -> Iterator:
    """(name, what is called, the function that makes its right arguments, from which one on)."""
    for name, right in RIGHT.items():
        yield name, reduce(getattr, name.split("."), torch), right, 0
    for name, right in CALLED.items():
        yield f"nn.{name}()", lambda module, *args: module(*args), right, 1
    for name, right in MEMBERS.items():
        yield f"nn.{name}", reduce(getattr, name.split("."), nn), right, 1


def complaint(call: Callable, args: list) -> str:
    """What is raw about the error of a call, "" if nothing."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            call(*args)
    except Exception as error:  # noqa: BLE001 - any error may come, and its words are read
        frame = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error}"
        if found := RAW.search(str(error)):
            return f"{told} (the words {found[0]!r})"
        is_ours = Path(frame.filename).is_relative_to(PACKAGE) and "raise" in (frame.line or "")
        if not is_ours and not isinstance(error, OSError):
            return f"{told} (raised by {frame.line!r} in {frame.name})"
    finally:
        torch.set_grad_enabled(True)
    return ""


@pytest.mark.parametrize(
    ("name", "call", "right", "first"), [pytest.param(*c, id=c[0]) for c in calls()]
)
def test_errors_are_in_words(name, call, right, first, request):
    if name in PENDING:
        request.applymarker(pytest.mark.xfail(reason="a raw message: still to do", strict=True))
    call(*right())
    found = []
    for place in range(first, len(right())):
        for what, wrong in WRONG.items():
            args = list(right())
            if what == "a function" and isinstance(args[place], types.FunctionType):
                continue  # what it does with its arguments is the caller's own
            args[place] = wrong()
            if told := complaint(call, args):
                found.append(f"{what} as argument {place}: {told}")
    assert not found, f"{len(found)} raw messages:\n" + "\n".join(found[:40])


def test_every_public_name_has_arguments():
    names = [name for name in public() if callable(reduce(getattr, name.split("."), torch))]
    homes = {public()[name] for name in RIGHT}
    left = [
        name for name in names if public()[name] not in homes and not name.startswith(EXCEPTIONS)
    ]
    assert left == [], "put right arguments of it into RIGHT"


def test_raw_messages_are_found():
    assert "has no attribute" in complaint(lambda x: x.shape, [1])
    assert "operand" in complaint(np.add, [np.ones(2), np.ones(3)])
    assert complaint(torch.nn.functional.relu, [[1.0]]) == ""
