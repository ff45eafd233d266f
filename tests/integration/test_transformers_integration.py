"""GPT over everything below it: tokens to loss and back, training on text, writing.

What tests/13_transformers proves of single parts is not proved again. Each test compares with a
value found another way: in NumPy, by a loop of its own, or by a run done differently. `-k quick`
is a smoke run.
"""

import itertools
import math

import numpy as np
import pytest

import tinytorch
from tinytorch import models, nn, optim
from tinytorch.nn import functional as F
from tinytorch.training import Checkpoint, Trainer
from tinytorch.utils.data import DataLoader, TensorDataset

V, T, D, H, L = 13, 8, 16, 4, 2
tied_or_not = pytest.mark.parametrize("tied", [False, True])


def gpt(seed=0, **more):
    tinytorch.manual_seed(seed)
    sizes = {"vocab_size": V, "block_size": T, "n_layer": L, "n_head": H, "n_embd": D}
    return models.GPT(models.GPTConfig(**sizes | more))


def sharp(model, factor=15.0):
    """The model with large matrices, so that every part of it counts."""
    with tinytorch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim > 1:
                parameter *= factor
            elif name.endswith("bias"):
                parameter += tinytorch.randn(*parameter.shape) * 0.5
    return model


def tokens(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, V, shape)


def text(count=400, seed=3):
    """A text with a rule: each id is mostly the one before, plus 1 or plus 5."""
    rng, ids = np.random.default_rng(seed), [0]
    for _ in range(count):
        ids.append((ids[-1] + (1 if rng.random() < 0.8 else 5)) % V)
    return np.array(ids)


def batch_of(ids, count, seed=0):
    starts = np.random.default_rng(seed).integers(0, len(ids) - T, count)
    return models.text_batch([ids[start : start + T + 1] for start in starts], T)


def arrays(model):
    return {name: value.numpy().copy() for name, value in model.state_dict().items()}


def same(found, wanted):
    assert list(found) == list(wanted)
    for name, value in wanted.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)


# The forward pass, written once more in NumPy.


def norm(x, state, name):
    centred = x - x.mean(-1, keepdims=True)
    normed = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
    return normed * state[f"{name}.weight"] + state.get(f"{name}.bias", 0)


def linear(x, state, name):
    return x @ state[f"{name}.weight"].T + state.get(f"{name}.bias", 0)


