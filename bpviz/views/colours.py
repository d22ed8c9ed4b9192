"""
From a value to a colour, by way of a level from 0 to 255. Pure arithmetic.

Magnitudes lie on a log scale: on a linear one the gradients of all layers but the last would
vanish. Higher levels are drawn over lower ones, so a level always grows with the magnitude.
"""

import math
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bpviz.views.inferno import inferno
from bpviz.views.theme import Theme

Levels = NDArray[np.uint8]
ScaleMode = Literal["layer", "network"]

NOTHING = 0
ZERO = 1
LOWEST = 2
HIGHEST = 253
NO_GRADIENT = 254
NOT_FINITE = 255

_STEPS = HIGHEST - LOWEST
_SIGNED_STEPS = _STEPS // 2
# Where on the way from the colour of zero the faintest signed colour lies: tiny is not zero.
_SIGNED_START = 0.15


def strongest(values: NDArray[np.float32]) -> float:
    """Return the largest finite magnitude of values of any shape, infinity if there is none."""
    # Twice as fast as abs, and exact as long as all is finite.
    top = max(float(values.max()), -float(values.min()))
    if not np.isfinite(top):
        finite = np.abs(values)[np.isfinite(values)]
        top = float(finite.max()) if finite.size else math.inf
    return top


def decade_above(value: float) -> float:
    """Return the next half power of ten: it keeps a scale steady while values flicker."""
    if value <= 0:
        return 0.0
    return float(10 ** (np.ceil(2 * np.log10(value)) / 2))


def magnitude_levels(values: NDArray[np.float32], top: float, decades: float) -> Levels:
    """
    Return levels of |values| on a log scale.

    Parameters
    ----------
    values
        Any shape.
    top
        The magnitude of the highest level; larger ones get it too, as all below the scale get
        the lowest. Exactly zero and what is not finite have levels of their own.
    decades
        How many powers of ten lie between the lowest level and the highest.
    """
    return _marked(LOWEST + _rounded(_STEPS * _height(values, top, decades)), values)


def signed_levels(values: NDArray[np.float32], top: float, decades: float) -> Levels:
    """Return levels like `magnitude_levels`, of which the lowest bit tells the sign."""
    steps = _rounded(_SIGNED_STEPS * _height(values, top, decades))
    return _marked(LOWEST + 2 * steps + (values > 0), values)


def _height(values: NDArray[np.float32], top: float, decades: float) -> NDArray[np.float32]:
    """Return where on the scale each value lies, from 0 to 1."""
    # A difference of logarithms: the reciprocal of a subnormal top would overflow.
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.log10(np.abs(values)) - np.log10(np.float64(top)).astype(np.float32)
        height: NDArray[np.float32] = np.clip(1 + below / np.float32(decades), 0, 1)
    return height


def _rounded(steps: NDArray[np.float32]) -> Levels:
    levels: Levels = np.nan_to_num(steps + 0.5).astype(np.uint8)
    return levels


def _marked(levels: Levels, values: NDArray[np.float32]) -> Levels:
    levels[values == 0] = ZERO
    levels[~np.isfinite(values)] = NOT_FINITE
    return levels


@cache
def magnitude_table(theme: Theme) -> NDArray[np.uint8]:
    """
    Return the colour of each level of a magnitude.

    Returns
    -------
    (256, 4) uint8
        Red, green, blue, alpha; read-only. Perceptually uniform; on a light ground the strong
        are dark.
    """
    start, stop = (0.16, 1.0) if theme.name == "dark" else (0.9, 0.05)
    return _table(theme, inferno(start, stop, _STEPS + 1))


@cache
def signed_table(theme: Theme) -> NDArray[np.uint8]:
    """
    Return the colour of each level of a signed value.

    Returns
    -------
    (256, 4) uint8
        Red, green, blue, alpha; read-only. Blue below zero, orange above.
    """
    t = np.linspace(_SIGNED_START, 1, _SIGNED_STEPS + 1)
    colours = np.empty((2 * len(t), 3))
    colours[0::2] = between(theme.zero, theme.negative, t)
    colours[1::2] = between(theme.zero, theme.positive, t)
    return _table(theme, colours)


def _table(theme: Theme, colours: NDArray[np.float64]) -> NDArray[np.uint8]:
    table = np.zeros((256, 4), np.uint8)
    table[LOWEST : LOWEST + len(colours), :3] = colours
    table[ZERO, :3] = rgb(theme.zero)
    table[NO_GRADIENT, :3] = rgb(theme.no_gradient)
    table[NOT_FINITE, :3] = rgb(theme.not_finite)
    table[ZERO:, 3] = 255
    table.flags.writeable = False
    return table


def rgb(colour: str) -> NDArray[np.float64]:
    """Return red, green, blue from 0 to 255 of ``"#rrggbb"``."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float64)


# Linear sRGB to the cone responses of Oklab, and those, after a cube root, to lightness and two
# hues (Ottosson, A perceptual color space for image processing, 2020).
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def between(start: str, end: str, t: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Mix two colours so that equal steps of t look equally large.

    Parameters
    ----------
    start, end
        ``"#rrggbb"``.
    t : (n,)
        0 is the start, 1 the end.

    Returns
    -------
    (n, 3)
        Red, green, blue from 0 to 255, on the straight line in Oklab.
    """
    a, b = (_TO_LAB @ np.cbrt(_TO_CONES @ _linear(rgb(colour) / 255)) for colour in (start, end))
    lab = a + t[:, None] * (b - a)
    cones = (lab @ np.linalg.inv(_TO_LAB).T) ** 3
    linear = np.clip(cones @ np.linalg.inv(_TO_CONES).T, 0, 1)
    companded: NDArray[np.float64] = np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    return 255 * companded


def _linear(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
