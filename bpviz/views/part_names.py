"""What the inspector calls neurons and weights; all count from 1."""

from collections.abc import Sequence

from bpviz.views.geometry import PICTURE_SIDE, Edge, Neuron, Part
from bpviz.views.readout import neuron_name


def short_name(neuron: Neuron, sizes: Sequence[int], classes: Sequence[str]) -> str:
    """Return what a neuron is called where its column is plain, such as ``"neuron 4"``."""
    column, row = neuron
    if column == 0:
        if sizes[0] == PICTURE_SIDE**2:
            return f"pixel {row // PICTURE_SIDE + 1}, {row % PICTURE_SIDE + 1}"
        return f"input {row + 1}"
    if column == len(sizes) - 1:
        return f"output “{classes[row]}”"
    return f"neuron {row + 1}"


def weight_name(edge: Edge, sizes: Sequence[int], classes: Sequence[str]) -> str:
    """Return what a weight is called, such as ``"Weight · layer 2, neuron 3 → neuron 4"``."""
    start = short_name(Neuron(edge.pair, edge.start), sizes, classes)
    end = short_name(Neuron(edge.pair + 1, edge.end), sizes, classes)
    return f"Weight · layer {edge.pair + 1}, {start} → {end}"


def part_title(part: Part, sizes: Sequence[int], classes: Sequence[str]) -> str:
    """Return the name of a part as a heading."""
    if isinstance(part, Edge):
        return weight_name(part, sizes, classes)
    name = neuron_name(part, sizes, classes)
    return name[0].upper() + name[1:]
