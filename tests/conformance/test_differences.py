"""docs/differences.md holds every deliberate deviation from PyTorch, and each is as it says."""

import io
import json
import pickle
import re
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
from conformance import (
    embedding_differences,
    engine_differences,
    given_differences,
    transformer_differences,
)

import tinytorch as torch
from tinytorch import autograd, datasets, nn, optim, training, transforms, utils
from tinytorch.nn import functional as F

DOC = Path(__file__).resolve().parents[2] / "docs" / "differences.md"


def leaf(*values):
    return torch.tensor(list(values), requires_grad=True)


def the_array_is_at_hand():
    x = leaf(1.0)
    assert isinstance(x.array, np.ndarray)
    assert x.detach().array is x.array


def numpy_needs_no_detach():
    x = leaf(1.0)
    assert x.numpy() is x.array


def dtypes_are_numpys():
    assert isinstance(torch.float32, np.dtype)
    assert leaf(1.0).dtype == torch.float32


def strides_are_numpys():
    assert torch.ones(2, 1).expand(2, 3).stride() == (1, 0)


def generators_take_a_seed():
    assert torch.Generator(3).initial_seed() == 3
    assert torch.Generator("cpu").initial_seed() == torch.Generator(device="cpu").initial_seed()
    with pytest.raises(RuntimeError, match="there is only the CPU"):
        torch.Generator("cuda")


def random_numbers_are_numpys():
    torch.manual_seed(3)
    drawn = np.random.default_rng(3).standard_normal(4, np.float32)
    assert torch.randn(4).tolist() == drawn.tolist()


def augmented_assignment_makes_a_new_tensor():
    x = leaf(1.0)
    y = z = x * 2
    y += x
    assert y is not z
    y.sum().backward()
    assert x.grad.tolist() == [3.0]


def recorded_writes_raise():
    x = leaf(1.0, 2.0)
    y = x * 2
    with pytest.raises(RuntimeError, match="where, cat or stack"):
        y[0] = 1.0
    with pytest.raises(RuntimeError, match="where, cat or stack"):
        y.add_(1.0)
    with pytest.raises(RuntimeError, match=r"x.exp\(\) for x.exp_\(\)"):
        x.mul(0.5).exp_()  # an autoencoder's standard deviation
    with torch.no_grad():
        assert x.mul(0.5).exp_().tolist() == x.mul(0.5).exp().tolist()


def pow_takes_other():
    assert torch.pow(torch.tensor(3.0), other=2).item() == 9.0


def whole_numbers_of_0_d_tensors_widen():
    x = torch.tensor([1, 2], dtype=torch.int32)
    assert (x + torch.tensor(1)).dtype == torch.int64
    assert (x + 1).dtype == torch.int32


def matmul_takes_two_dtypes():
    assert (torch.ones(2, 2) @ torch.ones(2, 2, dtype=torch.float64)).dtype == torch.float64
    assert (torch.ones(2, 2) @ torch.ones(2, 2).long()).dtype == torch.float32


def negative_steps_reverse():
    x = torch.arange(4)
    assert x[::-1].tolist() == [3, 2, 1, 0]
    x[::-1][0] = 9
    assert x.tolist() == [0, 1, 2, 9]


def writing_into_an_expanded_tensor_raises():
    x = torch.zeros(1, 3)
    with pytest.raises(RuntimeError, match=r"read-only.*use its \.clone\(\)"):
        x.expand(2, 3)[0, 0] = 1.0
    with pytest.raises(RuntimeError, match=r"read-only.*use its \.clone\(\)"):
        x.expand(2, 3).add_(1.0)
    assert x.tolist() == [[0.0, 0.0, 0.0]]


def clones_are_contiguous():
    x = torch.zeros(2, 3).T
    assert not x.is_contiguous()
    assert x.clone().stride() == (2, 1)


