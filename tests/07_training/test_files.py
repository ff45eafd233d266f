"""`save` and `load`: what goes to a file and back, and files from others."""

import io
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

import tinytorch
from tinytorch import nn, optim
from tinytorch.nn import utils


def back(state, **options):
    file = io.BytesIO()
    tinytorch.save(state, file)
    file.seek(0)
    return tinytorch.load(file, **options)


@pytest.mark.parametrize(
    "state",
    [
        None, True, 3, -(2**100), 0.1, float("inf"), "text, \u00fc \U0001f600", "", [], (), {},
        [1, (2, [3.5, None]), {"a": {"b": (1,)}}],
        {3: "number", "3": "text", (1, 2): "pair", None: 0, 2.5: 1, False: 2},
    ],
    ids=repr,
)  # fmt: skip
def test_plain_values_come_back_as_they_were(state):
    found = back(state)
    assert found == state
    assert repr(found) == repr(state)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 3)])
def test_tensors_and_arrays_come_back_to_the_bit(dtype, shape):
    array = np.random.default_rng(0).integers(0, 2, shape).astype(dtype)
    found = back({"tensor": tinytorch.tensor(array), "array": array})
    assert isinstance(found["tensor"], tinytorch.Tensor)
    assert isinstance(found["array"], np.ndarray)
    for one in (found["tensor"].numpy(), found["array"]):
        assert (one.dtype, one.shape, one.tobytes()) == (array.dtype, shape, array.tobytes())
    found["tensor"].fill_(1)


def test_odd_numbers_views_and_leaves():
    x = tinytorch.tensor([float("nan"), -0.0, 1e-45, float("-inf")])
    assert back(x).numpy().tobytes() == x.numpy().tobytes()
    turned = tinytorch.arange(6).reshape(2, 3).T
    assert back(turned).tolist() == turned.tolist()
    leaf = tinytorch.ones(2, requires_grad=True)
    assert [back(one).requires_grad for one in (leaf, leaf * 2, leaf.detach())] == [
        True,
        True,
        False,
    ]
    assert back(OrderedDict(a=np.float32(2.5))) == {"a": 2.5}


def test_a_script_goes_on_from_its_file(tmp_path):
    def parts():
        model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
        return model, optim.Adam(model.parameters(), lr=0.1)

    def step(model, optimizer):
        optimizer.zero_grad()
        model(tinytorch.tensor([[1.0, 2.0], [3.0, 5.0]])).pow(2).sum().backward()
        optimizer.step()

    model, optimizer = parts()
    step(model, optimizer)
    for path in (tmp_path / "a.pt", str(tmp_path / "b.pth")):
        state = {"epoch": 1, "model": model.state_dict(), "optimizer": optimizer.state_dict()}
        tinytorch.save(state, path)
        other, its_optimizer = parts()
        found = tinytorch.load(
            path, map_location=lambda storage, place: storage, weights_only=False
        )
        other.load_state_dict(found["model"])
        its_optimizer.load_state_dict(found["optimizer"])
        step(other, its_optimizer)
        twin, its = parts()
        twin.load_state_dict(model.state_dict())
        its.load_state_dict(optimizer.state_dict())
        step(twin, its)
        for name, value in twin.state_dict().items():
            assert np.array_equal(other.state_dict()[name].numpy(), value.numpy()), name
    with open(tmp_path / "c.pt", "wb") as file:
        tinytorch.save([1], file)
    with open(tmp_path / "c.pt", "rb") as file:
        assert tinytorch.load(file) == [1]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (lambda: nn.Linear(1, 1), "obj, which is a Linear: save its state_dict"),
        (lambda: {"model": [nn.Linear(1, 1)]}, r"obj\['model'\]\[0\], which is a Linear"),
        (lambda: {"f": len}, r"obj\['f'\], which is a builtin_function"),
        (lambda: {1, 2}, "a set: save numbers, text, lists, dicts"),
        (lambda: np.array(["a"]), "an? ndarray"),
        (lambda: b"bytes", "a bytes"),
    ],
)
def test_what_cannot_be_saved_is_named_and_the_old_file_stays(value, words, tmp_path):
    path = tmp_path / "a.pt"
    tinytorch.save(1, path)
    with pytest.raises(TypeError, match=words):
        tinytorch.save(value(), path)
    assert tinytorch.load(path) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["a.pt"]


def test_what_holds_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(ValueError, match="holds itself"):
        tinytorch.save(endless, io.BytesIO())


# Files from others


class Harmful:
    """Unpickling it writes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def zipped(parts, **options):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return file.getvalue()


def npy(array=None, **header):
    file = io.BytesIO()
    if header:
        np.lib.format.write_array_header_1_0(file, header)
    else:
        np.save(file, array, allow_pickle=True)
    return file.getvalue()


def headed(text):
    return zipped([("json.npy", npy(np.frombuffer(text.encode(), np.uint8)))])


def stated(state):
    return headed(f'{{"format": "tinytorch checkpoint", "version": 1, "state": {state}}}')


def repeated():
    """One megabyte, and a directory that names it a thousand times."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("array0.npy", npy(np.zeros(2**20, np.uint8)))
        archive.filelist *= 1000
    return file.getvalue()


