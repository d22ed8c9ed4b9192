"""What the loss plot draws of a million losses, in time that only its width counts for."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

SMOOTHING_BATCHES = 20
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