def errors_say_what_was_asked():
    with pytest.raises(RuntimeError, match=r"add got inputs of shape \(2,\) and \(3,\)"):
        torch.ones(2) + torch.ones(3)


def some_errors_have_another_type():
    with pytest.raises(TypeError, match="NoneType"):
        torch.tensor(None)


def no_second_order():
    with pytest.raises(RuntimeError, match="no gradients of gradients here"):
        leaf(1.0).sum().backward(create_graph=True)


def a_second_backward_raises():
    y = (leaf(1.0) + 1.0).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="used up"):
        y.backward()


def overwriting_is_noted_an_operation():
    w, x = leaf(2.0), torch.ones(1)
    y = (w * x).sum()
    with torch.no_grad():
        w += 1  # the gradient of w reads x alone, but the rule of the product may read both
    with pytest.raises(RuntimeError, match="overwritten in place"):
        y.backward()


def backward_takes_one_tensor():
    x = leaf(1.0, 2.0)
    autograd.backward(x * 2, gradient=torch.ones(2))
    assert x.grad.tolist() == [2.0, 2.0]


def gradcheck_takes_inputs_one_by_one():
    x, y = np.ones(2), np.full(2, 3.0)
    assert autograd.gradcheck(lambda a, b: a * b, x, y)
    assert autograd.gradcheck(lambda a, b: a * b, (x, y))


def anomalies_are_named_in_both_passes():
    with pytest.raises(RuntimeError, match="log"), autograd.detect_anomaly():
        leaf(0.0).log()
    with pytest.raises(RuntimeError, match="sqrt"), autograd.detect_anomaly():
        (leaf(0.0).sqrt() * 1.0).sum().backward()


def nodes_are_named_after_operations():
    x = leaf(1.0, 2.0)
    shown = [repr(y.grad_fn) for y in (x * 2, x[0], x[:1], x @ x)]
    names = ["Mul", "Index", "Index", "Matmul"]
    assert shown == [f"<{name}Backward0>" for name in names]


def nodes_are_freed():
    y = (leaf(1.0) * 2).sum()
    y.backward()
    assert repr(y.grad_fn) == "<FreedBackward0>"
    assert y.grad_fn.next_functions == ()


def receipts_hold_arrays():
    x = leaf(1.0)
    y = (x * x).sum()
    x.data = torch.tensor([7.0])
    y.backward()
    assert x.grad.tolist() == [2.0]


def receipts_keep_scalars():
    x = leaf(2.0).sum()
    assert type((x * x).grad_fn.saved) is np.float32


def parameters_from_arrays():
    assert torch.nn.Parameter(np.ones(2)).dtype == torch.float32
    assert torch.nn.Parameter(torch.ones(2).double()).dtype == torch.float64


def layers_widen():
    assert torch.nn.Linear(2, 3)(torch.ones(2).double()).dtype == torch.float64


def softmax_needs_a_dim():
    with pytest.raises(TypeError, match="dim"):
        torch.nn.functional.softmax(torch.ones(2))


def gelu_keeps_its_digits():
    out = torch.nn.functional.gelu(torch.tensor([-10.0, -np.inf])).numpy()
    assert out[0] == pytest.approx(-7.6198530e-23, rel=1e-5)
    assert out[1] == 0
    x = leaf(-np.inf, np.inf)
    torch.nn.functional.gelu(x).sum().backward()
    assert x.grad.tolist() == [0.0, 1.0]


def functions_of_floats_given_integers():
    calls = (F.gelu, F.silu, F.leaky_relu, lambda x: F.softmax(x, 0), lambda x: F.log_softmax(x, 0))
    for call in calls:
        with pytest.raises(RuntimeError, match=r"int64, not floats: use input.float\(\)") as caught:
            call(torch.tensor([1, 2]))
        assert type(caught.value) is RuntimeError


def masks_at_nan():
    for call in (F.relu, F.leaky_relu):
        x = leaf(np.nan)
        call(x).sum().backward()
        assert x.grad.item() == 0.0


