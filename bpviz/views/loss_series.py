"""The arithmetic of the loss plot: what to draw of a million losses, and where the ticks go."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

SMOOTHING_BATCHES = 50
"""Time constant of the smoothed line: a loss so many batches ago counts 1/e of the newest."""

_BLOCK = 10 * SMOOTHING_BATCHES  # weights within a block span e^10, far from float64's limits
_DECAY = np.exp(-np.arange(1, _BLOCK + 1) / SMOOTHING_BATCHES)

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Batch numbers and values of a polyline, both (n,); a value of NaN is a gap."""


class LossSeries:
    """
    The losses of all batches, kept so that any stretch is drawn in time O(columns).

    Batches are counted from 1. The lowest and highest loss of every aligned 2, 4, 8, ... batches
    are kept as well, and extended as losses come in. The smoothed loss of batch n is the
    exponential moving average with its start-up bias divided out (Kingma and Ba, "Adam", 2015,
    section 3),

        s_n = sum_i b^(n-i) loss_i / sum_i b^(n-i),   b = exp(-1 / SMOOTHING_BATCHES),

    both sums over the finite losses up to n. Where a loss is not finite, s_n is NaN.
    """

    def __init__(self) -> None:
        self._count = 0
        # _levels[k][:, i]: lowest and highest loss of the batches i * 2^k + 1 ... (i + 1) * 2^k
        self._levels = [np.empty((2, 1024), np.float32)]
        self._smoothed = np.empty((1, 1024), np.float32)
        self._total = self._weight = 0.0  # the two sums of s_n

    def __len__(self) -> int:
        return self._count

    def append(self, losses: ArrayLike) -> None:
        """Add the losses (n,) of the next n batches; they may be NaN or infinite."""
        new = np.asarray(losses, np.float32)
        start, self._count = self._count, self._count + len(new)
        self._levels[0] = _with_room(self._levels[0], self._count)
        self._levels[0][:, start : self._count] = new
        self._extend_levels(start)
        self._smoothed = _with_room(self._smoothed, self._count)
        for block in range(0, len(new), _BLOCK):
            part = new[block : block + _BLOCK]
            self._smoothed[0, start + block : start + block + len(part)] = self._smooth(part)

    def loss(self, batch: int) -> float:
        """Return the loss of a batch; IndexError if there is no such batch."""
        return float(self._levels[0][0, self._index(batch)])

    def smoothed(self, batch: int) -> float:
        """Return the smoothed loss at a batch; IndexError if there is no such batch."""
        return float(self._smoothed[0, self._index(batch)])

    def envelope(self, first: float, last: float, columns: int) -> Curve:
        """
        Return the losses from batch ``first`` to ``last`` as a polyline.

        It has at most about two points per screen column: the losses themselves when there is
        room for them, else the lowest and the highest of 2^k batches each. A stretch with a loss
        that is not finite is a gap. One bucket more on either side lets the line leave the view.
        """
        k, start, stop = self._buckets(first, last, columns)
        values = self._levels[k][:, start:stop].astype(np.float64)
        values[:, ~np.isfinite(values).all(axis=0)] = np.nan
        x = self._centres(k, start, stop)
        if k == 0:
            return x, values[0]
        # Low-high, high-low: neighbours join at like ends, half the ink of low-high, low-high.
        odd = slice(1 - start % 2, None, 2)
        values[:, odd] = values[::-1, odd]
        return x.repeat(2), values.T.ravel()

    def trend(self, first: float, last: float, columns: int) -> Curve:
        """Return the smoothed loss likewise, one point per 2^k batches: that of their last."""
        k, start, stop = self._buckets(first, last, columns)
        ends = np.minimum(np.arange(start + 1, stop + 1) << k, self._count)
        return ends.astype(np.float64), self._smoothed[0, ends - 1].astype(np.float64)

    def _index(self, batch: int) -> int:
        if not 1 <= batch <= self._count:
            raise IndexError(f"batch {batch} of {self._count}")
        return batch - 1

    def _extend_levels(self, start: int) -> None:
        """Bring the buckets up to date that hold batches after the first ``start``."""
        length, k = self._count, 0
        while length > 1:
            start, children, length, k = start // 2, length, (length + 1) // 2, k + 1
            if k == len(self._levels):
                self._levels.append(np.empty((2, 64), np.float32))
            child, parent = self._levels[k - 1], _with_room(self._levels[k], length)
            pairs = children // 2
            left, right = (child[:, 2 * start + side : 2 * pairs : 2] for side in (0, 1))
            np.minimum(left[0], right[0], out=parent[0, start:pairs])
            np.maximum(left[1], right[1], out=parent[1, start:pairs])
            if length > pairs:
                parent[:, pairs] = child[:, children - 1]
            self._levels[k] = parent

    def _smooth(self, losses: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the next smoothed losses, of at most ``_BLOCK`` losses (n,)."""
        finite, decay = np.isfinite(losses), _DECAY[: len(losses)]
        values = np.where(finite, losses, 0).astype(np.float64)
        totals = decay * (self._total + np.cumsum(values / decay))
        weights = decay * (self._weight + np.cumsum(finite / decay))
        self._total, self._weight = float(totals[-1]), float(weights[-1])
        totals[~finite] = np.nan
        return totals / weights

    def _buckets(self, first: float, last: float, columns: int) -> tuple[int, int, int]:
        """Return the level for this stretch and its first bucket and the one after its last."""
        per_column = max((last - first) / max(columns, 1), 1)
        k = min(math.ceil(math.log2(per_column)), len(self._levels) - 1)
        end = -(-self._count >> k)
        start = min(max((math.floor(first) - 1 >> k) - 1, 0), end)
        return k, start, max(start, min((math.ceil(last) - 1 >> k) + 2, end))

    def _centres(self, k: int, start: int, stop: int) -> NDArray[np.float64]:
        before = np.arange(start, stop, dtype=np.float64) * 2**k
        centres: NDArray[np.float64] = (before + 1 + np.minimum(before + 2**k, self._count)) / 2
        return centres


def _with_room(rows: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """Return ``rows`` (m, capacity), moved into twice the room if ``length`` does not fit."""
    if length <= rows.shape[1]:
        return rows
    roomy = np.empty((len(rows), max(length, 2 * rows.shape[1])), np.float32)
    roomy[:, : rows.shape[1]] = rows
    return roomy


def value_range(values: NDArray[np.float64], log: bool) -> tuple[float, float] | None:
    """
    Return the values an axis should show so that one wild batch does not flatten the rest.

    Parameters
    ----------
    values
        (n,) points of the curve in view. NaN is ignored, and on a log axis what is not positive.

    Returns
    -------
    tuple of float or None
        The extremes, but at most three times what 2 % of the values exceed and, on a log axis,
        at least a third of what 2 % fall below. None if there is nothing to show.
    """
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    if not len(values):
        return None
    low, high = float(values.min()), float(values.max())
    usual_low, usual_high = np.quantile(values, (0.02, 0.98)).tolist()
    if usual_high > 0:
        high = min(high, 3 * usual_high)
    return (max(low, usual_low / 3) if log else low), high


def ticks(low: float, high: float, most: int, whole: bool = False) -> list[float]:
    """Return at most ``most`` round values in [low, high], 1, 2 or 5 times 10^k apart."""
    rough = max((high - low) / max(most, 1), 1 if whole else 1e-300)
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(m * magnitude for m in (1, 2, 5, 10, 20) if m * magnitude >= rough * 0.999999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)][:most]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """
    Return at most ``most`` round values in [low, high], low > 0, for a logarithmic axis.

    1, 2, 5, 10, ... if they fit, else decades, every other one and so on; evenly spaced values
    where the range holds fewer than two of these.
    """
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    fine = [m * 10.0**e for e in exponents for m in (1, 2, 5) if low <= m * 10.0**e <= high]
    if len(fine) <= most:
        return fine if len(fine) >= 2 else ticks(low, high, most)
    decades = [e for e in exponents if low <= 10.0**e <= high]
    every = -(-len(decades) // max(most, 1))
    return [10.0**e for e in decades if e % every == 0]


def epoch_ticks(
    ends: NDArray[np.float64], first: float, last: float, most: int
) -> list[tuple[float, str]]:
    """
    Return where epochs ended between two batches, and their numbers, counted from 1.

    ``ends`` (n,) are the batches at which they ended. Every 2nd, 5th, 10th, ... is left where
    more than ``most`` are in view.
    """
    numbers = 1 + np.flatnonzero((ends >= first) & (ends <= last))
    steps = (m * 10**e for e in range(19) for m in (1, 2, 5))
    every = next(step for step in steps if len(numbers) <= step * max(most, 1))
    return [(float(ends[n - 1]), f"{n:,}") for n in numbers.tolist() if n % every == 0]


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def tick_text(value: float) -> str:
    """Return a tick's value in plain figures, ``0.05``, or beyond them as ``5·10⁻⁵``."""
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.6g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    power = "10" + str(int(exponent)).translate(_SUPERSCRIPT)
    return power if float(mantissa) == 1 else f"{float(mantissa):g}·{power}"
