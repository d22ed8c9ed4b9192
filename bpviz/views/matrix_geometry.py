"""Where the cells of a matrix of weights lie, and what lies under the mouse. Pure arithmetic."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpviz.engine import Array, LayerArrays
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.quantities import Signals, value_of

# Left for the names of rows and columns, the biases, and two lines of notes below.
LEFT_PX, TOP_PX, RIGHT_PX, BOTTOM_PX = 38, 20, 8, 60
BIAS_PX, BIAS_GAP_PX = 16, 4
MAX_CELL_PX = 64
# A cell becomes longer than it is wide, or the other way round, up to this, to fill the room.
LONG_CELL_PX = 24
# From here on there is a gap between cells.
GAP_CELL_PX = 8


class Blocks(NamedTuple):
    """
    What is drawn of one direction: blocks of neighbours, of one each where there is room.

    Attributes
    ----------
    bounds : (blocks + 1,)
        Index of the first row or column of each, and the one after the last one's last.
    edges : (blocks + 1,)
        Where each begins, and the last one ends, in device pixels.
    """

    bounds: NDArray[np.int64]
    edges: NDArray[np.int64]

    @property
    def most(self) -> int:
        """How many rows or columns share a block, at the most."""
        return int(np.diff(self.bounds).max())


@dataclass(frozen=True)
class Axis:
    """
    One direction of the matrix; all in device pixels.

    Attributes
    ----------
    n
        Rows or columns.
    cell
        Length of one; less than 1 where several share a pixel.
    start
        Where the first one begins, maybe outside of the room.
    room
        The room's first pixel, and the one after its last.
    """

    n: int
    cell: float
    start: int
    room: tuple[int, int]

    @cached_property
    def blocks(self) -> Blocks:
        """What is in sight. Each row and each column is part of one block, none is left out."""
        first, last = self.room
        if self.cell < 1:
            pixels = self.start + (self.cell * (np.arange(self.n) + 0.5)).astype(np.int64)
            low, high = np.searchsorted(pixels, self.room)
            edges, starts = np.unique(pixels[low:high], return_index=True)
            return Blocks(np.append(starts + low, high), np.append(edges, edges[-1] + 1))
        places = self.start + (self.cell * np.arange(self.n + 1) + 0.5).astype(np.int64)
        low = max(int(np.searchsorted(places, first, "right")) - 1, 0)
        high = min(int(np.searchsorted(places, last)), self.n)
        return Blocks(np.arange(low, high + 1), np.clip(places[low : high + 1], first, last))

    def at(self, pixel: int) -> range:
        """Return which rows or columns share a pixel."""
        bounds, edges = self.blocks
        if not edges[0] <= pixel < edges[-1]:
            return range(0)
        block = int(np.searchsorted(edges, pixel, "right")) - 1
        return range(int(bounds[block]), int(bounds[block + 1]))

    def place(self, index: int) -> tuple[int, int]:
        """Return the first pixel of a row or column and the one after its last, seen or not."""
        if self.cell < 1:
            pixel = self.start + int(self.cell * (index + 0.5))
            return pixel, pixel + 1
        begin, end = (self.start + int(self.cell * i + 0.5) for i in (index, index + 1))
        return begin, end

    def sees(self, index: int) -> bool:
        """Return whether a row or column is in the room, at least in part."""
        begin, end = self.place(index)
        return end > self.room[0] and begin < self.room[1]

    @property
    def end(self) -> int:
        """Where the last row or column in sight ends."""
        return int(self.blocks.edges[-1])


@dataclass(frozen=True)
class Lens:
    """
    Which part of a matrix is looked at.

    Attributes
    ----------
    zoom
        1 shows all of it.
    row, column
        What is in the middle of the room: 0 is the matrix's begin, 1 its end.
    """

    zoom: float = 1.0
    row: float = 0.5
    column: float = 0.5


class MatrixLayout(NamedTuple):
    """
    Where everything lies, in device pixels.

    Attributes
    ----------
    rows, columns
        The two directions.
    bias
        First pixel of the row of biases, and the one after its last.
    lens
        The one asked for, or the nearest without an empty rim.
    """

    rows: Axis
    columns: Axis
    bias: tuple[int, int]
    lens: Lens

    @property
    def per_pixel(self) -> int:
        """How many weights share a pixel at the most, 1 if none do."""
        return self.rows.blocks.most * self.columns.blocks.most

    def zoomed(self, factor: float, x: int, y: int) -> Lens:
        """Return a lens that is nearer by a factor, with a point staying put if it can."""
        zoom = max(self.lens.zoom * factor, 1.0)
        row, column = (
            (at - axis.start - (at - sum(axis.room) / 2) / factor) / (axis.cell * axis.n)
            for axis, at in ((self.rows, y), (self.columns, x))
        )
        return Lens(zoom, row, column)

    def moved(self, dx: float, dy: float) -> Lens:
        """Return a lens that shows everything so many pixels further right and down."""
        rows, columns, _, lens = self
        return Lens(
            lens.zoom,
            lens.row - dy / (rows.cell * rows.n),
            lens.column - dx / (columns.cell * columns.n),
        )


def lay_out_matrix(
    shape: tuple[int, int], width: int, height: int, lens: Lens, ratio: float
) -> MatrixLayout:
    """
    Place the cells of a matrix.

    Parameters
    ----------
    shape
        Rows and columns.
    width, height
        The widget in pixels.
    lens
        Which part is looked at.
    ratio
        Device pixels in a pixel.
    """

    def device(px: float) -> int:
        return round(px * ratio)

    room_x = device(LEFT_PX), max(device(width - RIGHT_PX), device(LEFT_PX) + 1)
    room_y = device(TOP_PX), max(device(height - BOTTOM_PX), device(TOP_PX) + 1)
    longest = device(LONG_CELL_PX)
    fit_y, fit_x = (
        min((last - first) / n, device(MAX_CELL_PX))
        for n, (first, last) in zip(shape, (room_y, room_x), strict=True)
    )
    least_y, least_x = min(fit_y, max(fit_x, longest)), min(fit_x, max(fit_y, longest))
    small = min(least_y, least_x)
    zoom = max(min(lens.zoom, device(MAX_CELL_PX) / small), 1.0)
    # The shorter side grows until the cells are squares; then both do.
    rows, row = _axis(shape[0], max(least_y, small * zoom), room_y, lens.row)
    columns, column = _axis(shape[1], max(least_x, small * zoom), room_x, lens.column)
    top = rows.end + device(BIAS_GAP_PX)
    return MatrixLayout(rows, columns, (top, top + device(BIAS_PX)), Lens(zoom, row, column))


def _axis(n: int, cell: float, room: tuple[int, int], share: float) -> tuple[Axis, float]:
    """Return a direction and what is in the middle of its room, without an empty rim."""
    if 0.99 < cell < 1:
        cell = 0.99  # so little less than a pixel that rounding might leave pixels empty
    first, last = room
    length, middle = n * cell, (first + last) / 2
    low, high = sorted((first, last - round(length)))
    if length <= last - first:
        start = first + (last - first - round(length)) // 2
    else:
        start = min(max(round(middle - share * length), low), high)
    return Axis(n, cell, start, room), (middle - start) / length


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