def words_are_no_switches():
    for call in (
        lambda: torch.nn.Linear(2, 1, bias="no"),
        lambda: torch.nn.LayerNorm(2, elementwise_affine="no"),
        lambda: utils.data.DataLoader([1], shuffle="no"),
    ):
        with pytest.raises(TypeError, match="is True or False, not 'no'"):
            call()


def inplace_is_taken():
    x = torch.tensor([-1.0, 2.0])
    assert torch.nn.ReLU(inplace=True)(x).tolist() == [0.0, 2.0]
    assert x.tolist() == [-1.0, 2.0]


def dropout_of_integers():
    with pytest.raises(RuntimeError, match="int64"):
        F.dropout(torch.tensor([1, 2]), 1.0)


def loading_is_all_or_nothing():
    layer = torch.nn.Linear(2, 3)
    before = layer.bias.tolist()
    with pytest.raises(RuntimeError, match="missing: weight"):
        layer.load_state_dict({"bias": np.ones(3)})
    assert layer.bias.tolist() == before


def losses_take_settings_by_keyword():
    with pytest.raises(TypeError, match="positional"):
        F.mse_loss(torch.ones(2), torch.zeros(2), "sum")
    assert F.mse_loss(torch.ones(2), torch.zeros(2), reduction="sum").item() == 2
    for call in (
        lambda: torch.nn.MSELoss(size_average=False),
        lambda: F.nll_loss(torch.ones(1, 2), torch.tensor([0]), reduce=True),
    ):
        with pytest.raises(TypeError, match="use reduction='mean', 'sum' or 'none'"):
            call()


def log_softmax_needs_a_dim():
    with pytest.raises(TypeError, match="dim"):
        F.log_softmax(torch.ones(2))


def weights_do_not_widen():
    weight = torch.ones(3).double()
    loss = F.cross_entropy(torch.ones(2, 3), torch.tensor([0, 1]), weight)
    assert loss.dtype == torch.float32


def receipts_copy_class_indices():
    x, target = leaf(0.0, 0.0), torch.tensor(0)
    loss = F.cross_entropy(x, target)
    target.fill_(1)
    loss.backward()
    assert x.grad.tolist() == [-0.5, 0.5]


def nothing_counts():
    x = leaf(0.0, 0.0)
    loss = F.cross_entropy(x, torch.tensor(0), torch.tensor([0.0, 1.0]))
    loss.backward()
    assert np.isnan(loss.item())
    assert x.grad.tolist() == [0.0, 0.0]


def workers_are_threads():
    seen = []

    def note(batch):
        seen.append(threading.current_thread())

    list(utils.data.DataLoader([1, 2], num_workers=1, collate_fn=note))
    assert threading.current_thread() not in seen
    assert len(seen) == 2


def lengths_of_tensors_are_values():
    with pytest.raises(ValueError, match=r"\[2, 3\] rows"):
        utils.data.TensorDataset(torch.ones(2), torch.ones(3))


def strings_are_lists_everywhere():
    assert utils.data.default_collate([(1, "a"), (2, "b")])[1] == ["a", "b"]


def loaders_always_make_batches():
    with pytest.raises(ValueError, match="batch_size"):
        utils.data.DataLoader([1, 2], batch_size=None)


def prefetching_is_positive():
    with pytest.raises(ValueError, match="prefetch_factor"):
        utils.data.DataLoader([1, 2], num_workers=1, prefetch_factor=0)


class Noisy(utils.data.Dataset):
    """Four examples, each of which is drawn."""

    def __init__(self):
        self.generator = torch.Generator(5)

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return torch.rand(1).item(), torch.rand(1, generator=self.generator).item()


