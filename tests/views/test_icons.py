import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from pytestqt.qtbot import QtBot

from bpviz.resources import resource
from bpviz.views.icons import icon

NAMES = sorted(
    path.stem
    for path in resource("icons").glob("*.svg")
    if not path.stem.endswith(("-dark", "-light"))
)


@pytest.fixture(autouse=True)
def pictures(qtbot: QtBot) -> None:
    """Pixmaps need the application."""


def colours(
    shown: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off
) -> set[str]:
    image = shown.pixmap(QSize(48, 48), 1.0, mode, state).toImage()
    pixels = (image.pixelColor(x, y) for x in range(48) for y in range(48))
    return {QColor(pixel).name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize("name", NAMES)
def test_that_every_icon_is_painted_in_the_colour_asked_for(name: str) -> None:
    assert colours(icon(name, "#12ab34")) == {"#12ab34"}


def test_that_an_icon_has_a_colour_for_what_is_disabled_and_what_is_on() -> None:
    shown = icon("play", "#ff0000", disabled="#00ff00", on="#0000ff")
    assert colours(shown) == {"#ff0000"}
    assert colours(shown, QIcon.Mode.Disabled) == {"#00ff00"}
    assert colours(shown, state=QIcon.State.On) == {"#0000ff"}
    assert colours(icon("play", "#ff0000"), QIcon.Mode.Disabled) == {"#ff0000"}


def test_that_an_icon_is_as_sharp_as_the_screen() -> None:
    image = icon("menu", "#ffffff").pixmap(QSize(24, 24), 2.0).toImage()
    assert image.size() == QSize(48, 48)
    half = sum(0 < image.pixelColor(24, y).alpha() < 255 for y in range(48))
    assert half == 0  # the bars' edges lie between pixels
