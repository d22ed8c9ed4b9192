import pytest
from PySide6.QtCore import QByteArray, QSettings

from bpviz.app.preferences import THEME_CHOICES, Preferences, ThemeChoice


def test_that_at_first_the_theme_is_the_desktops_and_the_place_unknown() -> None:
    preferences = Preferences()
    assert preferences.theme == "system"
    assert preferences.geometry is None


@pytest.mark.parametrize("choice", THEME_CHOICES)
def test_that_a_theme_is_remembered(choice: ThemeChoice) -> None:
    Preferences().theme = choice
    QSettings().sync()
    assert Preferences().theme == choice


@pytest.mark.parametrize("stored", ["pink", "", 3, ["dark"]])
def test_that_a_theme_nobody_knows_is_the_desktops(stored: object) -> None:
    QSettings().setValue("theme", stored)
    assert Preferences().theme == "system"


def test_that_at_first_the_matrix_is_hidden() -> None:
    assert Preferences().matrix is False


@pytest.mark.parametrize("shown", [True, False])
def test_that_it_is_remembered_whether_the_matrix_is_shown(shown: bool) -> None:
    Preferences().matrix = shown
    QSettings().sync()
    assert Preferences().matrix is shown


def test_that_a_place_is_remembered() -> None:
    Preferences().geometry = QByteArray(b"\x01\x00\xd9\xd0")
    assert Preferences().geometry == QByteArray(b"\x01\x00\xd9\xd0")


def test_that_a_place_that_is_none_is_unknown() -> None:
    QSettings().setValue("geometry", "in the middle")
    assert Preferences().geometry is None
