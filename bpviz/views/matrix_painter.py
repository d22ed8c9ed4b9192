"""Paints a matrix of weights: its cells, their names and numbers, and what is marked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from bpviz.engine import Array, Rows
from bpviz.views.captions import range_notes
from bpviz.views.card import paint_card_beside
from bpviz.views.colouring import Colouring
from bpviz.views.geometry import PICTURE_SIDE, Edge, Neuron, Part
from bpviz.views.lettering import LEFT, RIGHT, sized, write
from bpviz.views.matrix_geometry import LEFT_PX, TOP_PX, Axis, MatrixLayout
from bpviz.views.network_state import NetworkState
from bpviz.views.numbers import signed
from bpviz.views.quantities import value_of
from bpviz.views.readout import read_out
from bpviz.views.theme import Theme

_NAME_PX, _NOTE_PX, _NUMBER_PX = 10, 11, 11
_NUMBER_CELL_PX = (58, 18)
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class MatrixScene:
    """
    All that is painted of a layer's matrix at one moment.

    Attributes
    ----------
    theme, size, ratio
        Colours, the room in pixels, and the device pixels in one.
    pair, layout
        Which layer, and where its cells lie.
    state, colouring
        The network's numbers, and what is coloured of them.
    inputs, classes
        Names of its inputs, if they have any, and of its outputs.
    weights, biases
        The cells in device pixels.
    colour_table
        0xAARRGGBB of each level.
    chosen, pointed, hovered
        Marked parts of the network: chosen, under the mouse in another view, and in this one.
    """

    theme: Theme
    size: QSize
    ratio: float
    pair: int
    layout: MatrixLayout
    state: NetworkState
    inputs: tuple[str, ...]
    classes: tuple[str, ...]
    colouring: Colouring
    weights: QImage
    biases: QImage
    colour_table: list[int]
    chosen: Part | None
    pointed: Part | None
    hovered: Part | None

    @property
    def is_last(self) -> bool:
        """Whether the columns are the network's outputs."""
        return self.pair == len(self.state.parameters) - 1

    @property
    def has_pixels(self) -> bool:
        """Whether the rows are the pixels of a picture."""
        return self.pair == 0 and self.layout.rows.n == PICTURE_SIDE**2

    def row_name(self, row: int) -> str:
        """Return what a row is called in short: its name or number, a pixel's row and column."""
        if self.pair == 0 and self.inputs:
            return self.inputs[row]
        if self.has_pixels:
            return f"{row // PICTURE_SIDE + 1},{row % PICTURE_SIDE + 1}"
        return f"{row + 1:,}"

    def column_name(self, column: int) -> str:
        """Return what a column is called in short: its number, or the output's name."""
        return self.classes[column] if self.is_last else f"{column + 1:,}"

    def place(self, part: Part | None) -> tuple[int | None, int | None]:
        """Return row and column of a part; for biases the row below the last one."""
        if isinstance(part, Edge) and part.pair == self.pair:
            return part.start, part.end
        if isinstance(part, Neuron) and part.column == self.pair + 1:
            return self.layout.rows.n, part.row
        if isinstance(part, Neuron) and part.column == self.pair:
            return part.row, None
        return None, None

    def span(self, axis: Axis, index: int) -> tuple[float, float]:
        """Return where a row or a column begins and ends, in pixels; biases count as a row."""
        biases = axis is self.layout.rows and index == axis.n
        begin, end = self.layout.bias if biases else axis.place(index)
        return begin / self.ratio, end / self.ratio

    def sees(self, axis: Axis, index: int) -> bool:
        """Return whether a row, a column or the row of biases is in sight."""
        return index == axis.n or axis.sees(index)

    def box(self) -> QRectF:
        """Return what all cells in sight cover, biases included, in pixels."""
        left, right = self.layout.columns.blocks.edges[[0, -1]] / self.ratio
        top, bottom = self.layout.rows.blocks.edges[0] / self.ratio, self.layout.bias[1]
        return QRectF(QPointF(left, top), QPointF(right, bottom / self.ratio))


