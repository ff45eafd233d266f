# generated from tito/lib/special.py by `tito build`: edit that file
"""`erfcx`: what NumPy lacks to compute the normal distribution function with."""

import numpy as np

__all__ = ["erfcx"]

# exp(z**2) * erfc(z) = t * P(2t - 1) with t = 3 / (3 + z), for z >= 0: P in Chebyshev polynomials,
# fitted to erfc for this course. All 22 are right to 2e-15, the first 11 to float32.
_CHEBYSHEV = [
    0.4711460746602907,
    0.3771589496915657,
    0.11803603344749534,
    0.02836234669969507,
    0.004871757757605472,
    0.0004598523878765199,
    -2.1430222381081824e-05,
    -1.3014473699199689e-05,
    -8.809283581586377e-07,
    2.7464800488555e-07,
    4.4159919098784255e-08,
    -6.39840837723921e-09,
    -1.6768357810689477e-09,
    1.9473345616963997e-10,
    6.247421417194444e-11,
    -8.124668930284747e-12,
    -2.330462046647298e-12,
    4.1901614500407665e-13,
    8.18540225551358e-14,
    -2.3419697175324535e-14,
    -2.3113665886274733e-15,
    1.2943940355272807e-15,
]
_POWERS = {
    np.dtype("float32"): np.polynomial.chebyshev.cheb2poly(_CHEBYSHEV[:11]).tolist()[::-1],
    np.dtype("float64"): np.polynomial.chebyshev.cheb2poly(_CHEBYSHEV).tolist()[::-1],
}


def erfcx(z: np.ndarray) -> np.ndarray:
    """exp(z**2) * erfc(z), the scaled complementary error function, of an array of floats >= 0.

    Shapes: any, kept; so is the dtype, float32 or float64.
    """
    first, *others, last = _POWERS[z.dtype]
    t = 3 / (3 + z)
    y = 2 * t - 1
    total = first * y
    for power in others:
        total += power
        total *= y
    total += last
    return total * t
