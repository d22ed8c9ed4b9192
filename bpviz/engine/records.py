"""What has been computed of one batch so far, to be looked at."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bpviz.engine.arrays import Array
from bpviz.engine.network import LayerArrays, Network
from bpviz.engine.stages import Backward, Forward, Loss, Stage, Update, stages

Rows = NDArray[np.intp]
"""Which samples of a batch are looked at : (n,), indices of its rows."""


@dataclass(frozen=True, eq=False)
class Records:
    """
    The stages of one batch that are done, in order, and what they were computed with.

    Attributes
    ----------
    network
        With the parameters of the forward and backward pass, so those before the update.
    x : (N, n_in)
        Inputs.
    y : (N, n_out) or None
        Targets. None where nobody knows what is right: forward pass only.
    forwards
        One a layer that the forward pass has reached, the first layer first.
    loss
        None before it.
    backwards
        One a layer that the backward pass has reached, the last layer first.
    update
        None before it.
    """

    network: Network
    x: Array
    y: Array | None = None
    forwards: tuple[Forward, ...] = ()
    loss: Loss | None = None
    backwards: tuple[Backward, ...] = ()
    update: Update | None = None

    def and_then(self, stage: Stage) -> "Records":
        """Return these records with the next stage."""
        if isinstance(stage, Forward):
            return replace(self, forwards=(*self.forwards, stage))
        if isinstance(stage, Loss):
            return replace(self, loss=stage)
        if isinstance(stage, Backward):
            return replace(self, backwards=(*self.backwards, stage))
        return replace(self, update=stage)

    @property
    def last(self) -> Stage | None:
        """The stage done last; None before the first."""
        if self.update is not None:
            return self.update
        if self.backwards:
            return self.backwards[-1]
        if self.loss is not None:
            return self.loss
        return self.forwards[-1] if self.forwards else None

    @property
    def gradient(self) -> Array | None:
        """dL/d(parameters) : (n_params,), flat; None before the backward pass is through."""
        if len(self.backwards) < len(self.network.layers):
            return None
        return self.backwards[-1].gradient

    def forward(self, layer: int) -> Forward | None:
        """Return the forward pass of a layer, 0 being the first; None before it."""
        return self.forwards[layer] if layer < len(self.forwards) else None

    def backward(self, layer: int) -> Backward | None:
        """Return the backward pass of a layer, 0 being the first; None before it."""
        place = len(self.network.layers) - 1 - layer
        return self.backwards[place] if 0 <= place < len(self.backwards) else None

    def gradients(self, rows: Rows | None = None) -> list[LayerArrays | None]:
        """
        Return dL/dW and dL/db of each layer, as some of the samples want them.

        Parameters
        ----------
        rows : (n,)
            Whose mean is taken; None takes the batch's.

        Returns
        -------
        list
            The first layer first; None for a layer that the backward pass has not reached, and
            for all of them if there are no rows.
        """
        result: list[LayerArrays | None] = []
        for layer in range(len(self.network.layers)):
            backward = self.backward(layer)
            if backward is None or (rows is not None and not len(rows)):
                result.append(None)
            elif rows is None or len(rows) == len(self.x):
                result.append(LayerArrays(backward.dW, backward.db))
            else:
                share = backward.delta[rows] / len(rows)
                a_in = self.forwards[layer].a_in[rows]
                result.append(LayerArrays(a_in.T @ share, share.sum(axis=0)))
        return result

    def agreements(self, rows: Rows | None = None) -> list[LayerArrays | None]:
        """
        Return how much the samples agree on each parameter: |mean of g_n| / mean of |g_n|.

        g_n is a sample's gradient, a times delta, so |g_n| is |a| |delta|.

        Parameters
        ----------
        rows : (n,)
            As for `gradients`, as is what is returned.

        Returns
        -------
        list
            From 0, where the samples' wishes cancel out, to 1, where all pull the same way; 0
            where none of them pulls.
        """
        result: list[LayerArrays | None] = []
        for layer, gradient in enumerate(self.gradients(rows)):
            backward = self.backward(layer)
            if gradient is None or backward is None:
                result.append(None)
                continue
            taken = slice(None) if rows is None else rows
            share = np.abs(backward.delta[taken])
            share /= len(share)
            a_in = np.abs(self.forwards[layer].a_in[taken])
            result.append(
                LayerArrays(
                    _share(gradient.W, a_in.T @ share), _share(gradient.b, share.sum(axis=0))
                )
            )
        return result


def _share(part: Array, whole: Array) -> Array:
    # Rounding may put the sum of products a little above the sum of their magnitudes. What is NaN
    # stays so.
    with np.errstate(invalid="ignore"):
        share = np.divide(np.abs(part), whole, out=np.zeros_like(part), where=whole != 0)
    return np.minimum(share, 1, out=share)


def collect(records: Records, taken: Iterable[Stage]) -> Records:
    """Return the records with some more stages."""
    for stage in taken:
        records = records.and_then(stage)
    return records


def read(network: Network, x: Array) -> Records:
    """Send one input x : (n_in,) through the network. Nobody knows its label: forward only."""
    batch = x[None].astype(network.params.dtype)
    no_target = np.zeros((1, network.sizes[-1]), network.params.dtype)
    forward_pass = islice(stages(network, batch, no_target), len(network.layers))
    return collect(Records(network, batch), forward_pass)


def blame_input(records: Records, y: Array) -> Array:
    """
    Return dL_n/dx : (N, n_in) of samples that were only read, without gradients of parameters.

    Parameters
    ----------
    records
        With the forward pass.
    y : (N, n_out)
        Targets.
    """
    network, last = records.network, records.forwards[-1]
    delta = network.loss.delta(network.output, last.z, last.a, y.astype(last.a.dtype))
    above = network.layers[-1]
    for layer, forward in zip(network.layers[-2::-1], records.forwards[-2::-1], strict=True):
        delta = layer.activation.pull_back(forward.z, forward.a, above.pull_back(delta))
        above = layer
    return above.pull_back(delta)
