"""docs/differences.md holds every deliberate deviation from PyTorch, and each is as it says."""

import re
import threading
from pathlib import Path

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import autograd, datasets, transforms, utils

DOC = Path(__file__).resolve().parents[2] / "docs" / "differences.md"


def leaf(*values):
    return torch.tensor(list(values), requires_grad=True)


def data_is_an_array():
    assert isinstance(leaf(1.0).data, np.ndarray)
    assert isinstance(leaf(1.0).detach(), torch.Tensor)


def numpy_needs_no_detach():
    x = leaf(1.0)
    assert x.numpy() is x.data


def dtypes_are_numpys():
    assert isinstance(torch.float32, np.dtype)
    assert leaf(1.0).dtype == torch.float32


def strides_are_numpys():
    assert torch.ones(2, 1).expand(2, 3).stride() == (1, 0)


def random_numbers_are_numpys():
    torch.manual_seed(3)
    drawn = np.random.default_rng(3).standard_normal(4, np.float32)
    assert torch.randn(4).tolist() == drawn.tolist()


def augmented_assignment_makes_a_new_tensor():
    x = leaf(1.0)
    y = z = x * 2
    y += x
    assert y is not z
    y.sum().backward()
    assert x.grad.tolist() == [3.0]


def recorded_writes_raise():
    x = leaf(1.0, 2.0)
    y = x * 2
    with pytest.raises(RuntimeError, match="where, cat or stack"):
        y[0] = 1.0
    with pytest.raises(RuntimeError, match="where, cat or stack"):
        y.add_(1.0)


def pow_takes_other():
    assert torch.pow(torch.tensor(3.0), other=2).item() == 9.0


def errors_say_what_was_asked():
    with pytest.raises(RuntimeError, match=r"add got inputs of shape \(2,\) and \(3,\)"):
        torch.ones(2) + torch.ones(3)


def no_second_order():
    with pytest.raises(TypeError, match="create_graph"):
        leaf(1.0).sum().backward(create_graph=True)


def a_second_backward_raises():
    y = (leaf(1.0) + 1.0).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="used up"):
        y.backward()


def overwriting_is_noted_an_operation():
    w, x = leaf(2.0), torch.ones(1)
    y = (w * x).sum()
    with torch.no_grad():
        w += 1  # the gradient of w reads x alone, but the rule of the product may read both
    with pytest.raises(RuntimeError, match="overwritten in place"):
        y.backward()


def backward_takes_one_tensor():
    x = leaf(1.0, 2.0)
    autograd.backward(x * 2, gradient=torch.ones(2))
    assert x.grad.tolist() == [2.0, 2.0]


def gradcheck_takes_inputs_one_by_one():
    x, y = np.ones(2), np.full(2, 3.0)
    assert autograd.gradcheck(lambda a, b: a * b, x, y)
    assert autograd.gradcheck(lambda a, b: a * b, (x, y))


def anomalies_are_named_in_both_passes():
    with pytest.raises(RuntimeError, match="log"), autograd.detect_anomaly():
        leaf(0.0).log()
    with pytest.raises(RuntimeError, match="sqrt"), autograd.detect_anomaly():
        (leaf(0.0).sqrt() * 1.0).sum().backward()


def receipts_keep_scalars():
    x = leaf(2.0).sum()
    assert type((x * x).origin.saved) is np.float32


def workers_are_threads():
    seen = []

    def note(batch):
        seen.append(threading.current_thread())

    list(utils.data.DataLoader([1, 2], num_workers=1, collate_fn=note))
    assert threading.current_thread() not in seen
    assert len(seen) == 2


def lengths_of_tensors_are_values():
    with pytest.raises(ValueError, match=r"\[2, 3\] rows"):
        utils.data.TensorDataset(torch.ones(2), torch.ones(3))


def strings_are_lists_everywhere():
    assert utils.data.default_collate([(1, "a"), (2, "b")])[1] == ["a", "b"]


def loaders_always_make_batches():
    with pytest.raises(ValueError, match="batch_size"):
        utils.data.DataLoader([1, 2], batch_size=None)


def prefetching_is_positive():
    with pytest.raises(ValueError, match="prefetch_factor"):
        utils.data.DataLoader([1, 2], num_workers=1, prefetch_factor=0)


def readers_and_transforms_are_functions():
    assert callable(datasets.read_idx)
    assert transforms.normalize(np.ones((1, 2, 2)), 1, 2).tolist() == [[[0, 0], [0, 0]]]


SHOWN = {
    "`x.data`": data_is_an_array,
    "`x.numpy()` on a tensor that requires gradients": numpy_needs_no_detach,
    "`torch.float32`, ...": dtypes_are_numpys,
    "`stride()` after `expand`, and `is_contiguous()`": strides_are_numpys,
    "random numbers": random_numbers_are_numpys,
    "`x += y` where it would have to be recorded": augmented_assignment_makes_a_new_tensor,
    "`x[i] = v`, `x.add_(y)` where it would have to be recorded": recorded_writes_raise,
    "`pow(x, other)`": pow_takes_other,
    "errors": errors_say_what_was_asked,
    "`create_graph`": no_second_order,
    "a second `backward`": a_second_backward_raises,
    "overwriting an input in place": overwriting_is_noted_an_operation,
    "`autograd.backward(y, gradient)`": backward_takes_one_tensor,
    "`gradcheck(f, x, y)`": gradcheck_takes_inputs_one_by_one,
    "`detect_anomaly()`": anomalies_are_named_in_both_passes,
    "values on 0-d tensors": receipts_keep_scalars,
    "`num_workers`": workers_are_threads,
    "tensors of different lengths in a `TensorDataset`": lengths_of_tensors_are_values,
    "strings inside pairs, collated": strings_are_lists_everywhere,
    "`DataLoader(batch_size=None)`": loaders_always_make_batches,
    "`prefetch_factor=0`": prefetching_is_positive,
    "`tinytorch.datasets`, `tinytorch.transforms`": readers_and_transforms_are_functions,
}


def test_every_difference_in_the_docs_is_shown_here():
    rows = re.findall(r"^\| (.+?) \|", DOC.read_text(encoding="utf-8"), re.MULTILINE)
    assert [row for row in rows if row != "what"] == list(SHOWN)


@pytest.mark.parametrize("shown", SHOWN.values(), ids=lambda shown: shown.__name__)
def test_difference(shown):
    shown()
