"""
How finely the curves between two layers are resolved, and where they run.

Neurons that the screen cannot tell apart share a mark. Towards its far end a fan of curves closes,
so that ever more of them run in the same pixels: there marks are joined by twos, and by twos again.
They slide into each other, so that no curve breaks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bpviz.kernels.raster import FRACTION_BITS
from bpviz.views.geometry import Column, rise

# Curves of a pair of layers.
EDGE_BUDGET = 300_000
# So many lines fit from mark to mark, at the most, unless there would be too many edges.
MARK_LINES = 1.6
# Columns of pixels that are looked at to estimate the runs of a pair.
_PROBES = 24

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Marks:
    """
    A column's marks, and what they are joined to.

    Attributes
    ----------
    neurons
        Of the column.
    starts : (marks,)
        The first neuron of each mark.
    per_mark
        Neurons of a mark; the last one may have fewer.
    spacing
        From mark to mark, in pixels.
    y
        Heights of the marks in pixels : (marks,), and of those joined by twos, by fours and so on,
        down to a single one.
    """

    neurons: int
    starts: NDArray[np.int64]
    per_mark: int
    spacing: float
    y: Sequence[Floats]

    def halvings(self, shares: Floats, reach_px: Floats) -> Floats:
        """Return how often marks can be joined : (n,) where distances shrink to some shares."""
        halvings = np.log2(reach_px / (self.spacing * np.maximum(shares, 1e-9)))
        return np.clip(halvings, 0, len(self.y) - 1)

    def heights(self, shares: Floats, joined: int, halvings: Floats) -> Floats:
        """
        Return the marks' shares of the curves' heights : (n, marks), in pixels.

        Marks that are joined `joined` times slide towards those that they will be joined to next.
        """
        y = self.y[joined]
        if joined == len(self.y) - 1:
            return shares[:, None] * y
        slide = rise(np.clip(halvings - joined, 0, 1))
        next_y = self.y[joined + 1][np.arange(len(y)) // 2]
        return shares[:, None] * (y + slide[:, None] * (next_y - y))


@dataclass(frozen=True)
class Stretch:
    """
    Neighbouring columns of pixels in which a pair's marks are joined equally often.

    Attributes
    ----------
    columns
        Of the picture.
    joined
        How often the left marks and the right ones are joined, more than at the least.
    start_y, end_y : (borders of columns of samples, marks)
        Heights, as `edge_runs.draw` takes them.
    """

    columns: slice
    joined: tuple[int, int]
    start_y: NDArray[np.int32]
    end_y: NDArray[np.int32]


class Pair:
    """
    Two neighbouring columns, and how finely the curves between them are resolved.

    Parameters
    ----------
    left, right
        The layers, in device pixels.
    width, height
        The picture in device pixels.
    line_px
        Curves that pass closer are drawn as one.
    coarseness
        That distance, as a multiple of `line_px`, in the middle between the layers.

    Attributes
    ----------
    starts : (start marks,), (end marks,)
        The first neuron of each mark, where the fewest are joined.
    per_mark
        How many neurons those marks stand for, at most; 1 out of sight.
    """

    def __init__(
        self,
        left: Column,
        right: Column,
        width: int,
        height: int,
        line_px: float,
        coarseness: float = 1.0,
    ) -> None:
        self._place = (left, right, width, height, line_px)
        self.coarseness = coarseness
        # Where few curves cross, even distances leave no gaps; where many do, they make a moiré.
        scatter = min(coarseness - 1, 1.0)
        self._first, self._last = (min(max(round(column.x), 0), width) for column in (left, right))
        mark_px = min(coarseness, MARK_LINES) * line_px
        self._set_marks(mark_px, scatter)
        while self.edges > EDGE_BUDGET:
            mark_px *= 1.2
            self._set_marks(mark_px, scatter)

    def _set_marks(self, mark_px: float, scatter: float) -> None:
        left, right = self._place[:2]
        self._start, self._end = (_marks(column, mark_px, scatter) for column in (left, right))
        # As far as they can be joined at both borders of a column of pixels.
        borders = np.arange(self._first, max(self._last, self._first + 1) + 1, dtype=np.float64)
        halvings = np.column_stack(self._halvings(self._shares_at(borders)))
        self._joined = np.minimum(halvings[1:], halvings[:-1]).astype(np.int64)
        if self._last <= self._first:  # nothing is to be resolved of what is out of sight
            self._joined[:] = len(self._start.y) - 1, len(self._end.y) - 1
        self._least = self._joined.min(axis=0)
        sides = list(zip((self._start, self._end), self._least.tolist(), strict=True))
        start, end = (marks.starts[:: 1 << joined] for marks, joined in sides)
        self.starts = start, end
        most_start, most_end = (
            min(marks.per_mark << joined, marks.neurons) for marks, joined in sides
        )
        self.per_mark = (most_start, most_end) if self._last > self._first else (1, 1)

    @property
    def edges(self) -> int:
        """How many curves there are at the most."""
        return len(self.starts[0]) * len(self.starts[1])

    def coarser(self, factor: float) -> "Pair":
        """Return a pair that has some times fewer runs, or at least somewhat fewer."""
        return Pair(*self._place, self.coarseness * min(max(factor**0.5, 1.1), 1.5))

    def estimate_runs(self, across: int) -> int:
        """Return about how many runs of samples are in sight."""
        columns = self._last - self._first
        if columns <= 0:
            return 0
        probes = ((np.arange(_PROBES) + 0.5) * columns / _PROBES).astype(np.int64)
        shares = self._shares_at(probes.astype(np.float64) + self._first)
        height, seen = self._place[3], 0
        halvings = np.column_stack(self._halvings(shares))
        for at, share in enumerate(shares):
            here, joined = np.array([share]), self._joined[probes[at]]
            start = self._start.heights(1 - here, joined[0], halvings[at, :1])[0]
            end = self._end.heights(here, joined[1], halvings[at, 1:])[0]
            seen += int((end.searchsorted(height - start) - end.searchsorted(-start)).sum())
        return seen * columns * across // _PROBES

    def stretches(self, across: int, down: int, thickness: int) -> Iterator[Stretch]:
        """Yield the stretches from the left to the right."""
        if self._last <= self._first:
            return
        changes = np.flatnonzero((self._joined[1:] != self._joined[:-1]).any(axis=1)) + 1
        for first, last in pairwise([0, *changes.tolist(), len(self._joined)]):
            samples = np.arange(first * across, last * across + 1, dtype=np.float64)
            borders = self._first + samples / across
            shares = self._shares_at(borders)
            start_halvings, end_halvings = self._halvings(shares)
            starts, ends = self._joined[first].tolist()
            start_y = self._start.heights(1 - shares, starts, start_halvings)
            # Around the curve, not below it.
            end_y = self._end.heights(shares, ends, end_halvings) - (thickness - 1) / down / 2
            joined = starts - int(self._least[0]), ends - int(self._least[1])
            columns = slice(self._first + first, self._first + last)
            yield Stretch(columns, joined, _fixed(start_y * down), _fixed(end_y * down))

    def _shares_at(self, x: Floats) -> Floats:
        """Return how much of a curve's height is that of its end : (n,)."""
        start, end = (round(column.x) for column in self._place[:2])
        return rise(np.clip((x - start) / max(end - start, 1), 0, 1))

    def _halvings(self, shares: Floats) -> tuple[Floats, Floats]:
        """Return how often the marks at the left and at the right can be joined."""
        # So there are equally many curves in each column of pixels.
        crowd = 2 * self.coarseness * np.sqrt(shares * (1 - shares))
        reach_px = self._place[4] * np.maximum(crowd, 1.0)
        start, end = self._start, self._end
        return start.halvings(1 - shares, reach_px), end.halvings(shares, reach_px)


def _fixed(heights: Floats) -> NDArray[np.int32]:
    return np.rint(heights * (1 << FRACTION_BITS)).astype(np.int32)


def _marks(column: Column, mark_px: float, scatter: float) -> _Marks:
    """Return a column's marks, so far apart. Those joined lie in the middle, or scatter by lot."""
    per_mark = max(int(mark_px / column.spacing), 1)
    starts = np.arange(0, len(column.y), per_mark)
    # At the height of one of its neurons, drawn by lot: equal distances would show as a moiré.
    lot = np.random.default_rng(0)
    y = [column.y[starts + lot.integers(np.diff(starts, append=len(column.y)))]]
    while len(y[-1]) > 1:
        upper, lower = y[-1][::2], y[-1][1::2]
        joined = upper.copy()
        place = 0.5 + scatter * lot.uniform(-0.5, 0.5, len(lower))
        place[0] = 0  # the outline stays
        joined[: len(lower)] += place * (lower - upper[: len(lower)])
        if len(joined) > 1:
            joined[-1] = y[-1][-1]
        y.append(joined)
    return _Marks(len(column.y), starts, per_mark, per_mark * column.spacing, y)
