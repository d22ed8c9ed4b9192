"""Dark, light, or as the desktop is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication

from bpviz.app.preferences import Preferences
from bpviz.views.theme import DARK, LIGHT, Theme

from .conftest import Launch, Pilot


def assert_wears(pilot: Pilot, theme: Theme) -> None:
    palette = QApplication.palette()
    assert palette.color(QPalette.ColorRole.Window) == QColor(theme.panel)
    assert palette.color(QPalette.ColorRole.WindowText) == QColor(theme.text)
    for view, colour in (
        (pilot.window.network.view, theme.ground),
        (pilot.window.loss, theme.panel),
        (pilot.window.controls, theme.panel),
        (pilot.window.draw, theme.panel),
    ):
        corner = view.grab().toImage().pixelColor(3, 3)
        assert corner == QColor(colour), view.objectName()
    centre = pilot.window.draw.canvas.rect().center()
    pad = pilot.window.draw.canvas.grab().toImage()
    assert pad.pixelColor(centre.x(), centre.y() // 2) == QColor(theme.paper)


@pytest.mark.parametrize("playing", [False, True], ids=["paused", "playing"])
def test_that_a_theme_is_chosen_in_the_menu_and_remembered(pilot: Pilot, playing: bool) -> None:
    assert Preferences().theme == "system"
    assert_wears(pilot, DARK)
    if playing:
        pilot.play()
    pilot.action("Light").trigger()
    assert_wears(pilot, LIGHT)
    assert Preferences().theme == "light"
    assert pilot.action("Light").isChecked()
    assert not pilot.action("Dark").isChecked()
    pilot.action("Dark").trigger()
    assert_wears(pilot, DARK)
    assert Preferences().theme == "dark"
    assert pilot.playing == playing


def test_that_a_theme_is_chosen_by_keys(pilot: Pilot) -> None:
    for name, theme in (("Light", LIGHT), ("Dark", DARK)):
        pilot.press(pilot.action(name).shortcut().toString())
        assert pilot.action(name).isChecked()
        assert_wears(pilot, theme)


def test_that_a_window_wears_the_theme_it_is_given_and_does_not_remember_it(launch: Launch) -> None:
    pilot = launch(theme="light")
    assert pilot.action("Light").isChecked()
    assert_wears(pilot, LIGHT)
    assert Preferences().theme == "system"


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> list[Qt.ColorScheme]:
    """Stand for the desktop's scheme, the last entry; a screenless platform has none to change."""
    schemes = [Qt.ColorScheme.Unknown]
    monkeypatch.setattr(QStyleHints, "colorScheme", lambda hints: schemes[-1])
    return schemes


def turn(pilot: Pilot, desktop: list[Qt.ColorScheme], scheme: Qt.ColorScheme) -> None:
    desktop.append(scheme)
    QApplication.styleHints().colorSchemeChanged.emit(scheme)


def test_that_system_follows_the_desktop(launch: Launch, desktop: list[Qt.ColorScheme]) -> None:
    desktop.append(Qt.ColorScheme.Light)
    pilot = launch(theme="system")
    assert pilot.action("As the desktop").isChecked()
    assert_wears(pilot, LIGHT)
    turn(pilot, desktop, Qt.ColorScheme.Dark)
    assert_wears(pilot, DARK)
    turn(pilot, desktop, Qt.ColorScheme.Light)
    assert_wears(pilot, LIGHT)
    turn(pilot, desktop, Qt.ColorScheme.Unknown)
    assert_wears(pilot, DARK)


def test_that_a_chosen_theme_does_not_follow_the_desktop_until_that_is_chosen(
    launch: Launch, desktop: list[Qt.ColorScheme]
) -> None:
    pilot = launch(theme="dark")
    turn(pilot, desktop, Qt.ColorScheme.Light)
    assert_wears(pilot, DARK)
    pilot.action("As the desktop").trigger()
    assert_wears(pilot, LIGHT)
    assert Preferences().theme == "system"


def test_that_a_closed_window_follows_nothing(
    launch: Launch, desktop: list[Qt.ColorScheme]
) -> None:
    pilot = launch(theme="system")
    pilot.window.close()
    turn(pilot, desktop, Qt.ColorScheme.Light)
    assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor(DARK.panel)