def paint_matrix(painter: QPainter, scene: MatrixScene) -> None:
    """Paint a scene on its ground."""
    plain = painter.font()
    box, rows = scene.box(), scene.layout.rows
    painter.drawImage(box.topLeft(), scene.weights)
    top, bottom = scene.span(rows, rows.n)
    painter.drawImage(QRectF(box.left(), top, box.width(), bottom - top), scene.biases)
    painter.setFont(sized(plain, _NUMBER_PX))
    _paint_numbers(painter, scene)
    painter.setFont(sized(plain, _NAME_PX))
    _paint_names(painter, scene)
    painter.setFont(sized(plain, _NOTE_PX))
    write(painter, QRectF(0, top, box.left() - 6, bottom - top), RIGHT, "b", scene.theme.text)
    _paint_notes(painter, scene)
    painter.setFont(sized(plain, _NAME_PX))
    for part, has_bands in ((scene.chosen, False), (scene.pointed, True), (scene.hovered, True)):
        _paint_mark(painter, scene, part, has_bands)
    painter.setFont(plain)
    row, column = scene.place(scene.hovered)
    if scene.hovered is not None and row is not None and column is not None:
        colouring = scene.colouring
        card = read_out(
            scene.hovered,
            scene.state,
            scene.classes,
            colouring.scale.quantity,
            colouring.layers,
        )
        paint_card_beside(painter, scene.theme, scene.size, _cell(scene, row, column), card)


def _cell(scene: MatrixScene, row: int, column: int) -> QRectF:
    left, right = scene.span(scene.layout.columns, column)
    top, bottom = scene.span(scene.layout.rows, row)
    return QRectF(left, top, right - left, bottom - top)


