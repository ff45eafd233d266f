"""Module 11, embeddings: lookup and scatter-add against loops, three kinds of positions, tying."""

import copy
import math

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import nn
from tinytorch.autograd import gradcheck
from tinytorch.core import autograd
from tinytorch.core import embeddings as ops
from tinytorch.lib.embedding import scatter_rows
from tinytorch.nn import functional as F

RNG = np.random.default_rng(0)
IDS = np.array([[0, 3, 3], [1, 3, 0]])


def added_up(g, ids, rows):
    """The scatter-add, place by place, in float64."""
    table = np.zeros((rows, g.shape[-1]))
    for place in np.ndindex(ids.shape):
        table[ids[place]] += g[place]
    return table


def turned(x, offset=0, base=10000.0):
    """`x` (..., length, dim) with each pair turned by its angle, number by number."""
    out = np.array(x, float)
    for place in np.ndindex(x.shape[:-1]):
        for i in range(x.shape[-1] // 2):
            angle = (offset + place[-1]) / base ** (2 * i / x.shape[-1])
            a, b = x[place][2 * i : 2 * i + 2]
            out[place][2 * i] = a * math.cos(angle) - b * math.sin(angle)
            out[place][2 * i + 1] = a * math.sin(angle) + b * math.cos(angle)
    return out


def test_every_operation_has_a_rule():
    assert {ops.embedding_op, ops.rotary_op} <= set(autograd.VJPS)


# Lookup and scatter-add


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["int64", "int32", "uint8", "int16", "uint64"])
def test_rows_are_those_of_the_ids(kind, dtype):
    weight = RNG.normal(size=(5, 4)).astype(dtype)
    for ids in (IDS, IDS[0], IDS[0, 1], IDS[:0], IDS.T[::-1]):
        out = F.embedding(torch.from_numpy(np.asarray(ids, kind)), torch.tensor(weight))
        np.testing.assert_array_equal(out.numpy(), weight[ids])
        assert str(out.dtype) == dtype


def test_rows_are_copies():
    weight = torch.ones(3, 2)
    for ids in (torch.tensor(1), torch.tensor([1])):
        out = F.embedding(ids, weight)
        out.array[...] = 7
        assert weight.tolist() == [[1, 1]] * 3


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("dim", [0, 1, 2, 3, 64])
@pytest.mark.parametrize("count", [0, 1, 7, 600])
def test_scatter_add_both_ways(count, dim, dtype):
    """The readable form, the fast one, and what chooses: all the same as a loop."""
    ids, g = RNG.integers(0, 9, count), RNG.normal(size=(count, dim)).astype(dtype)
    expected, tolerance = added_up(g, ids, 11), 1e-4 if dtype == "float32" else 1e-12
    for function in (ops.scatter_add, ops.summed, *([scatter_rows] if dim else [])):
        found = function(g, ids, 11)
        assert (found.shape, str(found.dtype)) == ((11, dim), dtype)
        np.testing.assert_allclose(found, expected, tolerance, tolerance)


def test_the_fast_form_takes_what_does_not_lie_in_order():
    g = RNG.normal(size=(40, 64)).astype("float32").T
    ids = RNG.integers(0, 5, (64, 2))[:, 0]
    expected = added_up(g, ids, 5)
    np.testing.assert_allclose(scatter_rows(g, ids, 5), expected, 1e-4, 1e-5)
    np.testing.assert_allclose(ops.summed(g, ids, 5), expected, 1e-4, 1e-5)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_stays_in_its_place(value):
    g = np.ones((512, 4), "float32")
    g[3, 1] = value
    ids = np.arange(512) % 8
    found = ops.summed(g, ids, 8)
    expected = np.full((8, 4), 64.0)
    expected[3, 1] = value
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (2, 0), (300,)])
@pytest.mark.parametrize("padding", [None, 0, 3, -1, -5])
def test_gradients_are_right(shape, padding):
    ids = torch.tensor(RNG.integers(0, 5, shape))
    weight = torch.tensor(RNG.normal(size=(5, 4)), requires_grad=True)
    if padding is None:
        assert gradcheck(lambda w: F.embedding(ids, w), weight)
    g = RNG.normal(size=(*shape, 4))
    F.embedding(ids, weight, padding).backward(torch.tensor(g))
    expected = added_up(g, ids.numpy(), 5)
    if padding is not None:
        expected[padding] = 0
    np.testing.assert_allclose(weight.grad.numpy(), expected, 1e-12, 1e-12)


