"""What is said about the neuron or the weight under the mouse: its name and its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bpviz.engine import Trace
from bpviz.engine.network import LayerArrays
from bpviz.views.geometry import PICTURE_SIDE, Edge, Neuron, Part
from bpviz.views.numbers import signed


@dataclass(frozen=True)
class NetworkState:
    """
    All numbers that the network view shows, of one moment.

    Attributes
    ----------
    parameters
        W and b of each layer.
    gradient
        dL/dW and dL/db of each layer, of the last backward pass. None before the first.
    trace
        One sample's way through the network. None before there is one.
    """

    parameters: Sequence[LayerArrays]
    gradient: Sequence[LayerArrays] | None
    trace: Trace | None


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


def read_out(part: Part, state: NetworkState, classes: Sequence[str]) -> Readout:
    """
    Describe a part of the network.

    Parameters
    ----------
    part
        A neuron or a weight.
    state
        The numbers.
    classes
        Names of the outputs.
    """
    sizes = [len(state.parameters[0].W), *(len(layer.b) for layer in state.parameters)]
    if isinstance(part, Edge):
        W = state.parameters[part.pair].W[part.start, part.end]
        rows = [("w now", signed(W))]
        if state.gradient is not None:
            rows.append(
                ("∂L/∂w, last batch", signed(state.gradient[part.pair].W[part.start, part.end]))
            )
        start = neuron_name(Neuron(part.pair, part.start), sizes, classes)
        end = neuron_name(Neuron(part.pair + 1, part.end), sizes, classes)
        return Readout(f"weight from {start} to {end}", tuple(rows))

    layer, row = part.column - 1, part.row
    title = neuron_name(part, sizes, classes)
    if layer < 0:
        rows = [("a", signed(state.trace.x[row]))] if state.trace is not None else []
        return Readout(title, tuple(rows))
    rows = []
    if state.trace is not None:
        rows += [("a", signed(state.trace.a[layer][row])), ("z", signed(state.trace.z[layer][row]))]
        if state.trace.delta:
            rows.append(("δ = ∂L/∂z", signed(state.trace.delta[layer][row])))
    rows.append(("bias b", signed(state.parameters[layer].b[row])))
    if state.gradient is not None:
        rows.append(("∂L/∂b", signed(state.gradient[layer].b[row])))
    return Readout(title, tuple(rows))
