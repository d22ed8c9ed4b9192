"""Worked examples in the real window: a textbook's numbers, as displayed."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QMessageBox, QTableWidget

from bpviz.data import Mnist
from bpviz.session import history
from bpviz.views.geometry import Edge
from bpviz.views.loss_legend import LossLegend
from bpviz.views.parameter_model import GRADIENT, NAME, NEW, VALUE

from .by_hand import ByHand, Floats, work_out
from .conftest import EPOCH, Pilot, trained

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CHAIN, MAZUR, XOR = range(3)  # in the menu
UNKNOWN = "–"
Z, A, DELTA = 1, 2, 3  # columns of the table of neurons


def choose(pilot: Pilot, entry: str | int) -> None:
    """Choose from the menu of examples, by its text or place."""
    run = pilot.snapshot.run
    pilot.press("Ctrl+E")
    pilot.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    actions = menu.actions()
    action = next((a for a in actions if a.text() == entry), None) or actions[int(entry)]
    QTest.mouseClick(menu, LEFT, NO_KEYS, menu.actionGeometry(action).center())
    pilot.wait(lambda: pilot.snapshot.run > run)


def parameters(pilot: Pilot, column: int) -> dict[str, str]:
    """Read a column of the table of parameters."""
    model = pilot.window.example.parameters.model()
    rows = range(model.rowCount())
    return {model.index(row, NAME).data(): model.index(row, column).data() for row in rows}


def neurons(pilot: Pilot, column: int) -> list[str]:
    return cells(pilot.window.example.neurons, column)


def outputs(pilot: Pilot) -> list[str]:
    return cells(pilot.window.example.samples, 2)


def cells(table: QTableWidget, column: int) -> list[str]:
    model = table.model()
    return [model.index(row, column).data() for row in range(table.rowCount())]


def assert_all_show(texts: list[str], values: Floats | list[float], places: int = 8) -> None:
    assert [float(text) for text in texts] == pytest.approx(
        list(values), abs=0.51 * 10**-places, rel=0
    )


# --- Matt Mazur's step by step example ------------------------------------------------------------


def test_that_mazurs_numbers_are_shown_as_he_gives_them(pilot: Pilot) -> None:
    choose(pilot, MAZUR)
    panel = pilot.window.example
    assert panel.isVisible()
    assert not pilot.window.draw.isVisible()
    assert "Mazur" in panel.source.text()
    weights = dict(zip([f"w{i}" for i in range(1, 9)], np.arange(15, 60, 5) / 100, strict=False))
    weights |= {"w5": 0.40, "w6": 0.45, "w7": 0.50, "w8": 0.55}
    shown = parameters(pilot, VALUE)
    assert {name: float(shown[name]) for name in weights} == weights
    assert panel.loss.text() == f"E = {UNKNOWN}"
    assert neurons(pilot, Z) == neurons(pilot, A) == neurons(pilot, DELTA) == [UNKNOWN] * 4

    pilot.next_stage()
    assert neurons(pilot, Z)[0] == "0.37750000"
    assert neurons(pilot, A) == ["0.59326999", "0.59688438", UNKNOWN, UNKNOWN]
    pilot.next_stage()
    assert neurons(pilot, A)[2:] == outputs(pilot) == ["0.75136507", "0.77292847"]
    assert panel.loss.text() == f"E = {UNKNOWN}"
    pilot.next_stage()
    assert panel.loss.text() == "E = 0.298371109"
    assert set(parameters(pilot, GRADIENT).values()) == {UNKNOWN}
    pilot.next_stage()
    gradient = parameters(pilot, GRADIENT)
    assert gradient["w5"] == "0.08216704"
    assert gradient["w1"] == UNKNOWN
    assert neurons(pilot, DELTA)[2] == "0.13849856"
    assert set(parameters(pilot, NEW).values()) == {UNKNOWN}
    pilot.next_stage()
    gradient = parameters(pilot, GRADIENT)
    assert (gradient["w5"], gradient["w1"]) == ("0.08216704", "0.00043857")
    for _ in ("what the update will make of them", "what it made of them"):
        new = parameters(pilot, NEW)
        assert (new["w5"], new["w1"]) == ("0.35891648", "0.14978072")
        assert (new["w6"], new["w7"], new["w8"]) == ("0.40866619", "0.51130127", "0.56137012")
        assert (new["w2"], new["w3"], new["w4"]) == ("0.19956143", "0.24975114", "0.29950229")
        pilot.next_stage() if pilot.batch == 0 else None
    biases = {name: text for name, text in parameters(pilot, NEW).items() if name[0] == "b"}
    assert {float(text) for text in biases.values()} == {0.35, 0.60}
    assert pilot.batch == 1
    assert pilot.losses == pytest.approx([0.298371109], abs=1e-8)
    while pilot.window.example.loss.text() in (f"E = {UNKNOWN}", "E = 0.298371109"):
        pilot.next_stage()
    assert panel.loss.text() == "E = 0.291027774"


def test_that_the_inspector_opens_mazurs_weights_with_as_many_digits(pilot: Pilot) -> None:
    choose(pilot, MAZUR)
    for _ in range(5):
        pilot.next_stage()
    click_row(pilot, "w5")
    inspector = pilot.window.inspector
    assert inspector.part == Edge(1, 0, 0)
    assert inspector.weight.headline.text() == "+0.082167041"
    assert inspector.delta.result.text() == "= 0.1868156 · 0.74136507 = +0.13849856"
    click_row(pilot, "w1")
    assert inspector.part == Edge(0, 0, 0)
    assert inspector.weight.headline.text() == "+0.00043856773"
    assert inspector.delta.table.foot_text(3) == "+0.036350306"
    assert pilot.window.network.view.chosen == Edge(0, 0, 0)
    pilot.next_stage()  # → still goes on, though the table was clicked
    assert pilot.batch == 1


# --- the chain and XOR, worked out by hand --------------------------------------------------------


def assert_panel(pilot: Pilot, batch: ByHand, names: list[str], done: int, rate: float) -> None:
    """Compare all of the panel, after so many stages."""
    n_layers = len(batch.W)
    for column, values in ((Z, batch.z), (A, batch.a), (DELTA, batch.delta)):
        texts = neurons(pilot, column)
        for layer, part in enumerate(values):
            here, texts = texts[: part.shape[1]], texts[part.shape[1] :]
            if done > (2 * n_layers - layer if column == DELTA else layer):
                assert_all_show(here, part.mean(axis=0))
            else:
                assert set(here) == {UNKNOWN}
    if done > n_layers:
        assert_all_show([pilot.window.example.loss.text().split("= ")[1]], [batch.loss], 9)
        assert_all_show(outputs(pilot), batch.a[-1].ravel())
    else:
        assert pilot.window.example.loss.text() == f"E = {UNKNOWN}"
    parts = [part.ravel() for pair in zip(batch.W, batch.b, strict=True) for part in pair]
    shown, start = parameters(pilot, VALUE), np.concatenate(parts)
    assert_all_show([shown[name] for name in names], start)
    if done > 2 * n_layers:
        shown = parameters(pilot, GRADIENT)
        assert_all_show([shown[name] for name in names], batch.gradient)
        shown = parameters(pilot, NEW)
        assert_all_show([shown[name] for name in names], start - rate * batch.gradient)


def test_that_the_chains_numbers_are_those_worked_out_by_hand(pilot: Pilot) -> None:
    choose(pilot, CHAIN)
    names = ["w1", "b1", "w2", "b2", "w3", "b3"]
    shown = parameters(pilot, VALUE)
    x, y = np.array([[0.4]]), np.array([[1.0]])
    params = np.array([float(shown[name]) for name in names])
    for _ in range(2):
        batch = work_out(params, (1, 1, 1, 1), x, y, "sigmoid")
        for done in range(1, 9):
            pilot.next_stage()
            assert_panel(pilot, batch, names, done, 1.0)
            if done == 3 and pilot.batch == 0:  # the activations seen in the film
                assert [text[:4] for text in neurons(pilot, A)[1:]] == ["0.48", "0.66"]
        params = params - batch.gradient
    shown = parameters(pilot, GRADIENT)
    # By the book: dL/dw3 = a(L-1) f'(z(L)) (a(L) - y).
    (before,), (a,) = batch.a[1][0], batch.a[2][0]
    assert float(shown["w3"]) == pytest.approx(before * a * (1 - a) * (a - 1), abs=1e-8)


def test_that_xors_numbers_are_those_worked_out_by_hand_and_it_is_learnt(pilot: Pilot) -> None:
    choose(pilot, XOR)
    names = ["w1", "w3", "w2", "w4", "b1", "b2", "w5", "w6", "b3"]
    shown = parameters(pilot, VALUE)
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
    params = np.array([float(shown[name]) for name in names])
    batch = work_out(params, (2, 2, 1), x, y, "tanh")
    assert np.allclose(batch.a[0][:, 0], np.tanh(x[:, 0] - x[:, 1]))
    for done in range(1, 7):
        pilot.next_stage()
        assert_panel(pilot, batch, names, done, 2.0)
    assert outputs(pilot)[0] == "0.50000000"
    # One sample of the four.
    pilot.click(pilot.window.strip, pilot.window.strip.cell_rect(2).center())
    pilot.wait(lambda: pilot.window.example.headings[1].text().startswith("Neurons, for"))
    name = pilot.window.example.headings[1].text().rpartition("x = ")[2].strip("()")
    sample = [f"{i:g}, {j:g}" for i, j in x].index(name)
    assert_all_show(neurons(pilot, A), np.concatenate([a[sample] for a in batch.a]))
    assert_all_show(neurons(pilot, DELTA), np.concatenate([d[sample] for d in batch.delta]))

    pilot.play(1000)
    pilot.pause()
    assert [float(text) for text in outputs(pilot)] == pytest.approx([0, 1, 1, 0], abs=0.1)


def test_that_an_example_has_no_word_of_validation_and_epochs(pilot: Pilot) -> None:
    def names() -> tuple[str, ...]:
        legend = pilot.window.loss.findChild(LossLegend)
        assert legend is not None
        return legend.names()

    assert len(names()) == 4
    choose(pilot, MAZUR)
    assert names() == ("batch", "smoothed")
    pilot.step()
    assert pilot.figure("batch") == "batch 1"
    assert pilot.figure("epoch") == ""


# --- typing ---------------------------------------------------------------------------------------


def click_row(pilot: Pilot, name: str, double: bool = False) -> None:
    table = pilot.window.example.parameters
    row = list(parameters(pilot, NAME)).index(name)
    index = table.model().index(row, VALUE)
    at = table.visualRect(index).center()
    pilot.scroll_to(table.viewport(), at.y())
    pilot.click(table.viewport(), at)
    if double:
        QTest.mouseDClick(table.viewport(), LEFT, NO_KEYS, at)


def type_value(pilot: Pilot, name: str, text: str) -> None:
    """Double-click a parameter's row and type a value."""
    click_row(pilot, name, double=True)
    find = pilot.window.example.parameters.findChild
    pilot.wait(lambda: find(QLineEdit, "parameter_editor") is not None)
    pilot.type(text)


