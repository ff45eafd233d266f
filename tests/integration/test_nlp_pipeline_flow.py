"""Bytes to text, all the way: BPE, embedding and positions, causal attention, GPT, loss, backward,
training, writing, and decoding.

What the tests of each module prove is not proved again. Here it is text that goes in and comes out,
and each test looks at what several modules must agree on: which ids there are, which place predicts
which, who may know what. `-k quick` is a smoke run.
"""

import io
import math

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import nn, optim
from tinytorch.models import GPT, GPTConfig, generate, next_token_loss, text_batch
from tinytorch.nn import functional as F
from tinytorch.text import BPETokenizer, CharTokenizer
from tinytorch.training import Checkpoint, Trainer
from tinytorch.utils.data import DataLoader, TensorDataset
from tinytorch_data import shakespeare

END = "<|end|>"
PLAYS = shakespeare()
TEXT = PLAYS.train[2000:12_000]
LENGTH, WIDTH = 12, 16
tied_or_not = pytest.mark.parametrize("tied", [False, True])


@pytest.fixture(scope="module")
def tokenizer():
    return BPETokenizer.train(TEXT, 300, special=[END])


def gpt(size, **more):
    torch.manual_seed(0)
    sizes = {"vocab_size": size, "block_size": LENGTH, "n_layer": 2, "n_head": 2, "n_embd": WIDTH}
    return GPT(GPTConfig(**sizes | more))