def attention(x, state, name):
    n, t, width = x.shape
    q, k, v = (
        part.reshape(n, t, H, width // H).swapaxes(1, 2)
        for part in np.split(linear(x, state, f"{name}.c_attn"), 3, axis=2)
    )
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(width // H)
    scores = np.where(np.tri(t, dtype=bool), scores, -np.inf)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return linear((weights @ v).swapaxes(1, 2).reshape(n, t, width), state, f"{name}.c_proj")


def feed_forward(x, state, name):
    x = linear(x, state, f"{name}.c_fc")
    x = 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return linear(x, state, f"{name}.c_proj")


def by_hand(model, ids):
    """The logits of `ids`, in float64."""
    state = {name: value.astype("float64") for name, value in arrays(model).items()}
    x = state["wte.weight"][ids] + state["wpe.weight"][: ids.shape[1]]
    for i in range(len(model.h)):
        x = x + attention(norm(x, state, f"h.{i}.ln_1"), state, f"h.{i}.attn")
        x = x + feed_forward(norm(x, state, f"h.{i}.ln_2"), state, f"h.{i}.mlp")
    return norm(x, state, "ln_f") @ state["lm_head.weight"].T


@tied_or_not
@pytest.mark.parametrize("bias", [True, False])
def test_logits_are_those_by_hand_quick(tied, bias):
    model, ids = sharp(gpt(tie_weights=tied, bias=bias)), tokens(3, T)
    for end in (1, 5, T):
        found, wanted = model(tinytorch.tensor(ids[:, :end])).numpy(), by_hand(model, ids[:, :end])
        assert np.abs(wanted).max() > 1
        np.testing.assert_allclose(found, wanted, 2e-4, 2e-4)


@tied_or_not
def test_gradients_are_the_slopes_of_the_loss_quick(tied):
    model = sharp(gpt(tie_weights=tied), 8.0).double()
    x, y = models.text_batch([tokens(T + 1), tokens(5, seed=1)], T)
    models.next_token_loss(model(x), y).backward()
    rng, step = np.random.default_rng(0), 1e-5
    for name, parameter in model.named_parameters():
        array, gradient = parameter.array, parameter.grad.numpy()
        for place in [tuple(rng.integers(0, size) for size in array.shape) for _ in range(3)]:
            losses = []
            for moved in (step, -2 * step, step):  # up, down, and back
                array[place] += moved
                with tinytorch.no_grad():
                    losses.append(models.next_token_loss(model(x), y).item())
            slope = (losses[0] - losses[1]) / (2 * step)
            np.testing.assert_allclose(gradient[place], slope, 1e-5, 1e-7, err_msg=name)


# What a position may know.


def test_later_ids_change_no_earlier_logits_quick():
    model, ids = sharp(gpt()), tokens(4, T)
    logits = model(tinytorch.tensor(ids)).numpy()
    for place in range(T):
        changed = ids.copy()
        changed[:, place] = (changed[:, place] + 1) % V
        other = model(tinytorch.tensor(changed)).numpy()
        np.testing.assert_array_equal(other[:, :place], logits[:, :place])
        assert np.all(np.abs(other[:, place:] - logits[:, place:]).max(-1) > 1e-6)


def test_rows_of_a_batch_do_not_meet_quick():
    model, ids = sharp(gpt()), tokens(4, T)
    logits = model(tinytorch.tensor(ids)).numpy()
    changed = ids.copy()
    changed[2] = (changed[2] + 1) % V
    other = model(tinytorch.tensor(changed)).numpy()
    np.testing.assert_array_equal(other[[0, 1, 3]], logits[[0, 1, 3]])


def test_the_order_of_ids_counts_quick():
    model = sharp(gpt())
    first, second = (
        model(tinytorch.tensor([row])).numpy()[0, -1] for row in ([1, 2, 3], [2, 1, 3])
    )
    assert np.abs(first - second).max() > 1e-3


def test_only_ids_that_occur_move_the_embedding_quick():
    model = gpt()
    x, y = models.text_batch([[1, 4, 4, 2], [7, 1]], T)
    models.next_token_loss(model(x), y).backward()
    rows = np.abs(model.wte.weight.grad.numpy()).sum(1)
    assert set(np.flatnonzero(rows)) == {1, 4, 7}  # 2 is a target only, and 0 fills up
    assert set(np.flatnonzero(np.abs(model.wpe.weight.grad.numpy()).sum(1))) == {0, 1, 2}


# Text as examples.


def test_targets_are_what_comes_next_quick():
    ids = text()
    x, y = batch_of(ids, 50)
    np.testing.assert_array_equal(x.numpy()[:, 1:], y.numpy()[:, :-1])
    follows = {tuple(pair) for pair in itertools.pairwise(ids.tolist())}
    assert set(zip(x.numpy()[:, -1].tolist(), y.numpy()[:, -1].tolist(), strict=True)) <= follows


def test_padding_does_not_reach_loss_or_gradients_quick():
    model = sharp(gpt())
    short = [[3, 1, 4, 1], [5, 9]]
    losses, gradients = [], []
    for length in (3, T):
        model.zero_grad()
        loss = models.next_token_loss(model(models.text_batch(short, length)[0]),
                                      models.text_batch(short, length)[1])  # fmt: skip
        loss.backward()
        losses.append(loss.item())
        gradients.append([p.grad.numpy().copy() for p in model.parameters()])
    np.testing.assert_allclose(losses[0], losses[1], 1e-5)
    for first, second in zip(*gradients, strict=True):
        np.testing.assert_allclose(first, second, 1e-4, 1e-5)


def test_the_loss_is_that_of_each_place_by_itself_quick():
    model = sharp(gpt())
    x, y = models.text_batch([tokens(5), tokens(3, seed=1)], 6)
    logits, wanted = model(x), []
    for row, place in zip(*np.nonzero(y.numpy() >= 0), strict=True):
        one = logits[int(row), int(place)].unsqueeze(0)
        target = tinytorch.tensor([int(y.numpy()[row, place])])
        wanted.append(F.cross_entropy(one, target).item())
    assert len(wanted) == 4 + 2
    np.testing.assert_allclose(models.next_token_loss(logits, y).item(), np.mean(wanted), 1e-5)


# The start.


def test_the_loss_before_training_is_that_of_guessing_quick():
    for tied in (False, True):
        model = gpt(n_layer=6, tie_weights=tied)
        loss = models.next_token_loss(model(tinytorch.tensor(tokens(30, T))),
                                      tinytorch.tensor(tokens(30, T, seed=1)))  # fmt: skip
        assert abs(loss.item() - math.log(V)) < 0.1


def test_what_writes_into_the_stream_starts_smaller_quick():
    state = arrays(gpt(n_layer=8, n_embd=32))
    for name, array in state.items():
        if array.ndim > 1:
            wanted = 0.02 / math.sqrt(16) if "c_proj" in name else 0.02
            assert abs(array.std() / wanted - 1) < 0.15, name
        else:
            assert np.all(array == ("weight" in name)), name


def test_dropout_acts_in_training_only_quick():
    model = gpt(dropout=0.5)
    ids = tinytorch.tensor(tokens(2, T))
    first, second = model(ids).numpy(), model(ids).numpy()
    assert np.abs(first - second).max() > 1e-4
    model.eval()
    np.testing.assert_allclose(model(ids).numpy(), by_hand(model, tokens(2, T)), 1e-3, 1e-5)


@pytest.mark.parametrize("path", ["drop", "h.0.attn.resid_dropout", "h.1.mlp.dropout"])
def test_each_dropout_is_used_quick(path):
    model = sharp(gpt(dropout=0.5)).eval()
    ids = tinytorch.tensor(tokens(2, T))
    quiet = model(ids).numpy()
    model.get_submodule(path).train()
    assert np.abs(model(ids).numpy() - quiet).max() > 1e-4


def test_dropout_of_attention_weights_is_used_quick():
    model = sharp(gpt(dropout=0.5)).eval()
    ids = tinytorch.tensor(tokens(2, T))
    quiet = model(ids).numpy()
    model.h[0].attn.train()
    model.h[0].attn.resid_dropout.eval()
    assert np.abs(model(ids).numpy() - quiet).max() > 1e-4


# Learning.


def learn(model, batches, lr=3e-3):
    """The loss of each step of AdamW, one for each batch."""
    optimizer, losses = optim.AdamW(model.parameters(), lr=lr, weight_decay=0.0), []
    for x, y in batches:
        loss = models.next_token_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@tied_or_not
def test_one_batch_is_learnt_by_heart(tied):
    model = gpt(n_embd=32, tie_weights=tied)
    ids = np.stack([np.roll(np.random.default_rng(i).permutation(V), i)[: T + 1] for i in range(4)])
    ids[:, 0] = range(4)  # rows that differ from their first id on
    losses = learn(model, [models.text_batch(list(ids), T)] * 250)
    assert losses[0] > 2.3
    assert losses[-1] < 0.05


def test_random_text_cannot_be_predicted():
    """A loss below that of guessing would come from looking ahead."""
    ids = tokens(20000, seed=5)
    losses = learn(gpt(), [batch_of(ids, 32, step) for step in range(60)])
    assert np.mean(losses[-10:]) > math.log(V) - 0.05


def test_a_rule_is_found_in_a_text():
    model, ids = gpt(), text(3000)
    entropy = -(0.8 * math.log(0.8) + 0.2 * math.log(0.2))
    learn(model, [batch_of(ids, 16, step) for step in range(120)], lr=1e-2)
    x, y = batch_of(text(500, seed=9), 100)
    assert abs(models.next_token_loss(model(x), y).item() - entropy) < 0.1
    written = models.generate(model, tinytorch.tensor([[0]] * 50), 20, seed=1).numpy()
    steps = np.diff(written, axis=1) % V
    assert np.isin(steps, (1, 5)).mean() > 0.95
    assert 0.6 < (steps == 1).mean() < 0.95


def text_loader(seed=0):
    x, y = batch_of(text(), 24, seed)
    return DataLoader(TensorDataset(x, y), 8, shuffle=True)


def trainer_of(model, **settings):
    optimizer = optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.1)
    return Trainer(model, optimizer, models.next_token_loss, progress=False, **settings)


@tied_or_not
def test_trainer_learns_text_and_resumes_to_the_bit(tied, tmp_path):
    def run(epochs, folder, dropout=0.2):
        tinytorch.manual_seed(1)
        model = gpt(tie_weights=tied, dropout=dropout)
        path = folder / "run.ckpt"
        trainer = trainer_of(model, max_grad_norm=1.0, accumulation_steps=2,
                             callbacks=[Checkpoint(path)])  # fmt: skip
        if path.exists():
            trainer.load(path)
        trainer.fit(text_loader(), epochs)
        return trainer, model

    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    whole, wanted = run(4, tmp_path / "whole")
    run(2, tmp_path / "parts")
    tinytorch.manual_seed(99)
    parts, found = run(4, tmp_path / "parts")
    same(arrays(found), arrays(wanted))
    assert (found.lm_head.weight is found.wte.weight) == tied
    assert parts.history["loss"] == whole.history["loss"]
    assert whole.history["loss"][-1] < whole.history["loss"][0] - 0.05


def test_accumulation_weighs_rows_not_batches_of_text_quick():
    """Rows of equal length: two batches of 3 and 5 are one batch of 8."""
    x, y = batch_of(text(), 8)
    found = []
    for parts, steps in (((8,), 1), ((3, 5), 2)):
        model, ends = gpt(), np.cumsum((0, *parts))
        loader = [(x[int(a) : int(b)], y[int(a) : int(b)]) for a, b in itertools.pairwise(ends)]
        trainer_of(model, accumulation_steps=steps).fit(loader, 1)
        found.append(arrays(model))
    for name, value in found[0].items():
        np.testing.assert_allclose(found[1][name], value, 1e-3, 2e-5, err_msg=name)


# Tied weights.


def test_a_tied_weight_learns_once_and_from_both_ends_quick():
    tied, free = gpt(tie_weights=True), gpt()
    free.load_state_dict(tied.state_dict())
    x, y = batch_of(text(), 6)
    for model in (tied, free):
        models.next_token_loss(model(x), y).backward()
    wanted = free.wte.weight.grad.numpy() + free.lm_head.weight.grad.numpy()
    np.testing.assert_allclose(tied.wte.weight.grad.numpy(), wanted, 1e-4, 1e-7)
    before = tied.wte.weight.numpy().copy()
    optim.SGD(tied.parameters(), lr=0.5, weight_decay=0.1).step()
    after = before - 0.5 * (wanted + 0.1 * before)
    np.testing.assert_allclose(tied.lm_head.weight.numpy(), after, 1e-4, 1e-7)
    assert tied.lm_head.weight is tied.wte.weight


@tied_or_not
def test_a_state_comes_back_as_it_was_quick(tied):
    model, other = gpt(1, tie_weights=tied), gpt(2, tie_weights=tied)
    other.load_state_dict(model.state_dict())
    same(arrays(other), arrays(model))
    learn(other, [batch_of(text(), 4)] * 3)
    assert (np.abs(other.lm_head.weight.numpy() - other.wte.weight.numpy()).max() == 0) == tied
    state = model.state_dict()
    assert {"wte.weight", "wpe.weight", "h.1.attn.c_attn.weight", "lm_head.weight"} <= set(state)


# Writing.


def manual(model, ids, count, seed, temperature=1.0, top_k=None, top_p=None, stop=None):
    """What `generate` should write, row by row, with the probabilities worked out in NumPy."""
    generator, rows = tinytorch.Generator().manual_seed(seed), ids.tolist()
    ended = [False] * len(rows)
    model.eval()
    for _ in range(count):
        with tinytorch.no_grad():
            logits = model(tinytorch.tensor([row[-T:] for row in rows])).numpy()[:, -1]
        p = np.stack([allowed(row / temperature, top_k, top_p) for row in logits])
        drawn = tinytorch.tensor(p.astype("float32")).multinomial(1, generator=generator)
        for i, new in enumerate(drawn.tolist()):
            rows[i].append(stop if ended[i] else new[0])
            ended[i] = ended[i] or rows[i][-1] == stop
        if all(ended):
            break
    return rows


def allowed(z, top_k, top_p):
    order = sorted(range(len(z)), key=lambda i: (-z[i], i))[:top_k]
    p, total = np.zeros(len(z)), 0.0
    weights = {i: math.exp(z[i] - z[order[0]]) for i in order}
    for i in order:
        if top_p is None or total < top_p * sum(weights.values()):
            p[i] = weights[i]
        total += weights[i]
    return p / p.sum()


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"temperature": 0.5},
        {"temperature": 2.0, "top_k": 4},
        {"top_p": 0.7},
        {"top_k": 6, "top_p": 0.8},
        {"stop": 2},
    ],
)
def test_writing_is_a_loop_over_the_model_quick(settings):
    model, ids = sharp(gpt(dropout=0.3), 10.0), tokens(5, 3)
    wanted = manual(model, ids, 14, 7, **settings)
    model.train()
    ours = {"stop_token" if key == "stop" else key: value for key, value in settings.items()}
    found = models.generate(model, tinytorch.tensor(ids), 14, seed=7, **ours).tolist()
    assert found == wanted
    assert model.training


