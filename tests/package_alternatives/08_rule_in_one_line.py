"""The gradient of x in one expression."""

module = "normalization"
function = "normalize_rule"
old = (
    "    part = normed * -average(dims, g, normed)\n"
    "    part += g\n"
    "    part -= average(dims, g)\n"
    "    part *= inverse\n"
    "    return part\n"
)
new = "    return inverse * (g - average(dims, g) - normed * average(dims, g, normed))\n"
tests = ["integration/test_training_flow.py", "08_normalization/test_normalization.py"]
