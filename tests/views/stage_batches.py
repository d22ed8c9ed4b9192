"""Batches of small networks, after some of their stages, for tests of what is said of them."""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from bpviz.engine import SGD, Network, Records, collect, stages
from bpviz.views.batch_view import BatchView

DIGITS = tuple("0123456789")


def view_of(
    network: Network,
    x: Sequence[Sequence[float]],
    y: Sequence[Sequence[float]] | Sequence[int],
    n_stages: int = 99,
    rows: list[int] | None = None,
    **more: object,
) -> BatchView:
    """Take stages of a batch; y are targets, or labels."""
    dtype = network.params.dtype
    labels = np.array(y) if isinstance(y[0], int) else None
    targets = np.array(y) if labels is None else np.eye(network.sizes[-1])[labels]
    batch = np.array(x, dtype)
    before = network.over(network.params.copy())
    records = Records(before, batch, targets.astype(dtype))
    steps = stages(network, batch, targets.astype(dtype), SGD(0.5))
    records = collect(records, [stage for stage, _ in zip(steps, range(n_stages), strict=False)])
    taken = np.arange(len(x)) if rows is None else np.array(rows, np.intp)
    return BatchView(records, labels, DIGITS, taken, **more)  # type: ignore[arg-type]


def echo(n: int) -> Network:
    """Return a network without hidden layers whose z are its inputs."""
    network = Network((n, n))
    network.layers[0].W[:] = np.eye(n)
    return network


def mazur() -> Network:
    network = Network(
        (2, 2, 2), hidden="sigmoid", output="sigmoid", loss="squared_error", dtype=np.float64
    )
    network.layers[0].W[:] = [[0.15, 0.25], [0.20, 0.30]]
    network.layers[0].b[:] = 0.35
    network.layers[1].W[:] = [[0.40, 0.50], [0.45, 0.55]]
    network.layers[1].b[:] = 0.60
    return network


def two_layers(hidden: str = "relu") -> Network:
    network = Network((2, 3, 2), hidden=hidden)
    network.layers[0].W[:] = [[1, -1, 2], [0, -1, 1]]
    network.layers[1].W[:] = [[1, 0], [0, 1], [0, 2]]
    return network


def eights(
    n: int = 5, guesses: tuple[int, ...] = (8, 3), n_stages: int = 99, n_in: int = 784
) -> BatchView:
    """
    Make a batch of 8s, in which sample i is guessed to be guesses[i], as far as there are guesses.

    The other samples are guessed right. With weights that pick the guess, e to 1 are the odds.
    """
    network = Network([n_in, 10])
    x = np.zeros((n, n_in), np.float32)
    labels = np.full(n, 8)
    network.layers[0].W[:10] = np.eye(10)
    x[np.arange(n), [*guesses[:n], *labels[len(guesses) :]]] = 1
    y = np.eye(10, dtype=np.float32)[labels]
    records = collect(Records(network, x, y), islice(stages(network, x, y), n_stages))
    return BatchView(records, labels, DIGITS, np.arange(n))