def _paint_names(painter: QPainter, scene: MatrixScene) -> None:
    rows, columns, theme, metrics = *scene.layout[:2], scene.theme, painter.fontMetrics()
    box = scene.box()
    longest = range(columns.n) if scene.is_last else [columns.n - 1]  # of numbers the last
    widest = max(metrics.horizontalAdvance(scene.column_name(i)) for i in longest)
    marked = [scene.place(part) for part in (scene.chosen, scene.pointed, scene.hovered)]
    needed = (widest + 8) * scene.ratio
    for column in _named(columns, needed, [column for _, column in marked]):
        left, right = scene.span(columns, column)
        if not box.left() <= (left + right) / 2 <= box.right():
            continue
        half = widest / 2 + 2
        room = QRectF((left + right) / 2 - half, box.top() - TOP_PX + 2, 2 * half, TOP_PX - 4)
        write(painter, room, Qt.AlignmentFlag.AlignCenter, scene.column_name(column), theme.muted)
    needed = metrics.height() * scene.ratio
    name: Callable[[int], str] = scene.row_name
    in_steps = scene.has_pixels and rows.cell < needed
    if in_steps:  # by the rows of the picture
        lines = Axis(PICTURE_SIDE, rows.cell * PICTURE_SIDE, rows.start, rows.room)
        places = [None if row is None else row // PICTURE_SIDE for row, _ in marked]
        named, name = [i * PICTURE_SIDE for i in _named(lines, needed, places)], _line_name
    else:
        named = _named(rows, needed, [row for row, _ in marked])
    for row in named:
        top, bottom = scene.span(rows, row)
        if box.top() <= (top + bottom) / 2 < rows.end / scene.ratio:
            room = QRectF(0, (top + bottom) / 2 - 10, box.left() - 6, 20)
            write(painter, room, RIGHT, name(row), theme.muted)


def _line_name(row: int) -> str:
    return str(row // PICTURE_SIDE + 1)


def _named(axis: Axis, needed: float, marked: Sequence[int | None]) -> list[int]:
    """
    Return which rows or columns in sight are named.

    Parameters
    ----------
    axis
        The direction.
    needed
        Device pixels for a name.
    marked
        Those that are named anyhow: too close to them there is no room.
    """
    step = next((step for step in _STEPS if step * axis.cell >= needed), 2000)
    first, stop = (int(bound) for bound in axis.blocks.bounds[[0, -1]])
    return [
        index
        for index in range((first + step) // step * step - 1, stop, step)
        if all(other is None or abs(index - other) * axis.cell >= needed for other in marked)
    ]


def _paint_numbers(painter: QPainter, scene: MatrixScene) -> None:
    rows, columns = scene.layout[:2]
    layer = scene.colouring.layers[scene.pair] if scene.colouring.layers else None
    if layer is None or columns.cell < _NUMBER_CELL_PX[0] * scene.ratio:
        return
    seen = np.arange(*columns.blocks.bounds[[0, -1]])
    if rows.cell >= _NUMBER_CELL_PX[1] * scene.ratio:
        for row in range(*rows.blocks.bounds[[0, -1]]):
            _paint_row(painter, scene, row, seen, value_of(layer, np.array(row), seen))
    _paint_row(painter, scene, rows.n, seen, layer.b[seen])


def _paint_row(painter: QPainter, scene: MatrixScene, row: int, seen: Rows, values: Array) -> None:
    box, metrics = scene.box(), painter.fontMetrics()
    levels = scene.colouring.levels(scene.pair, values)
    for column, value, level in zip(seen, values, levels, strict=True):
        # Of a cell at the rim, what is seen of it may have no room for its number.
        cell = _cell(scene, row, int(column)).intersected(box)
        text = signed(float(value), 2)
        if cell.width() >= metrics.horizontalAdvance(text) and cell.height() >= metrics.height():
            colour = QColor.fromRgb(scene.colour_table[level])
            # Its share of what the eye sees as lightness (Rec. 709).
            light = 0.213 * colour.redF() + 0.715 * colour.greenF() + 0.072 * colour.blueF()
            ink = "#000000" if light > 0.45 else "#ffffff"
            write(painter, cell, Qt.AlignmentFlag.AlignCenter, text, ink)


def _paint_notes(painter: QPainter, scene: MatrixScene) -> None:
    metrics, room = painter.fontMetrics(), scene.size.width() - 16
    inputs = "pixels" if scene.has_pixels else "inputs"
    start = f"layer {scene.pair}" if scene.pair else inputs
    end = "outputs" if scene.is_last else f"layer {scene.pair + 1}"
    colouring, many = scene.colouring, scene.layout.per_pixel
    values, short = range_notes(colouring.scale, colouring.layers, scene.pair)
    pooled = (f"one pixel stands for up to {many} weights", f"1 pixel: ≤ {many} weights")
    if many == 1:
        pooled = ("", "")
    notes = [f"{a}  ·  {b}".strip(" ·") for a, b in ((values, pooled[0]), (short, pooled[1]))]
    fitting = next((n for n in notes if metrics.horizontalAdvance(n) <= room), notes[-1])
    height, muted = scene.size.height(), scene.theme.muted
    note = f"rows: {start}  ·  columns: {end}"
    write(painter, QRectF(8, height - 34, room, 16), LEFT, note, muted)
    write(painter, QRectF(8, height - 18, room, 16), LEFT, fitting, muted)


def _paint_mark(painter: QPainter, scene: MatrixScene, part: Part | None, has_bands: bool) -> None:
    """Paint a frame around a cell, the names of its row and column, and bands along them."""
    row, column = scene.place(part)
    rows, columns = scene.layout[:2]
    box, theme, faint = scene.box(), scene.theme, QColor(scene.theme.highlight)
    faint.setAlpha(150)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if row is not None and scene.sees(rows, row):
        top, bottom = scene.span(rows, row)
        if row < rows.n:
            room = QRectF(box.left() - LEFT_PX, (top + bottom) / 2 - 8, LEFT_PX - 4, 16)
            painter.fillRect(room, QColor(theme.ground))
            write(painter, room.adjusted(0, 0, -2, 0), RIGHT, scene.row_name(row), theme.highlight)
        if has_bands:
            painter.setPen(QPen(faint, 1))
            painter.drawRect(QRectF(box.left(), top, box.width(), bottom - top).adjusted(*_OUT))
    if column is not None and scene.sees(columns, column):
        left, right = scene.span(columns, column)
        name = scene.column_name(column)
        half = painter.fontMetrics().horizontalAdvance(name) / 2 + 4
        room = QRectF((left + right) / 2 - half, box.top() - TOP_PX + 2, 2 * half, TOP_PX - 4)
        painter.fillRect(room, QColor(theme.ground))
        write(painter, room, Qt.AlignmentFlag.AlignCenter, name, theme.highlight)
        if has_bands:
            painter.setPen(QPen(faint, 1))
            painter.drawRect(QRectF(left, box.top(), right - left, box.height()).adjusted(*_OUT))
        if row is not None and scene.sees(rows, row):
            painter.setPen(QPen(QColor(theme.highlight), 2))
            painter.drawRect(_cell(scene, row, column).adjusted(-1.5, -1.5, 1.5, 1.5))


_OUT = (-0.5, -0.5, 0.5, 0.5)
