"""The tensor of the built package, driven by the table of operations in `tests/ops_table.py`."""

import copy
import json
import os
import pickle
import platform
import subprocess
import sys

import numpy as np
import ops_table
import pytest

from tinytorch.core import tensor as t
from tinytorch.core.tensor import Op, Tensor, float32, float64, int32, int64, tensor

# Every case in float32, in every layout; in float64 in one layout.
CASES = [
    pytest.param(row, shapes, layout, dtype, id=f"{name} {dtype}")
    for dtype, layouts in (("float32", ops_table.LAYOUTS), ("float64", ("plain",)))
    for name, row, shapes, layout in ops_table.cases(layouts)
]


def table(*sizes, dtype=float32) -> Tensor:
    """0, 1, 2, ... in the given shape."""
    return t.arange(float(np.prod(sizes)), dtype=dtype).reshape(*sizes)


# ---- the table: values, dtypes, receipts ----


@pytest.mark.parametrize(("row", "shapes", "layout", "dtype"), CASES)
def test_forward_is_numpys(row, shapes, layout, dtype):
    """Shape, values and dtype of every operation, in every layout, and its receipt."""
    arrays = row.inputs(shapes, dtype, layout)
    tensors = [t.from_numpy(array) for array in arrays]
    for i in row.differentiable[: len(tensors)]:
        tensors[i].requires_grad_()
    before = [array.copy() for array in arrays]
    out, expected = row.call(*tensors), np.asarray(row.numpy(*arrays))
    assert out.shape == expected.shape
    np.testing.assert_allclose(out.array, expected, rtol=1e-5, atol=1e-6)
    assert out.dtype == (float64 if row.name == "cast" else dtype)
    assert out.requires_grad
    assert type(out.array) is np.ndarray
    assert row.op is None or out is tensors[0] or out.grad_fn.op is row.op
    for array, kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, kept)


def test_every_operation_has_a_row():
    ops = {op for op in vars(t).values() if isinstance(op, Op)}
    assert ops == {row.op for row in ops_table.TABLE} - {None}
    assert len({op.name for op in ops}) == len(ops)


def test_no_row_is_empty():
    names = [row.name for row in ops_table.TABLE]
    assert len(set(names)) == len(names)
    assert all(row.shapes for row in ops_table.TABLE)


# ---- bad inputs ----

