import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bpviz.views.colours import HIGHEST, NOT_FINITE, ZERO
from bpviz.views.signed_picture import SignedPicture, linear_levels
from bpviz.views.theme import DARK, LIGHT


@pytest.fixture
def picture(qtbot: QtBot) -> SignedPicture:
    picture = SignedPicture("picture", "A picture", "A tip")
    qtbot.addWidget(picture)
    picture.resize(114, 114)  # 4 a pixel, and a border
    picture.show()
    return picture


def middle_of(pixel: int) -> QPoint:
    row, column = divmod(pixel, 28)
    return QPoint(1 + 4 * column + 2, 1 + 4 * row + 2)


def colour_of(picture: SignedPicture, pixel: int) -> QColor:
    image = picture.grab().toImage()
    return image.pixelColor(middle_of(pixel) * image.devicePixelRatio())


def test_that_levels_are_symmetric_around_zero() -> None:
    levels = linear_levels(np.array([-2.0, -1.0, 0.0, 1.0, 2.0])).astype(int)
    assert levels[2] == ZERO
    assert levels[4] == HIGHEST
    assert (levels[3] - levels[1], levels[4] - levels[0]) == (1, 1)
    assert levels[3] < levels[4]


def test_that_tiny_is_not_zero_and_nan_is_neither() -> None:
    levels = linear_levels(np.array([1.0, 1e-9, -1e-9, np.nan, np.inf, 0]))
    assert len({*levels[[0, 1, 2, 3, 5]].tolist()}) == 5
    assert levels[3] == levels[4] == NOT_FINITE


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_the_strongest_have_the_ends_of_the_map(picture: SignedPicture, theme: object) -> None:
    assert theme in (DARK, LIGHT)
    shown = DARK if theme is DARK else LIGHT
    picture.set_theme(shown)
    values = np.zeros(784, np.float32)
    values[30], values[500] = -3, 3
    picture.show_values(values)
    assert colour_of(picture, 400) == QColor(shown.zero)
    for pixel, end in ((30, shown.negative), (500, shown.positive)):
        got, wanted = colour_of(picture, pixel).getRgb(), QColor(end).getRgb()
        assert got == pytest.approx(wanted, abs=3)


def test_that_both_shapes_are_shown_and_others_refused(picture: SignedPicture) -> None:
    picture.show_values(np.arange(784.0))
    first = picture.grab().toImage()
    picture.show_values(np.arange(784.0).reshape(28, 28))
    assert picture.grab().toImage() == first
    with pytest.raises(ValueError, match="reshape"):
        picture.show_values(np.zeros(783))


def test_that_what_is_not_there_yet_is_not_zero(picture: SignedPicture) -> None:
    picture.show_values(np.zeros(784))
    zero = picture.grab().toImage()
    picture.show_values(None)
    assert picture.values() is None
    assert picture.grab().toImage() != zero


def test_that_a_click_names_its_pixel(qtbot: QtBot, picture: SignedPicture) -> None:
    with qtbot.waitSignal(picture.pixel_clicked) as clicked:
        QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=middle_of(407))
    assert clicked.args == [407]
    with qtbot.assertNotEmitted(picture.pixel_clicked):
        QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=QPoint(113, 113))


def test_that_arrow_keys_move_the_mark_and_enter_takes_it(
    qtbot: QtBot, picture: SignedPicture
) -> None:
    picture.mark(28 * 14 + 14)
    QTest.keyClick(picture, Qt.Key.Key_Up)
    QTest.keyClick(picture, Qt.Key.Key_Left)
    assert picture.marked == 28 * 13 + 13
    with qtbot.waitSignal(picture.pixel_clicked) as clicked:
        QTest.keyClick(picture, Qt.Key.Key_Return)
    assert clicked.args == [28 * 13 + 13]
    picture.mark(0)
    QTest.keyClick(picture, Qt.Key.Key_Up)
    assert picture.marked == 0


def test_that_the_mark_is_outlined(picture: SignedPicture) -> None:
    picture.show_values(np.zeros(784))
    plain = picture.grab().toImage()
    picture.mark(300)
    assert picture.grab().toImage() != plain
    assert colour_of(picture, 300) == QColor(DARK.zero)
