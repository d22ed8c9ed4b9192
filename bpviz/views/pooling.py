"""What of many values a screen can show: the strongest of each block, and of them all."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpviz.engine import Array
from bpviz.kernels import raster
from bpviz.views.colours import strongest


def strongest_of_blocks(
    values: Array,
    row_starts: NDArray[np.int64],
    column_starts: NDArray[np.int64],
    factors: Array | None = None,
) -> Array:
    """
    Return the value whose magnitude is largest in each block, with its sign.

    NaN is stronger than any number. Of equal magnitudes the positive wins.

    Parameters
    ----------
    values : (n, m)
        Of which each counts: nothing is left out.
    row_starts, column_starts
        First row of each block, and first column; they ascend from 0.
    factors : (n,)
        What the rows are multiplied by first; None for 1.

    Returns
    -------
    (row blocks, column blocks)
        `values` themselves if each block is one of them.
    """
    if values.shape == (len(row_starts), len(column_starts)):
        return values if factors is None else _product(values, factors)
    if raster.loops is not None and _are_float32(values, factors):
        return raster.strongest_of_blocks(values, row_starts, column_starts, factors)
    values = np.ascontiguousarray(values if factors is None else _product(values, factors))
    # With its sign as the lowest bit, the pattern of a number grows with the magnitude.
    bits = values.view(f"u{values.itemsize}")
    last = 8 * values.itemsize - 1
    ranks = (bits << 1 | bits >> last) ^ 1
    for axis, starts in enumerate((row_starts, column_starts)):
        if len(starts) < ranks.shape[axis]:
            ranks = np.maximum.reduceat(ranks, starts, axis=axis)
    ranks ^= 1
    pooled: Array = (ranks >> 1 | ranks << last).view(values.dtype)
    return pooled


def largest_finite(values: Array, factors: Array | None = None) -> float:
    """
    Return the largest finite magnitude, infinity if nothing is finite.

    Parameters
    ----------
    values : (n, m)
        At least one.
    factors : (n,)
        What the rows are multiplied by first; None for 1.
    """
    if raster.loops is not None and _are_float32(values, factors):
        return raster.largest_finite(values, factors)
    return strongest(values if factors is None else _product(values, factors))


def _product(values: Array, factors: Array) -> Array:
    with np.errstate(invalid="ignore", over="ignore"):  # in a network that has diverged
        product: Array = factors[:, None] * values
    return product


def _are_float32(*arrays: NDArray[Any] | None) -> bool:
    return all(array is None or array.dtype == np.float32 for array in arrays)
