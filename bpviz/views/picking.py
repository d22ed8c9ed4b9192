"""What part of a network lies under the mouse. Pure arithmetic."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpviz.views.geometry import PICTURE_SIDE, Column, Edge, Layout, Neuron, Part, Square, rise

REACH_PX = 4.0

ValuesOf = Callable[[int, NDArray[np.int64], NDArray[np.int64]], NDArray[np.floating[Any]]]
"""The values of some edges : (n,), of a pair of columns from some neurons (n,) to others (n,)."""


def pixel_at(picture: Square, x: float, y: float) -> int | None:
    """Return which of the 784 pixels of the picture lies at a point, None if none does."""
    column = int((x - picture.x) / picture.side * PICTURE_SIDE // 1)
    row = int((y - picture.y) / picture.side * PICTURE_SIDE // 1)
    if 0 <= column < PICTURE_SIDE and 0 <= row < PICTURE_SIDE:
        return row * PICTURE_SIDE + column
    return None


def part_at(layout: Layout, values_of: ValuesOf, x: float, y: float) -> Part | None:
    """
    Return what lies at a point: a neuron before an edge, and of several edges the strongest.

    Parameters
    ----------
    layout
        Where everything lies.
    values_of
        Tells the values of edges; the one of the largest magnitude is drawn on top.
    x, y
        The point in pixels.
    """
    if layout.picture is not None and (pixel := pixel_at(layout.picture, x, y)) is not None:
        return Neuron(0, pixel)
    for number, column in enumerate(layout.columns):
        index = int(np.abs(column.y - y).argmin())
        if (
            abs(column.x - x) <= max(column.radius, REACH_PX)
            and abs(column.y[index] - y) <= max(column.radius, column.spacing / 2, 1.0) + 1
        ):
            return Neuron(number, index)
    for pair, (start, end) in enumerate(pairwise(layout.columns)):
        if start.x < x < end.x:
            share = float(rise((x - start.x) / (end.x - start.x)))
            return _edge_at(pair, start, end, share, values_of, y)
    return None


def _edge_at(
    pair: int,
    start: Column,
    end: Column,
    share: float,
    values_of: ValuesOf,
    y: float,
) -> Edge | None:
    """Return the strongest edge that passes a height, `share` of the way up from its start."""
    if share >= 0.5:
        starts, ends = _pairs_near(start, end, share, y)
    else:
        ends, starts = _pairs_near(end, start, 1 - share, y)
    distance = np.abs(start.y[starts] * (1 - share) + end.y[ends] * share - y)
    nearest = distance.min(initial=np.inf)
    if nearest > REACH_PX:
        return None
    strength = np.nan_to_num(np.abs(values_of(pair, starts, ends)), nan=np.inf)
    best = np.where(distance <= max(REACH_PX / 2, nearest), strength, -1).argmax()
    return Edge(pair, int(starts[best]), int(ends[best]))


def _pairs_near(
    far: Column, near: Column, share: float, y: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Return the pairs of neurons whose edges can pass a height, a few for each far neuron.

    Neurons are evenly spaced, so they need not all be tried: a million pairs would take longer
    than the mouse from one move to the next.
    """
    wanted = (y - far.y * (1 - share)) / share
    middle = np.rint((wanted - near.y[0]) / near.spacing).astype(np.int64)
    around = int(np.ceil(REACH_PX / (share * near.spacing)))
    candidates = middle[:, None] + np.arange(-around, around + 1)
    far_rows, columns = np.nonzero((candidates >= 0) & (candidates < len(near.y)))
    return far_rows, candidates[far_rows, columns]
