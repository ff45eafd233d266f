"""What differs in transformers: `test_differences.py` runs each."""

import numpy as np

import tinytorch as torch
from tinytorch import models, nn


def padded_positions_are_computed():
    layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)
    encoder = nn.TransformerEncoder(layer, 1).eval()
    padding = torch.tensor([[False, False, True]])
    with torch.no_grad():
        found = encoder(torch.randn(1, 3, 4), src_key_padding_mask=padding).numpy()
    assert np.abs(found[0, 2]).max() > 0


def models_are_ours():
    config = models.GPTConfig(vocab_size=5, block_size=4, n_layer=1, n_head=1, n_embd=4)
    assert models.GPT(config)(torch.tensor([[1, 2]])).shape == (1, 2, 5)


SHOWN = {
    "padded positions of a `TransformerEncoder` in `eval()` without gradients": (
        padded_positions_are_computed
    ),
    "`tinytorch.models`": models_are_ours,
}
