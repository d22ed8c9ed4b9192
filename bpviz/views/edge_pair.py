"""
How finely the curves between two layers are resolved, and where they run.

Neurons that the screen cannot tell apart share a mark. Towards its far end a fan of curves closes,
so that ever more of them run in the same pixels: there marks are joined by twos, and by twos again.
They slide into each other, so that no curve breaks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bpviz.kernels.raster import FRACTION_BITS
from bpviz.views.edge_marks import Floats, marks_of
from bpviz.views.geometry import Column, rise

# Curves of a pair of layers that are in sight.
EDGE_BUDGET = 300_000
# Curves from all marks in sight: each has a level, be it in sight itself or not.
LEVEL_BUDGET = 1_200_000
# So many lines fit from mark to mark, at the most, unless there would be too many edges.
MARK_LINES = 1.6
# Columns of pixels that are looked at to estimate the runs of a pair.
_PROBES = 24


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
    mark_px
        How far apart marks are at the least, unless a single neuron takes more.

    Attributes
    ----------
    neurons
        Which have curves in sight.
    starts : (start marks,), (end marks,)
        The first of those neurons of each mark, where the fewest are joined, counted from the first
        of all in sight.
    per_mark
        How many neurons those marks stand for, at most; 1 out of sight.
    joins
        Whether any are joined further in sight and well between the layers.
    """

    def __init__(
        self,
        left: Column,
        right: Column,
        width: int,
        height: int,
        line_px: float,
        coarseness: float = 1.0,
        mark_px: float = 0.0,
    ) -> None:
        self._place = (left, right, width, height, line_px)
        self.coarseness = coarseness
        # Where few curves cross, even distances leave no gaps; where many do, they make a moiré.
        scatter = min(coarseness - 1, 1.0)
        self._first, self._last = (min(max(round(column.x), 0), width) for column in (left, right))
        borders = np.arange(self._first, max(self._last, self._first + 1) + 1, dtype=np.float64)
        self._shares = self._shares_at(borders)
        mark_px = max(mark_px, min(coarseness, MARK_LINES) * line_px)
        self._set_marks(mark_px, scatter)
        while self.edges > LEVEL_BUDGET or self._curves_in_sight() > EDGE_BUDGET:
            # No less than what makes a difference.
            finest = min((m.per_mark + 1) * m.column.spacing for m in (self._start, self._end))
            mark_px = max(1.2 * mark_px, 1.0001 * finest)
            self._set_marks(mark_px, scatter)
        self._mark_px = mark_px
        sides = list(zip((self._start, self._end), self._least, self._seen, strict=True))
        rows, columns = (marks.neurons(seen) for marks, _, seen in sides)
        self.neurons = rows, columns
        most_start, most_end = (
            min(marks.per_mark << least, len(marks.column.y)) for marks, least, _ in sides
        )
        self.per_mark = (most_start, most_end) if self._last > self._first else (1, 1)
        between = abs(self._shares[:-1] - 0.5) < 0.25  # at their ends, all of them do
        self.joins = bool((self._joined > self._least)[between].any())

    def _set_marks(self, mark_px: float, scatter: float) -> None:
        left, right = self._place[:2]
        self._start, self._end = (marks_of(column, mark_px, scatter) for column in (left, right))
        # As far as they can be joined at both borders of a column of pixels.
        halvings = np.column_stack(self._halvings(self._shares))
        self._joined = np.minimum(halvings[1:], halvings[:-1]).astype(np.int64)
        if self._last <= self._first:  # nothing is to be resolved of what is out of sight
            self._joined[:] = self._start.most_joined, self._end.most_joined
        self._least: list[int] = self._joined.min(axis=0).tolist()
        self._seen = self._rows_in_sight()
        start, end = (
            marks.starts(least, seen)
            for marks, least, seen in zip(
                (self._start, self._end), self._least, self._seen, strict=True
            )
        )
        self.starts = start, end

    @property
    def edges(self) -> int:
        """How many curves lead from the marks in sight to those in sight."""
        return len(self.starts[0]) * len(self.starts[1])

    def _curves_in_sight(self) -> int:
        """Return how many of those curves are, at the most, neither above nor below the window."""
        start = self._start.y(self._least[0], self._seen[0])
        end = self._end.y(self._least[1], self._seen[1])
        top, bottom = self._limits()
        # Between its ends a curve is nowhere higher than at both, nor lower.
        above, below = zip(
            *(
                ((share * end).searchsorted(limit - (1 - share) * start) for limit in (top, bottom))
                for share in self._shares[[0, -1]].tolist()
            ),
            strict=True,
        )
        return int((np.maximum(*below) - np.minimum(*above)).sum())

    def _rows_in_sight(self) -> tuple[slice, slice]:
        """
        Return which marks have curves in sight at the left and right.

        None are parted that are joined anywhere in sight, or slide towards each other.
        """
        top, bottom = self._limits()
        shares = self._shares[[0, -1]]
        most: list[int] = (self._joined.max(axis=0) + 1).tolist()
        seen = []
        sides = (self._start, self._end, 1 - shares), (self._end, self._start, shares)
        for (marks, others, own), joined in zip(sides, most, strict=True):
            y, (highest, lowest) = marks.y(0), others.column.y[[0, -1]]
            first = min((s * y).searchsorted(top - (1 - s) * lowest) for s in own.tolist())
            last = max((s * y).searchsorted(bottom - (1 - s) * highest) for s in own.tolist())
            first = min(int(first), len(y) - 1) >> joined << joined
            last = -(-max(int(last), first + 1) >> joined) << joined
            seen.append(slice(first, min(last, len(y))))
        return seen[0], seen[1]

    def _limits(self) -> tuple[float, float]:
        """Return between which heights curves are in sight, in pixels."""
        height, line_px = self._place[3:]
        return -2 * line_px, height + 2 * line_px

    def coarser(self, factor: float) -> "Pair":
        """Return a pair that has some times fewer runs, or at least somewhat fewer."""
        coarseness = self.coarseness * min(max(factor**0.5, 1.1), 1.5)
        return Pair(*self._place, coarseness, self._mark_px)

    def estimate_runs(self, across: int) -> int:
        """Return about how many runs of samples are in sight."""
        columns = self._last - self._first
        if columns <= 0:
            return 0
        probes = ((np.arange(_PROBES) + 0.5) * columns / _PROBES).astype(np.int64)
        height, seen = self._place[3], 0
        shares = self._shares[probes]
        halvings = np.column_stack(self._halvings(shares))
        for at, joined in enumerate(self._joined[probes].tolist()):
            here = shares[at : at + 1]
            start, end = (
                marks.heights(share, often, halvings[at : at + 1, side], self._seen[side])[0]
                for side, (marks, share, often) in enumerate(
                    zip((self._start, self._end), (1 - here, here), joined, strict=True)
                )
            )
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
            start_y = self._start.heights(1 - shares, starts, start_halvings, self._seen[0])
            end_y = self._end.heights(shares, ends, end_halvings, self._seen[1])
            end_y -= (thickness - 1) / down / 2  # around the curve, not below it
            joined = starts - self._least[0], ends - self._least[1]
            columns = slice(self._first + first, self._first + last)
            yield Stretch(columns, joined, _fixed(start_y, down), _fixed(end_y, down))

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


def _fixed(heights: Floats, down: int) -> NDArray[np.int32]:
    heights *= down << FRACTION_BITS
    return np.rint(heights, out=heights).astype(np.int32)
