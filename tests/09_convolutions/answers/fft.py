# %% mutant: conjugate_missing
"""The filter comes out turned, and wrapped around."""

old = "filters.conj()"
new = "filters"

# %% mutant: cut_at_the_start
"""The part that wrapped around is taken to be at the start."""

old = "[:, :, : h - kh + 1, : w - kw + 1]"
new = "[:, :, kh - 1 :, kw - 1 :]"

# %% mutant: float64
"""The result is float64, as NumPy's transforms are of some dtypes."""

old = "return y.astype(x.dtype)"
new = "return y.astype(np.float64)"

# %% mutant: not_cut
"""What wrapped around is still there."""

old = "[:, :, : h - kh + 1, : w - kw + 1]"
new = ""

# %% alternative: turned_filter
"""A true convolution with the turned filter, by complex transforms."""

(h, w), (kh, kw) = x.shape[2:], weight.shape[2:]
images = np.fft.fft2(x)
filters = np.fft.fft2(weight[..., ::-1, ::-1], (h, w))
product = (images[:, None] * filters).sum(2)
y = np.fft.ifft2(product).real[:, :, kh - 1 :, kw - 1 :]
return y.astype(x.dtype)
