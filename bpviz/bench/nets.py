"""The networks that are measured, and what they learn."""

from typing import NamedTuple

import numpy as np

from bpviz.data import Table, Task, digits, load_mnist
from bpviz.data.ink import SIDE_PX
from bpviz.session.settings import Settings

DIGITS = (
    "784-16-16-10/10",
    "784-16-16-10/32",
    "784-128-64-10/32",
    "784-512-256-10/128",
    "784-1024-1024-10/128",
)
SMALLEST = "2-4-2-1/10"
WIDEST = DIGITS[-1]
SHOWN = "784-16-16-10/32"
SHOWN_WIDE = "784-1024-1024-10/32"

_POINTS = 500
_NOISE = 0.2


class Net(NamedTuple):
    """A network and how it is trained, written as in ``"784-16-16-10/32"``."""

    sizes: tuple[int, ...]
    batch_size: int

    @classmethod
    def named(cls, name: str) -> "Net":
        """Read the neurons of each layer and the samples a batch."""
        sizes, _, batch_size = name.partition("/")
        return cls(tuple(map(int, sizes.split("-"))), int(batch_size))

    @property
    def of_digits(self) -> bool:
        """Whether it reads digits."""
        return self.sizes[0] == SIDE_PX**2

    @property
    def settings(self) -> Settings:
        """As the program starts with; for the points, as TensorFlow Playground does."""
        if self.of_digits:
            return Settings(hidden=self.sizes[1:-1], batch_size=self.batch_size)
        return Settings(
            hidden=self.sizes[1:-1],
            activation="tanh",
            output="tanh",
            loss="squared_error",
            learning_rate=0.03,
            batch_size=self.batch_size,
        )

    @property
    def flops_per_batch(self) -> int:
        """
        Floating point operations that a batch needs, additions and multiplications counted apart.

        Each layer has three products with n_in * n_out of both for each sample: a W forward,
        delta W^T backward, a^T delta for the gradient. Nobody asks for the blame of the inputs, so
        the first layer does without the second.
        """
        pairs = [a * b for a, b in zip(self.sizes, self.sizes[1:], strict=False)]
        return 2 * self.batch_size * (3 * sum(pairs) - pairs[0])

    def task(self) -> Task:
        """Return the digits, or points in two circles."""
        return digits(load_mnist()) if self.of_digits else circles()


def circles() -> Task:
    """
    Return points in the plane: 1 for those in a disk, -1 for those in a ring around it.

    They are spread like the circles of TensorFlow Playground (tensorflow/playground, dataset.ts).
    """
    rng = np.random.default_rng(0)
    inside = np.arange(_POINTS) < _POINTS // 2
    radius = np.where(inside, rng.uniform(0, 2.5, _POINTS), rng.uniform(3.5, 5, _POINTS))
    angle = rng.uniform(0, 2 * np.pi, _POINTS)
    x = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    x += rng.uniform(-_NOISE, _NOISE, x.shape)
    y = np.where(inside, 1, -1)[:, None]
    return Task(("inside",), ("x", "y"), Table(x.astype(np.float32), y.astype(np.float32)))
