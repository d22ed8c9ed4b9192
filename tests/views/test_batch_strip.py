from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollBar, QToolTip
from pytestqt.qtbot import QtBot
from stage_batches import DIGITS, eights

from bpviz.engine import Array, read
from bpviz.views.batch_strip import HEIGHT_PX, BatchStrip
from bpviz.views.batch_view import BatchView
from bpviz.views.theme import DARK, LIGHT, Theme

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def strip(qtbot: QtBot) -> BatchStrip:
    strip = BatchStrip()
    qtbot.addWidget(strip)
    strip.resize(680, HEIGHT_PX)
    strip.show()
    return strip


def click(strip: BatchStrip, cell: int) -> None:
    QTest.mouseClick(strip, LEFT, NO_KEYS, strip.cell_rect(cell).center())


def turn_wheel(strip: BatchStrip, turned: int) -> None:
    at = QPointF(300, 20)
    event = QWheelEvent(
        at,
        QPointF(strip.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        NO_KEYS,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(strip, event)


def picture_of(strip: BatchStrip, cell: int) -> QImage:
    return strip.grab(strip.cell_rect(cell)).toImage()


def has_colour(image: QImage, colour: str) -> bool:
    wanted = QColor(colour).rgb()
    return any(
        image.pixel(x, y) == wanted for y in range(image.height()) for x in range(image.width())
    )


def test_that_the_tip_of_the_cell_under_the_mouse_is_shown(qtbot: QtBot, strip: BatchStrip) -> None:
    strip.show_batch(eights())
    at = strip.cell_rect(2).center()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, at, strip.mapToGlobal(at))
    QApplication.sendEvent(strip, event)
    assert QToolTip.text().startswith(strip.tip_of(2))
    assert "[ and ]" in QToolTip.text()
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_that_a_click_chooses_a_sample_or_the_mean(strip: BatchStrip) -> None:
    chosen: list[object] = []
    strip.sample_chosen.connect(chosen.append)
    strip.show_batch(eights())
    for cell in (3, 0, 5):
        click(strip, cell)
    QTest.mouseClick(strip, LEFT, NO_KEYS, QPoint(670, 20))  # beyond the last
    assert chosen == [2, None, 4]


def test_that_steps_walk_from_the_mean_through_the_samples(strip: BatchStrip) -> None:
    view = eights(3)
    chosen: list[int | None] = []
    strip.sample_chosen.connect(chosen.append)
    strip.show_batch(view)
    strip.step(-1)
    assert chosen == []
    for _ in range(4):
        strip.step(1)
        strip.show_batch(replace(view, sample=chosen[-1]))
    assert chosen == [0, 1, 2]
    for _ in range(3):
        strip.step(-1)
        strip.show_batch(replace(view, sample=chosen[-1]))
    assert chosen == [0, 1, 2, 1, 0, None]


def test_that_steps_pass_over_other_labels(strip: BatchStrip) -> None:
    labels = np.array([8, 7, 7, 8, 7])
    view = replace(eights(), labels=labels, label=8, rows=np.array([0, 3]))
    chosen: list[int | None] = []
    strip.sample_chosen.connect(chosen.append)
    strip.show_batch(view)
    for _ in range(3):
        strip.step(1)
        strip.show_batch(replace(view, sample=chosen[-1]))
    strip.step(-1)
    assert chosen == [0, 3, 0]


def test_that_home_and_end_choose_the_mean_and_the_last(strip: BatchStrip) -> None:
    chosen: list[object] = []
    strip.sample_chosen.connect(chosen.append)
    strip.show_batch(eights())
    QTest.keyClick(strip, Qt.Key.Key_End)
    QTest.keyClick(strip, Qt.Key.Key_Home)
    QTest.keyClick(strip, Qt.Key.Key_Right)  # the window's
    assert chosen == [4, None]


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_that_only_who_is_looked_at_is_outlined(strip: BatchStrip, theme: Theme) -> None:
    view = eights()
    strip.set_theme(theme)
    strip.clearFocus()  # which is shown in the same colour
    for sample in (None, 0, 3):
        strip.show_batch(replace(view, sample=sample))
        outlined = [has_colour(picture_of(strip, cell), theme.highlight) for cell in range(6)]
        assert outlined == [cell == (0 if sample is None else sample + 1) for cell in range(6)]
        assert strip.accessibleDescription() == strip.tip_of(0 if sample is None else sample + 1)


def test_that_a_picture_is_shown_pixel_by_pixel(strip: BatchStrip) -> None:
    view = eights(1)
    x = np.random.default_rng(0).integers(0, 2, (1, 784)).astype(np.float32)
    strip.set_theme(LIGHT)
    strip.show_batch(replace(view, records=replace(view.records, x=x)))
    image = picture_of(strip, 1)
    corner = QRect(0, 0, 28, 28)
    corner.moveTopLeft(QPoint((strip.cell_rect(1).width() - 28) // 2, 5))
    scale = image.devicePixelRatio()
    shown = [
        [
            image.pixelColor(
                int((corner.x() + col + 0.5) * scale), int((corner.y() + row + 0.5) * scale)
            )
            == QColor(LIGHT.ink)
            for col in range(28)
        ]
        for row in range(28)
    ]
    assert np.array_equal(shown, x.reshape(28, 28) == 1)


def test_that_other_labels_are_dimmed_and_counted(strip: BatchStrip) -> None:
    view = eights(3, ())
    strip.show_batch(view)
    bright = picture_of(strip, 2)
    labels = np.array([7, 8, 7])
    strip.show_batch(replace(view, labels=labels, label=8, rows=np.array([1])))
    assert strip.text_of(0) == "mean\n1 of 3"
    assert strip.tip_of(0) == "the mean of 1 sample labelled 8"
    assert picture_of(strip, 2) == bright
    assert has_colour(bright, DARK.ink)
    assert not has_colour(picture_of(strip, 1), DARK.ink)


def test_that_the_wheel_scrolls_and_the_mean_stays(strip: BatchStrip) -> None:
    strip.show_batch(eights(10_000))
    mean, first = strip.cell_rect(0), strip.cell_rect(1)
    turn_wheel(strip, -120)
    assert strip.cell_rect(0) == mean
    assert strip.cell_rect(1) == first.translated(-120, 0)
    turn_wheel(strip, 240)
    assert strip.cell_rect(1) == first
    chosen: list[object] = []
    strip.sample_chosen.connect(chosen.append)
    turn_wheel(strip, -42 * 5000)
    click(strip, 5005)
    turn_wheel(strip, -42 * 10_000)
    assert strip.cell_rect(10_000).right() == strip.width() - 1
    click(strip, 10_000)
    assert chosen == [5004, 9999]


def test_that_a_chosen_sample_comes_into_sight_and_scrolling_is_kept_then(
    strip: BatchStrip,
) -> None:
    view = eights(100)
    sight = QRect(strip.cell_rect(0).width(), 0, strip.width(), HEIGHT_PX)
    strip.show_batch(view)
    for sample in (70, 99, 20, 0):
        strip.show_batch(replace(view, sample=sample))
        assert sight.contains(strip.cell_rect(sample + 1))
    turn_wheel(strip, -480)
    where = strip.cell_rect(1)
    strip.show_batch(replace(view, sample=0))
    assert strip.cell_rect(1) == where


def test_that_the_scroll_bar_is_there_only_when_something_is_out_of_sight(
    strip: BatchStrip,
) -> None:
    bar = strip.findChild(QScrollBar)
    assert isinstance(bar, QScrollBar)
    for n, needed in ((5, False), (32, True), (5, False)):
        strip.show_batch(eights(n))
        assert bar.isVisible() == needed
    assert strip.cell_rect(1).x() == strip.cell_rect(0).width()


def test_that_a_drawing_has_one_cell_which_cannot_be_left(qtbot: QtBot, strip: BatchStrip) -> None:
    trained = eights()
    records = read(trained.records.network, trained.records.x[1])
    strip.show_batch(BatchView(records, None, DIGITS, np.arange(1), drawn=True))
    assert strip.text_of(0) == "your drawing"
    assert strip.tip_of(0).startswith("your drawing: guessed 3 with ")
    assert has_colour(picture_of(strip, 0), DARK.ink)
    with qtbot.assertNotEmitted(strip.sample_chosen):
        click(strip, 0)
        strip.step(1)
        QTest.keyClick(strip, Qt.Key.Key_End)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_that_outputs_that_are_not_numbers_are_called_so(strip: BatchStrip, bad: float) -> None:
    view = eights()
    forward = view.records.forwards[0]
    a: Array = forward.a.copy()
    a[1] = bad
    assert view.records.loss is not None
    values = np.array([0, np.nan, 0, 0, 0], np.float32)
    records = replace(
        view.records,
        forwards=(forward._replace(a=a),),
        loss=view.records.loss._replace(values=values),
    )
    strip.show_batch(replace(view, records=records))
    assert strip.text_of(2) == "NaN"
    assert strip.tip_of(2) == "sample 2: an 8, its outputs are not numbers (NaN), loss NaN"
    assert has_colour(picture_of(strip, 2), DARK.not_finite)
    assert not has_colour(picture_of(strip, 1), DARK.not_finite)


def test_that_nothing_is_there_before_a_batch(qtbot: QtBot, strip: BatchStrip) -> None:
    empty = strip.grab().toImage()
    strip.show_batch(eights())
    assert strip.grab().toImage() != empty
    strip.show_batch(None)
    assert strip.grab().toImage() == empty
    assert strip.text_of(0) == strip.tip_of(0) == ""
    with qtbot.assertNotEmitted(strip.sample_chosen):
        click(strip, 0)
        strip.step(1)
        QTest.keyClick(strip, Qt.Key.Key_Home)


def test_that_it_has_a_name_and_takes_the_focus_by_tab(strip: BatchStrip) -> None:
    assert strip.objectName() == "batch_strip"
    assert strip.accessibleName() == "Samples of the batch"
    assert strip.focusPolicy() == Qt.FocusPolicy.TabFocus
    strip.show_batch(eights())
    strip.clearFocus()
    before = strip.grab().toImage()
    strip.setFocus()
    assert strip.grab().toImage() != before, "the focus must be in sight"


def test_that_samples_without_a_picture_have_room_for_their_numbers(strip: BatchStrip) -> None:
    strip.show_batch(eights(2, (3,)))
    width = strip.cell_rect(1).width()
    strip.show_batch(eights(2, (3,), n_in=16))
    assert strip.cell_rect(1).width() > width
    assert strip.text_of(1) == "sample 1\n8→3"
    assert has_colour(picture_of(strip, 1), DARK.text)
    assert has_colour(picture_of(strip, 1), DARK.positive)
