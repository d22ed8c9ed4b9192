"""What the loss plot draws of a million losses, in time that only its width counts for."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

SMOOTHING_BATCHES = 20
"""Time constant of the smoothed line: a loss so many batches ago counts 1/e of the newest."""

KEPT = 1 << 15
"""How many losses are kept one by one, at the start and at the end of the course each."""

_BLOCK = 10 * SMOOTHING_BATCHES  # weights within a block span e^10, far from float64's limits
_DECAY = np.exp(-np.arange(1, _BLOCK + 1) / SMOOTHING_BATCHES)

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Batch numbers and values of a polyline, both (n,); a value of NaN is a gap."""


class Reading(NamedTuple):
    """
    What is known of the loss at a batch.

    Attributes
    ----------
    first, last
        The batches it is of: one of them, unless it is long ago.
    low, high
        The lowest and the highest of their losses; both NaN if one of them is.
    smoothed
        The smoothed loss at the last of them.
    """

    first: int
    last: int
    low: float
    high: float
    smoothed: float


class LossSeries:
    """
    The losses of all batches, kept so that any stretch is drawn in time O(columns).

    Batches are counted from 1. Level k has buckets of 2^k batches each, with the lowest and
    highest loss and the smoothed loss at the last batch of each. It keeps the first and the newest
    `KEPT` buckets; the finest level that has a stretch draws it. So losses are kept one by one at
    the start and at the end, a batch n batches from the nearer of the two is told from its
    neighbours by about n / `KEPT` batches, and n batches take 24 `KEPT` log2(n / `KEPT`) bytes.

    The smoothed loss of batch n is the exponential moving average with its start-up bias divided
    out (Kingma and Ba, "Adam", 2015, section 3),

        s_n = sum_i b^(n-i) loss_i / sum_i b^(n-i),   b = exp(-1 / SMOOTHING_BATCHES),

    both sums over the finite losses up to n. Where a loss is not finite, s_n is NaN.
    """

    def __init__(self) -> None:
        self._count = 0
        self._levels = [_Level()]
        self._total = self._weight = 0.0  # the two sums of s_n

    def __len__(self) -> int:
        return self._count

    def append(self, losses: ArrayLike) -> None:
        """Add the losses (n,) of the next n batches; they may be NaN or infinite."""
        new = np.asarray(losses, np.float32)
        for start in range(0, len(new), KEPT // 2):  # all of it must stay till it is summed up
            part = new[start : start + KEPT // 2]
            blocks = (part[i : i + _BLOCK] for i in range(0, len(part), _BLOCK))
            smoothed = np.concatenate([self._smooth(block) for block in blocks])
            self._levels[0].put(self._count, np.stack([part, part, smoothed]))
            self._extend_levels(len(part))

    def reading(self, batch: int) -> Reading:
        """Return the loss of a batch, as exactly as it is kept; IndexError if there is none."""
        if not 1 <= batch <= self._count:
            raise IndexError(f"batch {batch} of {self._count}")
        k = next(k for k in range(len(self._levels)) if self._keeps(k, *[batch - 1 >> k] * 2))
        bucket = batch - 1 >> k
        (low,), (high,), (smoothed,) = self._levels[k].get(bucket, bucket + 1).tolist()
        last = min(bucket + 1 << k, self._count)
        return Reading((bucket << k) + 1, last, low, high, smoothed)

    def envelope(self, first: float, last: float, columns: int) -> Curve:
        """
        Return the losses from batch ``first`` to ``last`` as a polyline.

        It has at most about two points per screen column: the losses themselves when there is
        room for them and they are kept, else the lowest and the highest of 2^k batches each. A
        stretch with a loss that is not finite is a gap. One bucket more on either side lets the
        line leave the view.
        """
        k, start, stop = self._buckets(first, last, columns)
        values = self._levels[k].get(start, stop)[:2].astype(np.float64)
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
        return ends.astype(np.float64), self._levels[k].get(start, stop)[2].astype(np.float64)

    def _keeps(self, k: int, start: int, stop: int) -> bool:
        """Return whether level k has all buckets from ``start`` to ``stop``, that included."""
        newest = -(-self._count >> k) - KEPT
        return stop < KEPT or start >= newest or newest <= KEPT

    def _extend_levels(self, added: int) -> None:
        """Count batches that level 0 has already, and bring the other levels up to date."""
        start, self._count = self._count, self._count + added
        stop, k = self._count, 0
        while stop > 1:
            start, stop, k = start // 2, (stop + 1) // 2, k + 1
            if k == len(self._levels):
                self._levels.append(_Level())
            # The newest bucket may have but one child yet.
            children = self._levels[k - 1].get(2 * start, -(-self._count >> k - 1))
            left, right = children[:, ::2], children[:, 1::2]
            parents = left.copy()
            pairs = right.shape[1]
            np.minimum(left[0, :pairs], right[0], out=parents[0, :pairs])
            np.maximum(left[1, :pairs], right[1], out=parents[1, :pairs])
            parents[2, :pairs] = right[2]
            self._levels[k].put(start, parents)

    def _smooth(self, losses: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the next smoothed losses, of at most ``_BLOCK`` losses (n,)."""
        finite, decay = np.isfinite(losses), _DECAY[: len(losses)]
        values = np.where(finite, losses, 0).astype(np.float64)
        totals = decay * (self._total + np.cumsum(values / decay))
        weights = decay * (self._weight + np.cumsum(finite / decay))
        self._total, self._weight = float(totals[-1]), float(weights[-1])
        totals[~finite] = np.nan
        return (totals / weights).astype(np.float32)

    def _buckets(self, first: float, last: float, columns: int) -> tuple[int, int, int]:
        """Return the level for this stretch and its first bucket and the one after its last."""
        per_column = max((last - first) / max(columns, 1), 1)
        k = min(math.ceil(math.log2(per_column)), len(self._levels) - 1)
        while True:
            end = -(-self._count >> k)
            start = min(max((math.floor(first) - 1 >> k) - 1, 0), end)
            stop = max(start, min((math.ceil(last) - 1 >> k) + 2, end))
            if self._keeps(k, start, stop - 1):
                return k, start, stop
            k += 1

    def _centres(self, k: int, start: int, stop: int) -> NDArray[np.float64]:
        before = np.arange(start, stop, dtype=np.float64) * 2**k
        centres: NDArray[np.float64] = (before + 1 + np.minimum(before + 2**k, self._count)) / 2
        return centres


class _Level:
    """Low, high and smoothed of the first and the newest `KEPT` buckets; what is between goes."""

    def __init__(self) -> None:
        self._rows = np.empty((3, 64), np.float32)

    def put(self, start: int, values: NDArray[np.float32]) -> None:
        """Set the values (3, n) of n buckets from ``start`` on."""
        stop = start + values.shape[1]
        room = min(stop, 2 * KEPT)
        if room > self._rows.shape[1]:
            rows = np.empty((3, min(2 * room, 2 * KEPT)), np.float32)
            rows[:, : self._rows.shape[1]] = self._rows
            self._rows = rows
        self._rows[:, _places(start, stop)] = values

    def get(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return the values (3, n) of the buckets from ``start`` to before ``stop``."""
        return self._rows[:, _places(start, stop)]


def _places(start: int, stop: int) -> slice | NDArray[np.int64]:
    """Return the columns of these buckets : the first `KEPT`, then a ring for the newest."""
    if stop <= KEPT:
        return slice(start, stop)
    buckets = np.arange(start, stop)
    return np.where(buckets < KEPT, buckets, KEPT + buckets % KEPT)


def thinned(
    records: NDArray[np.float64], first: float, last: float, columns: int
) -> NDArray[np.float64]:
    """
    Return which validations to mark between two batches.

    Parameters
    ----------
    records : (n, m)
        Batch, in rising order, and anything more of each.
    first, last
        The batches at the edges.
    columns
        Screen columns between them.

    Returns
    -------
    (k, m)
        Those in view and one more on either side, but so few that markers stay apart, and the
        same ones while the view moves; the newest is among them if it is in view.
    """
    start = max(0, int(np.searchsorted(records[:, 0], first)) - 1)
    stop = int(np.searchsorted(records[:, 0], last, side="right")) + 1
    every = 1 + 24 * (stop - start) // columns
    start -= start % every
    newest = records[-1:] if stop > len(records) else records[:0]
    return np.vstack([records[start:stop:every], newest])
