"""A painter is ended even if painting goes wrong: the next one could not begin otherwise."""

from types import ModuleType

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from bpviz.views import icons, legend, loss_chart, loss_legend, loss_plot


class Broken:
    """Stands in for a painter that nothing can be painted with."""

    RenderHint = QPainter.RenderHint
    ended = 0

    def __init__(self, device: object) -> None:
        pass

    def __enter__(self) -> "Broken":
        return self

    def __exit__(self, *error: object) -> None:
        Broken.ended += 1


@pytest.fixture(autouse=True)
def broken(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Broken, "ended", 0)
    for module in (icons, legend, loss_chart, loss_legend, loss_plot):
        monkeypatch.setattr(module, "QPainter", Broken)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (legend, "Legend"),
        (loss_chart, "LossChart"),
        (loss_legend, "LossLegend"),
        (loss_plot, "LossPlot"),
    ],
)
def test_that_a_widget_that_fails_to_paint_ends_its_painter(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str
) -> None:
    widget: QWidget = getattr(module, name)()
    qtbot.addWidget(widget)
    monkeypatch.setattr(widget, "hasFocus", lambda: True)
    with pytest.raises(AttributeError, match="Broken"):
        widget.paintEvent(QPaintEvent(widget.rect()))
    assert Broken.ended == 1


def test_that_an_icon_that_fails_to_paint_ends_its_painter() -> None:
    engine = icons._Engine("no such icon", "#fff", "#fff", "#fff")
    with pytest.raises(FileNotFoundError):
        engine.pixmap(QSize(8, 8), QIcon.Mode.Normal, QIcon.State.Off)
    assert Broken.ended == 1
