# %% [markdown]
# # XOR
#
# Four points, two classes, and no straight line between them: a problem that one layer cannot solve
# and two can (Minsky and Papert, 1969). This scenario on modules 01 to 07 trains layers with a loop
# written out by hand, and then with `Trainer`.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinytorch as torch
from tinytorch import nn, optim
from tinytorch.training import Callback, Trainer

POINTS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LABELS = torch.tensor([0, 1, 1, 0])
SEEDS = range(5)


# %% [markdown]
# ## The loop
#
# Each step clears the gradients, runs forward and backward, checks the gradient of every parameter,
# and updates the parameters.


# %%
def check_gradients(model, step):
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, f"step {step}: no gradient reaches {name}"
        grad = parameter.grad.numpy()
        assert grad.shape == parameter.shape, f"step {step}: {name} has a gradient of {grad.shape}"
        assert np.isfinite(grad).all(), f"step {step}: the gradient of {name} is not finite"


def train(model, steps=600, rate=0.5):
    criterion, losses, norms = nn.CrossEntropyLoss(), [], []
    for step in range(steps):
        model.zero_grad()
        loss = criterion(model(POINTS), LABELS)
        loss.backward()
        check_gradients(model, step)
        losses.append(loss.item())
        norms.append([np.linalg.norm(p.grad.numpy()) for p in model.parameters()])
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= rate * parameter.grad
    return losses, np.array(norms)


def right(model):
    """How many of the four points the model puts into their class."""
    with torch.no_grad():
        return int((model(POINTS).argmax(1) == LABELS).sum().item())


# %% [markdown]
# ## One layer fails
#
# A line can put three of the points on the right side, but never all four. The best that one layer
# can do is remain undecided: for every seed the loss ends at $\log 2$, where the gradient vanishes.

# %%
one_layer = []
for seed in SEEDS:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(2, 2))
    losses, norms = train(model)
    one_layer.append(losses)
    assert right(model) <= 3, "no line separates XOR"
    assert abs(losses[-1] - np.log(2)) < 1e-3, losses[-1]
    assert norms[0].min() > 1e-3, "at first every parameter gets a gradient"
    assert norms[-1].max() < 1e-2, "at the end there is nothing left to follow"

# %% [markdown]
# ## Two layers solve it
#
# With a nonlinearity between two layers, the boundary can bend. All four points must be classified
# correctly, and at the first step every parameter of both layers must get a gradient that is well
# above zero.

# %%
two_layers, models = [], []
for seed in SEEDS:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
    losses, norms = train(model)
    two_layers.append(losses)
    models.append(model)
    names = [name for name, _ in model.named_parameters()]
    for name, norm in zip(names, norms[0], strict=True):
        assert norm > 1e-4, f"seed {seed}: {name} starts with a gradient of {norm:.1e}"
    assert right(model) == 4, f"seed {seed}: {right(model)} of 4 points are right"
    assert losses[-1] < 0.05, f"seed {seed}: the loss ends at {losses[-1]:.3f}"

# %% [markdown]
# ## What it looks like
#
# Left, the losses of five seeds: one layer stays at $\log 2$ (dashed), two layers fall far below
# it. Middle, the norm of each parameter's gradient in the last run. Right, the decision boundary of
# the last model: a band along one diagonal, which holds the two points of one class.

# %%
fig, (left, middle, last) = plt.subplots(1, 3, figsize=(11, 3.3), layout="constrained")
for i, (one, two) in enumerate(zip(one_layer, two_layers, strict=True)):
    left.semilogy(one, color="tab:orange", label="one layer" if i == 0 else None)
    left.semilogy(two, color="tab:blue", label="two layers" if i == 0 else None)
left.axhline(np.log(2), color="gray", linestyle="--", linewidth=1)
left.set(xlabel="step", ylabel="loss", title="loss, five seeds")
left.legend()

for name, norm in zip(names, norms.T, strict=True):
    middle.semilogy(norm, label=name)
middle.set(xlabel="step", ylabel="norm of the gradient", title="both layers learn")
middle.legend()

side = np.linspace(-0.5, 1.5, 101, dtype=np.float32)
plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
with torch.no_grad():
    scores = models[-1](torch.tensor(plane)).numpy()
margin = (scores[:, 1] - scores[:, 0]).reshape(len(side), len(side))
limit = abs(margin).max()
last.contourf(side, side, margin, levels=20, cmap="PuOr", vmin=-limit, vmax=limit)
last.contour(side, side, margin, levels=[0.0], colors="black")
x, y = POINTS.numpy().T
last.scatter(x, y, c=LABELS.numpy(), cmap="PuOr", edgecolors="black", s=90)
last.set(xlabel="first input", ylabel="second input", title="the boundary of two layers")
plt.show()


# %% [markdown]
# ## The same with Trainer
#
# `Trainer` does what the loop above does. From the same seed it takes the same steps, so the losses
# are the same numbers.


# %%
class Losses(Callback):
    def __init__(self):
        self.losses = []

    def on_step_end(self, trainer):
        self.losses.append(trainer.steps[-1][0])


torch.manual_seed(SEEDS[-1])
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
sgd, kept = optim.SGD(model.parameters(), lr=0.5), Losses()
trainer = Trainer(model, sgd, nn.CrossEntropyLoss(), callbacks=[kept], progress=False)
history = trainer.fit([(POINTS, LABELS)] * 60, epochs=10)
assert np.allclose(kept.losses, two_layers[-1], rtol=1e-6), "the two loops differ"
assert len(history) == 10
assert right(model) == 4
