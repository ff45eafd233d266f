# %% [markdown]
# # A GPT reads Shakespeare
#
# Modules 01 to 13 work together: a GPT of four blocks, four heads and 128 numbers a token, built
# from one's own parts, reads eight plays letter by letter and is tested on a ninth, *Twelfth
# Night*, that it has never seen. These are the sizes of nanoGPT's smallest run. Here it gets a
# tenth of the steps, and smaller batches, which takes seconds: enough to come close to the model
# that counts all pairs of letters. (2,000 steps of twelve rows take some minutes, and bring the
# test loss from 4.4 nats a letter to below 2.0, with these parts as with PyTorch.)

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

import tinytorch as torch
from tinytorch import models, optim
from tinytorch.training import Callback, Trainer
from tinytorch_data import shakespeare

plays = shakespeare()
LETTERS = "".join(sorted(set(plays.train + plays.test)))
PLACE = {letter: i for i, letter in enumerate(LETTERS)}
BLOCK, BATCH, STEPS = 64, 8, 200


def ids_of(text):
    return np.array([PLACE[letter] for letter in text])


def text_of(ids):
    return "".join(LETTERS[i] for i in ids)


train, test = ids_of(plays.train), ids_of(plays.test)
print(f"{len(train):,} letters to learn from, {len(test):,} to test on, {len(LETTERS)} different")


# %% [markdown]
# ## What counting can do
#
# Three models without any network: all letters equally likely (uniform), each as often as in the
# training plays (unigram), each as often as after the letter before it (bigram). Their losses on
# *Twelfth Night* are lines to compare with.


# %%
def count_losses(train, test):
    """{model: nats a letter on the test play}."""
    pairs = np.full((len(LETTERS), len(LETTERS)), 0.1)  # no pair is impossible
    np.add.at(pairs, (train[:-1], train[1:]), 1)
    single = pairs.sum(0) / pairs.sum()
    follows = pairs / pairs.sum(1, keepdims=True)
    return {
        "uniform": math.log(len(LETTERS)),
        "unigram": -np.log(single[test[1:]]).mean(),
        "bigram": -np.log(follows[test[:-1], test[1:]]).mean(),
    }


counting = count_losses(train, test)
print({name: round(float(loss), 3) for name, loss in counting.items()})

# %% [markdown]
# ## The model, before training
#
# Its loss must be near that of guessing evenly, a letter that is changed may change no prediction
# before it, and what it writes is noise.


# %%
def batch(ids, count, rng):
    starts = rng.integers(0, len(ids) - BLOCK, count)
    return models.text_batch([ids[start : start + BLOCK + 1] for start in starts], BLOCK)


def test_loss(model):
    rng = np.random.default_rng(1)
    batches = [batch(test, 50, rng) for _ in range(2)]
    with torch.no_grad():
        losses = [models.next_token_loss(model(x), y).item() for x, y in batches]
    return float(np.mean(losses))


def speech(model, letters=200):
    start = torch.tensor([ids_of("My lord, ")])
    ids = models.generate(model, start, letters, temperature=0.8, top_p=0.9, seed=2)
    return text_of(ids.numpy()[0])


torch.manual_seed(0)
config = models.GPTConfig(len(LETTERS), BLOCK, n_layer=4, n_head=4, n_embd=128)
model = models.GPT(config)
before = {"loss": test_loss(model), "text": speech(model)}
print(f"{sum(p.numel() for p in model.parameters()):,} parameters, loss {before['loss']:.3f}")
print(before["text"])
assert abs(before["loss"] - counting["uniform"]) < 0.1, "before training it should guess evenly"

x, _ = batch(test, 2, np.random.default_rng(0))
changed = x.numpy().copy()
changed[:, 40] = (changed[:, 40] + 1) % len(LETTERS)
with torch.no_grad():
    apart = np.abs(model(x).numpy() - model(torch.tensor(changed)).numpy()).max((0, 2))
assert np.all(apart[:40] == 0), "a position should not see what comes later"
assert np.all(apart[40:] > 0), "a position should see what came before"

