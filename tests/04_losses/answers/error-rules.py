# %% mutant: divided_always
"""A sum and "none" are divided by n, too."""

old = """\
    if reduction == "mean":
        g = g / difference.size
    return 2 * g * difference"""
new = "    return 2 * g * difference / difference.size"

# %% mutant: divided_unless_sum
""""none" is divided by n as a mean is."""

old = """\
    if reduction == "mean":
        g = g / difference.size
    return g * np.sign(difference)"""
new = """\
    if reduction != "sum":
        g = g / difference.size
    return g * np.sign(difference)"""

# %% mutant: g_ignored
"""The gradient of the result is not used."""

old = "return g * np.sign(difference)"
new = 'return np.sign(difference) / (difference.size if reduction == "mean" else 1)'

# %% mutant: in_place
"""The saved difference is overwritten."""

old = "return 2 * g * difference"
new = """\
difference *= 2 * g
return difference"""

# %% mutant: g_in_place
"""The gradient that came in is overwritten."""

old = "return g * np.sign(difference)"
new = """\
if np.ndim(g):
    g *= np.sign(difference)
    return g
return g * np.sign(difference)"""

# %% mutant: not_divided
"""The mean is not divided by n: the gradient is that of a sum."""

old = """\
    if reduction == "mean":
        g = g / difference.size
    return g * np.sign(difference)"""
new = "    return g * np.sign(difference)"

# %% mutant: rows_counted
"""Divided by the number of rows, not of values."""

old = """\
    if reduction == "mean":
        g = g / difference.size
    return 2 * g * difference"""
new = """\
    if reduction == "mean":
        g = g / len(difference)
    return 2 * g * difference"""

# %% mutant: same_sign
"""The target gets the gradient of the prediction, with the same sign."""

old = "return {mse_op: (mse_rule, negative(mse_rule)), l1_op: (l1_rule, negative(l1_rule))}"
new = "return {mse_op: (mse_rule, mse_rule), l1_op: (l1_rule, l1_rule)}"

# %% mutant: target_forgotten
"""The target has no rule."""

old = "return {mse_op: (mse_rule, negative(mse_rule)), l1_op: (l1_rule, negative(l1_rule))}"
new = "return {mse_op: (mse_rule,), l1_op: (l1_rule,)}"

# %% mutant: slope_at_zero
"""The slope of the absolute value at 0 is that of the positive numbers."""

old = "return g * np.sign(difference)"
new = "return np.where(difference >= 0, g, -g).astype(difference.dtype)"

# %% mutant: quotient
"""The sign as a quotient, which is 0 / 0 where the prediction is right."""

old = "return g * np.sign(difference)"
new = "return g * difference / np.abs(difference)"

# %% mutant: sign_lost
"""The difference the wrong way round."""

old = "return 2 * g * difference"
new = "return 2 * g * (b - a)"

# %% mutant: two_lost
"""The factor 2 of the square is lost."""

old = "return 2 * g * difference"
new = "return g * difference"

# %% mutant: widened
"""The gradient is float64, whatever came in."""

old = "return g * np.sign(difference)"
new = "return g * np.where(difference > 0, 1.0, np.where(difference < 0, -1.0, 0.0))"

# %% edge: size_of_a
"""Divided by the size of a: the same number unless a and b broadcast."""

old = """\
    if reduction == "mean":
        g = g / difference.size
    return 2 * g * difference"""
new = """\
    if reduction == "mean":
        g = g / a.size
    return 2 * g * difference"""

# %% alternative: by_cases
"""One function for both errors, which makes a rule for each input."""


def rule_of(slope, sign):
    def rule(g, difference, a, b, reduction="mean"):
        n = np.prod(np.shape(difference)).item() if reduction == "mean" else 1
        return (g / n) * (sign * slope(difference))

    return rule


slopes = {mse_op: lambda d: d + d, l1_op: np.sign}
return {op: [rule_of(slope, 1), rule_of(slope, -1)] for op, slope in slopes.items()}

# %% alternative: four_functions
"""Each rule by itself, from a and b, in an ordered dict."""

from collections import OrderedDict


def share(g, d, reduction):
    return g / d.size if reduction == "mean" else g


rules = OrderedDict()
rules[l1_op] = (
    lambda g, d, a, b, reduction="mean": share(g, d, reduction) * np.sign(a - b),
    lambda g, d, a, b, reduction="mean": share(g, d, reduction) * np.sign(b - a),
)
rules[mse_op] = (
    lambda g, d, a, b, reduction="mean": share(g, d, reduction) * 2 * (a - b),
    lambda g, d, a, b, reduction="mean": share(g, d, reduction) * 2 * (b - a),
)
return rules
