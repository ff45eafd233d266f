# %% [markdown]
# # A convolutional network
#
# LeNet (LeCun and others, 1998) reads 28 x 28 digits: modules 01 to 09 work together, and `Trainer`
# runs the loop. It learns from 8,000 digits, moved by up to a pixel each time they are shown; 2,000
# are read only once, at the end. At least 98% of those must be correct, after at most 20 seconds of
# computing. Then LeNet and a perceptron look at silhouettes of animals, which stand in more ways
# than digits do.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np

import tinytorch as torch
from tinytorch import nn, optim
from tinytorch.nn import functional as F
from tinytorch.training import Callback, Trainer
from tinytorch.transforms import random_shift
from tinytorch.utils.data import DataLoader, TensorDataset
from tinytorch_data import animals, mnist

# %% [markdown]
# ## Data
#
# Images become batches (n, 1, 28, 28): one channel, gray. `Moved` moves each image of a batch.


# %%
class Moved(TensorDataset):
    """Rows of images and labels, the images moved by up to `most` pixels."""

    def __init__(self, images, labels, most):
        super().__init__(images, labels)
        self.most, self.generator = most, torch.Generator(1)

    def __getitems__(self, indices):
        images, labels = self[indices]
        pixels = random_shift(images.numpy()[:, 0], self.most, self.generator)
        return [torch.tensor(pixels[:, None]), labels]


def loaders(data, most=0, size=64):
    """The batches to learn from, in a random order, and those to read at the end."""
    learn, test = (
        (torch.tensor(images[:, None]), torch.tensor(labels))
        for images, labels in (data[:2], data[2:4])
    )
    mixed = {"shuffle": True, "generator": torch.Generator(0)}
    if most:
        dataset = Moved(*learn, most)
        return (
            DataLoader(dataset, size, **mixed, collate_fn=lambda batch: batch),
            DataLoader(TensorDataset(*test), 500),
        )
    return DataLoader(TensorDataset(*learn), size, **mixed), DataLoader(TensorDataset(*test), 500)


# %% [markdown]
# ## Training
#
# ReLU comes after the pool: the largest value of a window stays the largest, so the result is the
# same, for a quarter of the work. A callback records the norm of each layer's gradient.


# %%
def lenet():
    """LeNet-5 for ten classes, with ReLU and max pooling: 61,706 parameters."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.MaxPool2d(2), nn.ReLU(),  # (n, 6, 14, 14)
        nn.Conv2d(6, 16, 5), nn.MaxPool2d(2), nn.ReLU(),  # (n, 16, 5, 5)
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, 10),
    )  # fmt: skip


def perceptron():
    """Two hidden layers: 109,386 parameters, more than LeNet's."""
    torch.manual_seed(0)
    hidden = nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU()
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(64, 10))


class LayerNorms(Callback):
    """The norm of each weight's gradient after each step."""

    def __init__(self):
        self.norms = {}

    def on_step_end(self, trainer):
        for name, p in trainer.model.named_parameters():
            if p.ndim > 1:
                self.norms.setdefault(name, []).append(np.linalg.norm(p.grad.numpy()))


def accuracy(output, target):
    return (output.argmax(dim=1) == target).float().mean()


def train(model, learn, epochs, lr, *callbacks):
    """A trainer that has trained, and the seconds of computing it took."""
    optimizer = optim.AdamW(model.parameters(), lr=lr)
    steps = epochs * len(learn)
    trainer = Trainer(
        model,
        optimizer,
        F.cross_entropy,
        optim.lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=steps),
        schedule_per="step",
        callbacks=callbacks,
        metrics={"accuracy": accuracy},
    )
    begun = time.thread_time()
    trainer.fit(learn, epochs)
    return trainer, time.thread_time() - begun  # what other programs take does not count


digits = mnist()
learn, test = loaders(digits, most=1)
model, norms = lenet(), LayerNorms()
before = model[0].weight.numpy().copy()
trainer, seconds = train(model, learn, EPOCHS := 6, 0.005, norms)
result = trainer.evaluate(test)
assert sum(p.numel() for p in model.parameters()) == 61_706
assert result["accuracy"] >= 0.98, result
assert seconds < 20, f"training took {seconds:.0f} s"
result

# %% [markdown]
# Over the epochs the loss falls. The learning rate rises to its peak in the first third and then
# goes down to almost zero, and the gradient shrinks.

# %%
history = trainer.history
assert history["loss"][-1] < history["loss"][0] / 10
history.plot()
plt.show()

# %% [markdown]
# ## Gradients, layer by layer
#
# One line per layer: the mean norm of its gradient over 50 steps. They differ by less than a factor
# of a hundred, none vanishes and none explodes; all shrink as the loss does.

# %%
fig, ax = plt.subplots(figsize=(8, 2.8), layout="constrained")
for name, values in norms.norms.items():
    assert len(values) == EPOCHS * len(learn)
    assert np.isfinite(values).all(), f"the gradient of {name} is not finite"
    assert np.median(values) > 1e-3, f"the gradient of {name} vanishes"
    layer = type(model[int(name.partition(".")[0])]).__name__
    ax.semilogy(np.convolve(values, np.ones(50) / 50, "valid"), label=f"{name}, {layer}")