BAD = [
    (lambda: table(2) + table(3), RuntimeError, r"add got inputs of shape \(2,\) and \(3,\)"),
    (
        lambda: table(2, 3) + table(4, 5),
        RuntimeError,
        r"add .* and \(4, 5\): shapes \(2, 3\) and \(4, 5\) do not broadcast: 2 against 4",
    ),
    (
        lambda: t.where(table(2) > 0, table(2), table(2, 3)),
        RuntimeError,
        r"where .*: shapes \(2,\) and \(2, 3\) do not broadcast",
    ),
    (lambda: table(2) - [1, 2], TypeError, "unsupported .* 'Tensor' and 'list'"),
    (lambda: table(2).add([1, 2]), TypeError, "not list: use tensor"),
    (lambda: None * table(2), TypeError, "'NoneType' and 'Tensor'"),
    (lambda: tensor([1, 2]) ** -1, RuntimeError, r"pow got inputs of shape \(2,\)"),
    (lambda: table(2, 3) @ table(2, 3), RuntimeError, "matmul .* 3 columns against 2 rows"),
    (lambda: table(2) @ tensor(1.0), RuntimeError, r"matmul .* 1 dimension, not 1 and 0"),
    (lambda: table(2, 3).sum(2), IndexError, r"sum .*\(2, 3\): dim 2 is out of range"),
    (lambda: table(2, 3).sum((0, -2)), RuntimeError, "names a dimension twice"),
    (lambda: tensor([1, 2]).mean(), RuntimeError, r"mean of int64 .*\.float\(\)"),
    (lambda: t.zeros(0).amax(), RuntimeError, r"amax got inputs of shape \(0,\)"),
    (lambda: t.zeros(0).argmax(), IndexError, r"argmax got inputs of shape \(0,\)"),
    (lambda: table(2, 3).argmax(5), IndexError, r"argmax got inputs of shape \(2, 3\)"),
    (lambda: table(2, 3).max(5), IndexError, r"\(2, 3\)"),
    (lambda: table(2, 3).all(2), IndexError, r"all got inputs of shape \(2, 3\)"),
    (lambda: table(6).reshape(4, -1), RuntimeError, r"reshape .* 6 values .* \(4, -1\)"),
    (lambda: table(6).reshape(-1, -1), RuntimeError, r"\(-1, -1\)"),
    (lambda: table(2, 3).T.view(6), RuntimeError, "view .* use reshape"),
    (lambda: table(2, 3).transpose(0, 2), IndexError, "transpose .* dim 2"),
    (lambda: table(2, 3).permute(1), RuntimeError, r"permute got inputs of shape \(2, 3\)"),
    (lambda: table(2, 3).expand(3), RuntimeError, r"expand got inputs of shape \(2, 3\)"),
    (lambda: table(3).expand(-1, 3), RuntimeError, r"expand .* \(-1, 3\)"),
    (lambda: table(2, 3).expand(2, 4), RuntimeError, "3 against 4"),
    (lambda: table(2, 3).flatten(1, 0), RuntimeError, "flatten"),
    (lambda: table(2).unsqueeze(2), IndexError, "dim 2"),
    (lambda: table(2).squeeze(1), IndexError, "dim 1"),
    (lambda: table(3)[3], IndexError, r"index got inputs of shape \(3,\): index 3 is out of"),
    (lambda: table(3)[tensor([0.5])], IndexError, "index got"),
    (lambda: table(3, 3)[0, tensor([0.5])], IndexError, "index got"),
    (lambda: table(3, 3)[tensor(0.5), 0], IndexError, "index got"),
    (lambda: table(2, 3)[0, 0, 0], IndexError, "too many indices"),
    (lambda: table(2, 3).gather(1, tensor([[3]])), RuntimeError, "gather: index 3"),
    (lambda: t.cat([table(2, 3), table(2, 2)]), RuntimeError, r"cat .* \(2, 3\) and \(2, 2\)"),
    (lambda: t.cat([table(2)], dim=1), IndexError, "cat got"),
    (lambda: t.stack([table(2), table(3)]), RuntimeError, "stack got"),
    (lambda: t.where(table(2), 1.0, 0.0), RuntimeError, "where .* booleans"),
    (lambda: table(2).clamp(), RuntimeError, "clamp needs a min or a max"),
    (lambda: table(2) == table(3), RuntimeError, r"equal got inputs of shape \(2,\) and \(3,\)"),
    (lambda: table(2) < "a", TypeError, "not supported"),
    (lambda: bool(table(2)), RuntimeError, r"2 values is ambiguous"),
    (lambda: bool(t.zeros(0)), RuntimeError, "0 values"),
    (lambda: table(2).item(), RuntimeError, r"not of shape \(2,\)"),
    (lambda: float(table(2)), ValueError, "one value"),
    (lambda: len(tensor(1.0)), TypeError, "0-d"),
    (lambda: iter(tensor(1.0)), TypeError, "0-d"),
    (lambda: [1, 2][tensor(1.0)], TypeError, "only integers"),
    (lambda: tensor("a"), TypeError, "holds numbers, not str"),
    (lambda: tensor([None]), TypeError, "holds numbers, not list of object"),
    (lambda: tensor(1j), TypeError, "holds numbers, not complex"),
    (lambda: tensor([[1], [1, 2]]), ValueError, "rows of this list do not fit"),
    (lambda: t.from_numpy([1]), TypeError, "takes an array"),
    (lambda: tensor([1], requires_grad=True), RuntimeError, "floating-point .* int64"),
    (lambda: (t.ones(1, requires_grad=True) * 2).requires_grad_(False), RuntimeError, "detach"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD, ids=[row[2] for row in BAD])
def test_bad_inputs_say_what_came(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ---- dtypes ----

WIDE_ARRAY = np.ones(2)
DTYPES = [
    (lambda: tensor([1.0, 2]), float32),
    (lambda: tensor([1, 2]), int64),
    (lambda: tensor([True, False]), t.bool_),
    (lambda: tensor(WIDE_ARRAY), float64),
    (lambda: tensor(np.float64(2)), float64),
    (lambda: tensor(np.arange(3, dtype="uint8")), t.uint8),
    (lambda: tensor([1, 2], dtype=float64), float64),
    (lambda: tensor([tensor(1.0), tensor(2.0)]), float32),
    (lambda: table(2) + 1, float32),
    (lambda: table(2) * 2.5, float32),
    (lambda: table(2) * np.float64(2), float32),
    (lambda: np.float64(2) * table(2), float32),
    (lambda: np.int64(2) + table(2), float32),
    (lambda: table(2) + tensor([1, 2]), float32),
    (lambda: table(2) + tensor([1, 2], dtype=int32), float32),
    (lambda: table(2) + WIDE_ARRAY, float64),
    (lambda: WIDE_ARRAY + table(2), float64),
    (lambda: table(2) * tensor(np.float64(2)), float32),
    (lambda: tensor([1, 2]) * tensor(np.float64(2)), float64),
    (lambda: tensor(1.0) * tensor(np.float64(2)), float64),
    (lambda: tensor(WIDE_ARRAY) * tensor(2.0), float64),
    (lambda: tensor([3, 4]) / 2, float32),
    (lambda: tensor([3, 4]) / tensor([2, 2]), float32),
    (lambda: tensor(3) / 2, float32),
    (lambda: tensor([3, 4]) * 2, int64),
    (lambda: tensor([3, 4]) * 2.0, float32),
    (lambda: tensor([3, 4], dtype=int32) * 2, int32),
    (lambda: tensor([True, False]) + tensor([True, True]), t.bool_),
    (lambda: tensor([True, False]) * 3, int64),
    (lambda: tensor([1, 2]).exp(), float32),
    (lambda: tensor([True]).exp(), float32),
    (lambda: tensor([1], dtype=t.uint8).sqrt(), float32),
    (lambda: tensor([True, True]).sum(), int64),
    (lambda: tensor([1, 2], dtype=t.uint8).sum(), int64),
    (lambda: tensor([1, 2], dtype=int32).max(), int32),
    (lambda: table(2).argmax(), int64),
    (lambda: table(2) > 1, t.bool_),
    (lambda: t.where(table(2) > 0, 1.0, 0.0), float32),
    (lambda: t.where(table(2) > 0, table(2), 0.5), float32),
    (lambda: t.where(table(2) > 0, 1, 0), int64),
    (lambda: table(2).double(), float64),
    (lambda: table(2).double().float(), float32),
    (lambda: table(2).long(), int64),
    (lambda: table(2).bool(), t.bool_),
    (lambda: pickle.loads(pickle.dumps(tensor(WIDE_ARRAY))) * 2, float64),
    (lambda: pickle.loads(pickle.dumps(table(2))) * 2, float32),
    (lambda: t.zeros(2), float32),
    (lambda: t.zeros(2, dtype=int64), int64),
    (lambda: t.full((2,), 3), int64),
    (lambda: t.full((2,), 3.0), float32),
    (lambda: t.arange(3), int64),
    (lambda: t.arange(np.int64(3)), int64),
    (lambda: t.arange(0, 1, 0.5), float32),
    (lambda: t.linspace(0, 1, 3), float32),
    (lambda: t.eye(2), float32),
    (lambda: t.zeros_like(tensor([1])), int64),
    (lambda: t.ones_like(tensor([1]), dtype=float32), float32),
    (lambda: t.randn(2), float32),
    (lambda: t.randn(2, dtype=float64), float64),
    (lambda: t.randint(0, 5, (2,)), int64),
    (lambda: t.randperm(3), int64),
]


@pytest.mark.parametrize(("call", "dtype"), DTYPES)
def test_dtypes_are_pytorchs(call, dtype):
    assert call().dtype == dtype


def test_functions_of_small_integers_are_as_precise_as_float32():
    np.testing.assert_allclose(tensor([1, 2], dtype=t.uint8).exp(), np.exp([1.0, 2.0]), rtol=1e-6)


# ---- making tensors ----


def test_factories():
    assert t.arange(5).tolist() == [0, 1, 2, 3, 4]
    assert t.arange(5, 0, -2).tolist() == [5, 3, 1]
    assert t.linspace(0, 1, 3).tolist() == [0, 0.5, 1]
    assert t.eye(2, 3).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert t.full((2,), 7).tolist() == [7, 7]
    assert t.zeros(2, 3).equal(t.zeros((2, 3)))
    assert t.zeros([2, 3]).shape == t.empty(2, 3).shape == (2, 3)
    assert t.ones(()).item() == 1
    assert t.ones(2, requires_grad=True).requires_grad
    assert t.ones_like(table(2, 3)).tolist() == [[1, 1, 1], [1, 1, 1]]


def test_tensor_copies_and_from_numpy_shares():
    array = np.ones(3, "float32")
    own, shared = tensor(array), t.from_numpy(array)
    array[0] = 5
    assert own.tolist() == [1, 1, 1]
    assert shared.tolist() == t.as_tensor(array).tolist() == [5, 1, 1]
    assert shared.numpy() is np.asarray(shared)
    assert t.as_tensor(shared) is shared


def test_from_numpy_shares_the_memory_of_a_memmap(tmp_path):
    file = np.memmap(tmp_path / "numbers", "float32", "w+", shape=3)
    t.from_numpy(file)[1] = 4
    assert file.tolist() == [0, 4, 0]


@pytest.mark.parametrize(
    "draw",
    [
        lambda **kw: t.randn(4, **kw),
        lambda **kw: t.rand(2, 2, **kw),
        lambda **kw: t.randint(0, 1000, (4,), **kw),
        lambda **kw: t.randint(1000, (4,), **kw),
        lambda **kw: t.randperm(50, **kw),
    ],
)
def test_random_numbers_repeat_with_their_seed(draw):
    t.manual_seed(3)
    first, second = draw(), draw()
    t.manual_seed(3)
    assert draw().equal(first)
    assert not first.equal(second)
    own = t.Generator().manual_seed(3)
    assert draw(generator=own).equal(first)
    t.manual_seed(3)
    draw(generator=own)
    assert draw().equal(first), "a generator of one's own leaves the default one alone"


def test_a_generator_goes_back_to_a_state_that_went_through_json():
    rng = t.Generator(3)
    t.randn(5, generator=rng)
    state = json.loads(json.dumps(rng.get_state()))
    first = t.randn(5, generator=rng)
    other = t.Generator(0)
    for generator in (rng, other):
        generator.set_state(state)
        assert t.randn(5, generator=generator).equal(first)


def test_random_numbers_have_their_distribution():
    rng = t.Generator(0)
    normal, uniform = t.randn(10000, generator=rng), t.rand(10000, generator=rng)
    assert abs(normal.mean().item()) < 0.05
    assert abs(normal.std().item() - 1) < 0.05
    assert 0 <= uniform.min().item() < uniform.max().item() < 1
    assert set(t.randint(2, 5, (100,), generator=rng).tolist()) == {2, 3, 4}
    assert sorted(t.randperm(9, generator=rng).tolist()) == list(range(9))


# ---- shapes and Python's protocols ----

SHAPES = [
    (lambda: tensor(1.0).flatten(), (1,)),
    (lambda: t.zeros(0, 3, 4).flatten(1), (0, 12)),
    (lambda: table(2, 3, 4).flatten(-2), (2, 12)),
    (lambda: table(2, 3, 4).flatten(0, 1), (6, 4)),
    (lambda: tensor(1.0).unsqueeze(-1), (1,)),
    (lambda: table(2, 3).unsqueeze(-3), (1, 2, 3)),
    (lambda: t.zeros(1, 2, 1).squeeze(), (2,)),
    (lambda: t.zeros(1, 2, 1).squeeze(-1), (1, 2)),
    (lambda: t.zeros(1, 2, 1).squeeze(1), (1, 2, 1)),
    (lambda: t.zeros(1, 2, 1).squeeze((0, 2)), (2,)),
    (lambda: tensor(1.0).squeeze(0), ()),
    (lambda: tensor(1.0).transpose(0, 0), ()),
    (lambda: table(2, 3, 4).mT, (2, 4, 3)),
    (lambda: t.zeros(1, 3).expand(0, 3), (0, 3)),
    (lambda: table(2, 1).expand(5, -1, 4), (5, 2, 4)),
    (lambda: table(2, 3).view(-1), (6,)),
    (lambda: table(2, 3)[None, ..., None], (1, 2, 3, 1)),
    (lambda: table(2, 3)[::-1, ::2], (2, 2)),
    (lambda: table(2, 3)[tensor(1)], (3,)),
    (lambda: table(2, 3)[[0, 1, 1]], (3, 3)),
    (lambda: table(2, 3, 4)[0, :, tensor([1, 2])], (3, 2)),
    (lambda: table(2, 3, 4)[tensor([1, 0, 1]), :, 2], (3, 3)),
    (lambda: table(2, 3, 4)[..., None, 1, tensor([[0], [1]])], (2, 1, 2, 1)),
    (lambda: table(5)[tensor(1) : tensor(3)], (2,)),
    (lambda: table(2, 3)[True], (1, 2, 3)),
    (lambda: table(2, 3)[table(2, 3) > 2], (3,)),
    (lambda: tensor(1.0)[None], (1,)),
    (lambda: t.stack([tensor(1.0), tensor(2.0)]), (2,)),
    (lambda: t.stack([table(2), table(2)], -1), (2, 2)),
    (lambda: tensor(3.0).sum(0), ()),
    (lambda: tensor(3.0).max(0).values, ()),
    (lambda: t.zeros(0, 3).max(1).indices, (0,)),
    (lambda: table(2, 3).argmin(0, True), (1, 3)),
    (lambda: table(2, 3).any(0, keepdim=True), (1, 3)),
]


@pytest.mark.parametrize(("call", "shape"), SHAPES)
def test_shapes_are_pytorchs(call, shape):
    assert call().shape == shape


def test_what_a_tensor_says_about_itself():
    x = table(2, 3)
    assert (x.ndim, x.dim(), x.numel(), x.itemsize, x.nbytes) == (2, 2, 6, 4, 24)
    assert x.size() == (2, 3)
    assert x.size(-1) == 3
    assert (x.stride(), x.T.stride()) == ((3, 1), (1, 3))
    assert x.is_contiguous()
    assert not x.T.is_contiguous()
    assert x.T.contiguous().stride() == (2, 1)
    assert x.contiguous() is x
    assert x.is_floating_point()
    assert not (x > 1).is_floating_point()
    assert x.is_leaf
    assert x.to(float32) is x


def test_python_protocols():
    x = table(3)
    assert len(x) == 3
    assert [row.tolist() for row in table(2, 2)] == [[0, 1], [2, 3]]
    assert 2 in x
    assert 7 not in x
    assert bool(tensor([[1.0]]))
    assert (float(tensor([2.5])), int(tensor(2.7)), range(9)[tensor(4)]) == (2.5, 2, 4)
    assert f"{tensor(2.5):.2f}" == "2.50"
    assert (x == None) is False  # noqa: E711 - what a user may write
    assert (x != "a") is True
    assert len({x, x, table(3)}) == 2
    assert abs(tensor([-1.0])).tolist() == [1]


def test_numpy_and_tensors_mix():
    x, array = table(2), np.array([10, 20], "float32")
    assert isinstance(array + x, Tensor)
    assert (array + x).tolist() == (x + array).tolist() == [10, 21]
    assert (array @ x).item() == 20
    assert (array > x).tolist() == [True, True]
    assert np.asarray(x) is x.array
    assert np.asarray(x, dtype="float64").dtype == float64
    assert np.array(x) is not x.array
    assert np.sqrt(x).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (tensor([1.0, 2.5]), "tensor([1. , 2.5])"),
        (tensor(3), "tensor(3)"),
        (tensor([[True], [False]]), "tensor([[ True],\n        [False]])"),
        (tensor([1.0], dtype=float64), "tensor([1.], dtype=float64)"),
        (t.ones(1, requires_grad=True), "tensor([1.], requires_grad=True)"),
        (t.ones(1, requires_grad=True) * 2, "tensor([2.], grad_fn=<MulBackward0>)"),
        (t.zeros(0, 3), "tensor([], size=(0, 3))"),
        (tensor([]), "tensor([])"),
    ],
)
def test_repr(x, text):
    assert repr(x) == text


