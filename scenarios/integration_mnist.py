# %% [markdown]
# # MNIST
#
# A multilayer perceptron reads 28 x 28 digits: modules 01 to 07 work together, and `Trainer` runs
# the loop. It learns from 7,200 digits, shifted by up to two pixels each time they are shown; 800
# are held out to watch its progress, and 2,000 are read only once, at the end. At least 95% of
# those must be correct, after less than a minute of training.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np

import tinytorch as torch
from tinytorch import nn, optim
from tinytorch.nn import functional as F
from tinytorch.training import Callback, EarlyStopping, Trainer
from tinytorch.transforms import random_shift
from tinytorch.utils.data import DataLoader, TensorDataset
from tinytorch_data import mnist

train_images, train_labels, test_images, test_labels = mnist()
images, labels = torch.tensor(train_images), torch.tensor(train_labels)


# %% [markdown]
# ## Data
#
# `Shifted` shifts each image of a batch at random. The trainer finds its generator and keeps the
# state of it in checkpoints.


# %%
class Shifted(TensorDataset):
    """Rows of images and labels, the images moved by up to two pixels."""

    def __init__(self, images, labels, generator):
        super().__init__(images, labels)
        self.generator = generator

    def __getitems__(self, indices):
        images, labels = self[indices]
        return [torch.tensor(random_shift(images.numpy(), 2, self.generator)), labels]


learn = DataLoader(
    Shifted(images[:7200], labels[:7200], torch.Generator(1)),
    batch_size=64,
    shuffle=True,
    generator=torch.Generator(0),
    collate_fn=lambda batch: batch,
)
aside = DataLoader(TensorDataset(images[7200:], labels[7200:]), batch_size=400)
test = DataLoader(TensorDataset(torch.tensor(test_images), torch.tensor(test_labels)), 500)


# %% [markdown]
# ## Training
#
# A callback records the norm of each weight's gradient after each step.


# %%
class LayerNorms(Callback):
    """The norm of each weight's gradient after each step."""

    def __init__(self):
        self.norms = {}

    def on_step_end(self, trainer):
        for name, p in trainer.model.named_parameters():
            if p.ndim == 2:
                self.norms.setdefault(name, []).append(np.linalg.norm(p.grad.numpy()))


def accuracy(output, target):
    return (output.argmax(dim=1) == target).float().mean()


torch.manual_seed(0)
model = nn.Sequential(
    nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
)
adam = optim.Adam(model.parameters(), lr=0.002)
norms, begun = LayerNorms(), time.thread_time()
trainer = Trainer(
    model,
    adam,
    F.cross_entropy,
    optim.lr_scheduler.CosineAnnealingLR(adam, T_max=14 * len(learn)),
    schedule_per="step",
    max_grad_norm=5.0,
    callbacks=[EarlyStopping("val_loss", patience=6), norms],
    metrics={"accuracy": accuracy},
)
history = trainer.fit(learn, 14, val_loader=aside)
seconds = time.thread_time() - begun  # what other programs and threads take does not count
result = trainer.evaluate(test)
assert result["accuracy"] >= 0.95, result
assert seconds < 60, f"training took {seconds:.0f} s"
assert history["loss"][-1] < history["loss"][0] / 4
result

# %% [markdown]
# Over the epochs the loss falls, in training and on the held-out digits. Their accuracy rises, the
# learning rate follows a cosine down to zero, and the norm of the gradient shrinks.

# %%
history.plot()
plt.show()

# %% [markdown]
# ## Gradients, layer by layer
#
# One line per layer: the norm of its gradient at each step (faint), and the mean over 50 steps. No
# gradient vanishes, and none exceeds the limit of 5 to which they are clipped.

# %%
steps = sum(len(values) for values in norms.norms.values()) // 3
assert steps == len(history) * len(learn)
fig, ax = plt.subplots(figsize=(8, 2.8), layout="constrained")
for name, values in norms.norms.items():
    assert np.isfinite(values).all(), f"the gradient of {name} is not finite"
    assert min(values) > 1e-4, f"the gradient of {name} vanishes: {min(values):.1e}"
    assert max(values) <= 5.0 * 1.001, f"{name} is clipped to 5, but has {max(values):.2f}"
    (line,) = ax.semilogy(values, linewidth=0.5, alpha=0.35)
    mean = np.convolve(values, np.ones(50) / 50, "valid")
    ax.semilogy(np.arange(25, 25 + len(mean)), mean, color=line.get_color(), label=name)
ax.set(xlabel="step", ylabel="norm of the gradient")
ax.legend()
plt.show()

# %% [markdown]
# ## Where it is wrong
#
# Rows are the digits' labels, columns what the network read. The diagonal, where the two agree, is
# left out so that the mistakes stand out. Then come the twelve mistakes of which the network was
# most certain.

# %%
scores = trainer.predict(test)
chances = F.softmax(scores, dim=1).numpy()
guesses = chances.argmax(axis=1)
confusion = np.zeros((10, 10), int)
np.add.at(confusion, (test_labels, guesses), 1)
assert confusion.sum(axis=1).tolist() == [200] * 10
assert np.isclose(np.trace(confusion) / 2000, result["accuracy"])
assert (np.diag(confusion) >= 170).all(), np.diag(confusion)

mistakes = confusion - np.diag(np.diag(confusion))
fig, ax = plt.subplots(figsize=(4, 3.6), layout="constrained")
shown = ax.imshow(mistakes, cmap="Blues")
for i, j in zip(*np.nonzero(mistakes), strict=True):
    dark = mistakes[i, j] > mistakes.max() / 2
    ax.text(j, i, mistakes[i, j], ha="center", va="center", color="white" if dark else "black")
ax.set(xlabel="read as", ylabel="is", xticks=range(10), yticks=range(10))
plt.show()

# %%
wrong = np.flatnonzero(guesses != test_labels)
worst = wrong[np.argsort(-chances[wrong, guesses[wrong]])][:12]
fig, axes = plt.subplots(2, 6, figsize=(8, 3.2), layout="constrained")
for ax, i in zip(axes.flat, worst, strict=True):
    ax.imshow(test_images[i], cmap="gray_r")
    ax.set(xticks=[], yticks=[])
    ax.set_title(f"{test_labels[i]}, not {guesses[i]} ({chances[i, guesses[i]]:.0%})", fontsize=8)
plt.show()