def test_that_a_typed_weight_is_computed_with_at_once(pilot: Pilot) -> None:
    choose(pilot, MAZUR)
    for stages in (0, 4, 5):
        for _ in range(stages):
            pilot.next_stage()
        assert_typing_counts(pilot)
    for _ in range(3):
        pilot.next_stage()
    assert pilot.window.example.loss.text() == "E = 0.298371109"


def assert_typing_counts(pilot: Pilot) -> None:
    """Type a weight, hold what follows from it against a calculation, and begin again."""
    type_value(pilot, "w5", "0.7")
    pilot.wait(lambda: pilot.params[6] == 0.7)
    assert parameters(pilot, VALUE)["w5"] == "0.70000000"
    batch = work_out(
        pilot.params, (2, 2, 2), np.array([[0.05, 0.1]]), np.array([[0.01, 0.99]]), "sigmoid"
    )
    while len(pilot.snapshot.glance.records.backwards if pilot.snapshot.glance else ()) < 2:
        pilot.next_stage()  # by →, which works after typing
    assert_all_show([pilot.window.example.loss.text().split("= ")[1]], [batch.loss], 9)
    shown = parameters(pilot, GRADIENT)
    assert float(shown["w5"]) == pytest.approx(batch.dW[1][0, 0], abs=0.6e-8)
    assert float(shown["w1"]) == pytest.approx(batch.dW[0][0, 0], abs=0.6e-8)

    pilot.click(pilot.window.example.textbook_values)
    pilot.wait(lambda: pilot.params[6] == 0.4)
    assert pilot.window.example.loss.text() == f"E = {UNKNOWN}"
    assert parameters(pilot, VALUE)["w5"] == "0.40000000"


