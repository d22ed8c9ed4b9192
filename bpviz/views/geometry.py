"""Where a network's parts lie on the screen. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MARGIN_PX = 18.0
CAPTION_PX = 44.0
FOOTER_PX = 26.0
ARROW_PX = 19.0
# Of an output's name and its share of the whole.
OUTPUT_LABEL_PX = 88.0
PICTURE_GAP_PX = 40.0
# Of the room's width, for the names at either side.
MAX_NAMES_SHARE = 0.3
PICTURE_SIDE = 28
MAX_SPACING_PX = 60.0
MAX_RADIUS_PX = 13.0
# Networks so small have all their numbers written into them, so their circles are larger.
TINY_NEURONS, TINY_EDGES = 8, 60
MAX_TINY_SPACING_PX = 130.0
MAX_TINY_RADIUS_PX = 40.0
# Between two circles, for a number below the upper one.
NUMBER_PX = 18.0
# Neurons closer than this are drawn as one strip.
STRIP_SPACING_PX = 3.0


# The largest scale of the camera, and that for networks with layers of more neurons than this:
# there it takes so much to tell single weights apart.
NEAREST, WIDE_LAYER, NEAREST_IF_WIDE = 64.0, 256, 1024.0


class Column(NamedTuple):
    """
    One layer of neurons.

    Attributes
    ----------
    x
        In pixels.
    y : (n,)
        Of each neuron, from the top, in pixels.
    spacing
        From neuron to neuron, in pixels.
    radius
        Of a neuron's circle, in pixels.
    """

    x: float
    y: NDArray[np.float64]
    spacing: float
    radius: float

    @property
    def is_strip(self) -> bool:
        """Whether the neurons lie too close for circles."""
        return self.spacing < STRIP_SPACING_PX


class Square(NamedTuple):
    """The input picture's place: its upper left corner and its side, in pixels."""

    x: float
    y: float
    side: float


class Layout(NamedTuple):
    """Where everything lies. `picture` is None where the inputs are not a 28 x 28 picture."""

    columns: tuple[Column, ...]
    picture: Square | None


@dataclass(frozen=True)
class Camera:
    """
    Which part of the fitted layout is looked at: screen = scale * layout + offset.

    Attributes
    ----------
    scale
        1 shows all of it.
    x, y
        The offset in pixels.
    """

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def zoomed(self, factor: float, at_x: float, at_y: float, nearest: float = NEAREST) -> "Camera":
        """
        Return a camera that is nearer by a factor, with the point (at_x, at_y) staying put.

        Parameters
        ----------
        factor
            1 changes nothing.
        at_x, at_y
            In pixels.
        nearest
            The largest scale.
        """
        scale = min(max(self.scale * factor, 1.0), nearest)
        factor = scale / self.scale
        return Camera(scale, at_x + (self.x - at_x) * factor, at_y + (self.y - at_y) * factor)

    def moved(self, dx: float, dy: float) -> "Camera":
        """Return a camera that shows everything (dx, dy) pixels further right and down."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def kept_within(self, width: float, height: float) -> "Camera":
        """Return the nearest camera whose view of (width, height) pixels has no empty rim."""
        return Camera(
            self.scale,
            min(max(self.x, width * (1 - self.scale)), 0.0),
            min(max(self.y, height * (1 - self.scale)), 0.0),
        )


def arrow_place(column: Column, y: float, tiny: bool) -> tuple[float, float]:
    """
    Return the middle of the arrow beside a neuron at height y, all in pixels.

    In a tiny network it leaves the middle of the edge to its number.
    """
    if tiny:
        return column.x + 0.75 * column.radius + 8, y - 0.75 * column.radius - 6
    return column.x + column.radius + 8, y


def is_tiny(sizes: Sequence[int]) -> bool:
    """Return whether a network is so small that all its numbers can be written into it."""
    edges = sum(n_in * n_out for n_in, n_out in pairwise(sizes))
    return max(sizes) <= TINY_NEURONS and edges <= TINY_EDGES


def lay_out(
    sizes: Sequence[int],
    width: float,
    height: float,
    camera: Camera,
    names_px: tuple[float, float] = (0.0, OUTPUT_LABEL_PX),
) -> Layout:
    """
    Place a network's layers.

    Parameters
    ----------
    sizes
        Neurons of each layer, inputs first.
    width, height
        The room in pixels.
    camera
        Zooms and moves the result.
    names_px
        Width of what is written left of the inputs and right of the outputs. No more than
        `MAX_NAMES_SHARE` of the room's width is kept free for either.
    """
    has_picture = sizes[0] == PICTURE_SIDE**2
    picture_side = min(max(0.13 * width, 84.0), 150.0) if has_picture else 0.0
    tiny = is_tiny(sizes)
    max_radius = min(MAX_TINY_RADIUS_PX, 0.07 * width) if tiny else MAX_RADIUS_PX
    names_px = (
        min(names_px[0], MAX_NAMES_SHARE * width),
        min(names_px[1], MAX_NAMES_SHARE * width),
    )
    max_spacing = MAX_TINY_SPACING_PX if tiny else MAX_SPACING_PX
    left = MARGIN_PX + names_px[0]
    left += picture_side + PICTURE_GAP_PX if has_picture else max_radius + 8
    right = width - max_radius - ARROW_PX - names_px[1]
    top, bottom = CAPTION_PX, height - FOOTER_PX - (NUMBER_PX / 2 if tiny else 0)
    middle = (top + bottom) / 2
    room = max(bottom - top, 1.0)

    columns = []
    xs, gap = np.linspace(left, max(right, left + 1), len(sizes), retstep=True)
    for x, n in zip(xs, sizes, strict=True):
        spacing = min(room / n, max_spacing)
        y = middle + (np.arange(n, dtype=np.float64) - (n - 1) / 2) * np.float64(spacing)
        radius = min(0.36 * spacing, (0.18 if tiny else 0.36) * float(gap), max_radius)
        if tiny:
            radius = min(radius, max((spacing - NUMBER_PX) / 2, 4.0))
        columns.append(
            Column(
                float(x) * camera.scale + camera.x,
                y * camera.scale + camera.y,
                spacing * camera.scale,
                radius * camera.scale**0.75,
            )
        )
    picture = None
    if has_picture:
        picture = Square(
            MARGIN_PX * camera.scale + camera.x,
            (middle - picture_side / 2) * camera.scale + camera.y,
            picture_side * camera.scale,
        )
    return Layout(tuple(columns), picture)


def rise(t: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return how far an edge has come from its start's height to its end's: smoothstep of t."""
    t = np.asarray(t, np.float64)
    return t * t * (3 - 2 * t)


class Neuron(NamedTuple):
    """A neuron: its column (0 holds the inputs) and its place in it."""

    column: int
    row: int


class Edge(NamedTuple):
    """A weight: the pair of columns it joins (0 is the first), and its two ends' places."""

    pair: int
    start: int
    end: int


Part = Neuron | Edge


def curve(layout: Layout, edge: Edge) -> NDArray[np.float64]:
    """Return points (n, 2) along an edge: x and y in pixels."""
    start, end = layout.columns[edge.pair], layout.columns[edge.pair + 1]
    t = np.linspace(0, 1, 65)
    y = start.y[edge.start] + rise(t) * (end.y[edge.end] - start.y[edge.start])
    return np.column_stack([start.x + t * (end.x - start.x), y])
