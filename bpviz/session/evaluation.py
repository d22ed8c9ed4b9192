"""How well a network reads pictures that it was not trained on."""

from collections.abc import Generator
from typing import NamedTuple

import numpy as np

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


def evaluate_in_chunks(network: Network, samples: Samples) -> Generator[None, None, Evaluation]:
    """Evaluate, yielding between two chunks. The network must not change meanwhile."""
    loss = 0.0
    right = 0
    chunk = max(CHUNK_WORK // network.params.size, 1)
    stored = samples.stored() if fast_lane.takes(network) else None
    if stored is None:
        chunk = min(chunk, CHUNK)
    for start in range(0, len(samples), chunk):
        taken = slice(start, start + chunk)
        if stored is not None:
            order = np.arange(*taken.indices(len(samples)))
            chunk_loss, chunk_right = fast_lane.evaluate(network, stored, order)
            loss += chunk_loss
            right += chunk_right
            yield
            continue
        a = samples.inputs(taken)
        for layer in network.layers:
            z, a = layer.forward(a)
        values = network.loss.values(network.output, z, a, samples.targets(taken))
        loss += float(values.sum(dtype=np.float64))
        right += int((a.argmax(axis=1) == samples.labels(taken)).sum())
        yield
    return Evaluation(loss / len(samples), right / len(samples))


def evaluate(network: Network, samples: Samples) -> Evaluation:
    """Evaluate in one go."""
    chunks = evaluate_in_chunks(network, samples)
    while True:
        try:
            next(chunks)
        except StopIteration as end:
            result: Evaluation = end.value
            return result
