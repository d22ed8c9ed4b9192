"""Draws curves as runs of rows, column by column, and colours them."""

import numpy as np
from numpy.typing import NDArray

from bpviz.kernels import raster
from bpviz.kernels.raster import FRACTION_BITS, TILE_PX


def draw(
    levels: NDArray[np.uint8],
    outer_y: NDArray[np.int32],
    inner_y: NDArray[np.int32],
    thickness: int,
    sampling: tuple[int, int],
    colours: NDArray[np.uint64],
    picture: NDArray[np.uint32],
) -> int:
    """
    Draw a curve from every outer mark to every inner one; where they cross, the highest level wins.

    In each column of samples, a curve is a run from its height at the left to that at the right:
    so there are no holes, however steep it is. A pixel is the mean colour of its samples.

    Parameters
    ----------
    levels : (outer, inner)
        Of each curve.
    outer_y, inner_y : (borders, outer), (borders, inner)
        Heights of the marks at the borders of the columns of samples, in 1 / 64 sample. They
        ascend from mark to mark; a curve's height is the sum of those of its two marks.
    thickness
        Samples of a flat curve from above to below.
    sampling
        Samples of a pixel, across and down: powers of two.
    colours : (256,)
        Of each level: premultiplied blue, green, red, alpha, 16 bits each.
    picture : (height, width)
        Is overwritten: 0xAARRGGBB, premultiplied.

    Returns
    -------
    int
        How many runs were drawn.
    """
    if raster.loops is not None:
        return raster.draw_edges(levels, outer_y, inner_y, thickness, sampling, colours, picture)
    across, down = sampling
    height, width = picture.shape
    rows = height * down
    runs = 0
    for first in range(0, width, TILE_PX):
        last = min(first + TILE_PX, width)
        borders = slice(first * across, last * across + 1)
        outer, inner = _in_sight(outer_y[borders], inner_y[borders], thickness, rows)
        # As assigned, the last wins.
        order = np.argsort(levels[outer, inner], kind="stable")
        outer, inner = outer[order], inner[order]
        sorted_levels = levels[outer, inner]
        y = outer_y[borders][:, outer] + inner_y[borders][:, inner] >> FRACTION_BITS
        tops, ends = np.minimum(y[:-1], y[1:]), np.maximum(y[:-1], y[1:]) + thickness
        runs += int(np.count_nonzero((ends > 0) & (tops < rows)))
        # A row above and one below take what lies outside.
        tops, ends = np.clip(tops, -1, rows), np.clip(ends, 0, rows + 1)
        samples = _run_maxima(tops + 1, ends + 1, sorted_levels, rows + 2)[:, 1:-1]
        sums = colours[samples.reshape(last - first, across, height, down)].sum(axis=(1, 3))
        picture[:, first:last] = _means(sums, across * down).T
    return runs


def _in_sight(
    outer_y: NDArray[np.int32], inner_y: NDArray[np.int32], thickness: int, rows: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the outer and inner marks of the curves that may be in sight : (n,) each."""
    top, bottom = (1 - thickness) << FRACTION_BITS, rows << FRACTION_BITS
    firsts = inner_y.max(axis=0).searchsorted(top - outer_y.max(axis=0))
    lasts = inner_y.min(axis=0).searchsorted(bottom - outer_y.min(axis=0))
    counts = np.maximum(lasts - firsts, 0)
    outer = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return outer, np.arange(len(outer)) + (firsts - before)[outer]


def _run_maxima(
    tops: NDArray[np.int32], ends: NDArray[np.int32], levels: NDArray[np.uint8], rows: int
) -> NDArray[np.uint8]:
    """
    Return the highest level at each row of each column : (columns, rows).

    A run of any length is two overlapping ones whose lengths are a power of two: in plane k, a
    level at row r stands for the rows r to r + 2^k - 1. In the end each plane is spread into the
    one below.

    Parameters
    ----------
    tops, ends : (columns, n)
        First row of each run, and the row after its last.
    levels : (n,)
        Ascending.
    """
    planes = np.frexp(ends - tops)[1] - 1
    spread = np.zeros((len(tops), planes.max(initial=0) + 1, rows), np.uint8)
    columns = np.arange(len(tops))[:, None]
    spread[columns, planes, tops] = levels
    others = spread[columns, planes, ends - (1 << planes)]
    spread[columns, planes, ends - (1 << planes)] = np.maximum(others, levels)
    for plane in range(spread.shape[1] - 1, 0, -1):
        half = 1 << (plane - 1)
        above, below = spread[:, plane], spread[:, plane - 1]
        np.maximum(below, above, out=below)
        np.maximum(below[:, half:], above[:, :-half], out=below[:, half:])
    maxima: NDArray[np.uint8] = spread[:, 0]
    return maxima


def _means(sums: NDArray[np.uint64], count: int) -> NDArray[np.uint32]:
    """Return 0xAARRGGBB of colours that were added up, 16 bits each."""
    lanes = np.uint64(0x0001000100010001)
    means = (sums + lanes * np.uint64(count // 2)) // np.uint64(count) & lanes * np.uint64(255)
    means |= means >> np.uint64(8)
    low, high = means & np.uint64(0xFFFF), means >> np.uint64(16) & np.uint64(0xFFFF0000)
    packed: NDArray[np.uint32] = (low | high).astype(np.uint32)
    return packed
