"""What the optimiser makes of one parameter's gradient, line by line."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.engine import Term
from bpviz.views.framed import Framed
from bpviz.views.lettering import LEFT, RIGHT, fitting, sized, write
from bpviz.views.numbers import plain, signed
from bpviz.views.text_line import TextLine, value_colour
from bpviz.views.theme import DARK, Theme

NOT_YET = "not yet: needs this weight’s gradient"
_NAME_PX, _FORMULA_PX, _GAP_PX = 18, 15, 4


class UpdateCard(Framed):
    """The terms of a step, and what they make of the parameter."""

    def __init__(self) -> None:
        super().__init__("update_card", "Update, taken apart")
        self.setAccessibleName("Update, taken apart")
        self.setToolTip(
            "How the optimiser makes a step of the gradient, each line with its numbers"
        )
        self.table = TermTable()
        self.outcome = TextLine("update_outcome")
        self._note = NOT_YET
        self.body.addWidget(self.table)
        self.body.addWidget(self.outcome)
        self.show_terms(None, done=False, old=0, new=0)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        super().set_theme(theme)
        self.table.set_theme(theme)
        self.outcome.set_theme(theme)

    def set_note(self, text: str) -> None:
        """Say why there are no terms, from the next `show_terms` on; empty: it is too early."""
        self._note = text or NOT_YET

    def show_terms(
        self, terms: Sequence[Term] | None, done: bool, old: float, new: float, digits: int = 4
    ) -> None:
        """
        Show a step. May be called at every frame.

        Parameters
        ----------
        terms
            In the order of calculation, the change of the parameter last. None while there is no
            gradient.
        done
            Whether the step has been made.
        old, new
            The parameter before and after.
        digits
            How many significant ones are worth showing.
        """
        self.table.show_terms(terms or (), digits)
        self.table.setVisible(bool(terms))
        if not terms:
            self.outcome.set_caption(self._note)
            self.outcome.show_text("")
            return
        symbol = terms[-1].formula.removeprefix("Δ")[:1]
        # A step smaller than the last digit would look like none.
        while digits < 9 and old != new and signed(old, digits) == signed(new, digits):
            digits += 1
        verb = "became" if done else "will become"
        self.outcome.set_caption(f"{symbol}:")
        self.outcome.show_text(f"{signed(old, digits)} {verb} {signed(new, digits)}")


class TermTable(QWidget):
    """A name and a value a line, the formula and the same with numbers below it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("term_table")
        self.setAccessibleName("Terms of the update")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = DARK
        self._terms: tuple[Term, ...] = ()
        self._digits = 4

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_terms(self, terms: Sequence[Term], digits: int) -> None:
        """Show other terms, the last of them strong."""
        if (tuple(terms), digits) == (self._terms, self._digits):
            return
        self._terms, self._digits = tuple(terms), digits
        height = sum(_height_px(term) for term in self._terms)
        if height != self.height():
            self.setFixedHeight(height)
        self.update()

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Return what is written: of each term its name, formula, numbers and value."""
        last = len(self._terms) - 1
        return [
            (term.name, term.formula, term.numbers, self._value(term, line == last))
            for line, term in enumerate(self._terms)
        ]

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height())

    def _value(self, term: Term, is_change: bool) -> str:
        return (signed if is_change else plain)(term.value, self._digits)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, width, top = self._theme, self.width(), 0
        plain, small = sized(painter.font(), 12), sized(painter.font(), 11)
        strong = sized(plain, 12, QFont.Weight.DemiBold)
        for line, (term, (name, formula, numbers, value)) in enumerate(
            zip(self._terms, self.rows(), strict=True)
        ):
            is_change = line == len(self._terms) - 1
            if is_change and line:
                painter.setPen(QColor(theme.line))
                painter.drawLine(0, top, width, top)
            painter.setFont(strong if is_change else plain)
            signed_value = term.value if is_change or not line else None
            room = QRectF(0, top + 2, width, _NAME_PX)
            write(painter, room, RIGHT, value, value_colour(theme, signed_value))
            title = f"{name}  {formula}" if _is_given(term) else name
            write(painter, room, LEFT, title, theme.text)
            if not _is_given(term):
                for place, text in enumerate((formula, f"= {numbers}")):
                    room = QRectF(
                        8, top + 2 + _NAME_PX + place * _FORMULA_PX, width - 8, _FORMULA_PX
                    )
                    painter.setFont(fitting(small, text, room.width()))
                    write(painter, room, LEFT, text, theme.muted)
            top += _height_px(term)
        painter.end()


def _is_given(term: Term) -> bool:
    """Return whether it is a number that is taken as it is, so that its formula is its symbol."""
    return len(term.formula) == 1


def _height_px(term: Term) -> int:
    return _NAME_PX + _GAP_PX + (0 if _is_given(term) else 2 * _FORMULA_PX)