def test_the_gradient_is_that_of_the_ids_in_the_forward_pass():
    ids, weight = torch.tensor([0, 1]), torch.ones(3, 2, requires_grad=True)
    out = F.embedding(ids, weight)
    ids.array[...] = 2
    out.sum().backward()
    assert weight.grad.tolist() == [[1, 1], [1, 1], [0, 0]]


def test_a_table_may_change_between_forward_and_backward():
    weight = torch.ones(3, 2, requires_grad=True)
    out = F.embedding(torch.tensor([0]), weight)
    with torch.no_grad():
        weight.mul_(2)
    out.sum().backward()
    assert weight.grad.tolist() == [[1, 1], [0, 0], [0, 0]]


def test_nothing_is_recorded_without_need():
    weight = torch.ones(3, 2, requires_grad=True)
    with torch.no_grad():
        assert not F.embedding(torch.tensor([0]), weight).requires_grad
    assert not F.embedding(torch.tensor([0]), weight.detach()).requires_grad


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        (torch.tensor([0, 3]), "there is no row 3: the table has 3 rows"),
        (torch.tensor([[-1, 0]]), "there is no row -1: the table has 3 rows"),
        (torch.from_numpy(np.array([255], np.uint8)), "there is no row 255"),
    ],
)
def test_ids_without_a_row(ids, words):
    with pytest.raises(IndexError, match=words):
        F.embedding(ids, torch.ones(3, 2))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: F.embedding([0], torch.ones(3, 2)), TypeError, "input is a Tensor, not list"),
        (lambda: F.embedding(torch.tensor([0]), [1]), TypeError, "weight is a Tensor, not list"),
        (lambda: F.embedding(torch.ones(1), torch.ones(3, 2)), RuntimeError, r"use \.long\(\)"),
        (lambda: F.embedding(torch.tensor(0), torch.ones(3)), RuntimeError, r"shape \(3,\)"),
        (lambda: nn.Embedding(-1, 2), RuntimeError, "num_embeddings is -1"),
        (lambda: nn.Embedding(2, 1.5), TypeError, "embedding_dim is a whole number"),
        (lambda: nn.Embedding(3, 2, 3), AssertionError, "choose one from -3 to 2"),
        (lambda: nn.Embedding(3, 2, "a"), TypeError, "padding_idx is a whole number"),
        (lambda: nn.Embedding(3, 2, max_norm=1.0), RuntimeError, "max_norm=1.0 is not here"),
        (lambda: nn.Embedding.from_pretrained(torch.ones(3)), AssertionError, r"shape \(3,\)"),
        (lambda: nn.Embedding.from_pretrained([[1.0]]), TypeError, "takes a Tensor, not list"),
        (lambda: nn.RotaryPositions(5), ValueError, "5 must be even"),
        (lambda: nn.SinusoidalPositions(9, 3), ValueError, "3 must be even"),
        (lambda: nn.RotaryPositions(4, base=0), ValueError, "base is above 0, not 0"),
        (lambda: nn.RotaryPositions(4, base="a"), TypeError, "base is a number"),
        (lambda: nn.RotaryPositions(4, -1), RuntimeError, "max_len is -1"),
        (lambda: nn.LearnedPositions(4, 2.0), TypeError, "dim is a whole number"),
    ],
)
def test_what_cannot_be_is_told(call, error, words):
    with pytest.raises(error, match=words):
        call()


# The layer


def test_a_layer_begins_as_pytorchs():
    torch.manual_seed(0)
    layer = nn.Embedding(3000, 50, padding_idx=7)
    weight = layer.weight.numpy()
    assert abs(weight.mean()) < 0.01
    assert abs(weight.std() - 1) < 0.01
    assert not weight[7].any()
    assert weight[[0, 6, 8, -1]].all()
    assert layer.weight.is_leaf
    assert layer.weight.grad_fn is None