def test_comparisons():
    x = tensor([1.0, 2.0, 3.0])
    assert (x > 2).tolist() == x.gt(2).tolist() == [False, False, True]
    assert (x >= 2).tolist() == x.ge(2).tolist() == [False, True, True]
    assert (x == tensor([1, 0, 3])).tolist() == [True, False, True]
    assert (x != 2).tolist() == (~(x == 2)).tolist() == [True, False, True]
    assert ((x > 1) & (x < 3)).tolist() == [False, True, False]
    assert ((x < 2) | (x > 2)).tolist() == [True, False, True]
    assert (tensor([0.1]) == 0.1).item()
    assert (x > 2).any().item()
    assert not (x > 2).all().item()
    assert table(2, 2).all(dim=1).tolist() == [False, True]
    assert x.allclose(x + 1e-7)
    assert not x.allclose(x + 1)
    assert x.equal(x.clone())
    assert not x.equal(x[:2])


def test_max_and_min_return_values_and_indices():
    x = tensor([[3.0, 9.0, 5.0], [8.0, 2.0, 8.0]])
    values, indices = x.max(1)
    assert values.tolist() == [9, 8]
    assert indices.tolist() == [1, 0]
    assert x.min(dim=0, keepdim=True).indices.tolist() == [[0, 1, 0]]
    assert (x.max().item(), x.min().item(), x.argmax().item()) == (9, 2, 1)
    assert tensor([0, 1], dtype=t.uint8).amin().item() == 0
    assert tensor([1.0, np.nan, 3.0]).argmax().item() == 1
    assert np.isnan(tensor([1.0, np.nan]).max().item())