def test_that_what_is_no_number_is_refused_and_can_be_mended(pilot: Pilot) -> None:
    choose(pilot, MAZUR)
    start = pilot.params.tobytes()
    type_value(pilot, "w5", "0.7x")
    assert "not a number" in pilot.window.example.message.text()
    assert pilot.params.tobytes() == start
    pilot.type("0.7")
    pilot.wait(lambda: pilot.params[6] == 0.7)
    before = pilot.params.tobytes()
    type_value(pilot, "w6", "x")
    assert "not a number" in pilot.window.example.message.text()
    pilot.press("Escape")
    pilot.next_stage()
    assert pilot.params.tobytes() == before


# --- there and back -------------------------------------------------------------------------------


def test_that_the_digits_training_waits_exactly_where_it_was(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    for _ in range(4):
        pilot.step()
    for _ in range(5):
        pilot.next_stage()
    params, losses = pilot.params.tobytes(), pilot.losses.copy()
    words = [pilot.window.ribbon.text_of(stage) for stage in ("forward", "loss", "backward")]
    validation = pilot.figure("validation")
    choose(pilot, MAZUR)
    assert pilot.batch == 0
    assert len(pilot.losses) == 0
    for _ in range(3):
        pilot.step()
    choose(pilot, XOR)
    pilot.step()
    choose(pilot, "Back to the digits")
    pilot.wait(lambda: len(pilot.snapshot.sizes) == 4)
    assert pilot.batch == 4
    assert pilot.params.tobytes() == params
    assert np.array_equal(pilot.losses, losses)
    assert pilot.figure("validation") == validation
    assert words == [pilot.window.ribbon.text_of(s) for s in ("forward", "loss", "backward")]
    assert pilot.window.draw.isVisible()
    assert not pilot.window.example.isVisible()
    assert pilot.window.controls.settings.isEnabled()
    pilot.step()
    assert pilot.batch == 5
    assert pilot.params.tobytes() == trained(small_mnist, 5).network.params.tobytes()


def test_that_an_example_can_be_opened_while_the_digits_are_trained(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    pilot.play(5)
    choose(pilot, MAZUR)
    pilot.wait(lambda: not pilot.playing)
    assert pilot.batch == 0
    for _ in range(3):
        pilot.next_stage()
    assert pilot.window.example.loss.text() == "E = 0.298371109"
    pilot.play(2)
    pilot.click(pilot.window.example.back_to_digits)
    pilot.wait(lambda: len(pilot.snapshot.sizes) == 4 and not pilot.playing)
    batch = pilot.batch
    assert batch >= 5
    session = trained(small_mnist, batch)
    assert pilot.params.tobytes() == session.network.params.tobytes()
    assert np.array_equal(pilot.losses, np.array(session.history.losses, np.float32))
    pilot.step()
    session.next_batch()
    assert pilot.params.tobytes() == session.network.params.tobytes()


def test_that_the_loss_curve_of_a_long_training_comes_back_whole(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "KEPT", 4)  # of the losses that the worker keeps
    for _ in range(EPOCH + 2):
        pilot.step()
    losses, series = pilot.losses.copy(), pilot.window.loss._series
    validation = pilot.window.loss._validation.copy()
    assert np.isfinite(losses).all()
    choose(pilot, XOR)
    pilot.step()
    choose(pilot, MAZUR)  # from one example to the next
    assert len(pilot.losses) == 0
    choose(pilot, "Back to the digits")
    pilot.wait(lambda: len(pilot.snapshot.sizes) == 4)
    assert pilot.snapshot.course.first_batch > 1
    assert pilot.window.loss._series is series
    assert np.array_equal(pilot.losses, losses)
    assert len(pilot.window.loss._epochs) == 1
    assert np.array_equal(pilot.window.loss._validation, validation)
    pilot.step()
    assert len(pilot.losses) == EPOCH + 3
    run = pilot.snapshot.run
    choose(pilot, XOR)
    choose(pilot, "Back to the digits")
    pilot.press("Ctrl+R")  # and from the start
    pilot.wait(lambda: pilot.snapshot.run > run + 2)
    assert len(pilot.losses) == 0


def test_that_what_is_the_digits_alone_rests_meanwhile(pilot: Pilot) -> None:
    pilot.draw((0.25, 0.2), (0.75, 0.2), (0.45, 0.85))
    pilot.window.draw.teach.lesson_label.setCurrentIndex(8)
    assert pilot.window.draw.teach.learn.isEnabled()
    pilot.press("Ctrl+,")
    choose(pilot, MAZUR)
    controls = pilot.window.controls
    assert not pilot.window.settings.isVisible()
    assert not controls.new_seed.isEnabled()
    assert not controls.settings.isEnabled()
    run, start = pilot.snapshot.run, pilot.params.tobytes()
    for keys in ("Ctrl+L", "Ctrl+K", "Ctrl+Shift+Z", "Ctrl+Shift+R", "Ctrl+,", "Ctrl+T", "Y", "T"):
        pilot.press(keys)
    QTest.mouseClick(pilot.window.network.view, LEFT, NO_KEYS, QPoint(1, 1))
    pilot.next_stage()
    assert pilot.snapshot.run == run
    assert pilot.params.tobytes() == start
    assert neurons(pilot, A)[0] == "0.59326999"
    assert not pilot.window.settings.isVisible()
    assert pilot.window.findChild(QMessageBox, "trouble") is None
    assert "wrong" not in pilot.hint
    assert re.match(r"Layer 1 of 2: .*0\.5968", pilot.window.ribbon.text_of("forward"))
    # Same start is the example's own.
    pilot.press("Ctrl+R")
    pilot.wait(lambda: pilot.snapshot.run > run)
    assert pilot.params.tobytes() == start
    assert pilot.window.example.isVisible()
    pilot.click(pilot.window.example.back_to_digits)
    pilot.wait(lambda: pilot.window.draw.isVisible())
    assert controls.new_seed.isEnabled()
