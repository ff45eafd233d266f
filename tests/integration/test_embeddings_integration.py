"""Ids to gradients: embeddings and positions with layers, losses, loaders, optimizers, checkpoints.

Gradients are those of differences, also for repeated ids and a table used twice; a tied table is
one parameter everywhere; rotary scores depend on distance alone; a part of a text gets the
positions of the whole. A failure names the parameter or the module where the chain broke.
`-k quick` is a smoke run.
"""

import io

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import nn
from tinytorch.autograd import gradcheck
from tinytorch.core.embeddings import tie
from tinytorch.nn import functional as F
from tinytorch.utils.data import DataLoader, TensorDataset

IDS = np.array([[0, 3, 3, 1], [2, 3, 0, 0]])
TARGETS = np.array([[3, 3, 1, 2], [3, 0, 0, 4]])
POSITIONS = {
    "none": lambda: nn.Identity(),
    "sinusoidal": lambda: nn.SinusoidalPositions(9, 4),
    "learned": lambda: nn.LearnedPositions(9, 4),
    "rotary": lambda: nn.RotaryPositions(4, 9),
}


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


class Predictor(nn.Module):
    """A row for each id, its position, a hidden layer, and a score for every id."""

    def __init__(self, kind="learned", tied=False, rows=5, padding_idx=None):
        super().__init__()
        torch.manual_seed(0)
        self.table = nn.Embedding(rows, 4, padding_idx)
        self.positions = POSITIONS[kind]()
        self.hidden, self.head = nn.Linear(4, 4), nn.Linear(4, rows)
        if tied:
            tie(self.table, self.head)

    def forward(self, ids):
        return self.head(self.hidden(self.positions(self.table(ids))).tanh())


def loss_of(model, ids=IDS, targets=TARGETS):
    logits = model(torch.tensor(ids))
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), torch.tensor(targets.reshape(-1)))


def slope(model, parameter):
    """The gradient of the loss by differences, place by place."""
    found, array = np.zeros(parameter.shape), parameter.array
    for place in np.ndindex(array.shape):
        kept, sides = array[place], []
        for step in (1e-5, -1e-5):
            array[place] = kept + step
            sides.append(loss_of(model).item())
        array[place] = kept
        found[place] = (sides[0] - sides[1]) / 2e-5
    return found


@pytest.mark.parametrize("kind", POSITIONS)
@pytest.mark.parametrize("tied", [False, True])
def test_quick_every_parameter_gets_its_gradient(kind, tied):
    model = Predictor(kind, tied).double()
    loss_of(model).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        expected = slope(model, parameter)
        np.testing.assert_allclose(parameter.grad.numpy(), expected, 1e-4, 1e-8, err_msg=name)


@pytest.mark.parametrize("count", [3, 300])
def test_quick_repeated_ids_add_up(count):
    """Few ids and many go different ways: both add up."""
    ids = np.random.default_rng(1).integers(0, 4, count)
    weight = torch.tensor(draw(6, 4), requires_grad=True)
    g = draw(count, 4, seed=1)
    F.embedding(torch.tensor(ids), weight).backward(torch.tensor(g))
    expected = np.stack([g[ids == row].sum(0) for row in range(6)])
    np.testing.assert_allclose(weight.grad.numpy(), expected, 1e-10, 1e-10)


def test_quick_rows_that_did_not_occur_get_nothing():
    model = Predictor(rows=9)
    loss_of(model).backward()
    reached = model.table.weight.grad.numpy().any(1)
    assert np.flatnonzero(reached).tolist() == sorted(set(IDS.reshape(-1).tolist()))
    reached = model.positions.weight.grad.numpy().any(1)
    assert np.flatnonzero(reached).tolist() == [0, 1, 2, 3]


# Tying


def test_quick_a_tied_table_is_one_parameter():
    model, loose = Predictor(tied=True), Predictor()
    names = [name for name, _ in model.named_parameters()]
    assert [name for name in names if "weight" in name] == [
        *("table.weight", "positions.weight", "hidden.weight"),
    ]
    assert list(model.state_dict()) == list(loose.state_dict())
    fewer = sum(p.numel() for p in loose.parameters()) - sum(p.numel() for p in model.parameters())
    assert fewer == model.table.weight.numel()
    assert tie(loose.table, loose.head) == fewer


