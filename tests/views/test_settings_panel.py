import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from bpviz.engine import USUAL_LEARNING_RATES
from bpviz.session.settings import MAX_LAYERS, Settings
from bpviz.views.settings_panel import SettingsPanel, summary

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
RETURN = Qt.Key.Key_Return


class Wishes:
    """What the panel asked for."""

    def __init__(self, panel: SettingsPanel) -> None:
        self.live: list[Settings] = []
        self.restarts: list[Settings] = []
        self.closings = 0
        panel.live_settings_changed.connect(self.live.append)
        panel.restart_requested.connect(self.restarts.append)
        panel.closed.connect(self._on_closed)

    def _on_closed(self) -> None:
        self.closings += 1


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 700)
    return window


@pytest.fixture
def panel(qtbot: QtBot, window: QWidget) -> SettingsPanel:
    panel = SettingsPanel(Settings(), 784, 10, window)
    panel.adjustSize()
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    return panel


@pytest.fixture
def wishes(panel: SettingsPanel) -> Wishes:
    return Wishes(panel)


def line_of(field: QWidget) -> QLineEdit:
    line = field.lineEdit() if isinstance(field, QComboBox) else field
    if isinstance(field, QSpinBox):
        line = field.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    return line


def write(field: QWidget, text: str) -> None:
    """Replace what a field says, key by key."""
    line = line_of(field)
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)


def enter(field: QWidget, text: str) -> None:
    write(field, text)
    QTest.keyClick(line_of(field), RETURN)


