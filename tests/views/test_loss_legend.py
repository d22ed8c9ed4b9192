import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from bpviz.views.loss_legend import LossLegend
from bpviz.views.theme import DARK, LIGHT, Theme


@pytest.fixture
def legend(qtbot: QtBot) -> LossLegend:
    legend = LossLegend()
    qtbot.addWidget(legend)
    legend.resize(900, 20)
    return legend


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_that_the_words_are_muted(legend: LossLegend, theme: Theme) -> None:
    legend.set_theme(theme)
    image = legend.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    bgra = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    title = bgra[:, : image.width() // 5].reshape(-1, 4).astype(int)
    strongest = title[np.abs(title - title[0]).sum(axis=1).argmax()]
    blue, green, red = strongest[:3].tolist()
    assert QColor(red, green, blue) == QColor(theme.muted)


def marker_px(legend: LossLegend) -> float:
    """Return how far from the left the marker of the validation is."""
    image = legend.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    columns = np.flatnonzero((pixels == QColor(DARK.validation).rgb()).any(axis=0))
    return float(columns.mean()) / image.devicePixelRatio()


def test_that_without_room_the_title_gives_way_and_then_the_names(legend: LossLegend) -> None:
    with_title = marker_px(legend)
    legend.resize(400, 20)
    with_names = marker_px(legend)
    legend.resize(120, 20)
    assert with_title > with_names + 200
    assert with_names > marker_px(legend) + 50


def test_that_names_are_shortened_before_they_give_way(legend: LossLegend) -> None:
    legend.resize(400, 20)
    assert legend.names() == ("batch", "smoothed", "validation", "accuracy")
    legend.resize(300, 20)
    assert legend.names() == ("batch", "smooth", "valid.", "acc.")
    legend.resize(120, 20)
    assert legend.names() == ("",) * 4


def test_that_nothing_is_said_of_a_validation_where_there_is_none(legend: LossLegend) -> None:
    legend.show_validation(False)
    assert legend.names() == ("batch", "smoothed")
    assert legend.accessibleName() == "Loss of every batch, smoothed"
    legend.show_validation(True)
    assert "validation" in legend.accessibleName()
