# %% [markdown]
# # Gradients flow
#
# With modules 01 and 02 alone, a training loop written out by hand teaches a multilayer perceptron
# to read 8 x 8 digits. On the way this notebook checks that the gradient is correct, that it
# reaches every parameter at every step, and that the loss falls; and it draws what it checks.

# %%
import itertools

import matplotlib.pyplot as plt
import numpy as np

import tinytorch
from tinytorch.autograd import gradcheck
from tinytorch_data import digits

data = digits()
images = tinytorch.tensor(data.train_images.reshape(-1, 64))
labels = tinytorch.tensor(data.train_labels).unsqueeze(1)
test_images = tinytorch.tensor(data.test_images.reshape(-1, 64))

# %% [markdown]
# ## The model
#
# Four linear layers, with tanh between them. The parameters are plain tensors that require
# gradients.

# %%
widths = [64, 48, 32, 32, 10]


def new_parameters(seed=0):
    rng = np.random.default_rng(seed)
    parameters = {}
    for i, (m, n) in enumerate(itertools.pairwise(widths), start=1):
        weight = rng.normal(0, m**-0.5, (m, n)).astype(np.float32)
        parameters[f"weight {i}"] = tinytorch.tensor(weight, requires_grad=True)
        parameters[f"bias {i}"] = tinytorch.zeros(n, requires_grad=True)
    return parameters


def scores(x, parameters):
    depth = len(widths) - 1
    for i in range(1, depth + 1):
        x = x @ parameters[f"weight {i}"] + parameters[f"bias {i}"]
        x = x.tanh() if i < depth else x
    return x


def cross_entropy(x, labels):
    x = x - x.amax(1, keepdim=True)
    return -(x - x.exp().sum(1, keepdim=True).log()).gather(1, labels).mean()


# %% [markdown]
# ## The gradient is correct
#
# Before any training, the gradient that `backward` computes is compared with central differences,
# in float64, on a small example.


# %%
def small_loss(x, w, b):
    return cross_entropy((x @ w + b).tanh(), tinytorch.tensor([[0], [2], [1]]))


rng = np.random.default_rng(1)
assert gradcheck(small_loss, rng.normal(size=(3, 4)), rng.normal(size=(4, 3)), rng.normal(size=3))


# %% [markdown]
# ## Training
#
# Each step runs forward and backward, checks the gradients, updates the parameters and clears the
# gradients.


# %%
def check_gradients(parameters, step):
    for name, parameter in parameters.items():
        assert parameter.grad is not None, f"step {step}: no gradient reaches {name}"
        grad = parameter.grad.numpy()
        assert grad.shape == parameter.shape, f"step {step}: {name} has a gradient of {grad.shape}"
        assert np.isfinite(grad).all(), f"step {step}: the gradient of {name} is not finite"
        assert grad.any(), f"step {step}: the gradient of {name} is zero"


def train(parameters, steps=200, rate=0.5):
    losses, norms = [], []
    for step in range(steps):
        loss = cross_entropy(scores(images, parameters), labels)
        loss.backward()
        check_gradients(parameters, step)
        losses.append(loss.item())
        norms.append([np.linalg.norm(p.grad.numpy()) for p in parameters.values()])
        with tinytorch.no_grad():
            for parameter in parameters.values():
                parameter -= rate * parameter.grad
                parameter.grad = None
    return losses, np.array(norms)


parameters = new_parameters()
losses, norms = train(parameters)
assert abs(losses[0] - np.log(10)) < 0.5, "an untrained network guesses: about log 10"
assert losses[-1] < 0.1 * losses[0], losses[-1]

# %% [markdown]
# Left, the loss at each step: it falls by more than a factor of ten. Right, the norm of each
# weight's gradient, one line per layer. The four rise and fall together, at times by a factor of
# ten, and shrink in the end as the loss does; none is ever zero.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
left.semilogy(losses)
left.set(xlabel="step", ylabel="loss", title="the loss falls")
for i in range(1, len(widths)):
    right.semilogy(norms[:, 2 * i - 2], label=f"weight {i}")
right.set(xlabel="step", ylabel="norm of the gradient", title="every layer learns")
right.legend()
plt.show()

# %% [markdown]
# ## What it learned
#
# Six of the mistakes on digits that were held out, each with its label and the digit it was taken
# for. The title gives the accuracy.

# %%
with tinytorch.no_grad():
    guesses = scores(test_images, parameters).numpy().argmax(1)
wrong = np.flatnonzero(guesses != data.test_labels)
accuracy = 1 - len(wrong) / len(guesses)
assert accuracy > 0.94, accuracy

fig, axes = plt.subplots(1, 6, figsize=(9, 1.9), layout="constrained")
fig.suptitle(f"{accuracy:.1%} are correct; six that are not")
for axis, place in zip(axes, wrong, strict=False):
    axis.imshow(data.test_images[place], cmap="gray_r")
    axis.set(title=f"{data.test_labels[place]} taken for {guesses[place]}", xticks=[], yticks=[])
    axis.title.set_fontsize(8)
plt.show()


# %% [markdown]
# ## A broken chain
#
# Cut the graph with `detach` after the second layer, and the two layers below it learn nothing. The
# check in the training loop notices at the first step.


# %%
def cut_scores(x, parameters):
    for i in range(1, len(widths)):
        x = x @ parameters[f"weight {i}"] + parameters[f"bias {i}"]
        x = x.tanh() if i < len(widths) - 1 else x
        x = x.detach() if i == 2 else x
    return x


cut = new_parameters()
cross_entropy(cut_scores(images, cut), labels).backward()
reached = [name for name, parameter in cut.items() if parameter.grad is not None]
assert reached == ["weight 3", "bias 3", "weight 4", "bias 4"], reached
try:
    check_gradients(cut, 0)
except AssertionError as error:
    noticed = str(error)
assert noticed == "step 0: no gradient reaches weight 1", noticed