def test_the_mean_of_nothing_is_nan():
    with np.errstate(invalid="ignore"):
        assert np.isnan(t.zeros(0).mean().item())
        assert np.isnan(t.ones(1).var().item())


# ---- views, versions and changes in place ----

VIEWS = [
    lambda x: x[1:],
    lambda x: x[0],
    lambda x: x[::-1, None],
    lambda x: x.T,
    lambda x: x.transpose(0, 1),
    lambda x: x.permute(1, 0),
    lambda x: x.reshape(-1),
    lambda x: x.view(3, 2),
    lambda x: x.flatten(),
    lambda x: x.unsqueeze(1),
    lambda x: x.expand(4, 2, 3),
    lambda x: x.detach(),
]
COPIES = [
    lambda x: x[[0, 1]],
    lambda x: x[x >= 0],
    lambda x: x.T.reshape(-1),
    lambda x: x.T.contiguous(),
    lambda x: x.clone(),
    lambda x: tensor(x),
    lambda x: x + 0,
]


@pytest.mark.parametrize("view", VIEWS)
def test_views_share_memory_and_version(view):
    x = table(2, 3)
    part = view(x)
    assert np.shares_memory(part.array, x.array)
    assert part.version is x.version
    before = part.version.serial
    x += 1
    assert part.version.serial > before
    assert part.version.serial == t.last_write[0]
    assert part._version == x._version == 1


