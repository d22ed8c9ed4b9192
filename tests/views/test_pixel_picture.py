import math

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from bpviz.views.pixel_picture import PixelPicture, ink_table, picture_image
from bpviz.views.theme import DARK, LIGHT, Theme


@pytest.fixture
def view(qtbot: QtBot) -> PixelPicture:
    view = PixelPicture()
    qtbot.addWidget(view)
    view.resize(view.sizeHint())
    view.show()
    return view


def middle_colour(view: PixelPicture) -> QColor:
    image = view.grab().toImage()
    return image.pixelColor(image.rect().center())


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_that_the_table_goes_from_paper_to_ink(theme: Theme) -> None:
    table = ink_table(theme)
    assert table.shape == (256,)
    assert QColor(int(table[0])) == QColor(theme.paper)
    assert QColor(int(table[255])) == QColor(theme.ink)


def test_that_an_image_has_each_pixel_in_its_place_however_the_array_lies() -> None:
    pixels = np.arange(784).reshape(28, 28).astype(np.uint8)
    for picture in (pixels, pixels.T, np.repeat(pixels, 2, axis=1)[:, ::2]):
        image = picture_image(picture, LIGHT)
        assert (image.width(), image.height()) == (28, 28)
        expected = ink_table(LIGHT)[picture]
        shown = [[image.pixel(col, row) for col in range(28)] for row in range(28)]
        assert shown == expected.tolist()


def test_that_pixels_are_square_crisp_and_equally_large(view: PixelPicture) -> None:
    view.set_theme(LIGHT)
    view.resize(100, 130)
    board = (np.indices((28, 28)).sum(0) % 2 * 255).astype(np.uint8)
    view.show_picture(board)
    image = view.grab().toImage()
    ratio = image.devicePixelRatio()
    cell = math.floor(98 * ratio / 28)  # of screen pixels, with a border around all; here 3 or more
    left, top = (image.width() - 28 * cell) // 2, (image.height() - 28 * cell) // 2
    for x in range(28 * cell):
        for y in (0, 1, 2, cell, 28 * cell - 3, 28 * cell - 1):
            expected = LIGHT.ink if board[y // cell, x // cell] else LIGHT.paper
            assert image.pixelColor(left + x, top + y) == QColor(expected)
    assert image.pixelColor(left - 1, top + 40) == QColor(LIGHT.line)


def test_that_no_picture_is_blank_paper(view: PixelPicture) -> None:
    blank = view.grab().toImage()
    assert middle_colour(view) == QColor(DARK.paper)
    view.show_picture(np.full((28, 28), 255, np.uint8))
    assert middle_colour(view) == QColor(DARK.ink)
    view.show_picture(None)
    assert view.grab().toImage() == blank


def test_that_the_picture_shown_is_a_copy(view: PixelPicture) -> None:
    picture = np.zeros((28, 28), np.uint8)
    view.show_picture(picture)
    picture[:] = 255
    assert middle_colour(view) == QColor(DARK.paper)


@pytest.mark.parametrize(
    "picture",
    [np.zeros(784, np.uint8), np.zeros((8, 8), np.uint8), np.zeros((28, 28))],
    ids=["flat", "small", "float"],
)
def test_that_what_is_no_picture_is_refused_and_the_old_one_stays(
    view: PixelPicture, picture: np.typing.NDArray[np.uint8]
) -> None:
    view.show_picture(np.full((28, 28), 255, np.uint8))
    with pytest.raises(ValueError, match=r"a picture is \(28, 28\) uint8"):
        view.show_picture(picture)
    assert middle_colour(view) == QColor(DARK.ink)
