import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from bpviz.views.loss_chart import LossChart
from bpviz.views.loss_plot import LossPlot
from bpviz.views.loss_series import KEPT
from bpviz.views.theme import DARK, LIGHT


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    window.resize(1600, 400)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def plot(qtbot: QtBot, window: QWidget) -> LossPlot:
    plot = LossPlot(window)
    plot.resize(900, 200)
    with qtbot.waitExposed(window):
        window.show()
    return plot


def canvas(plot: LossPlot) -> QWidget:
    chart = plot.findChild(LossChart)
    assert isinstance(chart, LossChart)
    return chart


def readout(plot: LossPlot) -> str:
    label = plot.findChild(QLabel, "loss_readout")
    assert isinstance(label, QLabel)
    return label.text()


def log_box(plot: LossPlot) -> QCheckBox:
    box = plot.findChild(QCheckBox, "loss_log")
    assert isinstance(box, QCheckBox)
    return box


def wait_for(qtbot: QtBot, plot: LossPlot, text: str) -> None:
    qtbot.waitUntil(lambda: text in readout(plot))


def picture(plot: LossPlot) -> QImage:
    QApplication.processEvents()
    return plot.grab().toImage()


def pixels_of(image: QImage, color: str) -> int:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rgb = np.frombuffer(image.constBits(), np.uint32)
    return int((rgb == QColor(color).rgb()).sum())


def turn_wheel(plot: LossPlot, at: QPoint, delta: int) -> None:
    target = canvas(plot)
    event = QWheelEvent(
        QPointF(at),
        QPointF(target.mapToGlobal(at)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, event)


def width(plot: LossPlot) -> float:
    first, last = plot.visible_batches()
    return last - first


def invitation(plot: LossPlot) -> QLabel:
    return next(label for label in plot.findChildren(QLabel) if "Space" in label.text())


def test_that_an_empty_plot_says_how_to_begin(qtbot: QtBot, plot: LossPlot) -> None:
    assert invitation(plot).isVisible()
    assert readout(plot) == ""
    plot.append(np.ones(3, np.float32))
    qtbot.waitUntil(lambda: not invitation(plot).isVisible())
    plot.clear()
    qtbot.waitUntil(lambda: invitation(plot).isVisible())
    assert readout(plot) == ""


def test_that_the_readout_follows_the_newest_batch(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.full(312, 2.0, np.float32))
    plot.append(np.array([0.412], np.float32))
    wait_for(qtbot, plot, "batch 313  loss 0.412")
    first, last = plot.visible_batches()
    assert first <= 1
    assert last >= 313


def test_that_many_appends_are_drawn_once(
    qtbot: QtBot, plot: LossPlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    label = plot.findChild(QLabel, "loss_readout")
    assert isinstance(label, QLabel)

    def note(text: str) -> None:
        texts.append(text)
        QLabel.setText(label, text)

    monkeypatch.setattr(label, "setText", note)
    for _ in range(50):
        plot.append(np.ones(2, np.float32))
    plot.mark_epochs([100])
    plot.add_validation(100, 0.9, 0.5)
    wait_for(qtbot, plot, "batch 100 ")
    assert texts == ["batch 100  loss 1.00"]


def test_that_the_mouse_reads_the_batch_under_it(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.arange(1, 201, dtype=np.float32))
    wait_for(qtbot, plot, "batch 200")
    middle = canvas(plot).rect().center()
    QTest.mouseMove(canvas(plot), middle)
    wait_for(qtbot, plot, "at batch")
    batch = int(readout(plot).split()[2].rstrip(":"))
    assert 80 < batch < 120
    assert f"at batch {batch}: loss {batch:#.3g}".rstrip(".") in readout(plot)
    assert "smoothed" in readout(plot)
    QTest.mouseMove(canvas(plot), middle + QPoint(100, 0))
    qtbot.waitUntil(lambda: int(readout(plot).split()[2].rstrip(":")) > batch)
    QTest.mouseMove(canvas(plot), QPoint(middle.x(), 1))
    wait_for(qtbot, plot, "batch 200  loss 200")


def test_that_the_crosshair_says_nan_where_the_loss_is(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.array([1, np.nan, np.inf], np.float32))
    wait_for(qtbot, plot, "batch 3  loss ∞")
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert readout(plot) == "at batch 2: loss NaN, smoothed NaN"
    upright = pixels_of(picture(plot), DARK.highlight)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert readout(plot).startswith("at batch 1: loss 1.00")
    assert pixels_of(picture(plot), DARK.highlight) > upright + 500  # the level's line as well
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert pixels_of(picture(plot), DARK.highlight) == upright


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "losses",
    [
        np.full(50, np.nan),
        np.zeros(50),
        np.full(50, 3e38),
        np.array([1, np.inf, 2, np.nan, 0.5]),
        np.where(np.arange(400) == 200, 1e30, 1),
        np.array([2.3]),
    ],
)
def test_that_odd_losses_are_drawn_without_complaint(
    qtbot: QtBot, plot: LossPlot, losses: NDArray[np.float64], log: bool
) -> None:
    plot.set_log(log)
    plot.append(losses.astype(np.float32))
    plot.add_validation(len(losses), float("nan"), 0.1)
    wait_for(qtbot, plot, f"batch {len(losses)} ")
    assert not picture(plot).isNull()


def test_that_a_single_batch_can_be_seen(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.array([np.nan], np.float32))
    wait_for(qtbot, plot, "batch 1 ")
    without = pixels_of(picture(plot), DARK.batch_loss)
    plot.clear()
    plot.append(np.array([2.3], np.float32))
    wait_for(qtbot, plot, "loss 2.30")
    assert pixels_of(picture(plot), DARK.batch_loss) > without


def test_that_keys_move_the_crosshair_by_a_column(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.ones(100_000, np.float32))
    wait_for(qtbot, plot, "batch 100,000")
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Left)
    batch = int(readout(plot).split()[2].rstrip(":").replace(",", ""))
    assert 100 <= 100_000 - batch <= 150
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert readout(plot).startswith("at batch 100,000:")
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert readout(plot).startswith("at batch 100,000:")