@pytest.mark.parametrize("make", COPIES)
def test_copies_share_nothing(make):
    x = table(2, 3)
    other = make(x)
    assert not np.shares_memory(other.array, x.array)
    x += 1
    other += 5
    assert x.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_writing_through_a_view():
    x = table(2, 3)
    x.T[0, 1] = 30
    x[0][1:] = tensor([10, 20])
    x[x == 4] = 40
    x[1, tensor([2])] = 50.7
    np.testing.assert_allclose(x, [[0, 10, 20], [30, 40, 50.7]], rtol=1e-6)
    row = x[0]
    row *= 2
    assert x[0].tolist() == [0, 20, 40]


IN_PLACE = [
    (lambda x: x.add_(1), [1, 2, 3]),
    (lambda x: x.sub_(1), [-1, 0, 1]),
    (lambda x: x.mul_(tensor([2.0])), [0, 2, 4]),
    (lambda x: x.div_(2), [0, 0.5, 1]),
    (lambda x: x.zero_(), [0, 0, 0]),
    (lambda x: x.fill_(4), [4, 4, 4]),
    (lambda x: x.copy_(tensor([7, 8, 9])), [7, 8, 9]),
    (lambda x: x.add_(tensor([1.0, 1.0, 1.0], dtype=float64)), [1, 2, 3]),
    (lambda x: x.__iadd__(1), [1, 2, 3]),
    (lambda x: x.__isub__(x), [0, 0, 0]),
    (lambda x: x.__imul__(3), [0, 3, 6]),
    (lambda x: x.__itruediv__(4), [0, 0.25, 0.5]),
]


