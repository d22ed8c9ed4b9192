import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from bpviz.views.text_line import TextLine, value_colour
from bpviz.views.theme import DARK, LIGHT


@pytest.fixture
def line(qtbot: QtBot) -> TextLine:
    line = TextLine("line", "caption")
    qtbot.addWidget(line)
    line.resize(200, 20)
    line.show()
    return line


def test_that_the_text_is_painted_and_can_be_read(line: TextLine) -> None:
    blank = line.grab().toImage()
    line.show_text("+0.25", 0.25)
    assert line.text() == "+0.25"
    assert line.accessibleName() == "caption +0.25"
    assert line.grab().toImage() != blank


def test_that_another_text_does_not_ask_for_another_size(line: TextLine) -> None:
    hints = line.sizeHint(), line.minimumSizeHint()
    line.show_text("a very long text " * 20)
    assert (line.sizeHint(), line.minimumSizeHint()) == hints


def test_that_colours_tell_the_sign() -> None:
    for theme in (DARK, LIGHT):
        assert value_colour(theme, 2.0) == theme.positive
        assert value_colour(theme, -2.0) == theme.negative
        assert value_colour(theme, 0.0) == theme.muted
        assert value_colour(theme, float("nan")) == theme.not_finite
        assert value_colour(theme, float("-inf")) == theme.not_finite
        assert value_colour(theme, None) == theme.text


def test_that_a_theme_repaints(line: TextLine) -> None:
    line.show_text("word")
    dark = line.grab().toImage()
    line.set_theme(LIGHT)
    assert line.grab().toImage() != dark
    assert QColor(LIGHT.text) != QColor(DARK.text)
