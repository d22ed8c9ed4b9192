"""What the outputs stand for, and what they should say."""

import numpy as np
from numpy.typing import NDArray

CLASSES = tuple("0123456789")
"""Name of each output neuron's class."""

_ONE_HOT = np.eye(len(CLASSES), dtype=np.float32)


def one_hot(labels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return targets : (N, 10) for labels : (N,): 1 at the label's output, else 0."""
    return _ONE_HOT[labels]
