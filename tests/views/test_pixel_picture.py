import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpviz.views.pixel_picture import PixelPicture, ink_table
from bpviz.views.theme import DARK, LIGHT, Theme


@pytest.fixture
def view(qtbot: QtBot) -> PixelPicture:
    view = PixelPicture()
    qtbot.addWidget(view)
    view.resize(view.sizeHint())
    view.show()
    return view


def color_at(view: PixelPicture, index: int) -> QColor:
    image = view.grab().toImage()
    return image.pixelColor((view.pixel_rect(index).center() * image.devicePixelRatio()).toPoint())


def move_to(view: PixelPicture, at: QPointF) -> None:
    # QTest.mouseMove takes the pointer elsewhere for a moment where a pixel is not a pixel.
    none, free = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), none, none, free)
    QApplication.sendEvent(view, event)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_that_the_table_goes_from_paper_to_ink(theme: Theme) -> None:
    table = ink_table(theme)
    assert table.shape == (256,)
    assert QColor(int(table[0])) == QColor(theme.paper)
    assert QColor(int(table[255])) == QColor(theme.ink)


def test_that_pixels_are_square_crisp_and_equally_large(view: PixelPicture) -> None:
    view.set_theme(LIGHT)
    view.resize(100, 130)
    board = (np.indices((28, 28)).sum(0) % 2 * 255).astype(np.uint8)
    view.show_picture(board)
    image = view.grab().toImage()
    ratio = image.devicePixelRatio()
    cell = math.floor(98 * ratio / 28)  # of screen pixels, with a border around all; here 3 or more
    assert view.pixel_rect(0).width() * ratio == cell
    left, top = (view.pixel_rect(0).topLeft() * ratio).toPoint().toTuple()
    assert (left, top) == ((image.width() - 28 * cell) // 2, (image.height() - 28 * cell) // 2)
    for x in range(28 * cell):
        for y in (0, 1, 2, cell, 28 * cell - 3, 28 * cell - 1):
            expected = LIGHT.ink if board[y // cell, x // cell] else LIGHT.paper
            assert image.pixelColor(left + x, top + y) == QColor(expected)
    assert image.pixelColor(left - 1, top + 40) == QColor(LIGHT.line)


def test_that_floats_from_0_to_1_look_like_bytes(view: PixelPicture) -> None:
    levels = np.arange(784, dtype=np.uint8).reshape(28, 28)
    view.show_picture(levels)
    bytes_shown = view.grab().toImage()
    view.show_picture(levels.astype(np.float32) / 255)
    assert view.grab().toImage() == bytes_shown


def test_that_floats_are_clipped_and_what_is_not_finite_has_its_own_color(
    view: PixelPicture,
) -> None:
    picture = np.zeros((28, 28))
    picture[0, :4] = (-3, 7, np.nan, np.inf)
    view.show_picture(picture)
    colors = [color_at(view, index) for index in range(4)]
    strange = QColor(DARK.not_finite)
    assert colors == [QColor(DARK.paper), QColor(DARK.ink), strange, strange]


def test_that_no_picture_is_blank_paper(view: PixelPicture) -> None:
    view.show_picture(np.full((28, 28), 255, np.uint8))
    assert color_at(view, 400) == QColor(DARK.ink)
    view.show_picture(None)
    assert color_at(view, 400) == QColor(DARK.paper)


def test_that_the_picture_shown_is_a_copy(view: PixelPicture) -> None:
    picture = np.zeros((28, 28), np.uint8)
    view.show_picture(picture)
    picture[:] = 255
    assert color_at(view, 400) == QColor(DARK.paper)


def test_that_hovering_tells_the_pixel_once_and_none_when_the_mouse_is_on_none(
    view: PixelPicture,
) -> None:
    hovered: list[int | None] = []
    view.pixel_hovered.connect(hovered.append)
    for index in (0, 29, 783):
        move_to(view, view.pixel_rect(index).center())
    move_to(view, view.pixel_rect(783).center() + QPointF(1, 0))
    move_to(view, QPointF(0, 1))  # on the border
    move_to(view, view.pixel_rect(5).center())
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert hovered == [0, 29, 783, None, 5, None]


def test_that_a_highlighted_pixel_is_framed_until_it_is_not(view: PixelPicture) -> None:
    view.resize(30 * 28, 30 * 28)
    plain = view.grab().toImage()
    view.highlight_pixel(100)
    rect = view.pixel_rect(100)
    framed = view.grab().toImage()
    ratio = framed.devicePixelRatio()
    edge = framed.pixelColor((QPointF(rect.left() - 1, rect.center().y()) * ratio).toPoint())
    assert edge.red() > edge.green() + 80
    assert framed.pixelColor((rect.center() * ratio).toPoint()) == QColor(DARK.paper)
    view.highlight_pixel(None)
    assert view.grab().toImage() == plain


def test_that_a_smaller_picture_does_not_trip_over_an_old_highlight(view: PixelPicture) -> None:
    view.highlight_pixel(783)
    view.show_picture(np.full((8, 8), 255, np.uint8))
    assert color_at(view, 63) == QColor(DARK.ink)


@pytest.mark.parametrize("index", [-1, 784])
def test_that_a_pixel_outside_the_picture_cannot_be_highlighted(
    view: PixelPicture, index: int
) -> None:
    with pytest.raises(ValueError, match="no pixel"):
        view.highlight_pixel(index)


def test_that_what_is_no_picture_is_refused(view: PixelPicture) -> None:
    with pytest.raises(ValueError, match="rows and columns"):
        view.show_picture(np.zeros(784, np.uint8))
    with pytest.raises(ValueError, match="uint8 or float"):
        view.show_picture(np.zeros((28, 28), np.int64))  # type: ignore[arg-type]
