"""Where in the network a parameter stands, and where in the flat array."""

from itertools import pairwise
from typing import NamedTuple

from bpviz.engine.network import Network, parameter_count


class Place(NamedTuple):
    """
    The place of a weight or a bias.

    Attributes
    ----------
    layer
        Index of the layer, 0 being the first with weights.
    start
        The input that the weight leads from; None for a bias.
    end
        The neuron that it leads to.
    """

    layer: int
    start: int | None
    end: int


def locate(network: Network, index: int) -> Place:
    """
    Return the place of ``network.params[index]``.

    Raises
    ------
    IndexError
        If there is no such parameter. Indices do not count from the end.
    """
    if index >= 0:
        for layer, (n_in, n_out) in enumerate(pairwise(network.sizes)):
            # In the flat array the biases follow the weights like one more row of them.
            start, end = divmod(index, n_out)
            if start <= n_in:
                return Place(layer, None if start == n_in else start, end)
            index -= (n_in + 1) * n_out
    raise IndexError("there is no such parameter")


def flat_index(network: Network, layer: int, start: int | None, end: int) -> int:
    """
    Return the index into ``network.params`` of the parameter at a place, see `Place`.

    Raises
    ------
    IndexError
        If there is no such place.
    """
    if not 0 <= layer < len(network.sizes) - 1:
        raise IndexError(f"there is no layer {layer}")
    n_in, n_out = network.sizes[layer : layer + 2]
    if not 0 <= end < n_out or not (start is None or 0 <= start < n_in):
        raise IndexError(f"layer {layer} has no parameter from {start} to {end}")
    row = n_in if start is None else start
    return parameter_count(network.sizes[: layer + 1]) + row * n_out + end