def test_that_keys_do_nothing_without_batches(qtbot: QtBot, plot: LossPlot) -> None:
    plot.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Home):
        QTest.keyClick(plot, key)
    assert readout(plot) == ""


def test_that_keys_zoom_and_home_shows_all_again(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.ones(1000, np.float32))
    wait_for(qtbot, plot, "batch 1,000")
    whole = width(plot)
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert width(plot) == pytest.approx(0.8 * whole)
    QTest.keyClick(plot, Qt.Key.Key_Minus)
    assert width(plot) == pytest.approx(whole)
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    QTest.keyClick(plot, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: width(plot) == pytest.approx(whole))


def test_that_the_wheel_zooms_and_a_double_click_follows_again(
    qtbot: QtBot, plot: LossPlot
) -> None:
    plot.append(np.ones(1000, np.float32))
    wait_for(qtbot, plot, "batch 1,000")
    whole = width(plot)
    middle = canvas(plot).rect().center()
    turn_wheel(plot, middle, 240)
    assert width(plot) < 0.9 * whole
    zoomed = plot.visible_batches()
    plot.append(np.ones(500, np.float32))
    wait_for(qtbot, plot, "batch 1,500")
    assert plot.visible_batches() == pytest.approx(zoomed)
    QTest.mouseDClick(
        canvas(plot), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle
    )
    qtbot.waitUntil(lambda: plot.visible_batches()[1] >= 1500)
    assert plot.visible_batches()[0] <= 1


def test_that_the_view_never_leaves_the_batches(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.ones(1000, np.float32))
    wait_for(qtbot, plot, "batch 1,000")
    whole = plot.visible_batches()
    middle = canvas(plot).rect().center()
    turn_wheel(plot, middle, -1200)
    assert plot.visible_batches() == pytest.approx(whole)
    plot.append(np.ones(1000, np.float32))  # all are in view, so it still follows
    wait_for(qtbot, plot, "batch 2,000")
    assert plot.visible_batches()[1] >= 2000
    for _ in range(20):
        turn_wheel(plot, middle, 1200)
    assert 5 < width(plot) < 20


def test_that_dragging_pans(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.ones(1000, np.float32))
    wait_for(qtbot, plot, "batch 1,000")
    middle = canvas(plot).rect().center()
    turn_wheel(plot, middle, 480)
    before = plot.visible_batches()
    QTest.mousePress(
        canvas(plot), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle
    )
    for step in range(1, 6):
        QTest.mouseMove(canvas(plot), middle + QPoint(10 * step, 0))
    QTest.mouseRelease(
        canvas(plot),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        middle + QPoint(50, 0),
    )
    after = plot.visible_batches()
    assert after[0] < before[0]
    assert after[1] - after[0] == pytest.approx(before[1] - before[0])


def test_that_a_zoomed_view_at_the_newest_batch_moves_along(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.ones(1000, np.float32))
    wait_for(qtbot, plot, "batch 1,000")
    plot.setFocus()
    QTest.keyClick(
        plot, Qt.Key.Key_Right
    )  # the crosshair stands on the newest, and zoom goes there
    for _ in range(3):
        QTest.keyClick(plot, Qt.Key.Key_Plus)
    zoomed = width(plot)
    plot.append(np.ones(500, np.float32))
    qtbot.waitUntil(lambda: plot.visible_batches()[1] >= 1500)
    assert width(plot) == pytest.approx(zoomed)