def test_writing_at_temperature_0_is_greedy_quick():
    model, ids = sharp(gpt()), tokens(3, 2)
    found = models.generate(model, tinytorch.tensor(ids), 12, temperature=0).numpy()
    for end in range(2, 14):
        wanted = by_hand(model, found[:, max(0, end - T) : end])[:, -1].argmax(-1)
        np.testing.assert_array_equal(found[:, end], wanted)


def test_writing_draws_by_the_probabilities_of_the_model_quick():
    model, ids = sharp(gpt(), 10.0), tokens(1, 4)
    logits = by_hand(model, ids)[0, -1]
    p = np.exp(logits) / np.exp(logits).sum()
    rows = tinytorch.tensor(np.repeat(ids, 3000, 0))
    drawn = models.generate(model, rows, 1, seed=3).numpy()[:, -1]
    assert np.abs(np.bincount(drawn, minlength=V) / 3000 - p).max() < 0.04


def test_no_graph_and_no_gradients_are_left_by_writing_quick():
    model, graphs = gpt(), []
    model.register_forward_hook(lambda module, inputs, logits: graphs.append(logits.requires_grad))
    found = models.generate(model, tinytorch.tensor(tokens(2, 3)), 4, seed=0)
    assert graphs == [False] * 4
    assert found.grad_fn is None
    assert not found.requires_grad
    assert all(parameter.grad is None for parameter in model.parameters())
    assert tinytorch.is_grad_enabled()


def test_an_encoder_reads_both_ways_and_a_gpt_does_not_quick():
    tinytorch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(D, H, 32, dropout=0.0, batch_first=True)
    encoder, x = nn.TransformerEncoder(layer, 2), tinytorch.randn(2, 5, D)
    moved = x.numpy().copy()
    moved[:, 4] += 1
    change = np.abs(encoder(tinytorch.tensor(moved)).numpy() - encoder(x).numpy()).max(-1)
    assert np.all(change > 1e-4)
