"""How well a network reads pictures that it was not trained on."""

from collections.abc import Callable, Generator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpviz.data import Samples
from bpviz.engine import Network, fast_lane

# Multiplications of a chunk at the most: a pause waits for its end. And, without the fast lane,
# pictures.
CHUNK_WORK = 500_000_000
CHUNK = 250


class Evaluation(NamedTuple):
    """
    The result over all pictures of a set.

    Attributes
    ----------
    loss
        Mean of the samples' losses.
    accuracy
        Share of the pictures whose largest output is their label's, from 0 to 1.
    """

    loss: float
    accuracy: float


def evaluate_in_chunks(network: Network, samples: Samples) -> Generator[int, None, Evaluation]:
    """
    Evaluate, chunk by chunk. The network must not change meanwhile.

    Yields
    ------
    int
        How many samples were just done.
    """
    loss, right = 0.0, 0
    stored = samples.stored() if fast_lane.takes(network) else None
    chunk = max(CHUNK_WORK // network.params.size, 1)
    if stored is None:
        chunk = min(chunk, CHUNK)
    for start in range(0, len(samples), chunk):
        taken = np.arange(start, min(start + chunk, len(samples)))
        if stored is None:
            chunk_loss, chunk_right = _by_textbook(network, samples, taken)
        else:
            chunk_loss, chunk_right = fast_lane.evaluate(network, stored, taken)
        loss += chunk_loss
        right += chunk_right
        yield len(taken)
    return Evaluation(loss / len(samples), right / len(samples))


def _by_textbook(network: Network, samples: Samples, taken: NDArray[np.int64]) -> tuple[float, int]:
    a = samples.inputs(taken)
    for layer in network.layers:
        z, a = layer.forward(a)
    values = network.loss.values(network.output, z, a, samples.targets(taken))
    right = a.argmax(axis=1) == samples.labels(taken)
    return float(values.sum(dtype=np.float64)), int(right.sum())


def evaluate(
    network: Network, samples: Samples, progress: Callable[[int], object] | None = None
) -> Evaluation:
    """
    Evaluate in one go.

    Parameters
    ----------
    network, samples
        What is tried on what.
    progress
        Is told how many samples were just done, each time some were.
    """
    chunks = evaluate_in_chunks(network, samples)
    while True:
        try:
            done = next(chunks)
        except StopIteration as end:
            result: Evaluation = end.value
            return result
        if progress is not None:
            progress(done)
