"""What differs in the names that no module teaches: `test_differences.py` runs each."""

import pytest

import tinytorch as torch
from tinytorch import autograd


def leaf(*values):
    return torch.tensor(list(values), requires_grad=True)


def the_cpu_is_the_only_device():
    assert torch.device("cuda:1").index == 1
    for ask in (lambda: torch.ones(1, device="cuda"), lambda: torch.ones(1).cuda()):
        with pytest.raises(AssertionError, match="computes on the CPU only"):
            ask()


def switches_do_nothing():
    assert not torch.cuda.is_available()
    assert torch.cuda.device_count() == 0
    torch.backends.cudnn.benchmark = False


def nothing_is_pinned():
    x = torch.ones(1)
    assert x.pin_memory() is x


def floats_have_32_or_64_bits():
    assert not hasattr(torch, "float16")
    with pytest.raises(RuntimeError, match="there is no float16 here"):
        torch.ones(1).half()


def sizes_are_tuples():
    assert torch.Size is tuple


def the_default_is_float32():
    torch.set_default_dtype(torch.float32)
    with pytest.raises(RuntimeError, match="the default dtype is float32 here"):
        torch.set_default_dtype(torch.float64)


def what_has_no_kernel_raises_a_runtime_error():
    with pytest.raises(RuntimeError, match="booleans are not rounded"):
        torch.tensor([True]).floor()


def what_has_no_gradient_is_not_recorded():
    x = leaf(0.5)
    assert not torch.bernoulli(x).requires_grad
    assert not x.unique().requires_grad


def counting_is_not_recorded():
    assert not leaf(1.0, 0.0).norm(0).requires_grad


def more_has_gradients():
    x = leaf(1.5)
    (2 % x).sum().backward()
    assert x.grad.tolist() == [-1.0]


def running_sums_of_booleans_do_not_fit():
    with pytest.raises(RuntimeError, match="do not fit"):
        torch.tensor([True, True]).cumsum_(0)


def rare_forms_say_what_there_is():
    with pytest.raises(RuntimeError, match="only norms of vectors are here"):
        torch.ones(2, 2).norm("nuc")
    with pytest.raises(RuntimeError, match="only 'add' is here"):
        torch.ones(2).scatter(0, torch.tensor([0]), torch.ones(1), reduce="multiply")


def grad_changes_no_grad():
    x = leaf(2.0)
    y = x * 3
    y.retain_grad()
    (g,) = autograd.grad(y.sum(), x)
    assert (g.tolist(), x.grad, y.grad) == ([3.0], None, None)


def functions_make_new_tensors():
    class Twice(autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x)

    with pytest.raises(RuntimeError, match="makes new tensors"):
        Twice.apply(torch.ones(1))
    with pytest.raises(RuntimeError, match="there are no instances"):
        Twice()


SHOWN = {
    "devices": the_cpu_is_the_only_device,
    "`torch.cuda`, `torch.backends`": switches_do_nothing,
    "`x.pin_memory()` without a GPU": nothing_is_pinned,
    "`torch.float16`, `bfloat16`, `x.half()`, `autocast`": floats_have_32_or_64_bits,
    "`torch.Size`": sizes_are_tuples,
    "`set_default_dtype`": the_default_is_float32,
    "what PyTorch has no kernel for, such as `floor` of booleans": (
        what_has_no_kernel_raises_a_runtime_error
    ),
    "random numbers, and answers such as `unique`": what_has_no_gradient_is_not_recorded,
    "`norm` of order 0": counting_is_not_recorded,
    "gradients that PyTorch has not": more_has_gradients,
    "running sums of booleans, in place": running_sums_of_booleans_do_not_fit,
    '`norm` of matrices by `p` as a word, `scatter(reduce=)` other than "add"': (
        rare_forms_say_what_there_is
    ),
    "`autograd.grad(retain_graph=...)` and `retain_grad()`": grad_changes_no_grad,
    "`Function`: `mark_dirty`, instances": functions_make_new_tensors,
}