class Rotary(nn.Module):
    """A language model of one layer, from the parts: rotary positions instead of learned ones."""

    def __init__(self, size, heads=2):
        super().__init__()
        self.heads = heads
        self.embedding = nn.Embedding(size, WIDTH)
        self.turn = nn.RotaryPositions(WIDTH // heads, 64)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.head = nn.Linear(WIDTH, size, bias=False)

    def forward(self, ids, offset=0):
        x = self.embedding(ids)  # (n, t) -> (n, t, WIDTH)
        n, t, width = x.shape
        parts = self.qkv(x).reshape(n, t, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        q, k = (self.turn(part, offset) for part in (parts[0], parts[1]))
        mixed = F.scaled_dot_product_attention(q, k, parts[2], is_causal=True)
        return self.head(x + self.out(mixed.transpose(1, 2).reshape(n, t, width)))


def rotary(size):
    torch.manual_seed(0)
    return Rotary(size)


models = pytest.mark.parametrize("make", [gpt, rotary])


def batch_of(tokenizer, count=6, text=TEXT):
    """(x, y): the beginning of some lines, and what comes next."""
    lines = [line for line in text.splitlines() if len(tokenizer.encode(line)) > LENGTH + 1]
    return text_batch([tokenizer.encode(line) for line in lines[:count]], LENGTH)


# ---- from bytes to gradients


def test_quick_targets_are_the_text_one_token_later(tokenizer):
    x, y = batch_of(tokenizer)
    lines = [line for line in TEXT.splitlines() if len(tokenizer.encode(line)) > LENGTH + 1]
    for line, row, target in zip(lines, x.numpy(), y.numpy(), strict=False):
        seen, said = tokenizer.decode(row), tokenizer.decode(target)
        assert line.startswith(seen)
        assert tokenizer.decode([row[0], *target]) == seen + tokenizer.decode(target[-1:])
        assert line.startswith(tokenizer.decode(row[:1]) + said)


@models
def test_quick_gradients_reach_the_rows_of_ids_that_occur_and_no_others(tokenizer, make):
    model = make(tokenizer.vocab_size)
    x, y = batch_of(tokenizer)
    next_token_loss(model(x), y).backward()
    table = model.wte if isinstance(model, GPT) else model.embedding
    moved = np.flatnonzero(np.abs(table.weight.grad.numpy()).sum(1))
    assert moved.tolist() == sorted(set(x.reshape(-1).tolist()))
    assert 1 < len(moved) < tokenizer.vocab_size
    assert all(np.abs(p.grad.numpy()).sum() > 0 for p in model.parameters())


def test_quick_an_id_that_repeats_gets_the_sum_of_its_gradients(tokenizer):
    """Against a table with a row of its own for every place."""
    ids = tokenizer.encode("the the the the")[:LENGTH]
    assert len(set(ids)) < len(ids)
    x, y = text_batch([[*ids, 0]], len(ids))
    model = rotary(tokenizer.vocab_size)
    next_token_loss(model(x), y).backward()
    whole = model.embedding.weight.grad.numpy().copy()
    spread = rotary(tokenizer.vocab_size)
    rows = spread.embedding.weight.numpy()[ids].copy()
    spread.embedding = nn.Embedding(len(ids), WIDTH)
    spread.embedding.weight.array[...] = rows
    next_token_loss(spread(torch.arange(len(ids)).reshape(1, -1)), y).backward()
    parts = spread.embedding.weight.grad.numpy()
    for one in set(ids):
        expected = parts[[place for place, other in enumerate(ids) if other == one]].sum(0)
        np.testing.assert_allclose(whole[one], expected, 1e-5, 1e-7)


def test_quick_a_tied_table_learns_where_ids_go_in_and_where_they_come_out(tokenizer):
    model = gpt(tokenizer.vocab_size, tie_weights=True)
    assert model.lm_head.weight is model.wte.weight
    x, y = batch_of(tokenizer)
    next_token_loss(model(x), y).backward()
    assert np.abs(model.wte.weight.grad.numpy()).sum(1).all()  # the head moves every row
    names = [name for name, _ in model.named_parameters()]
    assert len(names) == len(set(names)) == len({id(p) for p in model.parameters()})


def test_quick_the_loss_before_training_is_that_of_guessing(tokenizer):
    x, y = batch_of(tokenizer)
    loss = next_token_loss(gpt(tokenizer.vocab_size)(x), y).item()
    assert abs(loss - math.log(tokenizer.vocab_size)) < 0.1


# ---- who may know what


@models
def test_quick_a_changed_token_leaves_earlier_logits_to_the_bit(tokenizer, make):
    model = make(tokenizer.vocab_size)
    text = TEXT[:200]
    ids = np.array(tokenizer.encode(text)[:LENGTH])
    logits = model(torch.tensor(ids[None])).numpy()
    for place in range(LENGTH):
        changed = ids.copy()
        changed[place] = (changed[place] + 1) % tokenizer.vocab_size
        other = model(torch.tensor(changed[None])).numpy()
        np.testing.assert_array_equal(other[:, :place], logits[:, :place])
        assert (np.abs(other[:, place:] - logits[:, place:]).max(-1) > 0).all()


@models
def test_quick_gradients_flow_back_in_time_only(tokenizer, make):
    """The loss at one place gives nothing to the embeddings of later ids."""
    model, place = make(tokenizer.vocab_size), 5
    ids = list(range(60, 60 + LENGTH))  # all different, so that each has a row of its own
    logits = model(torch.tensor([ids]))
    F.cross_entropy(logits[:, place], torch.tensor([7])).backward()
    table = model.wte if isinstance(model, GPT) else model.embedding
    moved = np.flatnonzero(np.abs(table.weight.grad.numpy()).sum(1)).tolist()
    assert moved == ids[: place + 1]


def test_quick_rotary_positions_know_the_distance_only(tokenizer):
    model, x = rotary(tokenizer.vocab_size), batch_of(tokenizer)[0]
    np.testing.assert_allclose(model(x, 40).numpy(), model(x).numpy(), 1e-4, 1e-5)
    turned = x.numpy()[:, ::-1].copy()
    last, other = model(x).numpy()[:, -1], model(torch.tensor(turned)).numpy()[:, -1]
    assert np.abs(last - other).max() > 1e-3


def test_quick_padding_changes_neither_loss_nor_gradients(tokenizer):
    text = "To be, or not"
    ids = tokenizer.encode(text)
    assert len(ids) < LENGTH
    found = []
    for length in (len(ids) - 1, LENGTH):
        model = gpt(tokenizer.vocab_size)
        loss = next_token_loss(model(text_batch([ids], length)[0]), text_batch([ids], length)[1])
        loss.backward()
        found.append((loss.item(), model.h[0].attn.c_attn.weight.grad.numpy()))
    assert math.isclose(found[0][0], found[1][0], rel_tol=1e-5)
    np.testing.assert_allclose(found[0][1], found[1][1], 1e-3, 1e-6)


# ---- and back to text


def test_quick_what_is_written_begins_with_the_prompt_and_is_text(tokenizer):
    model = gpt(tokenizer.vocab_size)
    for prompt in ("To be", "\n", "三é"):
        ids = tokenizer.encode(prompt)
        written = generate(model, torch.tensor([ids]), 30, seed=1)
        assert written.shape == (1, len(ids) + 30)
        assert written.numpy().min() >= 0
        assert written.numpy().max() < tokenizer.vocab_size
        assert tokenizer.decode(written[0]).startswith(prompt)
        raw = tokenizer.decode_bytes(written[0])
        assert raw.startswith(prompt.encode())
        assert tokenizer.decode(written[0]) == raw.decode(errors="replace")


def test_quick_a_prompt_longer_than_the_context_is_read_at_its_end(tokenizer):
    model = gpt(tokenizer.vocab_size)
    ids = tokenizer.encode(TEXT[:120])
    assert len(ids) > 2 * LENGTH
    written = generate(model, torch.tensor([ids]), 5, temperature=0)[0].tolist()
    for place in range(len(ids), len(written)):
        logits = model(torch.tensor([written[place - LENGTH : place]])).numpy()[0, -1]
        assert written[place] == logits.argmax()
    assert tokenizer.decode(written).startswith(tokenizer.decode(ids))


def test_quick_writing_ends_at_the_special_token(tokenizer):
    """A model whose head says nothing but the end."""
    model, end = gpt(tokenizer.vocab_size), tokenizer.special[END]
    for parameter in model.ln_f.parameters():
        parameter.array[...] = 1  # the last norm gives 1 plus what it had
    model.ln_f.weight.array[...] = 0
    model.lm_head.weight.array[...] = 0
    model.lm_head.weight.array[end] = 1
    ids = torch.tensor([tokenizer.encode("the")])
    written = generate(model, ids, 20, temperature=0, stop_token=end)
    assert tokenizer.decode(written[0]) == "the" + END


# ---- training


def overfitted(tokenizer, tied=False, steps=150):
    """A model that knows one batch by heart, the batch, and the last loss."""
    x, y = batch_of(tokenizer, 4)
    model = gpt(tokenizer.vocab_size, tie_weights=tied, n_embd=32)
    optimizer = optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for _ in range(steps):
        loss = next_token_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model, x, y, loss.item()


@tied_or_not
def test_one_batch_of_text_is_learned_by_heart_and_written_down(tokenizer, tied):
    model, x, y, loss = overfitted(tokenizer, tied)
    assert loss < 0.05
    for row, target in zip(x.numpy(), y.numpy(), strict=True):
        written = generate(model, torch.tensor(row[None, :2]), LENGTH - 2, temperature=0)
        assert tokenizer.decode(written[0]) == tokenizer.decode(row)
        whole = generate(model, torch.tensor(row[None]), 1, temperature=0)
        assert tokenizer.decode(whole[0]) == tokenizer.decode([row[0], *target])


def windows(tokenizer, length=LENGTH):
    ids = tokenizer.encode(TEXT[:3000])
    pieces = [ids[i : i + length + 1] for i in range(0, len(ids) - length - 1, length)]
    return TensorDataset(*text_batch(pieces, length))


def trainer_of(model, **settings):
    optimizer = optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.1)
    return Trainer(model, optimizer, next_token_loss, progress=False, **settings)


def weights(model):
    return {name: value.numpy().copy() for name, value in model.state_dict().items()}


@pytest.mark.parametrize("kind", ["characters", "tokens"])
def test_trainer_learns_text_and_resumes_to_the_bit(kind, tokenizer, tmp_path):
    chosen = CharTokenizer(TEXT) if kind == "characters" else tokenizer
    data = windows(chosen)

    def run(epochs, folder, seed):
        folder.mkdir(exist_ok=True)
        model, path = gpt(chosen.vocab_size, dropout=0.1), folder / "run.ckpt"
        torch.manual_seed(seed)
        trainer = trainer_of(model, accumulation_steps=2, max_grad_norm=1.0,
                             callbacks=[Checkpoint(path)])  # fmt: skip
        if path.exists():
            trainer.load(path)
        trainer.fit(DataLoader(data, 8, shuffle=True), epochs)
        return weights(model), trainer.history["loss"]

    whole, losses = run(3, tmp_path / "whole", seed=3)
    run(1, tmp_path / "parts", seed=3)
    resumed, again = run(3, tmp_path / "parts", seed=99)
    for name, value in whole.items():
        np.testing.assert_array_equal(resumed[name], value, err_msg=name)
    assert again == losses
    assert losses[-1] < losses[0] - 0.2 < math.log(chosen.vocab_size)


def test_accumulation_is_the_large_batch(tokenizer):
    data, found = windows(tokenizer), []
    count = len(data) // 8 * 8
    for size, steps in ((8, 1), (4, 2)):
        model = gpt(tokenizer.vocab_size)
        rows = TensorDataset(*(part[:count] for part in data.tensors))
        trainer_of(model, accumulation_steps=steps).fit(DataLoader(rows, size), epochs=1)
        found.append(weights(model))
    for name, value in found[0].items():
        np.testing.assert_allclose(found[1][name], value, 2e-3, 2e-4, err_msg=name)


def test_a_stream_trains_as_the_text_does(tokenizer):
    text = TEXT[:3000]
    ids = np.fromiter(tokenizer.stream(io.BytesIO(text.encode()), 100), np.uint16)
    streamed, whole = (
        text_batch([row], LENGTH)
        for row in (ids[: LENGTH + 1], tokenizer.encode(text)[: LENGTH + 1])
    )
    for one, other in zip(streamed, whole, strict=True):
        assert torch.equal(one, other)
        assert one.dtype == torch.int64