@pytest.mark.parametrize(("change", "expected"), IN_PLACE)
def test_changes_in_place(change, expected):
    x = table(3)
    memory, kept = x.array, x.detach()
    assert change(x) is x
    assert x.array is memory
    assert x.dtype == float32
    assert kept.tolist() == expected
    assert x.version.serial == t.last_write[0]
    assert kept._version == x._version == 1


DATA_WRITES = [
    (lambda x: setattr(x, "data", x.data * 2), [0, 2, 4], False),
    (lambda x: setattr(x, "data", tensor([5.0, 6.0, 7.0])), [5, 6, 7], False),
    (lambda x: x.data.copy_(tensor([5, 6, 7])), [5, 6, 7], True),
    (lambda x: x.data.__setitem__(slice(1, None), 9), [0, 9, 9], True),
    (lambda x: x.data.mul_(-1), [0, -1, -2], True),
]


@pytest.mark.parametrize(("write", "expected", "same_memory"), DATA_WRITES)
def test_data_is_written_as_in_pytorch(write, expected, same_memory):
    """A leaf that requires gradients, too, and outside of no_grad; its version does not notice."""
    x = table(3).requires_grad_()
    memory = x.array
    write(x)
    assert x.tolist() == expected
    assert (x.array is memory) is same_memory
    assert (x.requires_grad, x.is_leaf, x._version) == (True, True, 0)


def test_data_is_a_tensor_that_shares_memory_only():
    x = (t.ones(2, requires_grad=True) * 2).view(2, 1)
    assert type(x.data) is t.Tensor
    assert (x.data.requires_grad, x.data.grad_fn) == (False, None)
    assert x.data.array is x.array
    x.data += 1
    assert x.tolist() == [[3], [3]]
    assert x.data._version == 0


@pytest.mark.parametrize("value", [np.ones(3), [1.0, 2.0, 3.0], 1.0, None])
def test_data_takes_a_tensor(value):
    x = table(3)
    with pytest.raises(TypeError, match=rf"set to a tensor, not to {type(value).__name__}: use"):
        x.data = value
    assert x.tolist() == [0, 1, 2]


def test_data_of_what_requires_gradients_is_floating_point():
    x = table(3)
    x.data = tensor([1, 2])
    assert (x.shape, x.dtype) == ((2,), int64)
    with pytest.raises(RuntimeError, match="int64 cannot be the data"):
        t.ones(2, requires_grad=True).data = tensor([1, 2])


def test_version_counts_changes():
    x = table(3)
    assert x._version == 0
    x += 1
    x[0] = 2
    x.detach().zero_()
    x[1:].fill_(3)
    assert x._version == 4
    assert (x + 1)._version == x.clone()._version == 0


