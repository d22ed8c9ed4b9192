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
    room = readout(header).size()
    text = "at batch 1,000,000: loss 1.23e-05, smoothed 1.23e-05"
    header.show_reading(text)
    assert readout(header).text() == text
    metrics = QFontMetrics(readout(header).font())
    assert metrics.horizontalAdvance(text) <= room.width()
    assert metrics.height() <= room.height()
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
    header.resize(640, 30)
    assert readout(header).text() == "at batch 5: loss 1"
    assert all(header.legend.names())
    header.resize(900, 30)
    assert readout(header).text() == "at batch 5: loss 1, smoothed 2"
