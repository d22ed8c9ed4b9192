"""A layer's marks, from which and to which its curves lead: each stands for some neurons."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bpviz.views.geometry import Column, rise

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Marks:
    """
    A column's marks, and what they are joined to.

    Attributes
    ----------
    column
        Of evenly spaced neurons, in pixels.
    per_mark
        Neurons of a mark; the last one may have fewer.
    places
        Of the marks, as numbers of neurons : (marks,), and of those joined by twos, by fours and so
        on, down to a single one.
    """

    column: Column
    per_mark: int
    places: tuple[Floats, ...]

    def __len__(self) -> int:
        return len(self.places[0])

    @property
    def most_joined(self) -> int:
        """How often they are joined where they all are one."""
        return len(self.places) - 1

    def starts(self, joined: int, seen: slice) -> NDArray[np.int64]:
        """Return the first neuron of each mark in sight, counted from the first in sight."""
        return np.arange(0, seen.stop - seen.start, 1 << joined) * self.per_mark

    def neurons(self, seen: slice) -> slice:
        """Return which neurons the marks in sight stand for."""
        last = min(seen.stop * self.per_mark, len(self.column.y))
        return slice(seen.start * self.per_mark, last)

    def y(self, joined: int, seen: slice = slice(None)) -> Floats:
        """Return heights in pixels : (marks,), of those that are in sight."""
        first, last = seen.start or 0, seen.stop or len(self)
        places = self.places[joined][first >> joined : -(-last >> joined)]
        y: Floats = self.column.y[0] + self.column.spacing * places
        return y

    def halvings(self, shares: Floats, reach_px: Floats) -> Floats:
        """Return how often marks can be joined : (n,) where distances shrink to some shares."""
        spacing = self.per_mark * self.column.spacing
        halvings = np.log2(reach_px / (spacing * np.maximum(shares, 1e-9)))
        return np.clip(halvings, 0, self.most_joined)

    def heights(self, shares: Floats, joined: int, halvings: Floats, seen: slice) -> Floats:
        """
        Return the shares of the curves' heights of the marks in sight : (n, marks), in pixels.

        Marks that are joined `joined` times slide towards those that they will be joined to next.
        """
        y = self.y(joined, seen)
        slide = np.clip(halvings - joined, 0, 1)
        heights: Floats = shares[:, None] * y
        if joined < self.most_joined and slide.any():
            first = seen.start >> joined
            way = self.y(joined + 1)[np.arange(first, first + len(y)) // 2] - y
            heights += (shares * rise(slide))[:, None] * way
        return heights


def marks_of(column: Column, mark_px: float, scatter: float) -> Marks:
    """
    Return a column's marks.

    Parameters
    ----------
    column
        The layer, in pixels.
    mark_px
        How far apart they are at the most, unless a single neuron takes more.
    scatter
        How far those joined lie from the middle, by lot: from 0, not at all, to 1, anywhere.
    """
    per_mark = max(int(mark_px / column.spacing), 1)
    return Marks(column, per_mark, _places(len(column.y), per_mark, scatter))


@lru_cache(maxsize=64)
def _places(neurons: int, per_mark: int, scatter: float) -> tuple[Floats, ...]:
    """Return the places of marks. Those joined lie in the middle, or scatter by lot."""
    starts = np.arange(0, neurons, per_mark)
    # At one of its neurons, drawn by lot: equal distances would show as a moiré.
    lot = np.random.default_rng(0)
    places = [(starts + lot.integers(np.diff(starts, append=neurons))).astype(np.float64)]
    while len(places[-1]) > 1:
        upper, lower = places[-1][::2], places[-1][1::2]
        joined = upper.copy()
        share = 0.5 + scatter * lot.uniform(-0.5, 0.5, len(lower))
        share[0] = 0  # the outline stays
        joined[: len(lower)] += share * (lower - upper[: len(lower)])
        if len(joined) > 1:
            joined[-1] = places[-1][-1]
        places.append(joined)
    return tuple(places)
