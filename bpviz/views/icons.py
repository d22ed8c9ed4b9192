"""The icons on the buttons, in the theme's colours and sharp at every scaling."""

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from bpviz.resources import resource


def icon(name: str, colour: str, disabled: str | None = None, on: str | None = None) -> QIcon:
    """
    Return an icon.

    Parameters
    ----------
    name
        Of the SVG file in ``resources/icons``, filled with ``currentColor``.
    colour
        What it is painted with.
    disabled, on
        What else while the button is disabled or checked; None for the same.
    """
    return QIcon(_Engine(name, colour, disabled or colour, on or colour))


class _Engine(QIconEngine):
    def __init__(self, name: str, colour: str, disabled: str, on: str) -> None:
        super().__init__()
        self._name, self._colour, self._disabled, self._on = name, colour, disabled, on
        self._painted: dict[object, QPixmap] = {}

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._colour, self._disabled, self._on)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        if mode == QIcon.Mode.Disabled:
            colour = self._disabled
        else:
            colour = self._on if state == QIcon.State.On else self._colour
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        svg = _drawing(self._name).replace(b"currentColor", colour.encode())
        QSvgRenderer(QByteArray(svg)).render(painter, square)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        key = size.width(), size.height(), mode == QIcon.Mode.Disabled, state
        if key not in self._painted:
            pixmap = self._painted[key] = QPixmap(size)
            pixmap.fill(Qt.GlobalColor.transparent)
            with QPainter(pixmap) as painter:
                self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        return self._painted[key]


@cache
def _drawing(name: str) -> bytes:
    return resource(f"icons/{name}.svg").read_bytes()
