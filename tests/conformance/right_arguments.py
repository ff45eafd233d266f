"""Right arguments for every public name, which `test_messages.py` replaces by wrong ones.

A name that is called in `generated.py` or `generated_more.py` needs no row here: `by_program` takes
the first of those calls that works.
"""

import functools
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import numpy as np
from conformance.generated import RECIPES, Call, Dtype, T, outcome
from conformance.generated_more import MORE

import tinytorch as torch
from tinytorch import nn


def x() -> torch.Tensor:
    return torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def row() -> torch.Tensor:
    return torch.tensor([0.2, 0.3, 0.5])


def indices(*values: int) -> torch.Tensor:
    return torch.tensor(list(values))


def parameters() -> list:
    """Two parameters, with gradients."""
    made = [nn.Parameter(x()), nn.Parameter(row())]
    for parameter in made:
        parameter.grad = parameter.detach().clone()
    return made


def optimizer() -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters(), lr=0.1)


class Stream(torch.utils.data.IterableDataset):
    """Three examples, one after another."""

    def __iter__(self):
        return iter([1, 2, 3])


FOLDERS = TemporaryDirectory(prefix="messages-")


def folder() -> Path:
    """An empty folder, which goes when Python ends."""
    return Path(mkdtemp(dir=FOLDERS.name))


def saved(state: object) -> Path:
    """A checkpoint that holds `state`."""
    path = folder() / "state.npz"
    torch.training.save_checkpoint(path, state)
    return path


def trainer() -> torch.training.Trainer:
    """A trainer of a layer, without a bar."""
    model = nn.Linear(3, 3)
    adam = torch.optim.Adam(model.parameters())
    return torch.training.Trainer(model, adam, nn.MSELoss(), progress=False)


def batches() -> list:
    """A batch of inputs and targets."""
    return [(x(), x())]


def two_schedules(sgd: torch.optim.Optimizer) -> list:
    """Two schedules of one optimizer."""
    schedules = torch.optim.lr_scheduler
    return [schedules.ConstantLR(sgd), schedules.ExponentialLR(sgd, 0.9)]


def idx_file(*sizes: int) -> Path:
    """A file of zeros in the format of MNIST."""
    path = folder() / "values-idx-ubyte"
    lengths = np.array(sizes, ">i4").tobytes()
    path.write_bytes(bytes([0, 0, 8, len(sizes)]) + lengths + bytes(int(np.prod(sizes))))
    return path