def batches_draw_from_streams():
    found = []
    for workers in (0, 3):
        torch.manual_seed(1)
        data, before = Noisy(), torch.get_rng_state()
        loader = utils.data.DataLoader(data, 2, num_workers=workers, collate_fn=list)
        found.append([*loader, *loader])
        after = torch.get_rng_state()
        assert after.pop("streams") == before.pop("streams") + 2
        assert after == before
        assert data.generator.get_state() == torch.Generator(5).get_state()
    assert found[0] == found[1]
    assert len({number for batch in found[0] for pair in batch for number in pair}) == 16


def other_random_numbers_are_not_seeded():
    def drawn():
        torch.manual_seed(1)
        return list(utils.data.DataLoader([0], collate_fn=lambda _: np.random.random()))  # noqa: NPY002

    assert drawn() != drawn()


class Counted(utils.data.IterableDataset):
    """0, 1, 2, ..., and whether a worker asks."""

    def __iter__(self):
        for i in range(4):
            yield i, utils.data.get_worker_info() is None


def iterable_datasets_are_read_once():
    called = []
    loader = utils.data.DataLoader(Counted(), 2, num_workers=2, worker_init_fn=called.append)
    batches = [[part.tolist() for part in batch] for batch in loader]
    assert batches == [[[0, 1], [True, True]], [[2, 3], [True, True]]]
    assert not called


def options_without_effect():
    loader = utils.data.DataLoader(
        [1, 2], num_workers=1, timeout=1, multiprocessing_context="fork", persistent_workers=True,
        pin_memory=True, pin_memory_device="cuda", in_order=False,
    )  # fmt: skip
    assert [x.item() for x in loader] == [1, 2]


def loaders_ask_for_a_dataset():
    with pytest.raises(TypeError, match="generator: a dataset has __getitem__"):
        utils.data.DataLoader(x for x in [1, 2])


def stop_iteration_stops_nothing():
    loader = utils.data.DataLoader([1], collate_fn=lambda _: next(iter([])))
    with pytest.raises(RuntimeError, match="StopIteration was raised while batch 1"):
        list(loader)


def fractions_may_be_rounded():
    parts = utils.data.random_split(range(100), [0.05] * 20)
    assert [len(part) for part in parts] == [5] * 20


def numbers_are_numpys():
    assert utils.data.default_collate([1, 2.0]).dtype == torch.float64


def other_sequences_are_refused():
    with pytest.raises(TypeError, match="range"):
        utils.data.default_collate([range(3)])


def readers_and_transforms_are_functions():
    assert callable(datasets.read_idx)
    assert transforms.normalize(np.ones((1, 2, 2)), 1, 2).tolist() == [[[0, 0], [0, 0]]]


def refused_batches_are_not_counted():
    norm = torch.nn.BatchNorm1d(3)
    with pytest.raises(ValueError, match="one value per channel"):
        norm(torch.ones(1, 3))
    assert norm.num_batches_tracked.item() == 0


def attended(**given):
    """(result, weights) of a layer of attention over three positions, twice the same example."""
    layer, x = torch.nn.MultiheadAttention(4, 2, batch_first=True), torch.ones(2, 3, 4)
    return layer(x, x, x, **given)


def nothing_to_look_at_is_zero():
    padding = torch.tensor([[True] * 3, [False] * 3])
    assert attended(key_padding_mask=padding)[1][0].tolist() == [[0.0] * 3] * 3


def rare_options_of_attention_are_refused():
    for options in ({"add_bias_kv": True}, {"add_zero_attn": True}, {"kdim": 3}, {"vdim": 3}):
        with pytest.raises(RuntimeError, match=f"has no {next(iter(options))}"):
            torch.nn.MultiheadAttention(4, 2, **options)
    torch.nn.MultiheadAttention(4, 2, kdim=4, vdim=4)


def masks_of_layers_do_not_learn():
    mask = torch.zeros(3, 3, requires_grad=True)
    with pytest.raises(RuntimeError, match="attn_mask learns nothing here"):
        attended(attn_mask=mask)
    x = torch.ones(3, 4)
    torch.nn.functional.scaled_dot_product_attention(x, x, x, mask).sum().backward()
    assert mask.grad is not None