def test_a_layer_shows_itself_and_takes_a_dtype():
    assert repr(nn.Embedding(3, 2)) == "Embedding(3, 2)"
    layer = nn.Embedding(3, 2, padding_idx=-1, dtype=torch.float64)
    assert repr(layer) == "Embedding(3, 2, padding_idx=2)"
    assert layer(torch.tensor([0])).dtype == torch.float64
    assert not layer.weight.numpy()[2].any()


def test_the_padding_row_stays_zero_in_training():
    layer = nn.Embedding(4, 3, padding_idx=1)
    optimizer = torch.optim.AdamW(layer.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        layer(torch.tensor([0, 1, 1, 2])).sum().backward()
        optimizer.step()
    assert layer.weight.numpy()[1].tolist() == [0, 0, 0]


def test_from_pretrained_shares_memory_and_may_learn():
    table = torch.ones(3, 2)
    frozen, learned = (nn.Embedding.from_pretrained(table, freeze) for freeze in (True, False))
    table.array[0] = 5
    assert frozen(torch.tensor([0])).tolist() == [[5, 5]]
    assert [x.weight.requires_grad for x in (frozen, learned)] == [False, True]
    assert nn.Embedding.from_pretrained(table, padding_idx=0).weight.numpy()[0].tolist() == [5, 5]
    assert not nn.Embedding.from_pretrained(table.requires_grad_()).weight.requires_grad


# Positions


@pytest.mark.parametrize("dim", [2, 6, 64])
def test_waves_are_right_far_out(dim):
    table = ops.sinusoids(10_001, dim)
    for p in (0, 1, 9_999, 10_000):
        for i in range(dim // 2):
            angle = p / 10_000 ** (2 * i / dim)
            np.testing.assert_allclose(table[p, 2 * i], math.sin(angle), 0, 1e-9)
            np.testing.assert_allclose(table[p, 2 * i + 1], math.cos(angle), 0, 1e-9)


KINDS = {
    "sinusoidal": lambda: nn.SinusoidalPositions(20, 6),
    "learned": lambda: nn.LearnedPositions(20, 6),
    "rotary": lambda: nn.RotaryPositions(6, 20),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(20, 6), (3, 7, 6), (2, 3, 5, 6), (0, 5, 6), (2, 0, 6)])
def test_positions_keep_shape_and_dtype_and_leave_the_input(kind, dtype, shape):
    layer, x = KINDS[kind]().to(getattr(torch, dtype)), RNG.normal(size=shape).astype(dtype)
    out = layer(torch.tensor(x))
    assert (out.shape, str(out.dtype)) == (shape, dtype)
    before = torch.from_numpy(x.copy())
    layer(before)
    np.testing.assert_array_equal(before.numpy(), x)


@pytest.mark.parametrize("kind", KINDS)
def test_an_offset_is_a_part_of_the_whole(kind):
    layer, x = KINDS[kind](), torch.tensor(RNG.normal(size=(2, 20, 6)))
    whole = layer(x).numpy()
    for offset, length in ((0, 20), (3, 5), (19, 1), (20, 0), (0, 0)):
        part = layer(x[:, offset : offset + length], offset=offset)
        np.testing.assert_array_equal(part.numpy(), whole[:, offset : offset + length])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("length", "offset"), [(21, 0), (2, 19), (1, 20), (1, -1), (5, 100)])
def test_positions_that_are_not_there(kind, length, offset):
    with pytest.raises(IndexError, match=f"positions {offset} to .* has 20, from 0 on"):
        KINDS[kind]()(torch.zeros(2, length, 6), offset)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (lambda: torch.zeros(6), RuntimeError, r"\(6,\): it takes \(\.\.\., length, 6\)"),
        (lambda: torch.zeros(2, 3, 4), RuntimeError, r"\(2, 3, 4\)"),
        (lambda: torch.ones(2, 6).long(), RuntimeError, r"use input\.float\(\)"),
        (lambda: [[0.0] * 6], TypeError, "not list"),
    ],
)
def test_inputs_that_have_no_positions(kind, x, error, words):
    with pytest.raises(error, match=words):
        KINDS[kind]()(x())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("offset", [1.5, "a", None, True])
