"""Images come in the drawn order, labels in that of the dataset."""

module = "dataloader"
function = "rows_of"
old = "return list(dataset[list(indices)]) if plain else None"
new = (
    "if not plain:\n"
    "        return None\n"
    "    images, *labels = dataset.tensors\n"
    "    return [images[list(indices)], *(x[sorted(indices)] for x in labels)]"
)