ax.set(xlabel="step", ylabel="norm of the gradient")
ax.legend(fontsize=7, ncols=2)
plt.show()

# %% [markdown]
# ## What the filters look for
#
# Above, the six filters of the first layer as they were drawn; in the middle, after training. Red
# weights ask for ink, blue ones for paper: edges and strokes in several directions have formed.
# Below, what each filter finds in one digit: its feature map, after pool and ReLU. Dark is much.

# %%
after = model[0].weight.numpy()
assert all(np.abs(after[i] - before[i]).max() > 0.05 for i in range(6)), "a filter stood still"
with torch.no_grad():
    maps = model[2](model[1](model[0](torch.tensor(digits.test_images[:1, None])))).numpy()[0]
assert maps.shape == (6, 14, 14)
assert len(np.unique(maps.reshape(6, -1).argmax(1))) > 1, "all maps are alike"
fig, axes = plt.subplots(3, 7, figsize=(8, 3.6), layout="constrained")
most = max(np.abs(before).max(), np.abs(after).max())
for i, images in enumerate((before[:, 0], after[:, 0], maps)):
    for ax, image in zip(axes[i, 1:], images, strict=True):
        if i == 2:
            ax.imshow(image, cmap="gray_r", vmin=0, vmax=maps.max())
        else:
            ax.imshow(image, cmap="RdBu_r", vmin=-most, vmax=most)
axes[2, 0].imshow(digits.test_images[0], cmap="gray_r")
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
for ax, title in zip(axes[:, 0], ("drawn", "learnt", "found"), strict=True):
    ax.set_ylabel(title)
for ax in axes[:2, 0]:
    ax.spines[:].set_visible(False)
plt.show()

# %% [markdown]
# ## Where it is wrong
#
# Rows are the digits' labels, columns what the network read; the diagonal, where the two agree, is
# left out. Then come the twelve mistakes of which it was most certain.

# %%
chances = F.softmax(trainer.predict(test), dim=1).numpy()
guesses = chances.argmax(axis=1)
confusion = np.zeros((10, 10), int)
np.add.at(confusion, (digits.test_labels, guesses), 1)
assert confusion.sum(axis=1).tolist() == [200] * 10
assert np.isclose(np.trace(confusion) / 2000, result["accuracy"])
assert (np.diag(confusion) >= 185).all(), np.diag(confusion)

mistakes = confusion - np.diag(np.diag(confusion))
fig, ax = plt.subplots(figsize=(4, 3.6), layout="constrained")
shown = ax.imshow(mistakes, cmap="Blues")
for i, j in zip(*np.nonzero(mistakes), strict=True):
    dark = mistakes[i, j] > mistakes.max() / 2
    ax.text(j, i, mistakes[i, j], ha="center", va="center", color="white" if dark else "black")
ax.set(xlabel="read as", ylabel="is", xticks=range(10), yticks=range(10))
plt.show()


# %%
def show_worst(images, labels, chances, names, rows=2):
    """The mistakes of which a network was most certain."""
    guesses = chances.argmax(axis=1)
    wrong = np.flatnonzero(guesses != labels)
    worst = wrong[np.argsort(-chances[wrong, guesses[wrong]])][: 6 * rows]
    _, axes = plt.subplots(rows, 6, figsize=(8, 1.6 * rows), layout="constrained")
    for ax, i in zip(axes.flat, worst, strict=True):
        ax.imshow(images[i], cmap="gray_r")
        ax.set(xticks=[], yticks=[])
        said = f"{names[labels[i]]}, not {names[guesses[i]]} ({chances[i, guesses[i]]:.0%})"
        ax.set_title(said, fontsize=7)
    plt.show()


show_worst(digits.test_images, digits.test_labels, chances, range(10))

# %% [markdown]
# ## Animals
#
# Ten animals stand, lie, fly and look to either side. The same two networks learn from 7,716
# silhouettes as they are and read 2,000 others. A perceptron has to learn each place in the image
# for itself; a filter that has learnt a leg finds legs everywhere. So the perceptron falls behind,
# though it has more parameters. The lines are the loss on what they learn from: the perceptron
# learns its silhouettes well, but that helps it less with new ones.

# %%
silhouettes = animals()
learn, test = loaders(silhouettes)
reads, curves = {}, {}
for name, made, lr in (("perceptron", perceptron, 0.003), ("LeNet", lenet, 0.004)):
    trained, took = train(made(), learn, 6, lr)
    reads[name] = trained.evaluate(test)["accuracy"]
    curves[name] = trained.history["loss"]
assert reads["LeNet"] > reads["perceptron"] + 0.005, reads
assert reads["LeNet"] > 0.88, reads
fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
for name, losses in curves.items():
    ax.plot(range(1, 7), losses, marker="o", label=f"{name}: {reads[name]:.1%} of new ones")
ax.set(xlabel="epoch", ylabel="loss in training")
ax.legend()
plt.show()

# %% [markdown]
# The six silhouettes that LeNet read wrongly and was most certain of, each with what it is and what
# LeNet took it for. Would you have known?

# %%
chances = F.softmax(trained.predict(test), dim=1).numpy()
show_worst(*silhouettes[2:4], chances, silhouettes.names, rows=1)
