import math
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSlider, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from bpviz.app.style import apply_theme, load_font
from bpviz.views.control_bar import SPEEDS, ControlBar, Pace
from bpviz.views.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot: QtBot) -> ControlBar:
    bar = ControlBar()
    qtbot.addWidget(bar)
    bar.set_theme(DARK)
    bar.resize(1280, 48)
    bar.show()
    return bar


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """Give the controls the program's font and style, on which their widths depend."""
    before = qapp.font(), qapp.palette(), qapp.styleSheet(), qapp.style().name()
    qapp.setStyle("Fusion")
    load_font(qapp)
    apply_theme(qapp, DARK)
    yield
    font, palette, sheet, style = before
    qapp.setStyleSheet(sheet)
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)


def trainers(bar: ControlBar) -> list[QPushButton]:
    return [bar.play, bar.next_stage, bar.next_batch, bar.next_epoch, bar.reset, bar.new_seed]


def pace_listener(bar: ControlBar) -> list[Pace]:
    heard: list[Pace] = []
    bar.pace_changed.connect(lambda per_s, stages: heard.append(Pace(per_s, stages)))
    return heard


def test_that_speed_is_unlimited_at_first(bar: ControlBar) -> None:
    assert SPEEDS[bar.speed.value()] == (math.inf, False)
    assert bar.speed_label.text() == "unlimited"


def test_that_keys_go_through_all_paces_down_to_five_seconds_a_stage(bar: ControlBar) -> None:
    heard = pace_listener(bar)
    labels = []
    for _ in SPEEDS:
        QTest.keyClick(bar.speed, Qt.Key.Key_Left)
        labels.append(bar.speed_label.text())
    assert heard == [*reversed(SPEEDS[:-1])]
    assert labels[0] == "3,000 / s"
    # The last key changes nothing more.
    assert labels[-6:-1] == ["1 / s", "2 stages / s", "1 s a stage", "2 s a stage", "5 s a stage"]
    assert heard[-1] == (0.2, True)
    QTest.keyClick(bar.speed, Qt.Key.Key_End)
    assert heard[-1] == (math.inf, False)
    assert bar.speed_label.text() == "unlimited"