def test_that_log_is_toggled_by_mouse_and_by_call(plot: LossPlot) -> None:
    box = log_box(plot)
    assert box.isVisible()
    assert "(L)" in box.toolTip()
    QTest.mouseClick(
        box,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(8, box.height() // 2),
    )
    assert plot.is_log
    plot.set_log(False)
    assert not plot.is_log
    assert not box.isChecked()


def test_that_the_log_axis_changes_the_picture(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.geomspace(2, 0.01, 500, dtype=np.float32))
    wait_for(qtbot, plot, "batch 500")
    linear = picture(plot)
    plot.set_log(True)
    assert picture(plot) != linear


def test_that_validation_and_epochs_are_drawn(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.ones(500, np.float32))
    wait_for(qtbot, plot, "batch 500")
    bare = picture(plot)
    plot.mark_epochs([250])
    marked = picture(plot)
    assert pixels_of(marked, DARK.line) > pixels_of(bare, DARK.line) + 50
    plot.add_validation(0, 1.5, 0.1)
    plot.add_validation(250, 1.2, 0.8)
    validated = picture(plot)
    assert pixels_of(validated, DARK.validation) > pixels_of(marked, DARK.validation) + 20
    assert pixels_of(validated, DARK.accuracy) > pixels_of(marked, DARK.accuracy) + 20
    assert plot.visible_batches()[0] <= 0


def test_that_a_theme_repaints_everything(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.linspace(2, 1, 500, dtype=np.float32))
    wait_for(qtbot, plot, "batch 500")
    dark = picture(plot)
    assert pixels_of(dark, DARK.panel) > dark.width() * dark.height() // 2
    plot.set_theme(LIGHT)
    light = picture(plot)
    assert pixels_of(light, LIGHT.panel) > light.width() * light.height() // 2
    assert pixels_of(light, DARK.panel) == 0


@pytest.mark.parametrize("size", [(500, 120), (1600, 400)])
def test_that_it_works_at_every_size(qtbot: QtBot, plot: LossPlot, size: tuple[int, int]) -> None:
    plot.resize(*size)
    assert (plot.width(), plot.height()) == size
    plot.append(np.ones(300, np.float32))
    wait_for(qtbot, plot, "batch 300")
    assert canvas(plot).height() >= 80
    assert log_box(plot).geometry().right() < size[0]


def test_that_it_carries_its_names(plot: LossPlot) -> None:
    assert plot.objectName() == "loss_plot"
    assert plot.accessibleName()
    assert "Home" in plot.toolTip()
    assert log_box(plot).accessibleName()


def test_that_losses_that_came_before_are_skipped_and_missing_ones_are_refused(
    qtbot: QtBot, plot: LossPlot
) -> None:
    plot.append(np.ones(10, np.float32))
    plot.append(np.full(8, 2, np.float32), first=5)
    wait_for(qtbot, plot, "batch 12  loss 2.00")
    plot.setFocus()
    for _ in range(2):
        QTest.keyClick(plot, Qt.Key.Key_Left)
    assert readout(plot).startswith("at batch 10: loss 1.00")
    plot.append(np.ones(3, np.float32), first=2)
    with pytest.raises(ValueError, match="batch 14 cannot come after batch 12"):
        plot.append(np.ones(1, np.float32), first=14)


def test_that_what_is_put_aside_comes_back_as_it_was(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.linspace(2, 1, 1000, dtype=np.float32))
    plot.mark_epochs([250, 500, 750])
    wait_for(qtbot, plot, "batch 1,000")
    turn_wheel(plot, canvas(plot).rect().center(), 480)
    in_view, before = plot.visible_batches(), picture(plot)
    plot.put_aside()
    plot.clear(validates=False)
    plot.append(np.full(5, 7, np.float32))
    wait_for(qtbot, plot, "batch 5  loss 7.00")
    assert plot.visible_batches()[1] < 50
    plot.clear()
    plot.take_back()
    plot.append(np.linspace(2, 1, 1000, dtype=np.float32)[400:], first=401)
    plot.mark_epochs([500, 750])
    wait_for(qtbot, plot, "batch 1,000  loss 1.00")
    assert plot.visible_batches() == in_view
    assert picture(plot) == before


def test_that_a_loss_of_long_ago_is_read_with_its_neighbours(qtbot: QtBot, plot: LossPlot) -> None:
    plot.append(np.tile(np.array([1, 2], np.float32), 2 * KEPT))
    wait_for(qtbot, plot, f"batch {4 * KEPT:,}")
    QTest.mouseMove(canvas(plot), canvas(plot).rect().center())
    wait_for(qtbot, plot, "batch ≈")
    assert ": 1.00–2.00" in readout(plot)
