"""Where keys lead from a part of a network. Pure arithmetic."""

from collections.abc import Sequence

from bpviz.views.geometry import Edge, Neuron, Part


def neuron_beside(part: Part | None, columns: int, rows: int, sizes: Sequence[int]) -> Neuron:
    """
    Return the neuron so many layers to the right and so many neurons down.

    Parameters
    ----------
    part
        From where: a weight counts as the neuron that it leads into, and None leads to the first
        output.
    columns, rows
        How far; the walk ends at the network's rim.
    sizes
        Neurons of each layer, inputs first.
    """
    if isinstance(part, Neuron):
        column, row = part.column + columns, part.row + rows
    elif isinstance(part, Edge):
        column, row = part.pair + 1 + columns, part.end + rows
    else:
        column, row = len(sizes) - 1, 0
    column = min(max(column, 0), len(sizes) - 1)
    return Neuron(column, min(max(row, 0), sizes[column] - 1))


def weight_beside(part: Part | None, step: int, sizes: Sequence[int]) -> Edge | None:
    """
    Return the next of the weights that lead into a neuron, round and round; None for inputs.

    Parameters
    ----------
    part
        The neuron, or one of its weights.
    step
        1 for the next, -1 for the one before.
    sizes
        Neurons of each layer, inputs first.
    """
    if isinstance(part, Edge):
        return part._replace(start=(part.start + step) % sizes[part.pair])
    if part is None or part.column == 0:
        return None
    start = 0 if step > 0 else sizes[part.column - 1] - 1
    return Edge(part.column - 1, start, part.row)
