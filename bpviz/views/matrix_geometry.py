"""Where the cells of a matrix of weights lie. Pure arithmetic."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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


class Cells(NamedTuple):
    """
    How long cells are, in device pixels.

    Attributes
    ----------
    height, width
        Where all of the matrix is seen.
    most
        No cell grows longer.
    """

    height: float
    width: float
    most: int

    def at(self, zoom: float) -> tuple[float, float, float]:
        """Return the nearest zoom that there is, and how high and how wide cells are then."""
        small = min(self.height, self.width)
        zoom = max(min(zoom, self.most / small), 1.0)
        # The shorter side grows until the cells are squares; then both do. None is so little less
        # than a pixel long that rounding might leave pixels empty.
        height, width = (
            0.99 if 0.99 < cell < 1 else cell
            for cell in (max(self.height, small * zoom), max(self.width, small * zoom))
        )
        return zoom, height, width


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
    cells
        How long cells are at any zoom.
    """

    rows: Axis
    columns: Axis
    bias: tuple[int, int]
    lens: Lens
    cells: Cells

    @property
    def per_pixel(self) -> int:
        """How many weights share a pixel at the most, 1 if none do."""
        return self.rows.blocks.most * self.columns.blocks.most

    def zoomed(self, factor: float, x: int, y: int) -> Lens:
        """Return a lens that is nearer by a factor, with a point staying put if it can."""
        zoom, height, width = self.cells.at(self.lens.zoom * factor)
        row, column = (
            ((at - axis.start) / axis.cell - (at - sum(axis.room) / 2) / cell) / axis.n
            for axis, at, cell in ((self.rows, y, height), (self.columns, x, width))
        )
        return Lens(zoom, row, column)

    def moved(self, dx: float, dy: float) -> Lens:
        """Return a lens that shows everything so many pixels further right and down."""
        rows, columns, _, lens, _ = self
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
    cells = Cells(least_y, least_x, device(MAX_CELL_PX))
    zoom, high, wide = cells.at(lens.zoom)
    rows, row = _axis(shape[0], high, room_y, lens.row)
    columns, column = _axis(shape[1], wide, room_x, lens.column)
    top = rows.end + device(BIAS_GAP_PX)
    bias = top, top + device(BIAS_PX)
    return MatrixLayout(rows, columns, bias, Lens(zoom, row, column), cells)


def _axis(n: int, cell: float, room: tuple[int, int], share: float) -> tuple[Axis, float]:
    """Return a direction and what is in the middle of its room, without an empty rim."""
    first, last = room
    length, middle = n * cell, (first + last) / 2
    low, high = sorted((first, last - round(length)))
    if length <= last - first:
        start = first + (last - first - round(length)) // 2
    else:
        start = min(max(round(middle - share * length), low), high)
    return Axis(n, cell, start, room), (middle - start) / length
