"""The loops of ``raster.c``, as ctypes sees them."""

import ctypes
import math
from ctypes import c_int64, c_uint32, c_void_p

import numpy as np
from numpy.typing import NDArray

from bpviz.kernels import library
from bpviz.kernels.addresses import address

# As in raster.c.
MAX_PLANES = 20
TILE_PX = 16
FRACTION_BITS = 6


def _declared() -> ctypes.CDLL | None:
    if library is None:
        return None
    array, count = c_void_p, c_int64
    matrix = (array, count, array)
    curves = (array, count, count, array, array)
    declarations = (
        ("strongest_of_blocks", None, (*matrix, *[array, count] * 2, array, array)),
        ("largest_finite", c_uint32, (*matrix, count, count)),
        ("draw_edges", c_int64, (*curves, *[count] * 3, *[array] * 4, *[count] * 3)),
    )
    for name, result, takes in declarations:
        function = getattr(library, f"bp_{name}")
        function.restype, function.argtypes = result, takes
    return library


loops = _declared()
"""The library, its functions declared; None where there is none."""


def strongest_of_blocks(
    values: NDArray[np.float32],
    row_starts: NDArray[np.int64],
    column_starts: NDArray[np.int64],
    factors: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Do what `bpviz.views.pooling.strongest_of_blocks` does. There must be a library."""
    assert loops is not None
    values, factors = _prepared(values, factors)
    row_bounds, column_bounds = (
        np.append(starts, n).astype(np.int64, copy=False)
        for starts, n in zip((row_starts, column_starts), values.shape, strict=True)
    )
    pooled = np.empty((len(row_starts), len(column_starts)), np.float32)
    scratch = np.empty(values.shape[1], np.uint32)
    loops.bp_strongest_of_blocks(
        *_matrix(values, factors),
        address(row_bounds),
        len(row_starts),
        address(column_bounds),
        len(column_starts),
        address(scratch),
        address(pooled),
    )
    return pooled


def largest_finite(
    values: NDArray[np.float32], factors: NDArray[np.float32] | None = None
) -> float:
    """Do what `bpviz.views.pooling.largest_finite` does. There must be a library."""
    assert loops is not None
    values, factors = _prepared(values, factors)
    bits: int = loops.bp_largest_finite(*_matrix(values, factors), *values.shape)
    return float(np.uint32(bits - 1).view(np.float32)) if bits else math.inf


def draw_edges(
    levels: NDArray[np.uint8],
    outer_y: NDArray[np.int32],
    inner_y: NDArray[np.int32],
    thickness: int,
    sampling: tuple[int, int],
    colours: NDArray[np.uint64],
    picture: NDArray[np.uint32],
) -> int:
    """
    Do what `bpviz.views.edge_runs.draw` does. There must be a library.

    Raises
    ------
    ValueError
        If the samples, the thickness or the picture are others than the loops can do.
    """
    assert loops is not None
    across, down = sampling
    height, width = picture.shape
    if across not in (1, 2) or down != 4 or thickness < 1:
        raise ValueError(f"{across} by {down} samples, {thickness} thick")
    if picture.strides[1] != picture.itemsize or height * down + 2 >= 1 << MAX_PLANES:
        raise ValueError("the picture's rows must lie in one piece each, and be fewer")
    assert len(outer_y) == len(inner_y) == width * across + 1
    assert levels.shape == (outer_y.shape[1], inner_y.shape[1])
    levels = np.ascontiguousarray(levels)
    arrays = (outer_y, inner_y, colours)
    assert all(array.flags.c_contiguous for array in arrays)
    scratch = np.empty((MAX_PLANES + TILE_PX * across) * (height * down + 3), np.uint8)
    places = np.empty(2 * inner_y.shape[1], np.int32)
    runs: int = loops.bp_draw_edges(
        address(levels),
        *levels.shape,
        address(outer_y),
        address(inner_y),
        thickness,
        across,
        down,
        address(colours),
        address(scratch),
        address(places),
        address(picture),
        width,
        height,
        picture.strides[0] // picture.itemsize,
    )
    return runs


def _prepared(
    values: NDArray[np.float32], factors: NDArray[np.float32] | None
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """Return a matrix whose rows lie in one piece each, and its factors in one piece."""
    if values.strides[1] != values.itemsize:
        values = np.ascontiguousarray(values)
    return values, None if factors is None else np.ascontiguousarray(factors)


def _matrix(
    values: NDArray[np.float32], factors: NDArray[np.float32] | None
) -> tuple[int, int, int | None]:
    stride = values.strides[0] // values.itemsize
    return address(values), stride, None if factors is None else address(factors)
