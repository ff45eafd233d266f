"""Where both values are equal, each gets the whole gradient."""

module = "autograd"
function = "share_of_ties"
old = "np.equal(a, b) * 0.5"
new = "np.equal(a, b)"
