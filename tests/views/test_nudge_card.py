import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bpviz.engine import Network, flat_index, loss_along, stages
from bpviz.views.nudge_card import NOT_A_NUMBER, NOT_YET, NudgeCard
from bpviz.views.nudge_curve import LossCurve
from bpviz.views.theme import LIGHT

LEFT = Qt.MouseButton.LeftButton
NAME = "w, layer 2, neuron 3 → neuron 4"
VALUES = np.linspace(-0.2, 1.8, 21)
LOSSES = 0.4 + 0.2 * (VALUES - 1) ** 2
CURVE = LossCurve(0.8123, VALUES, LOSSES, 0.407, -0.075, 0.03)


class Parameter:
    """Does what the card wishes, and notes it."""

    def __init__(self, card: NudgeCard, value: float) -> None:
        self.value = self.before = value
        self.log: list[tuple[str, float | None]] = []
        card.nudged.connect(self.nudge)
        card.released.connect(self.put_back)
        card.kept.connect(self.keep)

    def nudge(self, value: float) -> None:
        self.log.append(("nudged", value))
        self.value = value

    def put_back(self) -> None:
        self.log.append(("released", None))
        self.value = self.before

    def keep(self, value: float) -> None:
        self.log.append(("kept", value))
        self.value = self.before = value

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.log]


@pytest.fixture
def card(qtbot: QtBot) -> NudgeCard:
    window = QWidget()
    qtbot.addWidget(window)
    card = NudgeCard()
    QVBoxLayout(window).addWidget(card)
    window.setFixedWidth(320)
    card.show_parameter(NAME, 0.8123)
    card.show_curve(CURVE)
    window.show()
    qtbot.waitActive(window)
    card.window_kept_alive = window  # type: ignore[attr-defined]
    return card


@pytest.fixture
def parameter(card: NudgeCard) -> Parameter:
    return Parameter(card, 0.8123)


