"""Plain cases of what scripts need: devices, old names, `autograd.grad` and `Function`, hooks.

As in `plain_cases.py`, a case takes the framework as `torch` and returns plain things or tensors.
"""

import numpy as np


def leaf(torch, *values):
    return torch.tensor(values, requires_grad=True)


def devices(torch):
    """The lines that scripts begin with, where there is no GPU."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    x = torch.zeros(2, device=device).to(device).cpu()
    gpu = torch.device("cuda:1")
    return [
        x,
        str(x.device),
        repr(gpu),
        [gpu.type, gpu.index, str(gpu), gpu == torch.device("cuda", 1), device == gpu],
        [x.is_cuda, x.get_device(), torch.cuda.device_count(), torch.cuda.is_initialized()],
        [
            torch.cuda.memory_allocated(),
            torch.cuda.memory_reserved(),
            torch.cuda.max_memory_allocated(),
        ],
        [torch.backends.mps.is_available(), torch.backends.mps.is_built()],
        [torch.backends.cuda.is_built(), torch.backends.cudnn.is_available()],
        str(torch.get_default_device()),
    ]


def switches(torch):
    """What may be said, and changes nothing."""
    torch.cuda.manual_seed(1)
    torch.cuda.manual_seed_all(1)
    torch.cuda.empty_cache()
    cudnn, matmul = torch.backends.cudnn, torch.backends.cuda.matmul
    found = [cudnn.benchmark, cudnn.deterministic, cudnn.enabled, matmul.allow_tf32]
    cudnn.benchmark = cudnn.deterministic = matmul.allow_tf32 = False
    torch.set_default_dtype(torch.float32)
    torch.set_default_tensor_type(torch.FloatTensor)
    torch.set_default_device("cpu")
    torch.set_float32_matmul_precision("highest")
    torch.use_deterministic_algorithms(False)
    torch.set_num_threads(1)
    known = [type(switch).__name__ for switch in found]  # other scripts may have set them
    return [known, torch.get_num_threads(), torch.tensor(0.5)]


def placed(torch):
    """`device=` and `requires_grad=` in every function that makes tensors."""
    x, options = torch.ones(2), {"device": "cpu"}
    made = [
        torch.tensor([1.0], **options),
        torch.as_tensor([1.0], **options),
        torch.zeros(2, **options),
        torch.ones((2,), **options),
        torch.full((2,), 3.0, **options),
        torch.eye(2, requires_grad=True, **options),
        torch.arange(3.0, requires_grad=True, **options),
        torch.linspace(0, 1, 3, requires_grad=True, **options),
        torch.zeros_like(x, requires_grad=True, **options),
        torch.ones_like(x, dtype=None, **options),
        torch.full_like(x, 2, **options),
    ]
    drawn = [
        torch.rand(2, **options),
        torch.randn(2, requires_grad=True, **options),
        torch.randint(0, 2, (3,), **options),
        torch.randperm(3, **options),
        torch.rand_like(x, **options),
        torch.randn_like(x, **options),
        torch.randint_like(x, 5, **options),
        torch.empty_like(x, **options),
        torch.empty(2, **options),
        torch.normal(0.0, 1.0, (2,), **options),
    ]
    shapes = [[list(t.shape), str(t.dtype).split(".")[-1]] for t in drawn]
    return made, shapes, [t.requires_grad for t in (*made, *drawn)]


def old_types(torch):
    x = torch.FloatTensor([1, 2])
    gpu = torch.cuda.is_available()
    Tensor = torch.cuda.FloatTensor if gpu else torch.FloatTensor
    names = ("DoubleTensor", "IntTensor", "LongTensor", "ByteTensor", "BoolTensor")
    numbers = [getattr(torch, name)([[0, 1], [2, 3]]) for name in names]
    return [
        x,
        *numbers,
        [one.type() for one in (x, *numbers)],
        Tensor(2, 3).fill_(1.0),
        torch.LongTensor(np.arange(3)),
        torch.FloatTensor().shape[0],
        [isinstance(x, torch.FloatTensor), isinstance(x, torch.LongTensor)],
        [isinstance(x, torch.cuda.FloatTensor), isinstance(x, torch.cuda.LongTensor)],
        [isinstance(x, getattr(torch.cuda, name)) for name in names],
        [x.type(torch.DoubleTensor), x.type("torch.LongTensor"), x.type(torch.float64)],
    ]


def answers(torch):
    x = torch.tensor([[1.0, -2.0], [0.0, 3.0]])
    return [
        [torch.is_tensor(x), torch.is_tensor(1), torch.numel(x), x.nelement(), x.ndimension()],
        [torch.is_floating_point(x), torch.is_complex(x), x.element_size()],
        [
            torch.Size([2, 2]) == x.shape,
            torch.finfo(torch.float32).eps,
            torch.iinfo(torch.int32).max,
        ],
        [torch.inf, torch.pi, torch.e, torch.nan != torch.nan],
        [isinstance(x.dtype, torch.dtype), x.dtype == torch.get_default_dtype()],
        torch.where(x > 0),
        torch.max(x, torch.zeros(2)),
        torch.min(x, torch.zeros(2)),
        torch.linalg.norm(x),
        torch.linalg.vector_norm(x, 1, dim=1),
        torch.linalg.norm(x, ord=1, dim=0),
        [list(r.shape) for r in torch.meshgrid(torch.ones(2), torch.ones(3), indexing="ij")],
        x.type_as(torch.zeros(1, dtype=torch.int64)),
        torch.stack(list(reversed(x))),
    ]


def grads(torch):
    """`autograd.grad` leaves `.grad` alone."""
    x, w = leaf(torch, 1.0, 2.0), leaf(torch, 3.0)
    y = x * w
    z = (y * y).sum()
    found = torch.autograd.grad(z, [x, y], retain_graph=True)
    unused = torch.autograd.grad(z, [w, leaf(torch, 1.0)], allow_unused=True, retain_graph=True)
    zeros = torch.autograd.grad(
        z, leaf(torch, 1.0), materialize_grads=True, retain_graph=True, allow_unused=True
    )
    several = torch.autograd.grad([x.sum() * w, y.detach() * x], x, [torch.ones(1), torch.ones(2)])
    before = x.grad, w.grad
    z.backward()
    return [found, unused, zeros, several, before, x.grad, w.grad]


def squared(torch):
    class Scaled(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, factor):
            ctx.save_for_backward(x)
            ctx.factor = factor
            return factor * x * x

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            assert ctx.needs_input_grad == (True, False)
            return 2 * ctx.factor * x * g, None

    x = leaf(torch, 1.0, 3.0)
    y = Scaled.apply(x * 2, 0.5)
    y.sum().backward()
    return [y, x.grad, Scaled.apply(x.detach(), 2).requires_grad]


def two_results(torch):
    class Parts(torch.autograd.function.Function):
        @staticmethod
        def forward(ctx, x, y):
            largest = x.argmax()
            ctx.mark_non_differentiable(largest)
            ctx.save_for_backward(x, y)
            return x * y, x + y, largest

        @staticmethod
        def backward(ctx, product, total, _):
            x, y = ctx.saved_tensors
            return product * y + total, product * x + total

    class Late(torch.autograd.Function):
        @staticmethod
        def forward(x):
            return x * x

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx, g):
            return g * 2 * ctx.saved_tensors[0]

    x, y = leaf(torch, 1.0, 2.0), leaf(torch, 3.0, 4.0)
    product, total, largest = Parts.apply(x, y)
    (product.sum() * 2 + Late.apply(total).sum()).backward()
    return [product, total, largest, largest.requires_grad, x.grad, y.grad]


def hooks(torch):
    seen = []
    x = leaf(torch, 1.0, 2.0)
    y = x * 3
    x.register_hook(lambda g: seen.append(g.clone()))
    y.register_hook(lambda g: g * 10)
    gone = y.register_hook(lambda g: g * 100)
    gone.remove()
    y.retain_grad()
    (y * y).sum().backward()
    return [seen, x.grad, y.grad]


def modes(torch):
    x = leaf(torch, 1.0)

    @torch.inference_mode()
    def doubled(x):
        return x * 2

    with torch.autograd.no_grad():
        first = x * 2
    with torch.autograd.inference_mode(), torch.autograd.enable_grad():
        second = torch.is_grad_enabled()
    with torch.autograd.set_grad_enabled(False):
        third = x * 2
    with torch.inference_mode(False):
        fourth = x * 2
    made = (doubled(x), first, third, fourth)
    return [t.requires_grad for t in made], second


def variables(torch):
    x = torch.ones(2)
    v = torch.autograd.Variable(x, requires_grad=True)
    old = torch.autograd.variable.Variable(x)
    x[0] = 5.0
    return [v, v.requires_grad, old.requires_grad, isinstance(x, torch.autograd.Variable)]


def drawn(torch):
    """What holds for any generator."""
    torch.manual_seed(0)
    chances = torch.tensor([0.0, 3.0, 1.0])
    picked = torch.multinomial(chances, 4000, replacement=True)
    both = torch.multinomial(chances.expand(50, 3), 2)
    x = torch.empty(20000)
    moments = [round(x.normal_(2, 3).mean().item()), round(x.std().item())]
    limits = x.uniform_(-1, 3)
    coins = torch.bernoulli(torch.full((4000,), 0.3))
    return [
        sorted(set(picked.tolist())),
        round((picked == 1).sum().item() / 4000, 1),
        both.sort(1).values.tolist() == [[1, 2]] * 50,
        moments,
        [limits.min().item() >= -1, limits.max().item() < 3, round(limits.mean().item())],
        round(coins.mean().item(), 1),
        sorted(set(torch.empty(99, dtype=torch.int64).random_(2, 5).tolist())),
        round(torch.empty(20000).exponential_(0.5).mean().item()),
        round(torch.normal(torch.full((9999,), 5.0), 0.1).mean().item(), 1),
        torch.equal(x.bernoulli_(1.0), torch.ones(20000)),
    ]


CASES = {
    "devices": devices,
    "switches": switches,
    "device=": placed,
    "old types": old_types,
    "answers": answers,
    "autograd.grad": grads,
    "autograd.Function": squared,
    "a Function with several results": two_results,
    "hooks of tensors": hooks,
    "inference_mode and its like": modes,
    "Variable": variables,
    "drawn by chances": drawn,
}

ERRORS = {
    "a tensor on a GPU": lambda torch: torch.zeros(2, device="cuda"),
    "cuda()": lambda torch: torch.zeros(2).cuda(),
    "to a GPU": lambda torch: torch.zeros(2).to("cuda:0"),
    "a model on a GPU": lambda torch: torch.nn.Linear(2, 2).to("cuda"),
    "the name of a GPU": lambda torch: torch.cuda.get_device_name(0),
    "the properties of a GPU": lambda torch: torch.cuda.get_device_properties(0),
    "the current GPU": lambda torch: torch.cuda.current_device(),
    "waiting for a GPU": lambda torch: torch.cuda.synchronize(),
    "a device that is none": lambda torch: torch.device("gpu"),
    "grad of what is not used": lambda torch: torch.autograd.grad(
        leaf(torch, 1.0).sum(), leaf(torch, 1.0)
    ),
    "grad of what needs none": lambda torch: torch.autograd.grad(
        leaf(torch, 1.0).sum(), torch.ones(1)
    ),
    "grad of several values": lambda torch: torch.autograd.grad(
        [leaf(torch, 1.0, 2.0) * 2], leaf(torch, 1.0)
    ),
    "a hook without gradients": lambda torch: torch.ones(1).register_hook(print),
    "an instance of a Function": lambda torch: torch.autograd.Function()(torch.ones(1)),
    "a Function of too few gradients": lambda torch: _few(torch),
    "a Function of a wrong gradient": lambda torch: _wrong(torch),
    "a leaf filled in place": lambda torch: leaf(torch, 1.0).normal_(),
    "an index that is too large": lambda torch: torch.ones(3).index_select(0, torch.tensor([3])),
    "a negative standard deviation": lambda torch: torch.normal(0.0, -1.0, (2,)),
    "chances below 0": lambda torch: torch.multinomial(torch.tensor([-1.0, 2.0]), 1),
    "a letter too many": lambda torch: torch.einsum("ij,jk->ik", torch.ones(2, 2)),
    "matrices that are none": lambda torch: torch.mm(torch.ones(2), torch.ones(2)),
}


def _apply(torch, backward):
    class Identity(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            return x + y

    Identity.backward = staticmethod(backward)
    Identity.apply(leaf(torch, 1.0, 2.0), leaf(torch, 1.0, 2.0)).sum().backward()


def _few(torch):
    _apply(torch, lambda ctx, g: g)


def _wrong(torch):
    _apply(torch, lambda ctx, g: (g, torch.ones(3)))