# %% [markdown]
# ## Training
#
# `Trainer` runs the loop: AdamW, a learning rate that rises and falls, gradients clipped to a joint
# norm of 1. After each step the norm of every matrix's gradient is kept, and now and then the test
# loss.


# %%
class Watch(Callback):
    """Gradient norms after each step, and the test loss after every `every`."""

    def __init__(self, every=40):
        self.every, self.losses, self.norms, self.tests = every, [], [], {0: before["loss"]}

    def on_step_end(self, trainer):
        self.losses.append(trainer.steps[-1][0])
        self.norms.append(gradient_norms(trainer.model))
        if len(self.losses) % self.every == 0:
            self.tests[len(self.losses)] = test_loss(trainer.model)


def gradient_norms(model):
    named = model.named_parameters()
    return {name: float(np.linalg.norm(p.grad.numpy())) for name, p in named if p.ndim == 2}


rng = np.random.default_rng(0)
batches = [batch(train, BATCH, rng) for _ in range(STEPS)]
optimizer = optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.99), weight_decay=0.1)
schedule = optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, STEPS, pct_start=0.1)
watch = Watch()
trainer = Trainer(
    model, optimizer, models.next_token_loss, schedule, "step", 1.0, callbacks=[watch],
    progress=False,
)  # fmt: skip
trainer.fit(batches, epochs=1)
after = {"loss": test_loss(model), "text": speech(model)}
print({step: round(loss, 3) for step, loss in watch.tests.items()})
assert after["loss"] < counting["unigram"] - 0.5, "it should be far below the unigram's loss"
assert after["loss"] < counting["bigram"] + 0.15, "it should come close to the bigram's"

# %% [markdown]
# Left, the loss of each batch and of the test play, with the lines of counting. The unigram's is
# passed within a few dozen steps. The bigram's is near: that model has counted all the pairs of a
# million letters, and the GPT has seen a tenth of them. Right, the norm of the gradient of two
# matrices of each block. That of the first block is the largest, and none fades out.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
left.plot(watch.losses, color="C0", alpha=0.35, label="batch")
left.plot(list(watch.tests), list(watch.tests.values()), "C0o-", label="Twelfth Night")
for name, loss in counting.items():
    left.axhline(loss, color="C1", linestyle=":")
    left.text(STEPS * 1.24, loss + 0.02, name, color="C1", ha="right")
left.set(xlabel="step", ylabel="nats a letter", xlim=(-5, STEPS * 1.25))
left.legend(loc="center right", bbox_to_anchor=(1, 0.7))
for i in range(config.n_layer):
    for part, style in (("attn.c_attn", "-"), ("mlp.c_fc", "--")):
        line = [norms[f"h.{i}.{part}.weight"] for norms in watch.norms]
        smooth = np.convolve(line, np.ones(10) / 10, "valid")
        right.semilogy(smooth, style, color=f"C{i}", label=f"block {i}, {part}")
right.set(xlabel="step", ylabel="gradient norm, mean of 10 steps", ylim=(None, 1))
right.legend(fontsize="small", ncols=2)
plt.show()

last = watch.norms[-1]
assert all(norm > 0 for norm in last.values()), "every matrix should get a gradient"
by_block = [last[f"h.{i}.mlp.c_fc.weight"] for i in range(config.n_layer)]
assert max(by_block) < 10 * min(by_block), "no block should get a tenth of the gradient of another"

# %% [markdown]
# ## What it writes
#
# After "My lord, ", before training and after. It has found out how long words and lines are, where
# capitals stand and which letters follow each other; words it has hardly begun to learn. As a
# measure, the share of all threes of letters in its text that occur in the plays.


# %%
def threes(text):
    return [text[i : i + 3] for i in range(len(text) - 2)]


known = set(threes(plays.train))
shares = [np.mean([three in known for three in threes(run["text"])]) for run in (before, after)]
print(before["text"], f"\n-- {shares[0]:.0%} of its threes of letters are in the plays --\n")
print(after["text"], f"\n-- {shares[1]:.0%} --")
assert shares[1] > 0.7 > 2 * shares[0], "training should bring it from noise to English letters"
