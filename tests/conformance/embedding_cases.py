"""Embeddings against PyTorch's: values and gradients, layers and their state, errors.

`cases.py` and `plain_cases.py` take these tables into theirs.
"""

from functools import partial

IDS = [[0, 2, 0], [1, 3, 3]]


def looked_up(torch, weight, **options):
    return torch.nn.functional.embedding(torch.tensor(IDS), weight, **options)


def layer(torch, weight, **options):
    """A layer with this table, which gets the gradient."""
    module = torch.nn.Embedding(4, weight.shape[1], dtype=weight.dtype, **options)
    out = module(torch.tensor(IDS, dtype=torch.int32))
    with torch.no_grad():
        module.weight.copy_(weight)
    return module(torch.tensor(IDS)) + 0 * out + 0 * weight.sum()


def tied_scores(torch, weight):
    """A table that is looked up and multiplied by: its gradient is that of both uses."""
    rows = torch.nn.functional.embedding(torch.tensor([1, 1, 3]), weight)
    return torch.nn.functional.linear(rows, weight)


TABLES = (((4, 3),), ((4, 1),), ((5, 8),))
# (name, call, sets of shapes) of cases with values and gradients
CALLS = [
    ("F.embedding", looked_up, TABLES),
    ("F.embedding, padding 0", partial(looked_up, padding_idx=0), TABLES),
    ("F.embedding, padding -1", partial(looked_up, padding_idx=-1), TABLES),
    ("F.embedding, padding 3", partial(looked_up, padding_idx=3), TABLES),
    (
        "F.embedding of one id",
        lambda torch, w: torch.nn.functional.embedding(torch.tensor(2), w),
        TABLES,
    ),
    (
        "F.embedding of many ids",
        lambda torch, w: torch.nn.functional.embedding(torch.arange(200).reshape(2, 100) % 4, w),
        TABLES,
    ),
    ("F.embedding of a tied table", tied_scores, TABLES),
    ("nn.Embedding", layer, (((4, 3),),)),
    ("nn.Embedding, padding 1", partial(layer, padding_idx=1), (((4, 3),),)),
]


def described(torch):
    made = [
        torch.nn.Embedding(3, 2),
        torch.nn.Embedding(3, 2, 0),
        torch.nn.Embedding(num_embeddings=3, embedding_dim=2, padding_idx=-1),
        torch.nn.Embedding.from_pretrained(torch.ones(2, 5), padding_idx=1),
        torch.nn.Embedding(3, 2, dtype=torch.float64, device="cpu"),
    ]
    return [
        [
            repr(one), one.num_embeddings, one.embedding_dim, one.padding_idx, one.max_norm,
            one.norm_type, one.scale_grad_by_freq, one.sparse, list(one.state_dict()),
            list(one.weight.shape), str(one.weight.dtype).removeprefix("torch."),
            one.weight.requires_grad,
        ]
        for one in made
    ]  # fmt: skip


def drawn(torch):
    """The start: normal numbers, and zeros in the row of the padding."""
    torch.manual_seed(0)
    layer = torch.nn.Embedding(4000, 100, padding_idx=-2)
    before = layer.weight.detach().clone()
    layer.reset_parameters()
    statistics = [round(x.item(), 1) + 0.0 for x in (before.mean(), before.std())]
    zeros = [(layer.weight[row] == 0).all().item() for row in (0, -2, -1)]
    return statistics, zeros, torch.equal(before, layer.weight.detach())


def pretrained(torch):
    """The memory is the table's; what is frozen has no gradient; the padding row stays."""
    table = torch.ones(3, 2)
    frozen = torch.nn.Embedding.from_pretrained(table)
    learned = torch.nn.Embedding.from_pretrained(table, freeze=False, padding_idx=0)
    table[1, 1] = 5.0
    learned(torch.tensor([0, 1, 1])).sum().backward()
    return frozen.weight.detach(), learned.weight.grad, frozen.weight.requires_grad


def tied(torch):
    """One Parameter in two places: parameters once, both names in the state, one step, one load."""
    table, head = torch.nn.Embedding(4, 3), torch.nn.Linear(3, 4)
    head.weight = table.weight
    model = torch.nn.Sequential(table, head)
    names = [name for name, _ in model.named_parameters()]
    with torch.no_grad():
        table.weight.fill_(1.0)
        head.bias.fill_(0.0)
    (0 * model(torch.tensor([0, 1])).sum()).backward()
    torch.optim.AdamW(model.parameters(), lr=0.5, weight_decay=0.5).step()
    stepped = table.weight.detach().clone()
    model.load_state_dict({name: x + 1 for name, x in model.state_dict().items()})
    model.double()
    kept = head.weight is table.weight
    return names, list(model.state_dict()), stepped, head.weight.detach(), kept


PLAIN = {
    "Embedding, described": described,
    "Embedding, its start": drawn,
    "Embedding.from_pretrained": pretrained,
    "Embedding, tied": tied,
    "embedding of no ids": lambda torch: torch.nn.functional.embedding(
        torch.zeros(0, 3, dtype=torch.int64), torch.ones(4, 2)
    ),
}


def call(torch, *ids, shape=(3, 2), **options):
    return torch.nn.functional.embedding(torch.tensor(ids), torch.ones(*shape), **options)


ERRORS = {
    "an id without a row": lambda torch: call(torch, 0, 3),
    "a negative id": lambda torch: call(torch, -1),
    "ids that are floats": lambda torch: call(torch, 1.0),
    "ids that are booleans": lambda torch: call(torch, True),
    "a table of one dimension": lambda torch: call(torch, 0, shape=(3,)),
    "a padding that is not there": lambda torch: call(torch, 0, padding_idx=3),
    "a padding before the first": lambda torch: call(torch, 0, padding_idx=-4),
    "a layer with a padding that is not there": lambda torch: torch.nn.Embedding(3, 2, 3),
    "a pretrained table of one dimension": lambda torch: torch.nn.Embedding.from_pretrained(
        torch.ones(3)
    ),
}
