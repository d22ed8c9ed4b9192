"""What a comparison of back-propagated and numerical derivatives says, in words."""

import math

import numpy as np
from numpy.typing import NDArray

from bpviz.engine import Check
from bpviz.views.loss_axes import tick_text
from bpviz.views.numbers import power_of_ten, signed

GOOD = 1e-6
"""Derivatives that differ by less, relatively, are the same."""
_ROUNDING_RULES = 9e-7
KINK = "a ReLU kink lies within ±ε: no derivative there"


def verdict_at(sweep: Check, place: int) -> tuple[str, bool]:
    """Return what one comparison of a sweep says, and whether it is bad news."""
    error, epsilon = float(sweep.errors[place]), float(sweep.epsilons[place])
    if sweep.kinked[place]:
        return KINK, True
    if not math.isfinite(error):
        return "not finite: nothing to compare", True
    text = f"relative error {error_text(error)}"
    if error < GOOD:
        return f"{text} ✓", False
    only_rounding = _is_only_rounding(sweep)
    if only_rounding[place]:
        return f"{text}, but no more than rounding: the derivative is tiny", False
    telling = ~sweep.kinked & (sweep.epsilons > _ROUNDING_RULES)
    usable = telling & (sweep.errors < GOOD)
    if not usable.any():
        usable = telling & only_rounding
    if not usable.any():
        return f"{text}: they differ at every ε. Is the gradient wrong?", True
    best = float(sweep.epsilons[usable][sweep.errors[usable].argmin()])
    if epsilon > best:
        return f"{text}: ε is too large, the curve bends within ±ε", True
    return f"{text}: ε is too small, rounding rules", True


def verdict_of_all(check: Check, total: int) -> tuple[str, bool]:
    """Return what the comparison of many derivatives says, and whether it is bad news."""
    worst, compared = check.worst, len(check.indices) - check.kinks
    good = worst < GOOD  # not if it is NaN
    mark = " ✓" if good else ""
    epsilon = power_of_ten(float(check.epsilons[0])) if len(check.epsilons) else "–"
    text = f"worst relative error {error_text(worst)}{mark} over {compared:,} parameters"
    if check.kinks:
        text += f"; {check.kinks:,} left out for kinks"
    if not compared:
        text = f"nothing to compare: all {check.kinks:,} left out for kinks"
    text += f"\nε = {epsilon}"
    if len(check.indices) < total:
        text += f"; {len(check.indices):,} of {total:,}, drawn at random"
    if not good and compared:
        text += "\nthey differ: try another ε before you blame the gradient"
    return text, not good


def error_text(error: float) -> str:
    """Return an error with one significant digit, ``"3·10⁻⁹"``."""
    return tick_text(float(f"{error:.0e}")) if math.isfinite(error) else signed(error)


def _is_only_rounding(sweep: Check) -> NDArray[np.bool_]:
    """
    Return, (n,), where rounding of the losses accounts for the difference.

    Not where epsilon is so small that rounding accounts for a wrong derivative too.
    """
    with np.errstate(invalid="ignore"):
        difference = np.abs(sweep.backprop - sweep.numeric)
        return np.asarray((difference <= 10 * sweep.noise) & (sweep.epsilons > _ROUNDING_RULES))