def cifar_file() -> Path:
    """A file of one image in the format of CIFAR-10."""
    path = folder() / "test_batch.bin"
    path.write_bytes(bytes(1 + 3 * 32 * 32))
    return path


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
    "autograd.backward": lambda: (x().requires_grad_() * 2, torch.ones(2, 3)),
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
    "nn.functional.embedding": lambda: (indices(0, 1), x(), 1, None, 2.0, False, False),
    "nn.Embedding": lambda: (3, 2, 0, None, 2.0, False, False),
    "nn.SinusoidalPositions": lambda: (5, 4),
    "nn.LearnedPositions": lambda: (5, 3),
    "nn.RotaryPositions": lambda: (4, 5, 100.0),
    "nn.functional.scaled_dot_product_attention": lambda: (
        *(x(), x(), x()),
        *(torch.ones(2, 2), 0.0, False, 1.0),
    ),
    "nn.MultiheadAttention": lambda: (4, 2, 0.0, True, False, False, None, None, True),
    "text.CharTokenizer": lambda: ("hello",),
    "text.BPETokenizer": lambda: ([(97, 98)], ["<end>"]),
    "text.pre_tokens": lambda: ("Is it?",),
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
    "nn.LayerNorm": lambda: (3, 1e-5, True),
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
    "utils.data.ChainDataset": lambda: ([Stream(), Stream()],),
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
    "optim.lr_scheduler.SequentialLR": lambda: (sgd := optimizer(), two_schedules(sgd), [2]),
    "optim.lr_scheduler.ChainedScheduler": lambda: (two_schedules(sgd := optimizer()), sgd),
    "training.History": lambda: ([{"epoch": 1, "loss": 0.5}],),
    "training.Callback": lambda: (),
    "training.EarlyStopping": lambda: ("val_loss", 3, 0.0, "min"),
    "training.Checkpoint": lambda: (folder() / "run.npz", 2),
    "training.Trainer": lambda: (nn.Linear(3, 3), optimizer(), nn.MSELoss()),
    "training.save_checkpoint": lambda: (folder() / "state.npz", {"a": x(), "b": [1, "c"]}),
    "training.load_checkpoint": lambda: (saved({"a": x()}),),
    "save": lambda: ({"a": x()}, folder() / "state.npz"),
    "load": lambda: (saved({"a": x()}),),
    "datasets.read_idx": lambda: (idx_file(2, 2),),
    "datasets.read_mnist": lambda: (idx_file(5, 28, 28), idx_file(5)),
    "datasets.read_cifar10": lambda: (cifar_file(),),
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
    "LayerNorm": lambda: (nn.LayerNorm(3), x()),
    "RMSNorm": lambda: (nn.RMSNorm(3), x()),
    "GroupNorm": lambda: (nn.GroupNorm(3, 3), x()),
    "MultiheadAttention": lambda: (
        *(nn.MultiheadAttention(3, 1), x(), x(), x(), torch.tensor([False, True])),
        *(False, torch.zeros(2, 2), True, False),
    ),
    "Embedding": lambda: (nn.Embedding(3, 2), indices(0, 2)),
    "Embedding.from_pretrained": lambda: (nn.Embedding.from_pretrained, x(), True, 0, None, 2.0),
    "SinusoidalPositions": lambda: (nn.SinusoidalPositions(5, 4), torch.ones(2, 4), 1),
    "LearnedPositions": lambda: (nn.LearnedPositions(5, 3), x(), 1),
    "RotaryPositions": lambda: (nn.RotaryPositions(4, 5), torch.ones(2, 4), 1),
}
MEMBERS: dict[str, Callable[[], tuple]] = {
    "Tensor.backward": lambda: ((x().requires_grad_() * 2), torch.ones(2, 3)),
    "Tensor.new": lambda: (x(), [1.0, 2.0]),
    "Tensor.register_hook": lambda: (x().requires_grad_(), lambda g: g),
    "Tensor.retain_grad": lambda: (x().requires_grad_() * 2,),
    "nn.Module.load_state_dict": lambda: (nn.Linear(3, 2), nn.Linear(3, 2).state_dict(), True),
    "nn.Module.to": lambda: (nn.Linear(3, 2), torch.float64),
    "nn.Module.apply": lambda: (nn.Linear(3, 2), lambda module: None),
    "nn.Module.train": lambda: (nn.Linear(3, 2), True),
    "nn.Module.get_submodule": lambda: (nn.Sequential(nn.ReLU()), "0"),
    "nn.Module.get_parameter": lambda: (nn.Linear(3, 2), "weight"),
    "nn.Module.get_buffer": lambda: (nn.BatchNorm1d(3), "running_mean"),
    "nn.Module.register_buffer": lambda: (nn.Module(), "name", x()),
    "nn.Module.register_parameter": lambda: (nn.Module(), "name", nn.Parameter(x())),
    "nn.Module.add_module": lambda: (nn.Module(), "name", nn.ReLU()),
    "nn.Module.register_forward_hook": lambda: (nn.ReLU(), lambda *args: None),
    "nn.Module.register_forward_pre_hook": lambda: (nn.ReLU(), lambda *args: None),
    **{
        f"nn.{kind}.{name}": lambda make=make, more=more: (make(), *more())
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
    "nn.ModuleDict.__getitem__": lambda: (nn.ModuleDict({"a": nn.ReLU()}), "a"),
    "nn.ModuleDict.__setitem__": lambda: (nn.ModuleDict(), "a", nn.ReLU()),
    "nn.ModuleDict.update": lambda: (nn.ModuleDict(), {"a": nn.ReLU()}),
    "nn.ModuleDict.pop": lambda: (nn.ModuleDict({"a": nn.ReLU()}), "a"),
    "nn.ParameterList.__getitem__": lambda: (nn.ParameterList(parameters()), 0),
    "nn.ParameterList.__setitem__": lambda: (nn.ParameterList(parameters()), 0, parameters()[0]),
    "nn.ParameterList.append": lambda: (nn.ParameterList(), parameters()[0]),
    "nn.ParameterList.extend": lambda: (nn.ParameterList(), parameters()),
    "utils.data.TensorDataset.__getitem__": lambda: (torch.utils.data.TensorDataset(x()), 0),
    "utils.data.Subset.__getitem__": lambda: (torch.utils.data.Subset([1, 2, 3], [0, 1]), 0),
    "utils.data.ConcatDataset.__getitem__": lambda: (torch.utils.data.ConcatDataset([[1], [2]]), 0),
    "optim.Optimizer.step": lambda: (optimizer(), lambda: 0.5),
    "optim.Optimizer.zero_grad": lambda: (optimizer(), True),
    "optim.Optimizer.add_param_group": lambda: (optimizer(), {"params": parameters()}),
    "optim.Optimizer.load_state_dict": lambda: (optimizer(), optimizer().state_dict()),
    "optim.lr_scheduler.LRScheduler.load_state_dict": lambda: (
        (schedule := two_schedules(optimizer())[1]),
        schedule.state_dict(),
    ),
    "optim.lr_scheduler.ReduceLROnPlateau.step": lambda: (
        torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer()),
        0.5,
    ),
    "training.History.to_csv": lambda: (torch.training.History(), folder() / "rows.csv"),
    "training.Trainer.fit": lambda: (trainer(), batches(), 1, batches()),
    "training.Trainer.evaluate": lambda: (trainer(), batches()),
    "training.Trainer.predict": lambda: (trainer(), x()),
    "training.Trainer.load_state_dict": lambda: (trainer(), trainer().state_dict()),
    "training.Trainer.save": lambda: (trainer(), folder() / "run.npz"),
    "training.Trainer.load": lambda: (trainer(), saved(trainer().state_dict())),
    "Generator.manual_seed": lambda: (torch.Generator(), 1),
    "Generator.set_state": lambda: (torch.Generator(), torch.Generator().get_state()),
}


