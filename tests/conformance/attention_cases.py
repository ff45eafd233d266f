"""The cases of attention: `cases.py` takes them in.

A layer gets fixed weights by `load_state_dict`, the same in both frameworks, so that what it gives
shows the packed weights, the masks and the order of dimensions.
"""

import numpy as np

CAUSAL = np.tri(4, 5) > 0
SOME = np.array([[1, 0, 0, 1, 1], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 1, 0, 1, 0]]) > 0
HEADS = (((2, 3, 4, 6), (2, 3, 5, 6), (2, 3, 5, 2)), ((4, 6), (5, 6), (5, 6)))
SHORT, LONG = ((2, 4, 6), (2, 5, 6), (2, 5, 6)), ((1, 70, 4), (1, 70, 4), (1, 70, 4))
WIDTH = 6


def as_mask(torch, mask, query):
    """An array of booleans, or of numbers in the dtype of the query, as a tensor."""
    mask = torch.tensor(mask)
    return mask if mask.dtype == torch.bool else mask.to(query.dtype)


def attention(torch, *inputs, mask=None, **options):
    """`scaled_dot_product_attention`; mask: an array of booleans, or of numbers to be added."""
    if mask is not None:
        options["attn_mask"] = as_mask(torch, mask, inputs[0])
    return torch.nn.functional.scaled_dot_product_attention(*inputs, **options)


def state(torch, bias=True):
    """Weights of a layer of 6 features, with a pattern of their own."""
    shapes = {"in_proj_weight": (3 * WIDTH, WIDTH), "out_proj.weight": (WIDTH, WIDTH)}
    if bias:
        shapes |= {"in_proj_bias": (3 * WIDTH,), "out_proj.bias": (WIDTH,)}
    values = {key: np.arange(np.prod(shape)) ** 2.0 for key, shape in shapes.items()}
    return {key: torch.tensor(np.cos(x).reshape(shapes[key])) for key, x in values.items()}


def layer(*, which=0, made=None, turned=False, **given):
    """A call of `nn.MultiheadAttention` on (query, key): its result, or the weights (which=1)."""

    def call(torch, query, key):
        options = {"batch_first": True} | (made or {})
        module = torch.nn.MultiheadAttention(WIDTH, 3, **options).to(query.dtype)
        module.load_state_dict(state(torch, options.get("bias", True)))
        masks = {
            name: as_mask(torch, value, query) if isinstance(value, np.ndarray) else value
            for name, value in given.items()
        }
        inputs = [x.transpose(0, 1) for x in (query, key)] if turned else [query, key]
        return module(inputs[0], inputs[1], inputs[1], **masks)[which]

    return call


def alone(**given):
    """Self-attention: the same tensor three times."""
    run = layer(**given)
    return lambda torch, x: run(torch, x, x)


def masks_of_the_layer():
    """{name: the two masks} for two examples of four queries and five keys."""
    out, padding = ~np.tri(4, 5).astype(bool), np.arange(5) >= np.array([[3], [5]])
    numbers = np.where(out, -np.inf, 0.5)
    each = (np.arange(6 * 4 * 5) % 3 == 1).reshape(6, 4, 5)
    return {
        "a mask": {"attn_mask": out},
        "padding": {"key_padding_mask": padding},
        "both masks": {"attn_mask": out, "key_padding_mask": padding},
        "a mask of numbers": {"attn_mask": numbers},
        "a mask for each head": {"attn_mask": each},
    }


