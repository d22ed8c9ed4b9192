"""Paints the cells of a batch's strip: a picture, or numbers, and who is looked at."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from bpviz.views.batch_view import BatchView
from bpviz.views.geometry import PICTURE_SIDE
from bpviz.views.lettering import sized
from bpviz.views.pixel_picture import ink_table
from bpviz.views.strip_words import cell_words, is_left_out
from bpviz.views.theme import Theme

_LINE_PX = 15


def paint_cells(
    painter: QPainter,
    theme: Theme,
    view: BatchView,
    cells: range,
    places: Sequence[QRect],
    hovered: int | None,
) -> None:
    """
    Paint some cells.

    Parameters
    ----------
    painter, theme
        What to paint with.
    view
        The batch.
    cells
        Which: 0 alone, the mean or the drawing, or samples, counted from 1.
    places
        Where each of them lies.
    hovered
        The cell under the mouse.
    """
    colours = {
        "quiet": theme.muted,
        "strong": theme.text,
        "wrong": theme.positive,
        "not_finite": theme.not_finite,
    }
    plain = sized(painter.font(), 11)
    bold = sized(plain, 11, QFont.Weight.DemiBold)
    pictures = _pictures(view, cells, theme)
    for number, (cell, place) in enumerate(zip(cells, places, strict=True)):
        painter.setOpacity(0.3 if is_left_out(view, cell) else 1)
        words = cell_words(view, cell)
        baseline = place.top() + (place.height() - _LINE_PX * len(words)) // 2 + 11
        if pictures is not None:
            side = PICTURE_SIDE
            where = QRect(place.x() + (place.width() - side) // 2, place.top() + 5, side, side)
            painter.drawImage(where, pictures, QRect(0, number * side, side, side))
            baseline = place.top() + 46
        for text, tone in words:
            painter.setFont(plain if tone == "quiet" else bold)
            painter.setPen(QColor(colours[tone]))
            metrics = painter.fontMetrics()
            if pictures is None and metrics.horizontalAdvance(text) > place.width() - 4:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width() - 12)
            left = place.x() + (place.width() - metrics.horizontalAdvance(text)) // 2
            painter.drawText(left, baseline, text)
            baseline += _LINE_PX
        looked_at = cell == (0 if view.sample is None or view.drawn else view.sample + 1)
        if looked_at or cell == hovered:
            colour = theme.highlight if looked_at else theme.muted
            painter.setPen(QPen(QColor(colour), 2 if looked_at else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(place).adjusted(2, 2, -2, -1), 6, 6)
    painter.setOpacity(1)


def _pictures(view: BatchView, cells: range, theme: Theme) -> QImage | None:
    """Return the pictures of the cells, one below the other, None if they have none."""
    first, last = (0, 1) if view.drawn else (cells.start - 1, cells.stop - 1)
    if not view.has_pictures or not 0 <= first < last:
        return None
    x = view.records.x[first:last]
    pixels = ink_table(theme).take(np.rint(255 * np.clip(np.nan_to_num(x), 0, 1)).astype(np.uint8))
    side = PICTURE_SIDE
    image = QImage(pixels.data, side, side * len(x), 4 * side, QImage.Format.Format_RGB32)
    return image.copy()  # the first one only borrows the array's memory
