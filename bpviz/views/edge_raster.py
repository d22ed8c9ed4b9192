"""
Paints every weight as a curve of pixels, the strongest on top, in a time bounded by the window.

Which pixels a curve covers depends on the layout alone, and is worked out once. A frame is then
one assignment of a level to all pixels of all curves, the weak before the strong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bpviz.views.geometry import Column, rise

# Pixels of all curves together. More would make a frame longer, not clearer.
POINT_BUDGET = 7_000_000
# Curves whose ends lie closer than this, in pixels, are drawn as one.
MIN_MARK_PX = 2.0
# Marks of a column at the most: zoomed far in, a wide layer is kilometres high.
MAX_MARKS = 800
# Steepest rise of a curve, as a multiple of its mean one: the largest derivative of `rise`.
STEEPEST = 1.5


@dataclass(frozen=True)
class _Pool:
    """
    Neighbouring neurons of a pair of columns, drawn as one mark each.

    Attributes
    ----------
    starts, ends
        Index of the first neuron of each mark, in the left and in the right column.
    start_y, end_y : (marks,)
        Heights of the marks in pixels.
    per_start, per_end
        Neurons of a mark; the last one may have fewer.
    """

    starts: NDArray[np.int64]
    start_y: NDArray[np.float64]
    per_start: int
    ends: NDArray[np.int64]
    end_y: NDArray[np.float64]
    per_end: int


@dataclass(frozen=True)
class _Curves:
    """
    Some of a pair's curves, all of about the same steepness.

    Attributes
    ----------
    edges : (n,)
        Which of the pair's pooled edges they are.
    pixels : (n, samples) int32
        The pixels that each covers, as indices into the flat picture.
    """

    edges: NDArray[np.int64]
    pixels: NDArray[np.int32]


class EdgeRaster:
    """
    The pixels of a network's edges, for one layout and one size of the window.

    Parameters
    ----------
    columns
        The layers, in device pixels.
    width, height
        The picture in device pixels.
    budget
        Pixels of all curves together at the most.
    """

    def __init__(
        self, columns: Sequence[Column], width: int, height: int, budget: int = POINT_BUDGET
    ) -> None:
        self._shape = (height, width)
        # One more pixel, at the end, takes all that lies outside.
        self._flat = np.zeros(width * height + 1, np.uint8)
        self._scratch = np.zeros_like(self._flat)
        pairs = [_Pair(*pair, width, height, MIN_MARK_PX) for pair in pairwise(columns)]
        while sum(pair.points for pair in pairs) > budget:
            # The one that needs most resolves least: others may not need coarser marks at all.
            largest = max(range(len(pairs)), key=lambda number: pairs[number].points)
            if not pairs[largest].can_be_coarser:
                break
            pairs[largest] = pairs[largest].coarser()
        self._pools = [pair.pool for pair in pairs]
        self._curves = [pair.curves() for pair in pairs]

    def neurons_per_mark(self, pair: int) -> tuple[int, int]:
        """Return how many neurons the marks at the left and right of a pair stand for, at most."""
        pool = self._pools[pair]
        return pool.per_start, pool.per_end

    def marks(self, pair: int) -> tuple[int, int]:
        """Return how many marks stand at the left and right of a pair."""
        return len(self._pools[pair].starts), len(self._pools[pair].ends)

    def pooled(
        self, pair: int, values: NDArray[np.float32], signed: bool = True
    ) -> NDArray[np.float32]:
        """
        Return the strongest value behind each drawn curve; NaN wins over every number.

        Parameters
        ----------
        pair
            Which pair of columns.
        values : (n_in, n_out)
            One value an edge.
        signed
            False if none is below zero, which takes half the time.

        Returns
        -------
        (start marks, end marks)
            The value whose magnitude is largest, with its sign.
        """
        pool = self._pools[pair]
        if values.shape == self.marks(pair):
            return values
        high = np.maximum.reduceat(np.maximum.reduceat(values, pool.starts), pool.ends, axis=1)
        if not signed:
            return high
        low = np.minimum.reduceat(np.minimum.reduceat(values, pool.starts), pool.ends, axis=1)
        return np.where(high >= -low, high, low)

    def draw(self, levels: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
        """
        Paint all curves.

        Parameters
        ----------
        levels : each (start marks, end marks)
            Level of each pooled edge of each pair, 1 to 255. Where curves cross, the higher wins.

        Returns
        -------
        (height, width) uint8
            Levels; 0 where there is no curve. Overwritten by the next call.
        """
        self._flat[:] = 0
        for pair_levels, groups in zip(levels, self._curves, strict=True):
            flat_levels = pair_levels.ravel()
            for curves in groups:
                chosen = flat_levels[curves.edges]
                order = np.argsort(chosen, kind="stable")
                self._scratch[:] = 0
                self._scratch[curves.pixels[order]] = chosen[order, None]
                np.maximum(self._flat, self._scratch, out=self._flat)
        return self._flat[:-1].reshape(self._shape)

    @property
    def points(self) -> int:
        """How many pixels a frame assigns, those of overlapping curves counted each time."""
        return sum(curves.pixels.size for groups in self._curves for curves in groups)


class _Pair:
    """Two neighbouring columns, their neurons pooled into marks, and the curves between those."""

    def __init__(
        self, left: Column, right: Column, width: int, height: int, mark_px: float
    ) -> None:
        self._place = (left, right, width, height)
        self._mark_px = mark_px
        self.pool = _Pool(*_marks(left, mark_px), *_marks(right, mark_px))
        start, end = np.meshgrid(self.pool.start_y, self.pool.end_y, indexing="ij")
        self._start, self._end = start.ravel(), end.ravel()
        self._x0, self._x1 = (min(max(column.x, 0.0), width) for column in (left, right))
        across = self._x1 - self._x0
        seen = (np.maximum(start, end) >= 0) & (np.minimum(start, end) < height) & (across >= 1)
        self._edges = np.flatnonzero(seen)
        rises = np.abs(self._end - self._start)[self._edges]
        slopes = STEEPEST * rises / (right.x - left.x)
        # Rounded up to half powers of two, so that a handful of arrays holds all curves.
        steps = np.ceil(2 * np.log2(np.maximum(slopes, 1)))
        self._samples = np.ceil(across * 2 ** (steps / 2)).astype(np.int64)
        self.points = int(self._samples.sum())

    @property
    def can_be_coarser(self) -> bool:
        return max(len(self.pool.starts), len(self.pool.ends)) > 2

    def coarser(self) -> "_Pair":
        return _Pair(*self._place, self._mark_px * 1.25)

    def curves(self) -> list[_Curves]:
        left, right, width, height = self._place
        curves = []
        for count in np.unique(self._samples):
            chosen = self._edges[self._samples == count]
            xs = np.linspace(self._x0, self._x1, count, endpoint=False)
            t = rise((xs - left.x) / (right.x - left.x))
            start, end = self._start[chosen, None], self._end[chosen, None]
            y = np.floor(start + t * (end - start)).astype(np.int32)
            pixels = y * np.int32(width) + xs.astype(np.int32)
            pixels[(y < 0) | (y >= height)] = width * height
            curves.append(_Curves(chosen, pixels))
        return curves


def _marks(column: Column, mark_px: float) -> tuple[NDArray[np.int64], NDArray[np.float64], int]:
    """Return the first neuron of each mark, the marks' heights in pixels, and a mark's neurons."""
    together = max(int(np.ceil(max(mark_px / column.spacing, len(column.y) / MAX_MARKS))), 1)
    starts = np.arange(0, len(column.y), together)
    sizes = np.diff(starts, append=len(column.y))
    # At the height of one of its neurons, drawn by lot: equal distances would show as a moiré.
    chosen = starts + np.random.default_rng(0).integers(sizes)
    return starts, column.y[chosen], int(sizes.max())