REFUSED = [
    (lambda: tensor([1, 2]).add_(1.5), "int64 tensor of shape"),
    (lambda: tensor([1, 2]).div_(2), "int64"),
    (lambda: table(3).add_(t.ones(2, 3)), r"shape \(3,\) in place"),
    (lambda: table(1).expand(3).add_(1), "read-only"),
    (lambda: table(1).expand(3).fill_(1), "read-only"),
    (lambda: table(3).copy_(t.ones(2)), r"\(3,\) and \(2,\)"),
    (lambda: t.ones(3, requires_grad=True).add_(1), "leaf .* no_grad"),
    (lambda: t.ones(3, requires_grad=True).__iadd__(1), "leaf"),
    (lambda: t.ones(3, requires_grad=True).__setitem__(0, 1), "leaf"),
    (lambda: t.ones(3, requires_grad=True).zero_(), "leaf"),
    (lambda: (t.ones(3, requires_grad=True) * 2).add_(1), "not recorded"),
    (lambda: (t.ones(3, requires_grad=True) * 2).__setitem__(0, 1), "not recorded"),
    (lambda: table(3).add_(t.ones(3, requires_grad=True)), "not recorded"),
    (lambda: table(3).__setitem__(0, t.ones((), requires_grad=True)), "not recorded"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_changes_that_are_refused(change, message):
    with pytest.raises(RuntimeError, match=message):
        change()


def test_a_number_beside_an_array_is_taken_first():
    """As in PyTorch, x[0, :, rows] is x[0][:, rows]; NumPy puts the dimensions in another order."""
    x, rows = table(2, 3, 4), tensor([3, 1])
    assert x[1, :, rows].equal(x[1][:, rows])
    assert x[:, 0, table(4) > 1].equal(x[:, 0][:, 2:])
    x[1, :, rows] = tensor([[10.0, 20], [30, 40], [50, 60]])
    assert x[1, :, 1].tolist() == [20, 40, 60]
    w = t.ones(2, 3, 4, requires_grad=True)
    assert w[0, :, rows].requires_grad


def test_writing_outside_is_an_index_error():
    with pytest.raises(IndexError, match=r"\(3,\).*index 5"):
        table(3)[5] = 1


@pytest.fixture
def not_recording():
    t.grad_mode.enabled = False
    yield
    t.grad_mode.enabled = True


@pytest.mark.usefixtures("not_recording")
def test_without_recording_leaves_change_and_nothing_is_noted():
    w = t.ones(3, requires_grad=True)
    w -= 0.5
    w[0] = 7
    assert w.tolist() == [7, 0.5, 0.5]
    out = w * 2
    assert out.grad_fn is None
    assert not out.requires_grad


def test_augmented_assignment_of_a_recorded_tensor_makes_a_new_one():
    x = t.ones(2, requires_grad=True) * 1
    first = x
    x += 1
    assert x is not first
    assert first.tolist() == [1, 1]
    assert x.grad_fn.inputs[0] is first


# ---- the gate ----


def test_receipts():
    x, w = table(2), t.ones(2, requires_grad=True)
    out = (x * w).sum(dim=0)
    slip = out.grad_fn
    assert slip.op is t.sum_op
    assert slip.params == {"dim": 0, "keepdim": False}
    product = slip.inputs[0]
    assert product.grad_fn.inputs == (x, w)
    assert product.grad_fn.serial < slip.serial
    assert not out.is_leaf
    assert w.is_leaf
    assert (x * 2).grad_fn is None


def test_the_graph_is_walked_as_in_pytorch():
    x, w = table(2), t.ones(2, requires_grad=True)
    out = (x * w).tanh() ** 2
    node = out.grad_fn
    assert repr(node) == "<PowBackward0>"
    ((tanh, place),) = node.next_functions[:1]
    assert (tanh.name(), place) == ("TanhBackward0", 0)
    assert node.next_functions[1:] == ((None, 0),)
    ((product, _),) = tanh.next_functions
    (nothing, _), (leaf, _) = product.next_functions
    assert nothing is None
    assert (leaf.name(), repr(leaf)) == ("AccumulateGrad", "<AccumulateGrad>")
    assert leaf.variable is w
    assert leaf.next_functions == ()
    assert leaf == product.next_functions[1][0] != tanh
    assert len({leaf, product.next_functions[1][0]}) == 1
    assert x.grad_fn is w.grad_fn is None


@pytest.mark.parametrize(
    "quiet", [lambda w: w > 0, lambda w: w.argmax(), lambda w: w.long(), lambda w: w.detach()]
)
def test_what_no_gradient_passes_leaves_no_receipt(quiet):
    out = quiet(t.ones(2, requires_grad=True))
    assert out.grad_fn is None
    assert not out.requires_grad


def test_hooks_see_every_operation_and_may_change_it():
    seen = []

    def hook(phase, op, run, *args, **params):
        seen.append((phase, op.name, params))
        return run(*args, **params) + 1

    t.op_hooks.append(hook)
    try:
        out = table(3).sum(dim=0)
    finally:
        t.op_hooks.pop()
    assert seen[-1] == ("forward", "sum", {"dim": 0, "keepdim": False})
    assert out.item() == 3 + 3 + 1
    assert table(3).sum().item() == 3


def test_copies_of_tensors_by_pickle_and_deepcopy():
    x = t.ones(2, requires_grad=True)
    for other in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert other.equal(x)
        assert other.requires_grad
        assert not np.shares_memory(other.array, x.array)


# ---- the functions of the exercises, where the tensor does not reach ----


@pytest.mark.parametrize(
    ("a", "b"),
    [((2, 3), (3,)), ((), ()), ((0, 1), (1, 5)), ((4, 1, 3), (2, 1)), ((1,), (0,)), ((2,), (2, 2))],
)
def test_broadcast_shape_is_numpys(a, b):
    assert t.broadcast_shape(a, b) == t.broadcast_shape(b, a) == np.broadcast_shapes(a, b)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators have other habits")
def test_the_memory_of_a_large_array_is_kept_for_the_next_one():
    """The system gives memory page by page: 256 page faults for every new megabyte."""
    code = """
import resource, numpy as np, tinytorch.core.tensor
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for turn in range(20):
    before = faults()
    arrays = [np.ones(1 << 20, np.uint8) for _ in range(4)]
    del arrays
assert faults() - before < 100, faults() - before
"""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MALLOC_")}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)


def test_scripts_that_name_a_device_run_on_the_one_there_is():
    x = tensor([1.0, 2.0])
    assert x.to("cpu") is x.cpu() is x
    assert x.type(float64).dtype == float64
    for wanted, error in (("gpu", RuntimeError), (3.5, TypeError)):
        with pytest.raises(error, match="the only device there is"):
            x.to(wanted)
    with pytest.raises(AssertionError, match="asks for a GPU, and TinyTorch computes on the CPU"):
        x.to("cuda")


# ---- masks, types and numbers that PyTorch takes, and what it makes of them ----

BYTES = tensor([1, 0, 1], dtype=t.uint8)
TAKEN = {
    "a mask of rows": (lambda: table(3, 2)[tensor([True, False, True])], [[0, 1], [4, 5]]),
    "a mask of bytes": (lambda: table(3)[BYTES], [0, 2]),
    "where of one condition": (lambda: t.where(tensor(False), table(2), -table(2)), [0, -1]),
    "places of a condition": (lambda: t.where(table(3) > 0)[0], [1, 2]),
    "not unbiased": (lambda: tensor([1.0, 3.0]).var(False), 1),
    "correction": (lambda: tensor([1.0, 3.0]).var(0, correction=0), 1),
    "axis": (lambda: table(2, 3).sum(axis=1, keepdims=True), [[3], [12]]),
    "dtype": (lambda: tensor([1, 2]).mean(dtype=float32), 1.5),
    "no dims": (lambda: table(2, 3).sum(dim=()), 15),
    "a list of dims": (lambda: table(2, 3).amax([0, 1]), 5),
    "alpha": (lambda: table(2).add(table(2), alpha=10), [0, 11]),
    "rounding": (lambda: tensor([-7, 7]).div(2, rounding_mode="trunc"), [-3, 3]),
    "rounding down": (lambda: tensor([-7, 7]).div(2, rounding_mode="floor"), [-4, 3]),
    "the larger of two": (lambda: table(2).max(tensor([1.0, 0.0])), [1, 1]),
    "limits of tensors": (lambda: table(3).clamp(max=tensor([0.0, 0.5, 9.0])), [0, 0.5, 2]),
    "bytes wrap": (lambda: tensor([250], dtype=t.uint8) + 300, [38]),
    "bytes wrap in place": (lambda: tensor([250], dtype=t.uint8).add_(-251), [255]),
    "an empty start": (lambda: t.cat([tensor([]), table(1, 2)]), [[0, 1]]),
    "a list in float32": (lambda: t.Tensor([1, 2]) / 2, [0.5, 1]),
}


@pytest.mark.parametrize(("call", "expected"), TAKEN.values(), ids=TAKEN)
def test_idioms_mean_what_they_mean_in_pytorch(call, expected):
    np.testing.assert_allclose(call().array, expected)


def test_tensor_makes_room_of_a_size():
    assert t.Tensor(2, 3).shape == (2, 3)
    assert t.Tensor(2, 3).dtype == t.Tensor([1]).dtype == float32


class Money:
    """Adds itself to a tensor."""

    def __radd__(self, other):
        return "money"


def test_operators_ask_the_other_operand():
    assert t.ones(1) + Money() == "money"
    with pytest.raises(TypeError, match="unsupported operand"):
        t.ones(1) * None


REFUSED = [
    (lambda x: setattr(x, "grad", np.ones(2)), TypeError),
    (lambda x: setattr(x, "grad", 0), TypeError),
    (lambda x: setattr(x, "grad", t.ones(3)), RuntimeError),
    (lambda x: setattr(x, "grad", t.ones(2, dtype=t.float64)), RuntimeError),
    (lambda x: setattr(x, "data", np.ones(2)), TypeError),
    (lambda x: setattr(x.long(), "requires_grad", True), RuntimeError),
    (lambda x: setattr(x * 2, "requires_grad", False), RuntimeError),
]


@pytest.mark.parametrize(("assign", "error"), REFUSED)
def test_what_cannot_be_is_refused_where_it_is_assigned(assign, error):
    with pytest.raises(error):
        assign(t.ones(2, requires_grad=True))