def at(card: NudgeCard, position: int) -> QPoint:
    return QPoint(round(card.slider.x_of(position)), card.slider.height() // 2)


def type_value(card: NudgeCard, text: str) -> None:
    card.field.setFocus()
    card.field.selectAll()
    QTest.keyClicks(card.field, text)


def test_that_at_rest_it_tells_the_value_and_its_loss(card: NudgeCard) -> None:
    assert card.reading.text() == "w = +0.8123 → loss 0.407"
    assert card.field.text() == "+0.8123"
    assert card.slope_line.text() == "-0.075"
    assert not card.keep.isEnabled()
    assert card.accessibleDescription() == NAME


def test_that_dragging_moves_the_weight_along_points_of_the_curve_and_letting_go_puts_it_back(
    card: NudgeCard, parameter: Parameter
) -> None:
    home = card.slider.value()
    QTest.mousePress(card.slider, LEFT, pos=at(card, 14))
    assert parameter.value == VALUES[14]
    QTest.mouseMove(card.slider, at(card, 17))
    assert parameter.value == VALUES[17]
    change = LOSSES[17] - 0.407
    assert card.reading.text() == f"w = +1.5 → loss 0.45 (+{change:.3g})"
    assert card.field.text() == "+1.5"
    assert card.plot.tried_point() == (VALUES[17], LOSSES[17])
    QTest.mouseRelease(card.slider, LEFT, pos=at(card, 17))
    assert parameter.kinds() == ["nudged", "nudged", "released"]
    assert parameter.value == 0.8123
    assert card.slider.value() == home
    assert card.field.text() == "+0.8123"


def test_that_after_letting_go_the_value_tried_stays_marked_and_can_be_kept(
    card: NudgeCard, parameter: Parameter
) -> None:
    QTest.mouseClick(card.slider, LEFT, pos=at(card, 3))
    assert card.plot.tried_point() == (VALUES[3], LOSSES[3])
    assert card.reading.text().startswith("tried: w = +0.1 → loss 0.562")
    assert card.keep.text() == "Keep +0.1"
    QTest.mouseClick(card.keep, LEFT)
    assert parameter.kinds() == ["nudged", "released", "kept"]
    assert parameter.value == VALUES[3]
    assert card.tried is None
    assert not card.keep.isEnabled()
    assert card.keep.text() == "Keep"
    assert card.slider.value() == 3


def test_that_the_handle_at_its_place_means_the_exact_value(
    card: NudgeCard, parameter: Parameter
) -> None:
    QTest.mousePress(card.slider, LEFT, pos=at(card, 14))
    QTest.mouseMove(card.slider, at(card, 10))
    assert parameter.value == 0.8123
    QTest.mouseRelease(card.slider, LEFT, pos=at(card, 10))


def test_that_arrow_keys_nudge_until_the_focus_leaves(
    card: NudgeCard, parameter: Parameter
) -> None:
    card.slider.setFocus()
    QTest.keyClick(card.slider, Qt.Key.Key_Right)
    QTest.keyClick(card.slider, Qt.Key.Key_Right)
    assert parameter.log == [("nudged", VALUES[11]), ("nudged", VALUES[12])]
    card.keep.setFocus()
    assert parameter.kinds()[2:] == ["released"]
    QTest.keyClick(card.keep, Qt.Key.Key_Space)
    assert parameter.log[-1] == ("kept", VALUES[12])


def test_that_escape_puts_back_and_forgets(card: NudgeCard, parameter: Parameter) -> None:
    card.slider.setFocus()
    QTest.keyClick(card.slider, Qt.Key.Key_Left)
    QTest.keyClick(card.slider, Qt.Key.Key_Escape)
    assert parameter.kinds() == ["nudged", "released"]
    assert card.tried is None
    assert card.plot.tried_point() is None
    card.keep.setFocus()
    assert parameter.kinds() == ["nudged", "released"]


def test_that_return_on_the_slider_keeps(card: NudgeCard, parameter: Parameter) -> None:
    card.slider.setFocus()
    QTest.keyClick(card.slider, Qt.Key.Key_Left)
    QTest.keyClick(card.slider, Qt.Key.Key_Return)
    card.field.setFocus()
    assert parameter.log == [("nudged", VALUES[9]), ("kept", VALUES[9])]


@pytest.mark.parametrize(
    ("text", "value"), [("1e-3", 0.001), ("-0,25", -0.25), ("+0.7", 0.7), ("12", 12.0)]
)
def test_that_a_typed_value_is_tried_and_return_keeps_it(
    card: NudgeCard, parameter: Parameter, text: str, value: float
) -> None:
    type_value(card, text)
    assert parameter.value == value
    assert card.field.text() == text
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert parameter.log[-1] == ("kept", value)
    assert parameter.log[-2] == ("nudged", value)
    assert parameter.before == value


def test_that_a_typed_value_is_put_back_when_the_focus_leaves_and_still_offered(
    card: NudgeCard, parameter: Parameter
) -> None:
    type_value(card, "0.5")
    QTest.mouseClick(card.slider, LEFT, pos=at(card, 10))
    assert parameter.value == 0.8123
    type_value(card, "0.5")
    card.keep.setFocus()
    assert parameter.value == 0.8123
    assert card.field.text() == "+0.8123"
    assert card.keep.text() == "Keep +0.5"
    QTest.mouseClick(card.keep, LEFT)
    assert parameter.log[-1] == ("kept", 0.5)


@pytest.mark.parametrize("text", ["", "abc", "1e", "nan", "inf", "1e999"])
def test_that_what_is_no_number_is_never_tried(
    card: NudgeCard, parameter: Parameter, text: str
) -> None:
    type_value(card, "5")
    QTest.keyClick(card.field, Qt.Key.Key_Backspace)
    assert parameter.value == 0.8123
    parameter.log.clear()
    QTest.keyClicks(card.field, text)
    assert card.reading.text() in (NOT_A_NUMBER, "w = +0.8123 → loss 0.407")
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert "kept" not in parameter.kinds()
    assert parameter.value == 0.8123
    QTest.keyClick(card.field, Qt.Key.Key_Escape)
    assert card.field.text() == "+0.8123"


def test_that_return_on_the_rounded_value_keeps_nothing(
    card: NudgeCard, parameter: Parameter
) -> None:
    card.show_parameter(NAME, 0.81234567)
    card.field.setFocus()
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert parameter.log == []


def test_that_a_value_off_the_curve_is_said_to_be(card: NudgeCard, parameter: Parameter) -> None:
    type_value(card, "0.83")
    assert "≈" in card.reading.text()
    type_value(card, "7")
    assert card.reading.text() == "w = +7, beyond this curve"


def test_that_the_nudged_value_coming_back_does_not_become_its_home(
    card: NudgeCard, parameter: Parameter
) -> None:
    home = card.slider.value()
    QTest.mousePress(card.slider, LEFT, pos=at(card, 14))
    card.show_parameter(NAME, float(VALUES[14]))
    now = card.plot.now_point()
    assert now is not None
    assert now[0] == 0.8123
    QTest.mouseRelease(card.slider, LEFT, pos=at(card, 14))
    assert card.slider.value() == home


def test_that_another_parameter_ends_the_nudge_and_forgets(
    card: NudgeCard, parameter: Parameter
) -> None:
    QTest.mousePress(card.slider, LEFT, pos=at(card, 14))
    card.show_parameter("b, layer 2, neuron 4", 0.1)
    assert parameter.kinds() == ["nudged", "released"]
    assert card.tried is None
    QTest.mouseMove(card.slider, at(card, 3))
    QTest.mouseRelease(card.slider, LEFT, pos=at(card, 3))
    assert parameter.kinds() == ["nudged", "released"]
    assert card.reading.text().startswith("b = +0.1")


@pytest.mark.parametrize("way", ["note", "curve", "hide"])
def test_that_a_nudge_never_outlasts_the_card(
    card: NudgeCard, parameter: Parameter, way: str
) -> None:
    card.slider.setFocus()
    QTest.keyClick(card.slider, Qt.Key.Key_Right)
    if way == "note":
        card.set_note("Pause to nudge")
    elif way == "curve":
        card.show_curve(None)
    else:
        card.hide()
    assert parameter.kinds() == ["nudged", "released"]


def test_that_it_says_why_it_cannot_nudge(card: NudgeCard) -> None:
    card.set_note("Pause to nudge")
    assert card.plot.note() == "Pause to nudge"
    assert not card.slider.isEnabled()
    assert not card.field.isEnabled()
    card.show_parameter(NAME, 0.7)
    assert card.reading.text() == "w = +0.7"
    assert card.slope_line.text() == card.slope_line.caption() == ""
    card.set_note("")
    assert card.slider.isEnabled()
    card.show_curve(None)
    assert card.plot.note() == NOT_YET


@pytest.mark.parametrize("home", [math.nan, math.inf])
def test_that_a_parameter_that_is_not_finite_can_be_given_a_sane_value(
    card: NudgeCard, home: float
) -> None:
    parameter = Parameter(card, home)
    card.show_parameter("w, layer 1, neuron 1 → neuron 1", home)
    losses = np.where(np.abs(VALUES) < 0.5, 0.4, np.inf)
    card.show_curve(LossCurve(home, VALUES, losses, math.nan))
    card.grab()
    assert card.reading.text().endswith("→ loss NaN")
    type_value(card, "0.1")
    assert card.reading.text() == "w = +0.1 → loss ≈ 0.4"
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert parameter.log[-1] == ("kept", 0.1)


def test_that_return_and_escape_are_its_own_where_the_window_has_them(
    card: NudgeCard, parameter: Parameter
) -> None:
    taken: list[bool] = []
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        action = QAction(card.window())
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda: taken.append(True))
        card.window().addAction(action)
    type_value(card, "1")
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    type_value(card, "2")
    QTest.keyClick(card.field, Qt.Key.Key_Escape)
    assert taken == []
    assert parameter.kinds() == ["nudged", "kept", "nudged", "released"]
    QTest.keyClick(card.field, Qt.Key.Key_Escape)
    assert taken == [True], "with nothing to forget, Escape is the window's"


