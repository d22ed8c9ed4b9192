"""What is said about a value of a parameter and the loss that goes with it."""

import math

from bpviz.views.nudge_curve import LossCurve, same
from bpviz.views.numbers import plain, signed


def reading(
    symbol: str,
    value: float,
    home: float | None,
    held: bool,
    curve: LossCurve | None,
) -> str:
    """
    Return a line such as ``"w = +0.809 → loss 0.4121 (-0.003)"``.

    Parameters
    ----------
    symbol
        ``"w"`` or ``"b"``.
    value
        A value of the parameter.
    home
        The one that it has when it is not nudged, with whose loss the other is compared.
    held
        Whether it has the value now, and did not only try it.
    curve
        The loss along it, None if that is not known.
    """
    digits = 4 if curve is None else curve.digits
    at_home = same(value, home)
    tried = "" if held or at_home else "tried: "
    text = f"{tried}{symbol} = {signed(value, digits)}"
    if curve is None:
        return text
    if not curve.covers(value) and not same(value, curve.center):
        return f"{text}, beyond this curve"
    loss = curve.loss_at(value)
    text += f" → loss {'' if curve.is_exact(value) else '≈ '}{plain(loss, digits)}"
    change = loss - curve.loss_at(home) if home is not None else math.nan
    if at_home or not math.isfinite(change):
        return text
    return f"{text} ({signed(change, 3)})"