def test_quick_tying_keeps_the_table():
    model = Predictor()
    before, bias = model.table.weight.numpy().copy(), model.head.bias
    tie(model.table, model.head)
    assert model.head.weight is model.table.weight
    np.testing.assert_array_equal(model.head.weight.numpy(), before)
    assert model.head.bias is bias


def test_quick_tables_that_do_not_fit_are_refused():
    table, head = nn.Embedding(5, 4), nn.Linear(4, 6)
    own = head.weight
    with pytest.raises(RuntimeError, match=r"\(5, 4\).*\(6, 4\)"):
        tie(table, head)
    assert head.weight is own


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_quick_weight_decay_moves_a_tied_table_once(name):
    model = Predictor(tied=True)
    before = model.table.weight.numpy().copy()
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=0.1, weight_decay=0.5)
    (loss_of(model) * 0).backward()
    optimizer.step()
    after = model.head.weight.numpy()
    # Adam's step has the length of the rate, whatever the gradient.
    expected = before - 0.1 * np.sign(before) if name == "Adam" else before * (1 - 0.1 * 0.5)
    np.testing.assert_allclose(after, expected, 1e-4, 1e-5)
    assert model.head.weight is model.table.weight


def test_quick_clipping_counts_a_tied_table_once():
    model = Predictor(tied=True)
    loss_of(model).backward()
    norms = [np.linalg.norm(p.grad.numpy()) for p in model.parameters()]
    total = torch.nn.utils.clip_grad_norm_(model.parameters(), 1e-3)
    np.testing.assert_allclose(total.item(), np.linalg.norm(norms), 1e-5)


def test_quick_loading_keeps_the_tie():
    model, other = Predictor(tied=True), Predictor(tied=True)
    with torch.no_grad():
        model.table.weight.add_(1)
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    file.seek(0)
    other.load_state_dict(torch.load(file))
    assert other.head.weight is other.table.weight
    np.testing.assert_array_equal(other.table.weight.numpy(), model.head.weight.numpy())
    other.double()
    assert other.head.weight is other.table.weight


# Positions


def test_quick_rotary_scores_depend_on_the_distance_alone():
    """<R(m) q, R(n) k> = f(m - n), to a millionth; and the distance does matter."""
    layer = nn.RotaryPositions(16, 3000)
    q, k = (torch.tensor(draw(1, 16, seed=seed)) for seed in (1, 2))

    def score(m, n):
        return (layer(q, offset=m) * layer(k, offset=n)).sum().item()

    for distance in (0, 1, 5, 40):
        found = [score(n + distance, n) for n in (0, 1, 17, 500, 2900)]
        np.testing.assert_allclose(found, found[0], 0, 1e-6)
    assert abs(score(3, 0) - score(0, 3)) > 1e-3
    assert abs(score(3, 0) - score(0, 0)) > 1e-3
    np.testing.assert_allclose(score(0, 0), (q * k).sum().item(), 1e-10)


def test_quick_neighbors_form_a_pair():
    """Position 1 turns the first pair by one radian, from the first axis towards the second."""
    x = torch.tensor([[1.0, 0.0, 0.0, 0.0]]).double()
    found = nn.RotaryPositions(4, 9)(x, offset=1).numpy()
    np.testing.assert_allclose(found, [[np.cos(1), np.sin(1), 0, 0]], 1e-12, 1e-12)
    x = torch.tensor([[0.0, 0.0, 1.0, 0.0]]).double()
    found = nn.RotaryPositions(4, 9)(x, offset=1).numpy()
    np.testing.assert_allclose(found, [[0, 0, np.cos(0.01), np.sin(0.01)]], 1e-12, 1e-12)


def test_quick_waves_are_those_of_the_paper():
    found = nn.SinusoidalPositions(10_001, 4)(torch.zeros(1, 4).double(), offset=10_000).numpy()
    expected = [[f(angle) for angle in (10_000, 100) for f in (np.sin, np.cos)]]
    np.testing.assert_allclose(found, expected, 0, 1e-8)


@pytest.mark.parametrize("kind", ["sinusoidal", "learned", "rotary"])
def test_quick_an_offset_is_a_part_of_the_whole(kind):
    layer, x = POSITIONS[kind](), torch.tensor(draw(2, 9, 4))
    whole = layer(x).numpy()
    for offset, length in ((0, 4), (4, 1), (5, 4)):
        part = layer(x[:, offset : offset + length], offset=offset).numpy()
        np.testing.assert_array_equal(part, whole[:, offset : offset + length])
    assert not np.array_equal(layer(x[:, :1], offset=3).numpy(), layer(x[:, :1]).numpy())
    for length, offset in ((9, 1), (3, 8), (1, 9), (1, -1)):
        with pytest.raises(IndexError, match="has 9, from 0 on"):
            layer(x[:, :length], offset=offset)