def masks_of_layers_are_turned():
    assert attended(attn_mask=torch.zeros(3, 3).double())[0].dtype == torch.float32


def heads_are_repeated_by_hand():
    q, k = torch.ones(1, 4, 3, 2), torch.ones(1, 2, 3, 2)
    attend = torch.nn.functional.scaled_dot_product_attention
    with pytest.raises(RuntimeError, match="repeat the heads"):
        attend(q, k, k, enable_gqa=True)
    k = k.repeat_interleave(2, 1)
    assert attend(q, k, k).shape == (1, 4, 3, 2)


def rates_are_computed_from_the_first():
    optimizer = optim.SGD([leaf(1.0)], lr=1.0)
    schedule = optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    optimizer.param_groups[0]["lr"] = 7.0
    schedule.step()
    assert optimizer.param_groups[0]["lr"] == 0.5


def a_parameter_twice_raises():
    x = leaf(1.0)
    with pytest.raises(ValueError, match="twice"):
        optim.SGD([x, x])


def steps_are_whole_numbers():
    x = leaf(1.0)
    x.grad = torch.ones(1)
    optimizer = optim.Adam([x])
    optimizer.step()
    state = optimizer.state_dict()
    assert type(state["state"][0]["step"]) is int
    state["state"][0]["step"] = torch.tensor(5.0)
    optimizer.load_state_dict(state)
    assert optimizer.state[x]["step"] == 5


def loading_sets_the_rate():
    optimizer = optim.SGD([leaf(1.0)], lr=1.0)
    schedule = optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t))
    schedule.step()
    state, optimizer = schedule.state_dict(), optim.SGD([leaf(1.0)], lr=1.0)
    optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t)).load_state_dict(state)
    assert optimizer.param_groups[0]["lr"] == 0.5


def a_warm_up_of_no_steps_is_over():
    made = optim.SGD([leaf(1.0)], lr=1.0)
    assert optim.lr_scheduler.LinearLR(made, 0.1, 0.9, total_iters=0).get_last_lr() == [0.9]
    assert optim.lr_scheduler.ConstantLR(made, 0.1, total_iters=0).get_last_lr() == [1.0]


def phases_may_have_no_steps():
    made = optim.SGD([leaf(1.0)])
    schedule = optim.lr_scheduler.OneCycleLR(made, 0.5, total_steps=10, pct_start=0.1)
    assert schedule.get_last_lr() == [0.5]


def refused_at_once():
    with pytest.raises(ValueError, match="step_size=0"):
        optim.lr_scheduler.StepLR(optim.SGD([leaf(1.0)]), 0)
    with pytest.raises(TypeError, match="gamma='a'"):
        optim.lr_scheduler.ExponentialLR(optim.SGD([leaf(1.0)]), "a")


def not_chained():
    schedule = optim.lr_scheduler.LambdaLR(optim.SGD([leaf(1.0)]), abs)
    with pytest.raises(ValueError, match="LambdaLR"):
        optim.lr_scheduler.ChainedScheduler([schedule])


def restarts_take_new_groups():
    made = optim.SGD([leaf(1.0)], lr=1.0)
    schedule = optim.lr_scheduler.CosineAnnealingWarmRestarts(made, 4)
    made.add_param_group({"params": [leaf(1.0)], "lr": 0.5})
    schedule.step()
    first, second = schedule.get_last_lr()
    assert second == pytest.approx(first / 2)


def one_implementation():
    for option in ("foreach", "fused", "capturable", "differentiable"):
        with pytest.raises(TypeError, match=option):
            optim.Adam([leaf(1.0)], **{option: True})


def functions_are_not_saved():
    optimizer = optim.SGD([leaf(1.0)])
    state = optim.lr_scheduler.LambdaLR(optimizer, abs).state_dict()
    assert not any(callable(value) for value in state.values())
    assert "lr_lambdas" not in state


