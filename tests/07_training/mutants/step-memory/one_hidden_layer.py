"""Written for one hidden layer."""
first, hidden, last = sizes[0], sizes[1], sizes[-1]
parameters = first * hidden + hidden + hidden * last + last
outputs = batch * (hidden + last)
return 4 * (parameters * (1 + slots) + 2 * outputs), 4 * parameters * (2 + slots)
