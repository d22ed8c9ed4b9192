"""MNIST: 70,000 handwritten digits of 28 x 28 pixels, shipped with the program."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bpviz.data.targets import CLASSES, one_hot
from bpviz.data.task import Task, Which
from bpviz.kernels.training import StoredSamples
from bpviz.resources import resource

_SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"
_CURE = "reinstall bpviz, or in a checkout run: git checkout resources/mnist.npz"
_VALIDATION = 5_000


class DataError(Exception):
    """A data file cannot be used. The message is one line: which file, what is wrong, the cure."""


@dataclass(frozen=True, eq=False)
class Split:
    """
    Pictures and their labels, read-only.

    Attributes
    ----------
    x : (N, 784) uint8
        Pictures row by row, 0 is paper and 255 is ink. `as_input` makes of them what a network
        sees.
    y : (N,) uint8
        The digit that each picture shows, 0 to 9.
    """

    x: NDArray[np.uint8]
    y: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.y)

    def inputs(self, which: Which) -> NDArray[np.float32]:
        """Return what a network sees of some : (n, 784), see `as_input`."""
        return as_input(self.x[which])

    def targets(self, which: Which) -> NDArray[np.float32]:
        """Return what it should say to them : (n, 10), see `one_hot`."""
        return one_hot(self.y[which])

    def labels(self, which: Which) -> NDArray[np.uint8]:
        """Return their digits : (n,)."""
        return self.y[which]

    def stored(self) -> StoredSamples:
        """Return all of them as they lie in memory."""
        shades = as_input(np.arange(256, dtype=np.uint8))
        targets = one_hot(np.arange(len(CLASSES), dtype=np.uint8))
        return StoredSamples(self.x, shades, None, self.y, targets)


@dataclass(frozen=True, eq=False)
class Mnist:
    """
    The digits, divided by what they may be used for.

    Attributes
    ----------
    train
        55,000 pictures to learn from.
    validation
        The last 5,000 of MNIST's training pictures, held back to watch the learning.
    test
        10,000 pictures by other writers, for an explicit evaluation only.
    """

    train: Split
    validation: Split
    test: Split


def load_mnist(path: Path | None = None) -> Mnist:
    """
    Load the digits.

    Parameters
    ----------
    path
        The file, by default the shipped ``mnist.npz``. Any other must be a copy of it.

    Returns
    -------
    Mnist

    Raises
    ------
    DataError
        If the file cannot be read or is not, byte for byte, the one that was shipped.
    """
    path = resource("mnist.npz") if path is None else path
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); {_CURE}") from error
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise DataError(f"{path} is truncated or altered (its SHA-256 is wrong); {_CURE}")

    with np.load(io.BytesIO(content)) as file:
        x, y, x_test, y_test = (file[k] for k in ("x_train", "y_train", "x_test", "y_test"))
    for array in (x, y, x_test, y_test):
        array.flags.writeable = False  # views of it, as below, are read-only too
    x, x_test = x.reshape(len(x), -1), x_test.reshape(len(x_test), -1)
    return Mnist(
        train=Split(x[:-_VALIDATION], y[:-_VALIDATION]),
        validation=Split(x[-_VALIDATION:], y[-_VALIDATION:]),
        test=Split(x_test, y_test),
    )


def as_input(x: NDArray[np.uint8]) -> NDArray[np.float32]:
    """
    Turn pixels into what a network sees: the one place that decides their scale.

    Parameters
    ----------
    x : (...) uint8
        Pixels, 0 is paper and 255 is ink.

    Returns
    -------
    (...) float32
        pixel / 255, so 0 to 1. The same bits whatever batch a picture is in.
    """
    return np.divide(x, 255, dtype=np.float32)


def digits(mnist: Mnist) -> Task:
    """Return the task of telling the digits apart."""
    return Task(CLASSES, None, mnist.train, mnist.validation, mnist.test)
