"""Where the weights start. Each rule takes a generator and returns W : (n_in, n_out)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

NORMAL_DEVIATION = 0.1


def he(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[np.float64]:
    """Draw with variance 2 / n_in: keeps ReLU signals alive (He et al., 2015, eq. 10)."""
    return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))


def xavier(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[np.float64]:
    """Draw with variance 2 / (n_in + n_out) (Glorot and Bengio, 2010, eq. 12)."""
    return rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))


def normal(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[np.float64]:
    """Draw with standard deviation 0.1, whatever the layer's width."""
    return rng.normal(0, NORMAL_DEVIATION, (n_in, n_out))


def zeros(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[np.float64]:
    """Return zeros: all neurons of a layer then learn the same, which is worth seeing."""
    return np.zeros((n_in, n_out))


Initializer = Callable[[np.random.Generator, int, int], NDArray[np.float64]]
INITIALIZERS: dict[str, Initializer] = {
    "he": he,
    "xavier": xavier,
    "normal": normal,
    "zeros": zeros,
}
