"""The pixels of a matrix: the colour level of each, however many weights it stands for."""

import numpy as np
from numpy.typing import NDArray

from bpviz.engine import Array
from bpviz.views.colouring import Colouring
from bpviz.views.colours import NO_GRADIENT, NOTHING, Levels
from bpviz.views.matrix_geometry import Blocks
from bpviz.views.pooling import strongest_of_blocks
from bpviz.views.quantities import factored


def _seen(values: Array, factors: Array | None, rows: Blocks, columns: Blocks) -> Array:
    """Return the strongest value of each block : (row blocks, column blocks)."""
    row, column = rows.bounds[0], columns.bounds[0]
    seen = values[row : rows.bounds[-1], column : columns.bounds[-1]]
    if factors is not None:
        factors = factors[row : rows.bounds[-1]]
    return strongest_of_blocks(seen, rows.bounds[:-1] - row, columns.bounds[:-1] - column, factors)


def pixels(
    colouring: Colouring, pair: int, rows: Blocks, columns: Blocks, gap_px: int
) -> tuple[Levels, Levels]:
    """
    Return the level of each pixel of the weights, and of the row of biases below them.

    Parameters
    ----------
    colouring
        Which values are coloured, and how.
    pair
        Which layer's.
    rows, columns
        What is in sight.
    gap_px
        Pixels at each cell's right and lower rim that are left free.

    Returns
    -------
    (height, width), (1, width)
        In device pixels.
    """
    layer = colouring.layers[pair] if colouring.layers else None
    if layer is None:
        weights = np.full((len(rows.bounds) - 1, len(columns.bounds) - 1), NO_GRADIENT, np.uint8)
        biases = weights[:1]
    else:
        one_row = Blocks(np.array([0, 1]), np.array([0, 1]))
        weights = colouring.levels(pair, _seen(*factored(layer), rows, columns))
        biases = colouring.levels(pair, _seen(layer.b[None, :], None, one_row, columns))
    widths, heights = np.diff(columns.edges), np.diff(rows.edges)
    wide = [_stretched(levels, widths, 1) for levels in (weights, biases)]
    tall = _stretched(wide[0], heights, 0)
    for gap in range(1, gap_px + 1):
        rims = np.maximum(widths.cumsum() - gap, 0)
        for levels in (tall, wide[1]):
            levels[:, rims] = NOTHING
        tall[np.maximum(heights.cumsum() - gap, 0)] = NOTHING
    return tall, wide[1]


def _stretched(levels: Levels, lengths: NDArray[np.int64], axis: int) -> Levels:
    # Where several weights share a pixel, there is nothing to stretch.
    return np.repeat(levels, lengths, axis=axis) if lengths.max() > 1 else levels
