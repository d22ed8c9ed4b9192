"""
Paints every weight as a curve, the strongest on top, in a time bounded by the window.

A curve shows the strongest of all weights between two marks, see `edge_pair`: none is left out.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpviz.engine import Array
from bpviz.kernels import raster
from bpviz.views import edge_runs
from bpviz.views.edge_pair import Pair
from bpviz.views.geometry import Column
from bpviz.views.pooling import strongest_of_blocks

# Runs of samples of all curves together. More would make a frame longer, not clearer.
RUN_BUDGET = 5_000_000 if raster.loops is not None else 1_000_000
# Curves that pass closer than they are thick are drawn as one. Where budgets ask for it, it is
# more, most of all in the middle between two layers, where everything crosses.
LINE_PX = 1.25

Levels = NDArray[np.uint8]


class Work(NamedTuple):
    """
    What a frame cost.

    Attributes
    ----------
    edges
        Curves drawn.
    runs
        Runs of samples, one for each curve in each column of samples that it passes in sight.
    pixels
        Pixels written.
    """

    edges: int
    runs: int
    pixels: int


class _Pyramid:
    """Levels of the curves of a pair, its marks joined as often as needed: the highest counts."""

    def __init__(self, levels: Levels) -> None:
        self._known = {(0, 0): levels}

    def joined(self, starts: int, ends: int) -> Levels:
        """Return levels : (start marks, end marks) where marks are joined so many times."""
        if (starts, ends) not in self._known:
            if ends:
                levels = _halved(self.joined(starts, ends - 1).T).T
            else:
                levels = _halved(self.joined(starts - 1, 0))
            self._known[starts, ends] = levels
        return self._known[starts, ends]


def _halved(levels: Levels) -> Levels:
    """Return the higher of each two rows, and the last one alone if it is left over."""
    halved = levels[::2].copy()
    paired = halved[: len(levels) // 2]
    np.maximum(paired, levels[1::2], out=paired)
    return halved


class EdgeRaster:
    """
    The picture of a network's edges, for one layout and one size of the window.

    Parameters
    ----------
    columns
        The layers, in device pixels.
    width, height
        The picture in device pixels.
    ratio
        Device pixels in a pixel.
    budget
        Runs of samples at the most.

    Attributes
    ----------
    work
        What the last frame cost.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        width: int,
        height: int,
        ratio: float = 1.0,
        budget: int = RUN_BUDGET,
    ) -> None:
        self.work = Work(0, 0, 0)
        self._picture = np.zeros((height, width), np.uint32)
        # Where pixels are small, half of the samples do; a quarter, where they take long.
        self._sampling = (2, 4) if ratio < 1.5 else (1, 4)
        if raster.loops is None:
            self._sampling = (1, 2)
        # Where pixels are small, a curve has more of them, though not as many more.
        line_px = LINE_PX * ratio**0.5
        self._thickness = round(self._sampling[1] * line_px)
        pairs = [Pair(*pair, width, height, line_px) for pair in pairwise(columns)]
        runs = [pair.estimate_runs(self._sampling[0]) for pair in pairs]
        # The one that needs most resolves least: others may not need to be coarser at all.
        while sum(runs) > budget:
            most = int(np.argmax(runs))
            if pairs[most].coarseness > height:
                break  # a handful of curves
            pairs[most] = pairs[most].coarser(sum(runs) / budget)
            runs[most] = pairs[most].estimate_runs(self._sampling[0])
        self._pairs = pairs
        self._stretches = [list(pair.stretches(*self._sampling, self._thickness)) for pair in pairs]

    def neurons_per_mark(self, pair: int) -> tuple[int, int]:
        """Return how many neurons the marks at the left and right of a pair stand for, at most."""
        return self._pairs[pair].per_mark

    def joins(self, pair: int) -> bool:
        """Return whether curves of a pair are joined where they run close, well between layers."""
        return self._pairs[pair].joins

    def marks(self, pair: int) -> tuple[int, int]:
        """Return how many marks have curves in sight at the left and right of a pair."""
        starts, ends = self._pairs[pair].starts
        return len(starts), len(ends)

    def pooled(self, pair: int, values: Array, factors: Array | None = None) -> Array:
        """
        Return the strongest value between each two marks in sight, see `strongest_of_blocks`.

        Parameters
        ----------
        pair
            Which pair of columns.
        values : (n_in, n_out)
            One value an edge.
        factors : (n_in,)
            What it is multiplied by first.

        Returns
        -------
        (start marks, end marks)
        """
        rows, columns = self._pairs[pair].neurons
        seen = None if factors is None else factors[rows]
        return strongest_of_blocks(values[rows, columns], *self._pairs[pair].starts, seen)

    def draw(self, levels: Sequence[Levels], colours: NDArray[np.uint64]) -> NDArray[np.uint32]:
        """
        Paint all curves.

        Parameters
        ----------
        levels : each (start marks, end marks)
            Level of each pooled edge of each pair. Where curves cross, the higher wins.
        colours : (256,)
            Of each level: premultiplied blue, green, red, alpha, 16 bits each.

        Returns
        -------
        (height, width) uint32
            0xAARRGGBB, premultiplied. Overwritten by the next call.
        """
        runs = pixels = 0
        for base, stretches in zip(levels, self._stretches, strict=True):
            pyramid = _Pyramid(base)
            for stretch in stretches:
                drawn = pyramid.joined(*stretch.joined)
                curves = drawn, stretch.start_y, stretch.end_y
                if drawn.shape[0] > drawn.shape[1]:  # the inner loop is the fast one
                    curves = drawn.T, stretch.end_y, stretch.start_y
                to = self._picture[:, stretch.columns]
                runs += edge_runs.draw(*curves, self._thickness, self._sampling, colours, to)
                pixels += to.size
        self.work = Work(sum(base.size for base in levels), runs, pixels)
        return self._picture
