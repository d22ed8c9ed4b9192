"""When training blows up: where it did, and what usually causes it."""

from collections.abc import Sequence

import numpy as np

from bpviz.engine import Array, Backward, Forward, Network, Stage
from bpviz.session.settings import Settings

RUINED = 1e6
"""Weights that large are beyond what training at a sensible rate makes of them, or can mend."""


class DivergenceError(ArithmeticError):
    """
    Something became NaN or infinite, and training stopped before the update.

    Attributes
    ----------
    batch
        Number of the batch, the first is 1; None if it was a drawing.
    layer
        Number of the layer it was first seen in; the first with weights is 1.
    """

    def __init__(self, batch: int | None, layer: int, what: str, cause: str) -> None:
        self.batch = batch
        self.layer = layer
        where = "Your drawing" if batch is None else f"Batch {batch:,}"
        super().__init__(f"{where}: {what} of layer {layer} are no longer finite. {cause}")


def explain(
    records: Sequence[Stage], network: Network, settings: Settings, batch: int | None
) -> DivergenceError:
    """
    Find the first place of a batch where a value is not finite.

    Parameters
    ----------
    records
        The batch's stages so far.
    network, settings, batch
        What was trained, how, and the number of the batch.
    """
    layer, what = _first_place(records, network)
    shrinks = settings.learning_rate * settings.weight_decay
    largest = max(float(np.abs(part.W).max()) for part in network.layers)
    cause = (
        f"Each step takes {shrinks:g} times its own value off every weight, so that it overshoots "
        f"zero and grows: lower the weight decay ({settings.weight_decay:g} here)."
        if shrinks > 2
        else f"Earlier steps have made weights as large as {largest:.0e}, so that no learning rate "
        f"helps any more: go back to the same starting weights."
        if largest > RUINED and settings.learning_rate < 1
        else f"Usually the learning rate is too large ({settings.learning_rate:g} here): the steps "
        f"overshoot, and every batch makes them larger. Go back to the same starting weights "
        f"and try {min(settings.learning_rate / 10, 0.1):g}."
    )
    return DivergenceError(batch, layer + 1, what, cause)


def _first_place(records: Sequence[Stage], network: Network) -> tuple[int, str]:
    for index, layer in enumerate(network.layers):
        if not (_finite(layer.W) and _finite(layer.b)):
            return index, "the weights"
    for record in records:
        if isinstance(record, Forward) and not (_finite(record.z) and _finite(record.a)):
            return record.layer, "the activations"
        if isinstance(record, Backward):
            if not _finite(record.delta):
                return record.layer, "the error signals (delta)"
            if not (_finite(record.dW) and _finite(record.db)):
                return record.layer, "the gradients"
    return len(network.layers) - 1, "the losses"


def _finite(array: Array) -> bool:
    return bool(np.isfinite(array).all())