def test_quick_heads_may_be_views():
    """(batch, length, heads, dim) turned to (batch, heads, length, dim), as attention has it."""
    x = torch.tensor(draw(2, 5, 3, 8), requires_grad=True)
    layer = nn.RotaryPositions(8, 9)
    assert gradcheck(lambda x: layer(x.transpose(1, 2)), x)
    one = layer(x[:, :, 1]).numpy()
    np.testing.assert_allclose(layer(x.transpose(1, 2)).numpy()[:, 1], one, 1e-12, 1e-12)


# Ids: where they come from, and what is wrong with some


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64"])
def test_quick_ids_of_every_type_from_a_loader(dtype):
    ids, model = np.tile(IDS, (3, 1)).astype(dtype), Predictor()
    dataset = TensorDataset(torch.from_numpy(ids), torch.tensor(np.tile(TARGETS, (3, 1))))
    seen = 0
    for batch, targets in DataLoader(dataset, batch_size=4):
        out = model(batch)
        assert out.shape == (*targets.shape, 5)
        np.testing.assert_array_equal(out.numpy(), model(batch.long()).numpy())
        seen += len(batch)
    assert seen == 6


@pytest.mark.parametrize("wrong", [-1, 5, 100])
def test_quick_ids_without_a_row_are_told(wrong):
    ids = IDS.copy()
    ids[1, 1] = wrong
    with pytest.raises(IndexError, match=f"there is no row {wrong}: the table has 5 rows"):
        Predictor()(torch.tensor(ids))


def test_quick_ids_that_are_no_whole_numbers_are_told():
    with pytest.raises(RuntimeError, match=r"use \.long\(\)"):
        Predictor()(torch.tensor(IDS).float())


@pytest.mark.parametrize("padding", [0, 3, -1])
def test_quick_padding_learns_nothing_at_all(padding):
    """Its row is zeros before and after training, and the others learn as without it."""
    ids = np.array([[1, 2, 3, 4], [1, 0, 0, 4], [2, 2, 4, 4]])
    model = Predictor(padding_idx=padding)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    row = model.table.padding_idx
    assert row == padding % 5
    for _ in range(3):
        optimizer.zero_grad()
        loss_of(model, ids, TARGETS[[0, 1, 0]]).backward()
        reached = model.table.weight.grad.numpy().any(1)
        assert reached.tolist() == [i != row for i in range(5)]
        optimizer.step()
    assert model.table.weight.numpy()[row].tolist() == [0] * 4
    assert model.table(torch.tensor([row])).tolist() == [[0] * 4]


def test_quick_a_pretrained_table_is_frozen_unless_asked():
    table = torch.tensor(draw(5, 4)).float()
    for freeze in (True, False):
        model = Predictor()
        model.table = nn.Embedding.from_pretrained(table.clone(), freeze=freeze)
        loss_of(model).backward()
        assert (model.table.weight.grad is None) == freeze
        np.testing.assert_array_equal(model.table.weight.numpy(), table.numpy())


def test_a_table_begins_with_unit_normal_numbers():
    torch.manual_seed(0)
    weight = nn.Embedding(2000, 50).weight.numpy()
    assert abs(weight.std() - 1) < 0.01
    weight = nn.LearnedPositions(2000, 50).weight.numpy()
    assert abs(weight.std() - 0.02) < 0.001


# What can be known of TARGETS: by id and position only (3, 1) is open, by id alone 0 and 3 are.
KNOWABLE = {"sinusoidal": np.log(2) / 4, "learned": np.log(2) / 4, "none": 6 * np.log(3) / 8}


@pytest.mark.parametrize("kind", KNOWABLE)
@pytest.mark.parametrize("tied", [False, True])
def test_quick_a_text_is_learned_as_far_as_it_can_be(kind, tied):
    model = Predictor(kind, tied)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05, weight_decay=0.0)
    for _ in range(200):
        optimizer.zero_grad()
        loss_of(model).backward()
        optimizer.step()
    assert 0 <= loss_of(model).item() - KNOWABLE[kind] < 0.03
