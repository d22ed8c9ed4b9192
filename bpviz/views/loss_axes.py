"""The arithmetic of the loss plot's axes: where they end, where the ticks go, what these say."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ticks = list[tuple[float, str]]
"""Where on an axis, and what is written there."""

_SMALLEST_LOSS = 1e-45  # float32 has none smaller; stands for zero on the log axis
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def on_axis(losses: NDArray[np.float64], log: bool) -> NDArray[np.float64]:
    """Return where losses lie on the axis: the losses themselves, or their log10."""
    return np.log10(np.maximum(losses, _SMALLEST_LOSS)) if log else losses


def loss_limits(curves: Sequence[NDArray[np.float64]], log: bool) -> tuple[float, float]:
    """
    Return both ends of the loss axis, which leave some room above and below the curves.

    Parameters
    ----------
    curves
        The losses (n,) of each curve, any n. What is not finite is ignored.
    log
        Whether the axis is logarithmic: then the ends are log10 of the loss.
    """
    ranges = [found for losses in curves if (found := value_range(losses, log))]
    if not ranges:
        return (-1.0, 0.0) if log else (0.0, 1.0)
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    if log:
        low, high = math.log10(low), math.log10(high)
    room = max(0.05 * (high - low), 0.02 * abs(high)) or 1.0
    from_zero = not log and 0 <= low < 0.3 * high
    return -0.6 * room if from_zero else low - room, high + room


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


def loss_ticks(low: float, high: float, most: int, log: bool) -> Ticks:
    """Return at most ``most`` ticks between the ends of the loss axis, see `loss_limits`."""
    if log:
        return [(math.log10(at), tick_text(at)) for at in log_ticks(10**low, 10**high, most)]
    return [(at, tick_text(at)) for at in ticks(low, high, most)]


def batch_ticks(first: float, last: float, most: int) -> Ticks:
    """Return at most ``most`` ticks at whole batches."""
    return [(at, f"{at:,.0f}") for at in ticks(first, last, most, whole=True)]


def tick_text(value: float) -> str:
    """Return a tick's value in plain figures, ``0.05``, or beyond them as ``5·10⁻⁵``."""
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.6g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    power = "10" + str(int(exponent)).translate(_SUPERSCRIPT)
    return power if float(mantissa) == 1 else f"{float(mantissa):g}·{power}"


def loss_text(loss: float) -> str:
    """Return a loss with three figures, ``0.412``."""
    if math.isnan(loss):
        return "NaN"
    return f"{loss:#.3g}".rstrip(".").replace("inf", "∞")
