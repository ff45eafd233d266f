"""What is in the box as a whole: the files SOURCES.md describes, never silently bad, no needs."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tinytorch_data
from tinytorch_data import DamagedData

FOLDER = Path(tinytorch_data.__file__).parent
LOADERS = {
    "digits.npy": tinytorch_data.digits,
    "mnist.npz": tinytorch_data.mnist,
    "animals.npz": tinytorch_data.animals,
    "shakespeare.txt": tinytorch_data.shakespeare,
    "names.txt": tinytorch_data.names,
}


def test_every_file_has_a_loader_and_a_checksum():
    files = {p.name for p in FOLDER.iterdir() if p.suffix in (".npy", ".npz", ".txt")}
    assert files == set(LOADERS) == set(tinytorch_data._SHA256)


@pytest.mark.parametrize("name", LOADERS)
def test_the_file_is_the_one_sources_md_describes(name):
    written = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    assert written == tinytorch_data._SHA256[name]
    assert f"| `{written}` |" in (FOLDER / "SOURCES.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LOADERS)
def test_one_changed_byte_is_noticed(tmp_path, monkeypatch, name):
    content = bytearray((FOLDER / name).read_bytes())
    content[5000] ^= 1
    (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(tinytorch_data, "_FOLDER", tmp_path)
    with pytest.raises(DamagedData, match=rf"{name} is damaged.*install tinytorch again"):
        LOADERS[name]()


@pytest.mark.parametrize("name", LOADERS)
def test_a_missing_file_says_what_to_do(tmp_path, monkeypatch, name):
    monkeypatch.setattr(tinytorch_data, "_FOLDER", tmp_path)
    with pytest.raises(DamagedData, match=f"{name} is missing: restore it"):
        LOADERS[name]()


@pytest.mark.parametrize("name", LOADERS)
def test_it_loads_within_a_second(name):
    begun = time.process_time()
    assert LOADERS[name]() is not None
    assert time.process_time() - begun < 1.0


def test_it_loads_without_anything_but_numpy(tmp_path):
    """A copy of the package works by itself: no course, no scikit-learn, no pooch, no network."""
    shutil.copytree(FOLDER, tmp_path / "tinytorch_data")
    program = (
        "import sys, tinytorch_data as d; assert d.digits().test_labels.size == 360; "
        "assert d.mnist().test_labels.size == 2000; assert d.names(); assert d.shakespeare(); "
        "import tinytorch_data.download; "
        "assert not {'sklearn', 'tito', 'pooch', 'requests', 'rich', 'ssl'} & set(sys.modules); "
        "sys.stdout.write(d.__file__)"
    )
    # PYTHONPATH goes first, before the editable install's own finder is asked.
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path))