def test_that_real_curve_and_tangent_are_the_loss_and_its_gradient(card: NudgeCard) -> None:
    rng = np.random.default_rng(1)
    network = Network([4, 5, 3], rng, hidden="sigmoid", dtype=np.float64)
    x, y = rng.random((6, 4)), np.eye(3)[rng.integers(3, size=6)]
    index = flat_index(network, 0, 2, 3)
    *_, backward = stages(network, x, y)
    w, slope = float(network.params[index]), float(backward.gradient[index])  # type: ignore[union-attr]
    values = np.linspace(w - 1, w + 1, 41)
    losses = finish(loss_along(network, x, y, index, values))
    loss = finish(loss_along(network, x, y, index, [w]))[0]
    card.show_parameter("w, layer 1, neuron 3 → neuron 4", w)
    card.show_curve(LossCurve(w, values, losses, float(loss), slope, -0.1 * slope, 8))
    line = card.plot.tangent()
    assert line is not None
    (x0, y0), (x1, y1) = line
    assert (y1 - y0) / (x1 - x0) == pytest.approx(slope)
    points = card.plot.curve_points()
    near = points[np.abs(points[:, 0] - w) < 0.06]
    assert np.polyfit(near[:, 0], near[:, 1], 1)[0] == pytest.approx(slope, rel=0.05)
    assert card.slope_line.text() == f"{slope:+.8g}"


def finish(generator: object) -> np.ndarray:
    while True:
        try:
            next(generator)  # type: ignore[call-overload]
        except StopIteration as end:
            losses: np.ndarray = end.value
            return losses


def test_that_its_parts_have_names_and_tool_tips(card: NudgeCard) -> None:
    assert card.objectName() == "nudge_card"
    names = [widget.objectName() for widget in (card.slider, card.field, card.keep)]
    assert names == ["nudge_slider", "nudge_value", "nudge_keep"]
    for widget in (card.slider, card.field, card.keep, card.plot):
        assert widget.accessibleName()
        assert widget.toolTip()
    card.set_theme(LIGHT)
    card.grab()
    assert card.minimumSizeHint().width() <= 270
