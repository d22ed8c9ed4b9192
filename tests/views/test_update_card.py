import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from pytestqt.qtbot import QtBot

from bpviz.engine import SGD, Adam, Term
from bpviz.views.theme import LIGHT
from bpviz.views.update_card import NOT_YET, UpdateCard


@pytest.fixture
def card(qtbot: QtBot) -> UpdateCard:
    card = UpdateCard()
    qtbot.addWidget(card)
    card.show()
    return card


def test_that_it_says_first_that_there_is_no_gradient(card: UpdateCard) -> None:
    assert card.outcome.caption() == NOT_YET
    assert card.table.rows() == []


def test_that_every_term_is_told_with_its_numbers(card: UpdateCard) -> None:
    terms = SGD(0.1).explain(0.0284, 0.809, 0, False)
    card.show_terms(terms, False, 0.809, 0.80616)
    assert card.table.rows() == [
        ("gradient", "g", "0.0284", "0.0284"),
        ("change", "Δw = −η·g", "−0.1·0.0284", "-0.00284"),
    ]
    assert card.outcome.caption() == "w:"
    assert card.outcome.text() == "+0.809 will become +0.8062"
    card.show_terms(terms, True, 0.809, 0.80616)
    assert card.outcome.text() == "+0.809 became +0.8062"


def test_that_a_bias_is_called_b(card: UpdateCard) -> None:
    card.show_terms(SGD(0.1).explain(0.5, 0.25, 0, True), True, 0.25, 0.2)
    assert card.outcome.caption() == "b:"


def test_that_a_small_step_can_be_seen(card: UpdateCard) -> None:
    terms = SGD(0.1).explain(2e-5, 0.80901, 0, False)
    card.show_terms(terms, True, 0.80901, 0.80901 - 2e-6)
    old, new = card.outcome.text().split(" became ")
    assert old != new


def test_that_as_many_digits_are_written_as_are_wanted(card: UpdateCard) -> None:
    terms = SGD(0.5).explain(0.08216704, 0.4, 0, False, 8)
    card.show_terms(terms, True, 0.4, 0.4 - 0.5 * 0.08216704, 8)
    assert card.outcome.text() == "+0.4 became +0.35891648"
    assert card.table.rows()[0][3] == "0.08216704"


def test_that_a_gradient_that_is_gone_takes_its_terms_away(card: UpdateCard) -> None:
    card.show_terms(SGD(0.1).explain(0.5, 0.25, 0, True), True, 0.25, 0.2)
    card.show_terms(None, False, 0, 0)
    assert card.table.rows() == []
    assert card.table.isHidden()
    assert card.outcome.caption() == NOT_YET


def test_that_other_numbers_of_the_same_kind_move_nothing_around_it(card: UpdateCard) -> None:
    class Layouts(QObject):
        count = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            self.count += event.type() == QEvent.Type.LayoutRequest
            return False

    adam = Adam(t=3, m=np.array([0.1]), v=np.array([0.2]))
    card.show_terms(adam.explain(0.5, 0.25, 0, False), False, 0.25, 0.2)
    card.grab()
    layouts = Layouts()
    card.installEventFilter(layouts)
    for number in range(5):
        card.show_terms(adam.explain(0.1 * number, 0.25, 0, False), False, 0.25, 0.2 + number)
        card.grab()
    assert layouts.count == 0


def test_that_values_that_are_not_finite_are_named(card: UpdateCard) -> None:
    nan = float("nan")
    card.show_terms(
        [Term("gradient", "g", "nan", nan), Term("change", "Δw = −η·g", "nan", nan)], True, 1.0, nan
    )
    assert [row[3] for row in card.table.rows()] == ["NaN", "NaN"]
    assert card.outcome.text() == "+1 became NaN"
    card.set_theme(LIGHT)
    card.grab()
    assert card.minimumSizeHint().width() <= 270
