"""How numbers are written on screen, and how those are read that are typed."""

import math

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def signed(value: float, digits: int = 4) -> str:
    """
    Return a value with its sign, such as ``"+0.03126"``.

    Parameters
    ----------
    value
        Whatever came out of a computation: NaN and infinity are named.
    digits
        How many are significant. With more than four, 0.0004 is still written without a power of
        ten, as worked examples in textbooks are; no text is longer than ``"-1.234e-05"`` is with
        four digits, and each further digit makes it one longer.
    """
    if value == 0:
        return "0"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+∞" if value > 0 else "-∞"
    smallest = 1e-3 if digits <= 4 else 1e-4
    if not smallest <= abs(value) < 1e5:
        return f"{value:+.{digits - 1}e}"
    return f"{value:+.{digits}g}"


def plain(value: float, digits: int = 4) -> str:
    """Return a value as `signed` writes it, but without a plus."""
    return signed(value, digits).removeprefix("+")


def as_factor(value: float, digits: int) -> str:
    """Return a value as it is written inside a product: what is negative stands in brackets."""
    text = plain(value, digits)
    return f"({text})" if text.startswith("-") else text


def as_summand(value: float, digits: int) -> str:
    """Return a value as it is written behind another one, such as ``"− 0.5"``."""
    text = plain(value, digits)
    return f"− {text[1:]}" if text.startswith("-") else f"+ {text}"


def read_number(text: str) -> float | None:
    """Return the finite number that a text says, with a point or a comma; None if there is none."""
    try:
        number = float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def power_of_ten(value: float) -> str:
    """Return a half or whole power of ten, such as ``"10⁻³"`` or ``"3·10⁻³"``."""
    if -2 < math.log10(value) < 3:
        return f"{float(f'{value:.1g}'):g}"
    half_steps = round(2 * math.log10(value))
    exponent, is_half = divmod(half_steps, 2)
    power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
    return f"3·{power}" if is_half else power
