import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bpviz.engine import EPSILONS, Check, Network, check_parameters, sweep_epsilon
from bpviz.views.check_card import CheckCard
from bpviz.views.theme import LIGHT

LEFT = Qt.MouseButton.LeftButton
NAME = "w, layer 2, neuron 3 → neuron 4"


def finish(generator: object) -> Check:
    while True:
        try:
            next(generator)  # type: ignore[call-overload]
        except StopIteration as end:
            check: Check = end.value
            return check


@pytest.fixture(scope="module")
def batch() -> tuple[Network, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    network = Network([4, 5, 3], rng, hidden="sigmoid", dtype=np.float64)
    return network, rng.random((6, 4)), np.eye(3)[rng.integers(3, size=6)]


@pytest.fixture(scope="module")
def sweep(batch: tuple[Network, np.ndarray, np.ndarray]) -> Check:
    return finish(sweep_epsilon(*batch, 7))


@pytest.fixture
def card(qtbot: QtBot) -> CheckCard:
    card = CheckCard()
    qtbot.addWidget(card)
    card.show_parameter(NAME)
    card.show()
    qtbot.waitActive(card)
    return card


def test_that_it_asks_for_what_is_chosen(card: CheckCard) -> None:
    asked: list[tuple[str, float]] = []
    card.check_requested.connect(lambda *wish: asked.append(wish))
    for scope in ("weight", "layer", "network"):
        QTest.mouseClick(card.scope.buttons[scope], LEFT)
        QTest.mouseClick(card.run, LEFT)
        QTest.mouseClick(card.stop, LEFT)
    assert [scope for scope, _ in asked] == ["weight", "layer", "network"]
    assert [epsilon for _, epsilon in asked] == pytest.approx([1e-5] * 3)


def test_that_the_slider_goes_through_half_decades(card: CheckCard) -> None:
    slider = card.epsilon_slider
    assert card.epsilon_line.text() == "10⁻⁵"
    assert card.epsilon == pytest.approx(1e-5)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert card.epsilon == pytest.approx(10**-5.5)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert card.epsilon_line.text() == "10⁻¹²"
    assert card.epsilon == pytest.approx(1e-12)
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert (card.epsilon, card.epsilon_line.text()) == (0.1, "0.1")


def test_that_a_sweep_is_read_off_at_every_epsilon_without_asking_again(
    card: CheckCard, sweep: Check
) -> None:
    asked: list[str] = []
    card.check_requested.connect(asked.append)
    card.show_sweep(sweep)
    for place, epsilon in enumerate(EPSILONS):
        x = round(card.epsilon_slider.x_of(len(EPSILONS) - 1 - place))
        QTest.mouseClick(card.epsilon_slider, LEFT, pos=QPoint(x, 8))
        assert card.epsilon == epsilon
        assert card.numeric.text() == f"{sweep.numeric[place]:+.8g}"
        assert card.backprop.text() == f"{sweep.backprop[place]:+.8g}"
    assert asked == []


def test_that_it_tells_truncation_and_rounding_apart(card: CheckCard, sweep: Check) -> None:
    card.show_sweep(sweep)
    assert card.verdict.text().endswith("✓")
    card.epsilon_slider.setValue(card.epsilon_slider.maximum())
    assert "ε is too large" in card.verdict.text()
    card.epsilon_slider.setValue(0)
    assert "ε is too small" in card.verdict.text()
    assert card.verdict.property("trouble")


def test_that_another_parameter_drops_what_was_known_of_the_first(
    card: CheckCard, sweep: Check
) -> None:
    card.show_sweep(sweep)
    card.show_parameter(NAME)
    assert card.numeric.text() != "–"
    card.show_parameter("b, layer 2, neuron 4")
    assert card.numeric.text() == card.backprop.text() == "–"
    assert card.scope.buttons["weight"].text() == "This bias"


def test_that_a_running_check_tells_its_progress_and_can_be_stopped(card: CheckCard) -> None:
    stopped: list[bool] = []
    card.stop_requested.connect(lambda: stopped.append(True))
    card.scope.choose("network")
    card.run.setFocus()
    QTest.keyClick(card.run, Qt.Key.Key_Space)
    assert card.stop.isVisible()
    assert card.run.isHidden()
    assert not card.scope.isEnabled()
    card.show_progress(1024, 13002)
    assert card.verdict.text() == "1,024 of 13,002"
    assert card.stop.hasFocus()
    QTest.keyClick(card.stop, Qt.Key.Key_Space)
    assert stopped == [True]
    assert card.verdict.text() == "stopped at 1,024 of 13,002"
    assert card.run.hasFocus()
    card.show_progress(2048, 13002)
    assert card.verdict.text() == "stopped at 1,024 of 13,002"
    assert card.run.isVisible()


def test_that_the_network_is_checked_in_one_line(
    card: CheckCard, batch: tuple[Network, np.ndarray, np.ndarray]
) -> None:
    check = finish(check_parameters(*batch, range(batch[0].params.size)))
    card.scope.choose("network")
    QTest.mouseClick(card.run, LEFT)
    card.show_check(check, batch[0].params.size)
    text = card.verdict.text()
    assert text.startswith("worst relative error ")
    assert "✓ over 43 parameters" in text
    assert "drawn at random" not in text
    assert "ε = 10⁻⁵" in text
    assert card.run.isVisible()
    card.scope.choose("layer")
    assert "worst" not in card.verdict.text()
    card.scope.choose("network")
    assert card.verdict.text() == text
    card.show_parameter("w, another")
    assert card.verdict.text() == text
    card.show_check(None)
    assert "worst" not in card.verdict.text()


def test_that_another_parameter_stops_the_check_of_the_first_but_not_of_the_network(
    card: CheckCard,
) -> None:
    stopped: list[bool] = []
    card.stop_requested.connect(lambda: stopped.append(True))
    card.scope.choose("network")
    card.run.click()
    card.show_parameter("w, second")
    assert stopped == []
    card.stop.click()
    card.scope.choose("layer")
    card.run.click()
    card.show_parameter("w, third")
    assert stopped == [True, True]
    assert card.run.isVisible()


def test_that_it_says_why_it_cannot_check(card: CheckCard) -> None:
    card.set_note("Pause to check")
    assert not card.run.isEnabled()
    assert card.verdict.text() == "Pause to check"
    card.set_note("")
    assert card.run.isEnabled()


def test_that_only_a_weight_has_the_plot(card: CheckCard) -> None:
    assert card.plot.isVisible()
    card.scope.choose("layer")
    assert not card.plot.isVisible()
    assert card.epsilon_slider.isVisible()


def test_that_its_parts_have_names_and_tool_tips(card: CheckCard) -> None:
    assert card.objectName() == "check_card"
    widgets = (card.run, card.stop, card.epsilon_slider)
    assert [w.objectName() for w in widgets] == ["check_run", "check_stop", "epsilon"]
    for widget in (*widgets, card.plot, *card.scope.buttons.values()):
        assert widget.accessibleName()
        assert widget.toolTip()
    card.set_theme(LIGHT)
    card.grab()
    assert card.minimumSizeHint().width() <= 270
