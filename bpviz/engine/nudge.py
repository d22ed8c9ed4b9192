"""What a batch's loss would be if one parameter had another value."""

from collections.abc import Generator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bpviz.engine.arrays import Array
from bpviz.engine.network import Network
from bpviz.engine.parameter_place import locate
from bpviz.engine.stages import Forward, stages


def loss_along(
    network: Network,
    x: Array,
    y: Array,
    index: int,
    values: Sequence[float] | NDArray[np.floating],
) -> Generator[None, None, NDArray[np.float64]]:
    """
    Compute the loss of a batch along one parameter, all others being as they are.

    Only the z of one neuron, and what follows from it, is computed anew at each point.

    Parameters
    ----------
    network
        Its parameters are copied at the first ``next()`` and never changed.
    x : (N, n_in)
        Inputs.
    y : (N, n_out)
        Targets.
    index
        Which of ``network.params`` it is.
    values : (n,)
        What it is set to, one after the other.

    Yields
    ------
    None
        After each point.

    Returns
    -------
    (n,)
        The mean of the samples' losses at each point, infinite or NaN where the samples' are.

    Raises
    ------
    IndexError
        If there is no such parameter.
    """
    place = locate(network, index)
    network = network.over(network.params.copy())
    with np.errstate(all="ignore"):
        *_, forward = islice(stages(network, x, y), place.layer + 1)
    assert isinstance(forward, Forward)
    losses = np.empty(len(values))
    for i, value in enumerate(values):
        with np.errstate(over="ignore"):  # float32 holds less than a value may be
            network.params[index] = value
        losses[i] = _loss_from(network, forward, place.end, y)
        yield
    return losses


@np.errstate(all="ignore")  # not around a yield: it would hold for whoever is next
def _loss_from(network: Network, forward: Forward, neuron: int, y: Array) -> float:
    """Return the loss after a change of one neuron's parameters."""
    layer, *later = network.layers[forward.layer :]
    z = forward.z.copy()
    z[:, neuron] = forward.a_in @ layer.W[:, neuron] + layer.b[neuron]
    a = layer.activation.value(z)
    for above in later:
        z, a = above.forward(a)
    return float(network.loss.values(network.output, z, a, y).mean(dtype=np.float64))
