"""How well a network reads pictures that it was not trained on."""

from collections.abc import Generator
from typing import NamedTuple

import numpy as np

from bpviz.data import Split, as_input
from bpviz.data.targets import one_hot
from bpviz.engine import Network

# Pictures of a chunk, and multiplications of one at the most: a pause waits for its end.
CHUNK = 250
CHUNK_WORK = 500_000_000


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


def evaluate_in_chunks(network: Network, split: Split) -> Generator[None, None, Evaluation]:
    """Evaluate, yielding between two chunks. The network must not change meanwhile."""
    loss = 0.0
    right = 0
    chunk = min(max(CHUNK_WORK // network.params.size, 1), CHUNK)
    for start in range(0, len(split), chunk):
        a = as_input(split.x[start : start + chunk])
        labels = split.y[start : start + chunk]
        for layer in network.layers:
            z, a = layer.forward(a)
        values = network.loss.values(network.output, z, a, one_hot(labels))
        loss += float(values.sum(dtype=np.float64))
        right += int((a.argmax(axis=1) == labels).sum())
        yield
    return Evaluation(loss / len(split), right / len(split))


def evaluate(network: Network, split: Split) -> Evaluation:
    """Evaluate in one go."""
    chunks = evaluate_in_chunks(network, split)
    while True:
        try:
            next(chunks)
        except StopIteration as end:
            result: Evaluation = end.value
            return result
