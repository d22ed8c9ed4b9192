"""A picture of signed values, one a pixel: where ink would help and where it would hurt."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from bpviz.engine import Array
from bpviz.views.colours import HIGHEST, LOWEST, NOT_FINITE, ZERO, Levels, signed_table, strongest
from bpviz.views.geometry import PICTURE_SIDE
from bpviz.views.theme import DARK, Theme

_STEPS = (HIGHEST - LOWEST) // 2
_KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


def linear_levels(values: Array) -> Levels:
    """
    Return a level of `signed_table` for each value, in proportion to it.

    Parameters
    ----------
    values
        Any shape. The largest finite magnitude gets the strongest colour.
    """
    values = values.astype(np.float32)
    top = strongest(values)
    finite = np.isfinite(values)
    share = np.abs(np.where(finite, values, 0)) / np.float32(top if 0 < top < math.inf else 1)
    levels = (LOWEST + 2 * np.rint(_STEPS * share) + (values > 0)).astype(np.uint8)
    levels[values == 0] = ZERO
    levels[~finite] = NOT_FINITE
    return levels


class SignedPicture(QWidget):
    """
    28 x 28 values in the colours of the one map for signed values, zero in its middle.

    Signals
    -------
    pixel_clicked : int
        Which of the 784 pixels, row by row: with the mouse, or with Enter at the marked one, which
        the arrow keys move.
    """

    pixel_clicked = Signal(int)

    def __init__(self, name: str, accessible_name: str, tool_tip: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setToolTip(tool_tip)
        # Not by a click: then the arrow keys would no longer mean what they mean in the window.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._theme = DARK
        self._values: NDArray[np.float32] | None = None
        self._marked: int | None = None

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_values(self, values: Array | None) -> None:
        """
        Show a copy of values, (784,) or (28, 28); None while there are none.

        Raises
        ------
        ValueError
            If they are not 784.
        """
        if self._values is values is None:
            return
        self._values = (
            None
            if values is None
            else np.array(values, np.float32).reshape(PICTURE_SIDE, PICTURE_SIDE)
        )
        self.update()

    def values(self) -> NDArray[np.float32] | None:
        """Return what is shown, (28, 28)."""
        return None if self._values is None else self._values.copy()

    def mark(self, pixel: int | None) -> None:
        """Outline a pixel, 0 to 783."""
        if pixel != self._marked:
            self._marked = pixel
            self.update()

    @property
    def marked(self) -> int | None:
        """The outlined pixel."""
        return self._marked

    @property
    def top(self) -> float:
        """The magnitude of the strongest colour, infinity or 0 if there is none."""
        return 0.0 if self._values is None else strongest(self._values)

    def pixel_at(self, at: QPoint) -> int | None:
        """Return which pixel lies at a point of the widget."""
        area = self._area()
        column = math.floor((at.x() - area.x()) / area.width() * PICTURE_SIDE)
        row = math.floor((at.y() - area.y()) / area.height() * PICTURE_SIDE)
        if 0 <= column < PICTURE_SIDE and 0 <= row < PICTURE_SIDE:
            return row * PICTURE_SIDE + column
        return None

    def sizeHint(self) -> QSize:
        return QSize(4 * PICTURE_SIDE + 2, 4 * PICTURE_SIDE + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * PICTURE_SIDE + 2, 2 * PICTURE_SIDE + 2)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _KEYS
        ):
            event.accept()  # the key comes here, not to the window's shortcut
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pixel = self.pixel_at(event.position().toPoint())
        if pixel is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pixel_clicked.emit(pixel)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _KEYS.get(Qt.Key(event.key()))
        if move is not None:
            middle = PICTURE_SIDE // 2 * (PICTURE_SIDE + 1)
            row, column = divmod(middle if self._marked is None else self._marked, PICTURE_SIDE)
            row, column = (
                min(max(x + d, 0), PICTURE_SIDE - 1)
                for x, d in zip((row, column), move, strict=True)
            )
            self.mark(row * PICTURE_SIDE + column)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._marked is not None:
            self.pixel_clicked.emit(self._marked)
        else:
            super().keyPressEvent(event)

    def _area(self) -> QRectF:
        # A pixel is a whole number of screen pixels, so all are equally large.
        ratio = self.devicePixelRatioF()
        room = min(self.width(), self.height()) - 2
        side = max(1, math.floor(room * ratio / PICTURE_SIDE)) * PICTURE_SIDE / ratio
        left, top = (
            round((length - side) / 2 * ratio) / ratio for length in (self.width(), self.height())
        )
        return QRectF(left, top, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, area = self._theme, self._area()
        if self._values is None:
            painter.setPen(QColor(theme.muted))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "not yet")
        else:
            red, green, blue = signed_table(theme)[linear_levels(self._values), :3].transpose(
                2, 0, 1
            )
            packed = np.uint32(0xFF000000) | (
                red.astype(np.uint32) << 16 | green.astype(np.uint32) << 8 | blue
            )
            size = PICTURE_SIDE
            image = QImage(packed.data, size, size, 4 * size, QImage.Format.Format_RGB32)
            painter.drawImage(area, image)
        painter.setPen(QColor(theme.highlight if self.hasFocus() else theme.line))
        painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))
        if self._marked is not None and self._values is not None:
            row, column = divmod(self._marked, PICTURE_SIDE)
            side = area.width() / PICTURE_SIDE
            pixel = QRectF(area.x() + column * side, area.y() + row * side, side, side)
            painter.setPen(QPen(QColor(theme.highlight), 2))
            painter.drawRect(pixel.adjusted(-1.5, -1.5, 1.5, 1.5))
        painter.end()