def states_of_generators_are_plain():
    state = torch.Generator(3).get_state()
    assert isinstance(state, dict)
    assert json.loads(json.dumps(state)) == state


def clipping_has_one_implementation():
    with pytest.raises(TypeError, match="foreach"):
        nn.utils.clip_grad_norm_([leaf(1.0)], 1.0, foreach=True)


def files_hold_no_pickle():
    file = io.BytesIO()
    torch.save({"a": torch.ones(1)}, file)
    assert set(np.load(io.BytesIO(file.getvalue()), allow_pickle=False)) == {"json", "array0"}
    with pytest.raises(TypeError, match="which is a Linear: save its state_dict"):
        torch.save(nn.Linear(1, 1), file)
    with pytest.raises(ValueError, match="is a pickle"):
        torch.load(io.BytesIO(pickle.dumps({})), weights_only=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.npz"
        training.save_checkpoint(path, {"a": leaf(1.0).detach()})
        assert set(np.load(path, allow_pickle=False)) == {"json", "array0"}
        assert training.load_checkpoint(path)["a"].tolist() == [1.0]


SHOWN = {
    "`x.array`": the_array_is_at_hand,
    "`x.numpy()` on a tensor that requires gradients": numpy_needs_no_detach,
    "`torch.float32`, ...": dtypes_are_numpys,
    "`stride()` after `expand`, and `is_contiguous()`": strides_are_numpys,
    "`Generator(3)`": generators_take_a_seed,
    "random numbers": random_numbers_are_numpys,
    "`x += y` where it would have to be recorded": augmented_assignment_makes_a_new_tensor,
    "`x[i] = v`, `x.add_(y)`, `x.exp_()` where it would have to be recorded": recorded_writes_raise,
    "`pow(x, other)`": pow_takes_other,
    "whole numbers of two sizes, one of them in a 0-d tensor": whole_numbers_of_0_d_tensors_widen,
    "`x @ y` of two dtypes": matmul_takes_two_dtypes,
    "negative steps, `x[::-1]`": negative_steps_reverse,
    "writing into an expanded tensor": writing_into_an_expanded_tensor_raises,
    "`clone()`": clones_are_contiguous,
    "errors": errors_say_what_was_asked,
    "types of errors": some_errors_have_another_type,
    **engine_differences.SHOWN,
    **given_differences.SHOWN,
    "`create_graph`": no_second_order,
    "a second `backward`": a_second_backward_raises,
    "overwriting an input in place": overwriting_is_noted_an_operation,
    "`autograd.backward(y, gradient)`": backward_takes_one_tensor,
    "`gradcheck(f, x, y)`": gradcheck_takes_inputs_one_by_one,
    "`detect_anomaly()`": anomalies_are_named_in_both_passes,
    "names of `grad_fn`": nodes_are_named_after_operations,
    "`grad_fn` after `backward`": nodes_are_freed,
    "`x.data = y` between forward and backward": receipts_hold_arrays,
    "values on 0-d tensors": receipts_keep_scalars,
    "`Parameter(array)`": parameters_from_arrays,
    "an input of another dtype than the weights": layers_widen,
    "`softmax(x)` without `dim`": softmax_needs_a_dim,
    "`gelu` far below 0 and at infinity": gelu_keeps_its_digits,
    "functions of floats, such as `softmax`, given integers or booleans": (
        functions_of_floats_given_integers
    ),
    "the gradient of `relu` and `leaky_relu` at NaN": masks_at_nan,
    "switches that are neither true nor false": words_are_no_switches,
    "`inplace=True` in activations and `Dropout`": inplace_is_taken,
    "`dropout` of integers with `p=1`": dropout_of_integers,
    "`load_state_dict`": loading_is_all_or_nothing,
    "settings of losses by position": losses_take_settings_by_keyword,
    "`log_softmax(x)` without `dim`": log_softmax_needs_a_dim,
    "a class `weight` of another float type than the logits": weights_do_not_widen,
    "class indices overwritten before `backward`": receipts_copy_class_indices,
    "the gradient where all targets that count have `weight` 0": nothing_counts,
    "`num_workers`": workers_are_threads,
    "tensors of different lengths in a `TensorDataset`": lengths_of_tensors_are_values,
    "strings inside pairs, collated": strings_are_lists_everywhere,
    "`DataLoader(batch_size=None)`": loaders_always_make_batches,
    "`prefetch_factor=0`": prefetching_is_positive,
    "what a dataset draws, collating included": batches_draw_from_streams,
    "`random` and `numpy.random` in a dataset": other_random_numbers_are_not_seeded,
    "an `IterableDataset` with workers": iterable_datasets_are_read_once,
    "`timeout`, `multiprocessing_context`, `persistent_workers`, `pin_memory`, `in_order`": (
        options_without_effect
    ),
    "a dataset without `__getitem__`": loaders_ask_for_a_dataset,
    "`StopIteration` raised by a dataset or `collate_fn`": stop_iteration_stops_nothing,
    "`random_split` by fractions": fractions_may_be_rounded,
    "Python's whole numbers and floats in one batch": numbers_are_numpys,
    "sequences other than lists and tuples, collated": other_sequences_are_refused,
    "`tinytorch.datasets`, `tinytorch.transforms`": readers_and_transforms_are_functions,
    "the rate of a schedule": rates_are_computed_from_the_first,
    "a parameter twice in one group": a_parameter_twice_raises,
    '`optimizer.state[p]["step"]`': steps_are_whole_numbers,
    "`LambdaLR.state_dict()`": functions_are_not_saved,
    "`load_state_dict` of a schedule": loading_sets_the_rate,
    "`total_iters=0` of `LinearLR` and `ConstantLR`": a_warm_up_of_no_steps_is_over,
    "`OneCycleLR` whose first phase has no steps, such as 10% of 10": phases_may_have_no_steps,
    'schedules that cannot work, such as `StepLR(optimizer, 0)` or `gamma="a"`': refused_at_once,
    "`ChainedScheduler` of schedules with rates of their own, such as `LambdaLR`": not_chained,
    "a parameter group added later, with `CosineAnnealingWarmRestarts`": restarts_take_new_groups,
    "`foreach`, `fused`, `capturable`, `differentiable` of optimizers": one_implementation,
    "`Generator.get_state()`": states_of_generators_are_plain,
    "`clip_grad_norm_(foreach=...)`": clipping_has_one_implementation,
    "`torch.save`, `torch.load`": files_hold_no_pickle,
    "a batch that `BatchNorm1d` refuses": refused_batches_are_not_counted,
    **embedding_differences.SHOWN,
    "weights of a query with nothing to look at, in `MultiheadAttention`": (
        nothing_to_look_at_is_zero
    ),
    "`add_bias_kv`, `add_zero_attn`, `kdim`, `vdim` of `MultiheadAttention`": (
        rare_options_of_attention_are_refused
    ),
    "a mask that requires gradients, in `MultiheadAttention`": masks_of_layers_do_not_learn,
    "a mask of another float type than the inputs, in `MultiheadAttention`": (
        masks_of_layers_are_turned
    ),
    "`enable_gqa=True`": heads_are_repeated_by_hand,
    **transformer_differences.SHOWN,
}


def test_every_difference_in_the_docs_is_shown_here():
    rows = re.findall(r"^\| (.+?) \|", DOC.read_text(encoding="utf-8"), re.MULTILINE)
    assert [row for row in rows if row != "what"] == list(SHOWN)


@pytest.mark.parametrize("shown", SHOWN.values(), ids=lambda shown: shown.__name__)
def test_difference(shown):
    shown()
