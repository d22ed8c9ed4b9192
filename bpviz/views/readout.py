"""What is said about the neuron or the weight under the mouse: its name and its numbers."""

from collections.abc import Sequence
from typing import NamedTuple

from bpviz.views.geometry import PICTURE_SIDE, Edge, Neuron, Part
from bpviz.views.network_state import NetworkState
from bpviz.views.numbers import signed
from bpviz.views.quantities import AGREEMENT, SIGNAL, Layers, Quantity, value_of

NOT_YET = "not yet"


class Readout(NamedTuple):
    """
    A name and its numbers.

    Attributes
    ----------
    title
        What it is.
    rows
        Pairs of a quantity's name and its value.
    """

    title: str
    rows: tuple[tuple[str, str], ...]


def neuron_name(neuron: Neuron, sizes: Sequence[int], classes: Sequence[str]) -> str:
    """Return what a neuron is called, such as ``"neuron 4 of layer 2"``; all count from 1."""
    column, row = neuron
    if column == 0:
        if sizes[0] == PICTURE_SIDE**2:
            return f"pixel in row {row // PICTURE_SIDE + 1}, column {row % PICTURE_SIDE + 1}"
        return f"input {row + 1}"
    if column == len(sizes) - 1:
        return f"output “{classes[row]}”"
    return f"neuron {row + 1} of layer {column}"


def read_out(
    part: Part,
    state: NetworkState,
    classes: Sequence[str],
    quantity: Quantity | None = None,
    layers: Layers = (),
) -> Readout:
    """
    Describe a part of the network.

    What the batch that is being walked through has not come to yet is said to be not yet there;
    what there is not at all is left out.

    Parameters
    ----------
    part
        A neuron or a weight.
    state
        The numbers.
    classes
        Names of the outputs.
    quantity, layers
        What is coloured, and its values. Signal and agreement are told while they are on.
    """
    sizes = [len(state.parameters[0].W), *(len(layer.b) for layer in state.parameters)]
    also = quantity if quantity in (SIGNAL, AGREEMENT) and layers else None
    values: list[tuple[str, float | None]] = []
    if isinstance(part, Edge):
        layer, ends = state.layers[part.pair], (part.start, part.end)
        values.append(("w now", state.parameters[part.pair].W[ends]))
        values.append(("∂L/∂w", None if layer.gradient is None else layer.gradient.W[ends]))
        if layer.update is not None:
            values.append(("Δw", layer.update.W[ends]))
        if also is not None:
            coloured = layers[part.pair]
            values.append((also.name, None if coloured is None else value_of(coloured, *ends)))
        start = neuron_name(Neuron(part.pair, part.start), sizes, classes)
        end = neuron_name(Neuron(part.pair + 1, part.end), sizes, classes)
        title = f"weight from {start} to {end}"
    elif part.column == 0:
        title = neuron_name(part, sizes, classes)
        values.append(("a", None if state.x is None else state.x[part.row]))
    else:
        title = neuron_name(part, sizes, classes)
        layer, row = state.layers[part.column - 1], part.row
        for name, array in (("a", layer.a), ("z", layer.z), ("δ = ∂L/∂z", layer.delta)):
            values.append((name, None if array is None else array[row]))
        values.append(("bias b", state.parameters[part.column - 1].b[row]))
        values.append(("∂L/∂b", None if layer.gradient is None else layer.gradient.b[row]))
        if layer.update is not None:
            values.append(("Δb", layer.update.b[row]))
        if also is AGREEMENT:
            coloured = layers[part.column - 1]
            values.append(("agreement on b", None if coloured is None else coloured.b[row]))
    rows = []
    for name, value in values:
        if value is not None:
            # A share has no sign.
            text = signed(value, state.digits)
            rows.append((name, text.lstrip("+") if name.startswith(AGREEMENT.name) else text))
        elif state.working is not None:
            rows.append((name, NOT_YET))
    return Readout(title, tuple(rows))