def by_program(form: str, name: str) -> Callable[[], tuple] | None:
    """The arguments of the first generated call that works; None if none is generated."""
    for args, _ in {**RECIPES, **MORE}.get(f"{form}.{name}", tuple)():
        if not outcome(torch, Call(form, name, args)).error:
            return functools.partial(_made, args)
    return None


def _made(value):
    if isinstance(value, T):
        return value.make(torch, grad=False)[1]
    if isinstance(value, Dtype):
        return getattr(torch, value.name)
    return type(value)(map(_made, value)) if isinstance(value, (list, tuple)) else value


# What `by_program` finds no call for, or one that leaves arguments out.
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
    "cuda.manual_seed": lambda: (0,),
    "cuda.manual_seed_all": lambda: (0,),
    **{
        name: lambda: ([1, 2],)
        for name in (
            *(f"{kind}Tensor" for kind in ("Float", "Double", "Int", "Long", "Byte", "Bool")),
        )
    },
}


def gpt() -> torch.models.GPT:
    """A small GPT."""
    return torch.models.GPT(torch.models.GPTConfig(11, 6, 1, 2, 8))


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
        nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2),
        torch.ones(3, 2, 8),
    ),
}


def images() -> torch.Tensor:
    return torch.arange(96.0).reshape(2, 3, 4, 4)


def filters() -> torch.Tensor:
    """From 3 channels to 2; in a transposed convolution from 2 to 3."""
    return torch.ones(2, 3, 2, 2)


RIGHT |= {
    "nn.functional.conv2d": lambda: (images(), filters(), row()[:2], 1, 1, 1, 1),
    "nn.functional.conv_transpose2d": lambda: (images()[:, :2], filters(), row(), 2, 1, 1, 1, 1),
    "nn.functional.max_pool2d": lambda: (images(), 2, 2, 0, 1, False, False),
    "nn.functional.avg_pool2d": lambda: (images(), 2, 2, 0, False, True, 3),
    "nn.functional.adaptive_avg_pool2d": lambda: (images(), 2),
    "nn.functional.adaptive_max_pool2d": lambda: (images(), 2),
    "nn.functional.dropout2d": lambda: (images(), 0.5, True),
    "nn.functional.pad": lambda: (images(), (1, 1), "constant", 0.0),
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
}
CALLED |= {
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
}


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
