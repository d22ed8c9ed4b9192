"""Font, palette and style sheet of the plain controls."""

import re

import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from bpviz.app.style import FONT_PX, apply_theme, load_font
from bpviz.views.theme import DARK, LIGHT, Theme

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])


def test_that_the_shipped_font_is_used(dressed: QApplication) -> None:
    load_font(dressed)
    info = QFontInfo(QWidget().font())
    assert info.family() == "Inter"
    assert info.exactMatch()
    assert info.pixelSize() == FONT_PX


def test_that_figures_are_of_one_width(dressed: QApplication, qtbot: QtBot) -> None:
    load_font(dressed)
    widget = QWidget()
    qtbot.addWidget(widget)
    metrics = widget.fontMetrics()
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


@THEMES
def test_that_the_palette_has_the_themes_colours(dressed: QApplication, theme: Theme) -> None:
    apply_theme(dressed, theme)
    palette = dressed.palette()
    role = QPalette.ColorRole
    for colour, one in (
        (theme.panel, role.Window),
        (theme.text, role.WindowText),
        (theme.raised, role.Base),
        (theme.text, role.ButtonText),
        (theme.muted, role.PlaceholderText),
        (theme.highlight, role.Accent),
    ):
        assert palette.color(one) == QColor(colour), one


@THEMES
def test_that_a_button_is_painted_in_the_themes_colours(
    dressed: QApplication, qtbot: QtBot, theme: Theme
) -> None:
    button = QPushButton("Play")
    button.setProperty("primary", True)
    qtbot.addWidget(button)
    apply_theme(dressed, theme)
    button.show()
    colours = _colours(button)
    assert QColor(theme.accent).rgb() in colours
    button.setProperty("primary", False)
    button.style().polish(button)
    colours = _colours(button)
    assert QColor(theme.raised).rgb() in colours
    assert QColor(theme.accent).rgb() not in colours


def _colours(widget: QWidget) -> set[int]:
    image = widget.grab().toImage()
    return {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}


@THEMES
def test_that_the_style_sheet_names_only_pictures_that_are_there(
    dressed: QApplication, theme: Theme
) -> None:
    apply_theme(dressed, theme)
    paths = re.findall(r'url\("(.*?)"\)', dressed.styleSheet())
    assert len(paths) >= 3
    for path in paths:
        with open(path, encoding="utf-8") as file:
            assert "<svg" in file.read()
