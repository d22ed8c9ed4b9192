import pytest
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from bpviz.views.loss_header import LossHeader


@pytest.fixture
def header(qtbot: QtBot) -> LossHeader:
    header = LossHeader()
    qtbot.addWidget(header)
    header.resize(900, 30)
    header.show()
    return header


def readout(header: LossHeader) -> QLabel:
    label = header.findChild(QLabel, "loss_readout")
    assert isinstance(label, QLabel)
    return label


@pytest.mark.parametrize("size_px", [11, 13, 20])
def test_that_the_readout_keeps_room_for_its_longest_text(header: LossHeader, size_px: int) -> None:
    font = QFont(header.font())
    font.setPixelSize(size_px)
    header.setFont(font)
    metrics = QFontMetrics(readout(header).font())
    for width_px in (900, 660):  # with room for the smoothed loss, and without
        header.resize(width_px, 30)
        room = readout(header).size()
        assert metrics.height() <= room.height()
        for digit in "0123456789":
            batch = ",".join([3 * digit] * 3)
            for loss in (f"0.000{3 * digit}", f"{digit}.{2 * digit}e-{2 * digit}", "12345"):
                header.show_reading(f"batch ≈ {batch}: {loss}–{loss}", f", smoothed {loss}")
                text = readout(header).text()
                assert ("smoothed" in text) == (width_px == 900)
                assert metrics.horizontalAdvance(text) <= room.width()
        header.show_reading("")
        assert readout(header).size() == room


def test_that_in_a_narrow_window_the_names_of_the_curves_come_before_more_figures(
    header: LossHeader,
) -> None:
    font = QFont(header.font())
    font.setPixelSize(11)
    header.setFont(font)
    header.show_reading("at batch 5: loss 1", ", smoothed 2")
    assert readout(header).text() == "at batch 5: loss 1, smoothed 2"
    header.resize(700, 30)
    assert readout(header).text() == "at batch 5: loss 1"
    assert all(header.legend.names())
    header.resize(900, 30)
    assert readout(header).text() == "at batch 5: loss 1, smoothed 2"