def cases(make):
    """All of them; `make` makes one of a name, a call and shapes."""

    def case(name, call, shapes):
        # In float32 gradients of some hundreds cancel to small ones; float64 is held to 1e-9.
        return make(name, call, shapes, tolerance=(1e-9, 1e-3))

    square = (((2, 4, 6),), ((4, 6),))
    pairs = (((2, 4, 6), (2, 5, 6)),)
    found = [
        case("F.scaled_dot_product_attention", attention, HEADS),
        case("attention, causal", lambda t, *x: attention(t, *x, is_causal=True), HEADS),
        case("attention, long", lambda t, *x: attention(t, *x, is_causal=True), (LONG,)),
        case("attention, scale", lambda t, *x: attention(t, *x, scale=0.3), HEADS),
        case("attention, a mask", lambda t, *x: attention(t, *x, mask=CAUSAL), HEADS),
        case("attention, an empty row", lambda t, *x: attention(t, *x, mask=SOME), HEADS),
        case(
            "attention, numbers",
            lambda t, *x: attention(t, *x, mask=np.where(SOME, 0.5, -np.inf)),
            HEADS,
        ),
        case(
            "attention, a mask that learns",
            lambda t, q, k, v, m: t.nn.functional.scaled_dot_product_attention(q, k, v, m),
            ((*SHORT, (4, 5)),),
        ),
        case("nn.MultiheadAttention", layer(), (*pairs, ((4, 6), (5, 6)))),
        case("nn.MultiheadAttention, alone", alone(), square),
        case("nn.MultiheadAttention, fast", alone(need_weights=False), square),
        case("nn.MultiheadAttention, weights", layer(which=1), (*pairs, ((4, 6), (5, 6)))),
        case(
            "nn.MultiheadAttention, weights of heads",
            layer(which=1, average_attn_weights=False),
            (*pairs, ((4, 6), (5, 6))),
        ),
        case(
            "nn.MultiheadAttention, length first",
            layer(made={"batch_first": False}, turned=True),
            pairs,
        ),
        case("nn.MultiheadAttention, no bias", layer(made={"bias": False}), pairs),
        case(
            "nn.MultiheadAttention, causal",
            alone(attn_mask=np.tri(4) < 1, is_causal=True, need_weights=False),
            square,
        ),
    ]
    for name, masks in masks_of_the_layer().items():
        for need_weights in (True, False):
            call = layer(need_weights=need_weights, **masks)
            shown = "" if need_weights else ", fast"
            found.append(case(f"nn.MultiheadAttention, {name}{shown}", call, pairs))
    return found


def _of(torch, *shapes):
    return [torch.ones(shape) for shape in shapes]


def _layer_of(torch, *shapes, **options):
    inputs = _of(torch, *shapes)
    masks = {key: torch.ones(value) > 0 for key, value in options.items() if key != "is_causal"}
    more = {"is_causal": True} if "is_causal" in options else {}
    return torch.nn.MultiheadAttention(WIDTH, 3)(*inputs, **masks, **more)


SAME = ((4, 2, 6),) * 3
# {what is done: a call that raises}. The type of the error is recorded.
ERRORS = {
    "attention of other features": lambda torch: attention(
        torch, *_of(torch, (4, 6), (5, 5), (5, 6))
    ),
    "attention of too few values": lambda torch: attention(
        torch, *_of(torch, (4, 6), (5, 6), (4, 6))
    ),
    "attention by a mask of another size": lambda torch: attention(
        torch, *_of(torch, (4, 6), (5, 6), (5, 6)), mask=np.ones((4, 4), bool)
    ),
    "attention, causal and masked": lambda torch: attention(
        torch, *_of(torch, (4, 6), (5, 6), (5, 6)), mask=CAUSAL, is_causal=True
    ),
    "attention of two dtypes": lambda torch: attention(
        torch, torch.ones(4, 6), torch.ones(5, 6).double(), torch.ones(5, 6)
    ),
    "attention by a mask of integers": lambda torch: (
        torch.nn.functional.scaled_dot_product_attention(
            *_of(torch, (4, 6), (5, 6), (5, 6)), torch.ones(4, 5).long()
        )
    ),
    "heads that do not divide": lambda torch: torch.nn.MultiheadAttention(6, 4),
    "no heads": lambda torch: torch.nn.MultiheadAttention(6, 0),
    "a layer of attention, other features": lambda torch: _layer_of(torch, *((4, 2, 5),) * 3),
    "a layer of attention, one dimension": lambda torch: _layer_of(torch, *((6,),) * 3),
    "a layer of attention, too few values": lambda torch: _layer_of(torch, *SAME[:2], (3, 2, 6)),
    "a layer of attention, other batches": lambda torch: _layer_of(
        torch, SAME[0], *((5, 1, 6),) * 2
    ),
    "a layer of attention, a mask of another size": lambda torch: _layer_of(
        torch, *SAME, attn_mask=(3, 3)
    ),
    "a layer of attention, padding of another size": lambda torch: _layer_of(
        torch, *SAME, key_padding_mask=(4, 2)
    ),
    "a layer of attention, causal without a mask": lambda torch: _layer_of(
        torch, *SAME, is_causal=True
    ),
}
