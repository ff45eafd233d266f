"""Ids token for token as tiktoken's, given the same ranks: what was recorded, and live."""

import json

import pytest
from conformance import token_cases

from tinytorch_data import shakespeare


@pytest.fixture(scope="module")
def tokenizer():
    return token_cases.learned()


@pytest.fixture(scope="module")
def recorded():
    return json.loads(token_cases.PATH.read_text(encoding="utf-8"))


def test_the_merges_are_those_that_were_recorded_with(tokenizer, recorded):
    assert [list(pair) for pair in tokenizer.merges[:20]] == recorded["merges"]


@pytest.mark.parametrize("name", token_cases.TEXTS)
def test_ids_are_those_that_tiktoken_gave(name, tokenizer, recorded):
    assert tokenizer.encode_ordinary(token_cases.TEXTS[name]) == recorded["ids"][name]


def test_all_plays_have_the_ids_that_tiktoken_gave(tokenizer, recorded):
    ids = tokenizer.encode("".join(shakespeare()))
    assert [len(ids), token_cases.digest(ids)] == recorded["all plays"]


def test_special_tokens_as_in_tiktoken(tokenizer, recorded):
    end = token_cases.SPECIAL
    assert tokenizer.encode(f"the end{end}{end} the") == recorded["special"]
    assert tokenizer.encode_ordinary(f"the end{end}") == recorded["no special"]


def test_tiktoken_live(tokenizer):
    pytest.importorskip("tiktoken")
    theirs = token_cases.tiktoken_of(tokenizer)
    for text in (*token_cases.TEXTS.values(), "".join(shakespeare())):
        ids = theirs.encode_ordinary(text)
        assert tokenizer.encode_ordinary(text) == ids
        assert tokenizer.decode_bytes(ids) == theirs.decode_bytes(ids)