def test_that_a_click_beside_the_handle_is_one_step(bar: ControlBar) -> None:
    heard = pace_listener(bar)
    QTest.mouseClick(bar.speed, LEFT, pos=QPoint(8, bar.speed.height() // 2))
    assert heard == [(3000, False)]


def test_that_all_paces_of_stages_come_before_those_of_batches_and_both_rise() -> None:
    assert [pace.stages for pace in SPEEDS] == sorted((x.stages for x in SPEEDS), reverse=True)
    for stages in (True, False):
        speeds = [pace.per_s for pace in SPEEDS if pace.stages == stages]
        assert speeds == sorted(set(speeds))


def test_that_the_buttons_beside_the_speed_stay_when_it_changes(bar: ControlBar) -> None:
    before = bar.examples.pos(), bar.settings.pos()
    for _ in SPEEDS:
        QTest.keyClick(bar.speed, Qt.Key.Key_Left)
        bar.grab()
        assert (bar.examples.pos(), bar.settings.pos()) == before


def test_that_next_stage_stands_before_next_batch(bar: ControlBar) -> None:
    bar.grab()
    buttons = sorted(trainers(bar), key=lambda button: button.x())
    assert buttons == trainers(bar)
    assert bar.next_batch.geometry().left() > bar.next_stage.geometry().right()


def test_that_nothing_can_be_trained_before_it_is_ready(qtbot: QtBot, bar: ControlBar) -> None:
    for button in trainers(bar):
        with qtbot.assertNotEmitted(button.clicked):
            QTest.mouseClick(button, LEFT)
        bar.set_ready(True)
        with qtbot.waitSignal(button.clicked):
            QTest.mouseClick(button, LEFT)
        bar.set_ready(False)


def test_that_settings_examples_and_menu_can_be_opened_at_any_time(bar: ControlBar) -> None:
    assert bar.settings.isEnabled()
    assert bar.examples.isEnabled()
    assert bar.menu.isEnabled()
    assert bar.speed.isEnabled()


def test_that_play_says_what_it_will_do(bar: ControlBar) -> None:
    assert bar.play.text() == "Play"
    width, play_icon = bar.play.width(), bar.play.icon().cacheKey()
    bar.set_playing(True)
    bar.grab()
    assert bar.play.text() == bar.play.accessibleName() == "Pause"
    assert bar.play.icon().cacheKey() != play_icon
    assert bar.play.width() == width, "the buttons beside it must not jump"
    bar.set_playing(False)
    assert bar.play.text() == bar.play.accessibleName() == "Play"


def test_that_another_theme_keeps_what_play_says(bar: ControlBar) -> None:
    bar.set_playing(True)
    bar.set_theme(LIGHT)
    assert bar.play.text() == "Pause"
    for button in (bar.play, bar.reset, bar.new_seed, bar.menu):
        assert not button.icon().isNull()


def test_that_the_summary_is_on_the_settings_button(bar: ControlBar) -> None:
    bar.resize(1600, 48)
    bar.show_summary("784 · 16 · 10  ReLU  SGD 0.1")
    assert bar.settings.text() == "784 · 16 · 10  ReLU  SGD 0.1  ▾"
    assert bar.settings.accessibleName() == "Settings"


def test_that_a_long_summary_is_elided_in_the_middle_and_kept_for_screen_readers(
    bar: ControlBar,
) -> None:
    bar.resize(1800, 48)
    summary = "784" + " · 1024" * 12 + " · 10  leaky ReLU  Nesterov momentum 0.001"
    bar.show_summary(summary)
    text = bar.settings.text()
    assert "…" in text
    assert text.startswith("784 · 1024")
    assert text.endswith("0.001  ▾")
    assert bar.settings.fontMetrics().horizontalAdvance(text) < 340
    assert bar.settings.accessibleDescription() == summary


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("width", [1180, 1280, 1366, 1600, 1920])
def test_that_all_fits_into_one_row_and_the_summary_takes_what_room_there_is(
    qtbot: QtBot, width: int
) -> None:
    bar = ControlBar()
    qtbot.addWidget(bar)
    bar.set_theme(DARK)
    bar.show()
    bar.show_summary("784" + " · 1024" * 12 + " · 10  leaky ReLU  Nesterov momentum 0.001")
    for narrow in (False, True):  # coming from either side
        bar.resize(1180 if narrow else 2000, 48)
        bar.resize(width, 48)
        bar.grab()
        assert bar.width() == width, "it must not be wider than the window"
        assert bar.minimumSizeHint().width() <= 1180
        visible = [child for child in bar.children() if isinstance(child, QWidget)]
        rects = sorted(
            (child.geometry() for child in visible if child.isVisible()), key=lambda r: r.x()
        )
        for left, right in pairwise(rects):
            assert left.right() < right.left()
        for button in (*trainers(bar), bar.settings, bar.examples):
            assert button.width() >= button.sizeHint().width(), button.text()
        assert bar.menu.geometry().right() < width
        # Words that give way only when they must.
        assert bar.new_seed.text() == ("New seed" if width >= 1280 else "")
        assert bar.new_seed.accessibleName() == "New seed"
        text = bar.settings.text().removesuffix("  ▾")
        room = bar.settings.fontMetrics().horizontalAdvance(text)
        assert (180 if width >= 1280 else 130) < room <= 300


def test_that_everything_has_a_name_and_a_tool_tip_with_its_key(bar: ControlBar) -> None:
    controls: list[QWidget] = [
        *bar.findChildren(QPushButton),
        *bar.findChildren(QToolButton),
        *bar.findChildren(QSlider),
    ]
    names = {control.objectName() for control in controls}
    assert names == {
        "play",
        "step_stage",
        "step_batch",
        "step_epoch",
        "reset",
        "new_seed",
        "examples",
        "settings",
        "menu",
        "speed",
    }
    for control in controls:
        assert control.accessibleName()
        assert "(" in control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{control} needs a mouse"
