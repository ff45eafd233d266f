"""Whatever is not SGD is taken for Adam."""
kept = int(momentum != 0) if optimizer == "SGD" else 2
each = parameters * itemsize
return kept * each, (2 + kept) * each