def pick(box: QComboBox, key: str) -> None:
    """Go through a list by keyboard."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findData(key)):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentData() == key


@pytest.mark.parametrize(
    ("text", "rate"), [("0.05", 0.05), ("0,02", 0.02), ("3e-4", 3e-4), (" 2 ", 2), ("0.3", 0.3)]
)
def test_that_a_learning_rate_typed_applies_at_once_and_once(
    panel: SettingsPanel, wishes: Wishes, text: str, rate: float
) -> None:
    enter(panel.learning_rate, text)
    assert wishes.live == [Settings(learning_rate=rate)]
    assert wishes.restarts == []


def test_that_nothing_applies_while_it_is_being_typed(panel: SettingsPanel, wishes: Wishes) -> None:
    write(panel.learning_rate, "0.05")
    write(panel.batch_size, "128")
    assert wishes.live == [Settings(learning_rate=0.05)], "not before the field is left"


def test_that_what_is_typed_is_not_completed_to_another_number(
    panel: SettingsPanel, wishes: Wishes
) -> None:
    enter(panel.learning_rate, "0.00")
    assert panel.learning_rate.currentText() == "0.00"
    assert wishes.live == []
    assert "above 0" in panel.message.text()


def test_that_leaving_a_field_applies_it(panel: SettingsPanel, wishes: Wishes) -> None:
    write(panel.weight_decay, "0.002")
    QTest.keyClick(line_of(panel.weight_decay), Qt.Key.Key_Tab)
    assert wishes.live == [Settings(weight_decay=0.002)]


def test_that_the_same_value_again_is_no_change(panel: SettingsPanel, wishes: Wishes) -> None:
    enter(panel.learning_rate, "0.10")
    enter(panel.batch_size, "32")
    assert wishes.live == []


@pytest.mark.parametrize("text", ["fast", "", "0", "-0.1", "nan", "inf", "0.1.1"])
def test_that_junk_for_a_learning_rate_gets_one_line_and_changes_nothing(
    panel: SettingsPanel, wishes: Wishes, text: str
) -> None:
    enter(panel.learning_rate, text)
    assert wishes.live == []
    assert "learning rate" in panel.message.text()
    assert "0.1" in panel.message.text(), "what would do"
    assert "\n" not in panel.message.text()
    assert panel.message.property("trouble") is True
    enter(panel.learning_rate, "0.5")
    assert wishes.live == [Settings(learning_rate=0.5)]
    assert panel.message.property("trouble") is False


def test_that_a_negative_weight_decay_gets_one_line(panel: SettingsPanel, wishes: Wishes) -> None:
    enter(panel.weight_decay, "-1")
    assert wishes.live == []
    assert "weight decay must be a finite number, 0 or more" in panel.message.text()


def test_that_a_batch_size_typed_applies_as_a_whole(panel: SettingsPanel, wishes: Wishes) -> None:
    enter(panel.batch_size, "128")
    assert wishes.live == [Settings(batch_size=128)]


@pytest.mark.parametrize("size", ["0", "-3"])
def test_that_a_batch_size_that_cannot_be_is_told_and_not_changed(
    panel: SettingsPanel, wishes: Wishes, size: str
) -> None:
    enter(panel.batch_size, size)
    assert panel.message.text() == f"a batch has 1 to 10,000 pictures, not {size}"
    assert panel.batch_size.text() == size
    assert wishes.live == []


def test_that_arrows_change_the_batch_size(panel: SettingsPanel, wishes: Wishes) -> None:
    QTest.keyClick(panel.batch_size, Qt.Key.Key_Up)
    assert wishes.live == [Settings(batch_size=33)]


def test_that_a_batch_that_would_take_too_long_is_refused(
    panel: SettingsPanel, wishes: Wishes
) -> None:
    panel.show_settings(Settings(hidden=(4096, 2048)))
    enter(panel.batch_size, "10000")
    assert wishes.live == []
    assert "10,000 pictures a batch are too many" in panel.message.text()
    assert panel.message.property("trouble") is True


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_that_an_optimiser_comes_with_its_usual_rate(
    panel: SettingsPanel, wishes: Wishes, optimizer: str
) -> None:
    pick(panel.optimizer, optimizer)
    rate = USUAL_LEARNING_RATES[optimizer]
    assert float(panel.learning_rate.currentText()) == rate
    assert wishes.live[-1] == Settings(optimizer=optimizer, learning_rate=rate)


def test_that_hidden_layers_need_a_new_network_and_say_what_it_costs(
    panel: SettingsPanel, wishes: Wishes
) -> None:
    panel.show_batch(4321)
    assert not panel.restart.isEnabled()
    write(panel.hidden, "32, 8")
    assert panel.restart.isEnabled()
    assert panel.message.text() == (
        "This needs a new network: the 4,321 batches trained so far will be dropped."
    )
    assert wishes.live == wishes.restarts == []
    QTest.mouseClick(panel.restart, LEFT)
    assert wishes.restarts == [Settings(hidden=(32, 8))]


def test_that_the_cost_keeps_up_with_the_training(panel: SettingsPanel) -> None:
    write(panel.hidden, "8")
    assert panel.message.text() == "This needs a new network."
    panel.show_batch(1)
    assert "the 1 batch trained" in panel.message.text()
    panel.show_batch(2)
    assert "the 2 batches trained" in panel.message.text()


def test_that_training_does_not_wipe_away_what_is_wrong(panel: SettingsPanel) -> None:
    write(panel.hidden, "8")
    enter(panel.learning_rate, "fast")
    trouble = panel.message.text()
    panel.show_batch(5)
    assert panel.message.text() == trouble


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("", ()),
        ("none", ()),
        ("16", (16,)),
        ("128 64", (128, 64)),
        ("3·4·5", (3, 4, 5)),
        (" 7 ,8, ", (7, 8)),
    ],
)
def test_that_layers_are_read_as_people_write_them(
    panel: SettingsPanel, wishes: Wishes, text: str, hidden: tuple[int, ...]
) -> None:
    write(panel.hidden, text)
    QTest.mouseClick(panel.restart, LEFT)
    assert wishes.restarts == [Settings(hidden=hidden)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("16, many", "hidden layers are whole numbers"),
        ("16.5", "hidden layers are whole numbers"),
        ("16,,16", "hidden layers are whole numbers"),
        ("16, 0", "a layer has 1 to"),
        ("-4", "a layer has 1 to"),
        ("99999999999999999999", "a layer has 1 to"),
        ("8192, 8192", "weights are more than"),
        (", ".join(["4"] * (MAX_LAYERS + 1)), "at most 12 hidden layers"),
    ],
)
def test_that_impossible_layers_get_one_line_and_no_button(
    panel: SettingsPanel, wishes: Wishes, text: str, message: str
) -> None:
    write(panel.hidden, text)
    assert message in panel.message.text()
    assert "\n" not in panel.message.text()
    assert panel.message.property("trouble") is True
    assert not panel.restart.isEnabled()
    QTest.mouseClick(panel.restart, LEFT)
    QTest.keyClick(panel.hidden, RETURN, CONTROL)
    assert wishes.restarts == []
    write(panel.hidden, "8, 8")
    assert panel.restart.isEnabled()
    assert panel.message.property("trouble") is False


def test_that_cross_entropy_of_unbounded_outputs_is_refused(
    panel: SettingsPanel, wishes: Wishes
) -> None:
    pick(panel.output, "linear")
    assert not panel.restart.isEnabled()
    assert "needs outputs between 0 and 1" in panel.message.text()
    pick(panel.loss, "squared_error")
    assert panel.restart.isEnabled()
    QTest.mouseClick(panel.restart, LEFT)
    assert wishes.restarts == [Settings(output="linear", loss="squared_error")]


@pytest.mark.parametrize(
    ("field", "value"), [("activation", "tanh"), ("initializer", "he"), ("seed", 7)]
)
def test_that_what_shapes_a_network_needs_a_new_one(
    panel: SettingsPanel, wishes: Wishes, field: str, value: str | int
) -> None:
    widget = getattr(panel, field)
    if isinstance(value, str):
        pick(widget, value)
    else:
        enter(widget, str(value))
    assert panel.restart.isEnabled()
    assert wishes.live == []
    QTest.mouseClick(panel.restart, LEFT)
    assert len(wishes.restarts) == 1
    assert getattr(wishes.restarts[0], field) == value


def test_that_control_return_starts_the_new_network(panel: SettingsPanel, wishes: Wishes) -> None:
    write(panel.hidden, "24")
    QTest.keyClick(panel.hidden, RETURN)
    assert wishes.restarts == []
    QTest.keyClick(panel.hidden, RETURN, CONTROL)
    assert wishes.restarts == [Settings(hidden=(24,))]


def test_that_control_return_in_a_number_applies_it_too(
    panel: SettingsPanel, wishes: Wishes
) -> None:
    write(panel.hidden, "24")
    write(panel.learning_rate, "0.4")
    QTest.keyClick(line_of(panel.learning_rate), RETURN, CONTROL)
    assert wishes.restarts == [Settings(hidden=(24,), learning_rate=0.4)]


def test_that_control_return_without_a_change_does_nothing(
    panel: SettingsPanel, wishes: Wishes
) -> None:
    QTest.keyClick(panel.hidden, RETURN, CONTROL)
    assert wishes.restarts == []


def test_that_junk_in_a_number_disables_a_new_network_too(
    panel: SettingsPanel, wishes: Wishes
) -> None:
    write(panel.hidden, "24")
    enter(panel.learning_rate, "fast")
    assert not panel.restart.isEnabled()
    QTest.mouseClick(panel.restart, LEFT)
    assert wishes.restarts == []
    enter(panel.learning_rate, "0.2")
    assert panel.restart.isEnabled()


def test_that_a_click_on_the_button_finds_junk_that_was_never_entered(
    panel: SettingsPanel, wishes: Wishes
) -> None:
    write(panel.hidden, "24")
    line_of(panel.learning_rate).setText("fast")
    panel.restart.click()  # as on a Mac, where a click leaves the focus where it is
    assert wishes.restarts == []
    assert "learning rate" in panel.message.text()
    assert panel.message.property("trouble") is True


@pytest.mark.parametrize("name", ["learning_rate", "batch_size", "hidden", "activation", "seed"])
def test_that_escape_closes_it_from_any_field(
    panel: SettingsPanel, wishes: Wishes, name: str
) -> None:
    field = getattr(panel, name)
    field.setFocus()
    QTest.keyClick(field if name == "activation" else line_of(field), Qt.Key.Key_Escape)
    assert wishes.closings == 1


def test_that_showing_settings_discards_what_was_typed(
    panel: SettingsPanel, wishes: Wishes
) -> None:
    write(panel.hidden, "many")
    line_of(panel.learning_rate).setText("fast")
    shown = Settings(
        hidden=(5, 6),
        activation="tanh",
        output="sigmoid",
        loss="squared_error",
        initializer="he",
        optimizer="adam",
        learning_rate=0.001,
        weight_decay=1e-5,
        batch_size=64,
        seed=9,
    )
    panel.show_settings(shown)
    assert panel.hidden.text() == "5, 6"
    assert panel.learning_rate.currentText() == "0.001"
    assert panel.read() == shown
    assert not panel.restart.isEnabled()
    assert panel.message.text() == "Nothing here needs a new network."
    assert wishes.live == wishes.restarts == []


@pytest.mark.parametrize("rate", [0.1, 1.0, 1e-05, 0.12345678901234567, 3e-7, 2.5])
def test_that_a_number_shown_is_read_as_it_was(
    panel: SettingsPanel, wishes: Wishes, rate: float
) -> None:
    panel.show_settings(Settings(learning_rate=rate))
    assert panel.read().learning_rate == rate
    enter(panel.batch_size, "64")
    assert wishes.live == [Settings(learning_rate=rate, batch_size=64)]


def test_that_a_change_that_applied_is_no_change_any_more(
    panel: SettingsPanel, wishes: Wishes
) -> None:
    enter(panel.learning_rate, "0.2")
    enter(panel.batch_size, "64")
    assert wishes.live[-1] == Settings(learning_rate=0.2, batch_size=64)
    assert not panel.restart.isEnabled()
    enter(panel.batch_size, "64")
    assert len(wishes.live) == 2


def test_that_every_field_has_names_and_most_a_tool_tip(panel: SettingsPanel) -> None:
    for name in Settings.__dataclass_fields__:
        field = getattr(panel, name)
        assert field.objectName() == name
        assert field.accessibleName()
    assert "Ctrl+Return" in panel.restart.toolTip()


def test_that_all_of_it_fits_with_the_longest_message(panel: SettingsPanel) -> None:
    panel.show_batch(12_345_678)
    write(panel.hidden, "4096, 4096, 4096")
    panel.adjustSize()
    panel.grab()
    message = panel.message
    assert message.heightForWidth(message.width()) <= message.height()
    assert panel.rect().contains(panel.restart.geometry())


def test_that_a_summary_is_one_line() -> None:
    settings = Settings(hidden=(16, 16))
    assert summary((784, 16, 16, 10), settings) == "784 · 16 · 16 · 10  ReLU  SGD 0.1"
    nesterov = Settings(hidden=(), optimizer="nesterov", learning_rate=1e-4)
    assert summary((784, 10), nesterov) == "784 · 10  Nesterov momentum 0.0001"
