"""The arithmetic of the nudge plot: a curve, its tangent, and where the axes end."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpviz.views.loss_axes import Ticks, tick_text, ticks

_TANGENT_SHARE = 0.35
_LONGEST = 7  # characters of a tick

Point = tuple[float, float]
"""A value of the parameter, and a loss."""


@dataclass(frozen=True, eq=False)
class LossCurve:
    """
    A batch's loss along one parameter, all others being as they are.

    Attributes
    ----------
    center
        The parameter's value where the gradient was taken.
    values : (n,)
        Values of the parameter, finite and ascending, n >= 2.
    losses : (n,)
        The loss at each of them. NaN and infinity leave a gap in the curve.
    loss
        The loss at the center.
    slope
        The gradient, dL/dw at the center; None if it is not known.
    step
        What the optimiser will add to the center; None if it is not known.
    digits
        How many significant digits are worth showing.
    is_after
        Whether the batch's update is done, and the gradient that of the same batch after it.

    Raises
    ------
    ValueError
        If the arrays do not fit each other or the values do not ascend.
    """

    center: float
    values: NDArray[np.floating]
    losses: NDArray[np.floating]
    loss: float
    slope: float | None = None
    step: float | None = None
    digits: int = 4
    is_after: bool = False

    def __post_init__(self) -> None:
        if self.values.shape != self.losses.shape or self.values.ndim != 1 or len(self.values) < 2:
            raise ValueError(f"a curve needs as many values as losses: {self.values.shape}")
        if not (np.diff(self.values) > 0).all():
            raise ValueError("the values of a curve ascend")

    def covers(self, value: float) -> bool:
        """Return whether a value lies on the curve."""
        return bool(self.values[0] <= value <= self.values[-1])

    def nearest(self, value: float) -> int:
        """Return which of the values lies nearest to another one."""
        # First onto the curve: far away, all are equally far; NaN counts as zero.
        near = np.clip(np.nan_to_num(value), self.values[0], self.values[-1])
        return int(np.abs(self.values - near).argmin())

    def is_exact(self, value: float) -> bool:
        """Return whether the loss at a value was computed, not read off between two points."""
        return same(value, self.center) or bool((self.values == value).any())

    def loss_at(self, value: float) -> float:
        """Return the loss at a value, between two points on the line that joins them."""
        if same(value, self.center):
            return self.loss
        if not self.covers(value):
            return math.nan
        place = int(np.searchsorted(self.values, value))
        if self.values[place] == value:
            return float(self.losses[place])
        with np.errstate(invalid="ignore", over="ignore"):
            return float(np.interp(value, self.values, self.losses))


def same(value: float, other: float | None) -> bool:
    """Return whether two values are the same, as NaN is the same as NaN."""
    return value == other or (other is not None and math.isnan(value) and math.isnan(other))


def axis_ticks(low: float, high: float, origin: float, most: int) -> Ticks:
    """
    Return at most ``most`` ticks of an axis that shows low to high.

    Where the range is so small that plain figures would be too long, all of them tell the
    distance from the origin.
    """
    places, largest = ticks(low, high, most), max(abs(low), abs(high))
    # Beyond plain figures, a tick has fewer digits.
    if high - low >= (0.01 if largest < 1e5 else 0.05) * largest:
        return [(at, tick_text(at)) for at in places]
    decimals = max(0, 1 - math.floor(math.log10((high - low) / most)))
    texts = [f"{at:.{decimals}f}" for at in places]
    while texts and all("." in text and text[-1] in "0." for text in texts):
        texts = [text[:-1] for text in texts]
    if all(len(text) <= _LONGEST for text in texts):
        return list(zip(places, texts, strict=True))
    away = ticks(low - origin, high - origin, most)
    return [(origin + at, f"{'+' if at > 0 else ''}{tick_text(at)}" if at else "±0") for at in away]


def tangent(curve: LossCurve, low: float, high: float) -> tuple[Point, Point] | None:
    """
    Return both ends of the line through the center that has the gradient as its slope.

    Parameters
    ----------
    curve
        With a slope; without one there is no line.
    low, high
        Ends of the loss axis, within which the line stays.
    """
    if curve.slope is None or not np.isfinite([curve.slope, curve.loss, curve.center]).all():
        return None
    first, last = float(curve.values[0]), float(curve.values[-1])
    reach = _TANGENT_SHARE * (last - first)
    x, y, slope = curve.center, curve.loss, curve.slope
    ends = []
    for sign in (-1, 1):
        room = high - y if sign * slope > 0 else y - low
        dx = sign * (min(reach, room / abs(slope)) if slope else reach)
        dx = min(max(dx, first - x), last - x)
        ends.append((x + dx, y + slope * dx))
    return ends[0], ends[1]


def finite(point: Point) -> Point | None:
    """Return a point that can be painted, None if its value or its loss is not finite."""
    return point if all(map(math.isfinite, point)) else None


def loss_limits(curve: LossCurve) -> tuple[float, float]:
    """Return both ends of the loss axis; so far apart that rounding does not look like a shape."""
    losses = [*curve.losses.tolist(), curve.loss]
    finite = [float(loss) for loss in losses if math.isfinite(loss)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    least = 10.0 ** -(curve.digits + 1) * max(abs(low), abs(high)) or 1e-9
    room = max(0.08 * (high - low), (least - (high - low)) / 2)
    return low - room, high + room
