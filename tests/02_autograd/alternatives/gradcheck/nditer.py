"""np.nditer with writable elements."""
gradient = np.empty_like(x)
both = np.nditer([x, gradient], ["zerosize_ok"], [["readwrite"], ["writeonly"]])
with both:
    for here, slope in both:
        value, ends = here.copy(), []
        for step in (eps, -eps):
            here[...] = value + step
            ends.append(f())
        here[...] = value
        slope[...] = (ends[0] - ends[1]) / (2 * eps)
return gradient
