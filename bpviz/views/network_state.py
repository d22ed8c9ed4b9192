"""All numbers that the network view shows, of one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from bpviz.engine import Array, Backward, Forward, LayerArrays, Loss, Rows, Stage
from bpviz.views.batch_view import BatchView


class LayerState(NamedTuple):
    """
    One layer with weights; what has not been computed of this batch is None.

    Attributes
    ----------
    z, a, delta : (n_out,)
        Weighted inputs, activations and dL_n/dz, means over the samples looked at.
    gradient
        dL/dW and dL/db, as the samples looked at want them.
    agreement
        How much they agree on each parameter, from 0 to 1.
    update
        What was added to W and b.
    """

    z: Array | None = None
    a: Array | None = None
    delta: Array | None = None
    gradient: LayerArrays | None = None
    agreement: LayerArrays | None = None
    update: LayerArrays | None = None


class Working(NamedTuple):
    """The stage that was done last: its kind, and its layer, 0 being the first with weights."""

    kind: Literal["forward", "loss", "backward", "update"]
    layer: int = 0

    @staticmethod
    def of(stage: Stage) -> "Working":
        """Name a stage."""
        if isinstance(stage, Forward):
            return Working("forward", stage.layer)
        if isinstance(stage, Backward):
            return Working("backward", stage.layer)
        return Working("loss" if isinstance(stage, Loss) else "update")


@dataclass(frozen=True)
class NetworkState:
    """
    The numbers of a network and of a batch's way through it.

    Attributes
    ----------
    parameters
        W and b of each layer, as they are now.
    used
        Those that the values of `layers` were computed with: before the update.
    x : (n_in,) or None
        Input, mean over the samples looked at. None before there is a batch.
    layers
        One a layer with weights.
    working
        The stage done last, to be made to stand out. None where no batch is being walked through.
    absent
        Why nothing is known of the batch, where it is not only to come.
    """

    parameters: Sequence[LayerArrays]
    used: Sequence[LayerArrays]
    x: Array | None
    layers: Sequence[LayerState]
    working: Working | None = None
    absent: str = ""

    @property
    def digits(self) -> int:
        """How many significant digits of its numbers are worth showing."""
        return 8 if self.parameters[0].W.dtype == np.float64 else 4


def network_state(
    parameters: Sequence[LayerArrays],
    view: BatchView | None,
    gradients: Sequence[LayerArrays | None] = (),
    agreements: Sequence[LayerArrays | None] = (),
    walking: bool = False,
) -> NetworkState:
    """
    Bring together what is known.

    Parameters
    ----------
    parameters
        W and b of each layer, as they are now.
    view
        The batch; None before there is one.
    gradients, agreements
        See `LayerState`; empty if they are not known.
    walking
        Whether the batch is being walked through stage by stage.
    """
    if view is None or not len(view.rows):
        absent = ""
        if view is not None and view.label is not None:
            absent = f"no {view.classes[view.label]} in this batch"
        nothing = [LayerState()] * len(parameters)
        return NetworkState(parameters, parameters, None, nothing, absent=absent)
    records, rows = view.records, view.rows
    update = records.update
    steps = None if update is None else records.network.split(update.step)
    layers = []
    for layer in range(len(parameters)):
        forward, backward = records.forward(layer), records.backward(layer)
        layers.append(
            LayerState(
                z=None if forward is None else _mean(forward.z, rows),
                a=None if forward is None else _mean(forward.a, rows),
                delta=None if backward is None else _mean(backward.delta, rows),
                gradient=gradients[layer] if gradients else None,
                agreement=agreements[layer] if agreements else None,
                update=None if steps is None else steps[layer],
            )
        )
    used = records.network.split(records.network.params)
    last = records.last
    working = Working.of(last) if walking and last is not None else None
    return NetworkState(parameters, used, _mean(records.x, rows), layers, working)


def _mean(values: Array, rows: Rows) -> Array:
    if len(rows) == 1:
        row: Array = values[rows[0]]
        return row
    with np.errstate(all="ignore"):  # a network that has diverged is shown as it is
        mean: Array = values[rows].mean(axis=0)
    return mean
