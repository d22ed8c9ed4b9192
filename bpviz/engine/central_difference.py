"""Numerical derivatives of a batch's loss, by the loss on both sides of a parameter's value."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bpviz.engine.activations import Activation
from bpviz.engine.arrays import Array
from bpviz.engine.network import parameter_count
from bpviz.engine.records import Records, Rows

# What is computed at once: small enough for the cache, and done in a few milliseconds.
_NUMBERS_AT_ONCE = 2**17


def fill_differences(
    records: Records,
    indices: Rows,
    epsilons: NDArray[np.float64],
    numeric: Array,
    kinked: Array | NDArray[np.bool_],
) -> Iterator[int]:
    """
    Fill in (L(w + epsilon) - L(w - epsilon)) / (2 epsilon) of some parameters w, layer by layer.

    Parameters
    ----------
    records
        The batch, in float64, its forward pass and loss done. Nothing of it is changed.
    indices, epsilons : (n,)
        Which parameters, and how far each is shifted.
    numeric, kinked : (n,)
        Are given the differences, and whether a kink of an activation function lies between the
        two points: whether a neuron is on one side of it before and on the other after.

    Yields
    ------
    int
        How many are filled in, every few milliseconds in a small network.

    Raises
    ------
    IndexError
        If there is no such parameter.
    """
    if len(indices) and not 0 <= indices.min() <= indices.max() < records.network.params.size:
        raise IndexError("there is no such parameter")
    sizes = records.network.sizes
    done = 0
    for layer, n_out in enumerate(sizes[1:]):
        first, behind = (parameter_count(sizes[:end]) for end in (layer + 1, layer + 2))
        in_layer = np.flatnonzero((first <= indices) & (indices < behind))
        at_once = max(1, _NUMBERS_AT_ONCE // (2 * len(records.x) * max(sizes[layer + 1 :])))
        for begin in range(0, len(in_layer), at_once):
            some = in_layer[begin : begin + at_once]
            # In the flat array the biases follow the weights like one more row of them.
            starts, ends = np.divmod(indices[some] - first, n_out)
            numeric[some], kinked[some] = _difference(records, layer, starts, ends, epsilons[some])
            done += len(some)
            yield done


@np.errstate(all="ignore")  # not around a yield: it would hold for whoever is next
def _difference(
    records: Records, layer: int, starts: Rows, ends: Rows, epsilons: NDArray[np.float64]
) -> tuple[Array, NDArray[np.bool_]]:
    """
    Return the central differences of p parameters of a layer, and whether a kink lies in each.

    A shift of one parameter moves the z of one neuron, and by its outgoing weights the z of the
    next layer; only the layers after that one need a forward pass.

    Parameters
    ----------
    starts, ends, epsilons : (p,)
        The rows, of W with b below it, and the columns of the parameters, and how far to shift.
    """
    network, loss = records.network, records.loss
    assert loss is not None
    n = len(records.x)
    a_in = np.column_stack([records.forwards[layer].a_in, np.ones(n)])
    signs = np.array([1.0, -1.0])[:, None, None]
    moved: Array = signs * epsilons[:, None] * a_in.T[starts]  # (2, p, N): up, down
    kinked = np.zeros(len(starts), bool)

    def note_kinks(activation: Activation, z: Array) -> None:
        if activation.kink_at_zero:
            above, below = (z > 0).reshape(2, len(starts), -1)
            np.logical_or(kinked, (above != below).any(axis=-1), out=kinked)

    forward = records.forwards[layer]
    directions: Array
    if layer + 1 == len(network.layers):
        directions = np.eye(network.sizes[-1])
    else:
        activation = network.layers[layer].activation
        directions = network.layers[layer + 1].W
        own_z = forward.z.T[ends] + moved
        note_kinks(activation, own_z)
        moved = activation.value(own_z) - forward.a.T[ends]
        layer, forward = layer + 1, records.forwards[layer + 1]
    z: Array = forward.z + moved[..., None] * directions[ends][:, None, :]  # (2, p, N, n_out)
    z = z.reshape(-1, z.shape[-1])
    a = network.layers[layer].activation.value(z)
    note_kinks(network.layers[layer].activation, z)
    for above in network.layers[layer + 1 :]:
        z, a = above.forward(a)
        note_kinks(above.activation, z)

    z, a = (array.reshape(2, len(starts), n, -1) for array in (z, a))
    up, down = network.loss.values(network.output, z, a, loss.y)
    return (up - down).mean(axis=-1) / (2 * epsilons), kinked
