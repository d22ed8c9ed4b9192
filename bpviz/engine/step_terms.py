"""An optimiser's step of one parameter, written out line by line."""

from typing import NamedTuple


class Term(NamedTuple):
    """
    A line of the calculation of one parameter's step.

    Attributes
    ----------
    name
        In words, such as ``"velocity"``.
    formula
        Such as ``"v ← μ·v + g"``. Later lines use its left side, or the name of the value.
    numbers
        The formula's right side with the numbers plugged in, such as ``"0.9·0.0123 + (-0.0456)"``.
    value
        What comes out.
    """

    name: str
    formula: str
    numbers: str
    value: float


class Writer:
    """
    Writes numbers as they stand in a formula, and the lines that every calculation has.

    Parameters
    ----------
    digits
        Significant digits.
    """

    def __init__(self, digits: int) -> None:
        self._digits = digits

    def __call__(self, value: float) -> str:
        """Return a number, in brackets if it is negative."""
        text = f"{value:.{self._digits}g}"
        return f"({text})" if text.startswith("-") else text

    def given(self, name: str, symbol: str, value: float) -> Term:
        """Return the line of a number that the calculation starts from."""
        return Term(name, symbol, f"{value:.{self._digits}g}", value)

    def ending(self, step: Term, w: float, eta: float, decay: float, is_bias: bool) -> list[Term]:
        """Return the lines of the step, of the decay if there is any, and of their sum."""
        change = "Δb" if is_bias else "Δw"
        if is_bias or not eta * decay:
            return [Term("change", f"{change} = {step.formula}", step.numbers, step.value)]
        shrunk = -eta * decay * w
        return [
            step,
            Term("weight decay", "−η·λ·w", f"−{eta:g}·{decay:g}·{self(w)}", shrunk),
            Term(
                "change",
                f"{change} = {step.formula} − η·λ·w",
                f"{self(step.value)} + {self(shrunk)}",
                step.value + shrunk,
            ),
        ]