def test_a_pickle_is_not_opened_and_the_reader_is_told_what_to_do(tmp_path):
    harm = tmp_path / "harm"
    pickled = pickle.dumps(Harmful(harm))
    old = pickle.dumps(Harmful(harm), protocol=2)
    inside = zipped([("archive/data.pkl", pickled), ("archive/version", b"3")])
    objects = zipped([("json.npy", npy(np.array([Harmful(harm)], object)))])
    for content in (pickled, old, inside):
        with pytest.raises(ValueError, match=r"is a pickle.*safetensors") as caught:
            tinytorch.load(io.BytesIO(content), weights_only=False)
        assert "load_state_dict" in str(caught.value)
    with pytest.raises(ValueError, match="array of object"):
        tinytorch.load(io.BytesIO(objects), weights_only=False)
    assert not harm.exists()


HOSTILE = {
    "nothing": (b"", "it is empty.*seek"),
    "text": (b"hello", "no checkpoint"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), "no checkpoint"),
    "safetensors": (b"\x08\0\0\0\0\0\0\0" + b'{"a":{}}', "is of safetensors"),
    "packed zeros": (
        zipped([("json.npy", bytes(10**8))], compression=zipfile.ZIP_DEFLATED), "more than it holds"
    ),
    "a little packed": (
        zipped([("json.npy", bytes(range(256)))], compression=zipfile.ZIP_BZIP2), "compressed"
    ),
    "a part named often": (repeated(), "more than it holds"),
    "a huge shape": (
        zipped([("json.npy", npy(descr="<f8", fortran_order=False, shape=(10**13,)))]), "in 0 bytes"
    ),
    "a negative shape": (
        zipped([("json.npy", npy(descr="<f8", fortran_order=False, shape=(-1, -1)) + bytes(8))]),
        "shape .-1, -1.",
    ),
    "fields": (zipped([("json.npy", npy(np.zeros(1, "i4,i4")))]), "an array of"),
    "deep lists": (headed("[" * 10**5), "Recursion"),
    "deep states": (stated('["list",[' * 3000 + "1" + "]]" * 3000), "Recursion"),
    "code": (stated('["os.system", "ls"]'), "unknown kind 'os.system'"),
    "an array that is not there": (stated('["tensor", "array7"]'), "KeyError"),
    "a list as a key": (stated('["dict", [[["list", []], 1]]]'), "unhashable"),
    "a kind alone": (stated('["list"]'), "not enough values"),
    "no state": (headed('{"format": "tinytorch checkpoint", "version": 1}'), "KeyError"),
    "another version": (
        headed('{"format": "tinytorch checkpoint", "version": 9}'), "reads up to version"
    ),
    "another head": (headed("[1]"), "no checkpoint of tinytorch"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_words(what):
    content, words = HOSTILE[what]
    with pytest.raises(ValueError, match=words):
        tinytorch.load(io.BytesIO(content))


def test_every_cut_and_a_changed_number_are_noticed():
    file = io.BytesIO()
    tinytorch.save({"x": tinytorch.arange(20)}, file)
    content = file.getvalue()
    for end in range(0, len(content) - 1, 7):
        with pytest.raises(ValueError, match=r"damaged|no checkpoint"):
            tinytorch.load(io.BytesIO(content[:end]))
    middle = content.index(np.arange(20).tobytes()) + 9
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    with pytest.raises(ValueError, match="damaged"):
        tinytorch.load(io.BytesIO(changed))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tinytorch.save(1, 5), TypeError, "f is a path or a file, not of type int"),
        (lambda: tinytorch.load(5), TypeError, "f is a path or a file, not of type int"),
        (lambda: tinytorch.load("nowhere.pt"), FileNotFoundError, "nowhere.pt"),
        (lambda: back(1, map_location="cuda:0"), RuntimeError, "'cuda:0': there is only the CPU"),
        (lambda: back(1, map_location="mps"), RuntimeError, "there is only the CPU"),
        (
            lambda: utils.clip_grad_norm_(nn.Linear(1, 1), 1.0),
            TypeError,
            "not Linear: give model.p",
        ),
        (lambda: utils.clip_grad_norm_([1.0], 1.0), TypeError, "not float: give model.parameters"),
        (lambda: utils.clip_grad_value_(3, 1.0), TypeError, "are tensors, not int"),
        (
            lambda: utils.vector_to_parameters(tinytorch.ones(2), [tinytorch.ones(3)]),
            RuntimeError,
            "2 values for parameters of 3",
        ),
    ],
)
def test_what_is_refused_is_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("norm_type", "norm"), [("inf", 4.0), (float("inf"), 4.0), (1, 7.0), (2, 5.0)]
)
def test_norms_by_name(norm_type, norm):
    x = tinytorch.zeros(2, requires_grad=True)
    (x * tinytorch.tensor([3.0, -4.0])).sum().backward()
    assert utils.clip_grad_norm_([x], 100.0, norm_type).item() == norm


def test_parameters_go_into_a_vector_and_back():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    vector = utils.parameters_to_vector(model.parameters())
    assert vector.shape == (13,)
    vector.sum().backward()
    assert all((p.grad == 1).all() for p in model.parameters())
    utils.vector_to_parameters(tinytorch.arange(13.0), model.parameters())
    assert model[0].bias.tolist() == [6, 7, 8]
    assert model[1].bias.tolist() == [12]
    assert all(p.requires_grad for p in model.parameters())
