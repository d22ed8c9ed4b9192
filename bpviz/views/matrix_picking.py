"""What part of a network lies at a point of a matrix, or beside another. Pure arithmetic."""

import numpy as np

from bpviz.engine import Array, LayerArrays
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.matrix_geometry import MatrixLayout
from bpviz.views.quantities import Signals, value_of


def matrix_part_at(
    layout: MatrixLayout, pair: int, layer: LayerArrays | Signals, x: int, y: int
) -> Part | None:
    """
    Return the weight or, in the row of biases, the neuron at a point; of several the strongest.

    Parameters
    ----------
    layout
        Where everything lies.
    pair
        Which pair of columns of the network the matrix joins.
    layer
        What is coloured of its weights and biases.
    x, y
        The point in device pixels.
    """
    columns = layout.columns.at(x)
    if not columns:
        return None
    if layout.bias[0] <= y < layout.bias[1]:
        return Neuron(pair + 1, columns.start + _strongest(layer.b[columns.start : columns.stop]))
    rows = layout.rows.at(y)
    if not rows:
        return None
    block = np.ix_(rows, columns)
    row, column = divmod(_strongest(value_of(layer, *block)), len(columns))
    return Edge(pair, rows.start + row, columns.start + column)


def _strongest(values: Array) -> int:
    return int(np.nan_to_num(np.abs(values), nan=np.inf).argmax())


def beside(part: Part | None, pair: int, shape: tuple[int, int], right: int, down: int) -> Part:
    """
    Return the cell so far to the right and down; the biases are the row below the last one.

    Parameters
    ----------
    part
        From where; the first weight is taken if that is not in this matrix.
    pair, shape
        Which matrix, its rows and columns.
    right, down
        How far; the matrix ends at its rim.
    """
    rows, columns = shape
    if isinstance(part, Edge) and part.pair == pair:
        row, column = part.start + down, part.end + right
    elif isinstance(part, Neuron) and part.column == pair + 1:
        row, column = rows + down, part.row + right
    else:
        row = column = 0
    column = min(max(column, 0), columns - 1)
    row = min(max(row, 0), rows)
    return Neuron(pair + 1, column) if row == rows else Edge(pair, row, column)


def matrix_of(part: Part, shown: int) -> int:
    """Return the matrix that a part lies in; an input neuron is a row of the one shown, or 0."""
    if isinstance(part, Edge):
        return part.pair
    return shown if part.column == shown else max(part.column - 1, 0)
