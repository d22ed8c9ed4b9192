"""How numbers are written on screen."""

import math

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def signed(value: float) -> str:
    """Return a value with four significant digits and its sign, such as ``"+0.03126"``."""
    if value == 0:
        return "0"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+∞" if value > 0 else "-∞"
    return f"{value:+.3e}" if not 1e-3 <= abs(value) < 1e5 else f"{value:+.4g}"


def power_of_ten(value: float) -> str:
    """Return a half or whole power of ten, such as ``"10⁻³"`` or ``"3·10⁻³"``."""
    if -2 < math.log10(value) < 3:
        return f"{float(f'{value:.1g}'):g}"
    half_steps = round(2 * math.log10(value))
    exponent, is_half = divmod(half_steps, 2)
    power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
    return f"3·{power}" if is_half else power