def test_an_offset_is_a_whole_number(kind, offset):
    with pytest.raises(TypeError, match="offset is a whole number"):
        KINDS[kind]()(torch.zeros(2, 6), offset)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_positions(kind):
    layer = KINDS[kind]().double()
    x = torch.tensor(RNG.normal(size=(2, 2, 3, 6)), requires_grad=True)
    assert gradcheck(lambda x: layer(x, offset=4), x)


def test_learned_positions_get_the_sum_over_the_batch():
    layer = nn.LearnedPositions(5, 2)
    layer(torch.zeros(4, 2, 2), offset=1).sum().backward()
    assert layer.weight.grad.tolist() == [[0, 0], [4, 4], [4, 4], [0, 0], [0, 0]]
    assert list(layer.state_dict()) == ["weight"]


def test_what_is_computed_is_not_saved():
    for layer in (nn.SinusoidalPositions(5, 2), nn.RotaryPositions(2)):
        assert (list(layer.state_dict()), list(layer.parameters())) == ([], [])


@pytest.mark.parametrize(("offset", "base"), [(0, 10000.0), (7, 100), (3, 2.5)])
def test_rotary_is_the_formula(offset, base):
    x = RNG.normal(size=(2, 3, 5, 8))
    found = nn.RotaryPositions(8, 20, base)(torch.tensor(x), offset=offset)
    np.testing.assert_allclose(found.numpy(), turned(x, offset, base), 1e-12, 1e-12)


def test_rotary_takes_what_does_not_lie_in_order():
    x = RNG.normal(size=(2, 5, 3, 8)).astype("float32")
    layer = nn.RotaryPositions(8, 20)
    heads = torch.tensor(x).transpose(1, 2)
    np.testing.assert_allclose(layer(heads).numpy(), turned(x.swapaxes(1, 2)), 1e-5, 1e-6)
    columns = torch.tensor(np.ascontiguousarray(x.swapaxes(-1, -2))).transpose(-1, -2)
    np.testing.assert_allclose(layer(columns).numpy(), turned(x), 1e-5, 1e-6)


def test_the_way_back_is_the_rotation_back():
    layer = nn.RotaryPositions(6, 20)
    x, g = (torch.tensor(RNG.normal(size=(2, 4, 6))) for _ in range(2))
    x.requires_grad_()
    layer(x).backward(g)
    np.testing.assert_allclose(layer(x.grad).numpy(), g.numpy(), 1e-12, 1e-12)


# Tying


def test_tied_stays_tied():
    table, head = nn.Embedding(4, 3), nn.Linear(3, 4)
    assert ops.tie(table, head) == 12
    assert ops.tie(table, head) == 0
    model = copy.deepcopy(nn.Sequential(table, head))
    model.load_state_dict(nn.Sequential(nn.Embedding(4, 3), nn.Linear(3, 4)).state_dict())
    model.double().float()
    assert model[0].weight is model[1].weight
    assert model[0].weight is not table.weight


def test_tie_refuses_what_does_not_fit():
    table, head = nn.Embedding(4, 3), nn.Linear(4, 3)
    own = head.weight
    with pytest.raises(RuntimeError, match=r"\(4, 3\) cannot be a weight of shape \(3, 4\)"):
        ops.tie(table, head)
    assert head.weight is own


def test_reached_is_what_backward_does():
    ids = RNG.integers(0, 50, (4, 8))
    layer = nn.Embedding(50, 6, padding_idx=int(ids[0, 0]))
    layer(torch.tensor(ids)).sum().backward()
    gradient = layer.weight.grad.numpy()
    count, dense, sparse = ops.reached(ids, 50, 6, layer.padding_idx)
    assert (count, dense) == (np.count_nonzero(gradient.any(1)), gradient.nbytes)
    assert sparse == count * (6 * 4 + 8)
