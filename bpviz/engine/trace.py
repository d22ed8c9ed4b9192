"""One sample's way through a network: what every neuron made of it."""

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

import numpy as np

from bpviz.engine.arrays import Array
from bpviz.engine.network import Network
from bpviz.engine.stages import Backward, Forward, Stage, stages


class Trace(NamedTuple):
    """
    The values of one sample, a tuple entry a layer, the first layer with weights first.

    Attributes
    ----------
    x : (n_in,)
        The sample.
    z : each (n_out,)
        Weighted inputs.
    a : each (n_out,)
        Activations.
    delta : each (n_out,), or empty
        dL_n/dz. Empty where there was no backward pass, because nobody said what is right.
    """

    x: Array
    z: tuple[Array, ...]
    a: tuple[Array, ...]
    delta: tuple[Array, ...] = ()


def trace_sample(records: Iterable[Stage], sample: int) -> Trace:
    """
    Pick one sample out of a batch's records.

    Parameters
    ----------
    records
        The stages of one batch, at least its forward pass, in order.
    sample
        Which row of the batch.
    """
    records = list(records)
    forwards = [record for record in records if isinstance(record, Forward)]
    backwards = [record for record in records if isinstance(record, Backward)]
    return Trace(
        forwards[0].a_in[sample],
        tuple(record.z[sample] for record in forwards),
        tuple(record.a[sample] for record in forwards),
        tuple(record.delta[sample] for record in reversed(backwards)),
    )


def trace_input(network: Network, x: Array) -> Trace:
    """Send one input x : (n_in,) through the network. Nobody knows its label: forward only."""
    batch = x[None].astype(network.params.dtype)
    no_label = np.zeros((1, network.sizes[-1]), network.params.dtype)
    return trace_sample(islice(stages(network, batch, no_label), len(network.layers)), 0)
