"""One layer's weights as an image, a cell a weight: rows are its inputs, columns its neurons."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.views.colouring import Colouring
from bpviz.views.edge_image import packed
from bpviz.views.geometry import Edge, Part
from bpviz.views.hand import Hand
from bpviz.views.matrix_geometry import Lens, MatrixLayout, lay_out_matrix
from bpviz.views.matrix_image import MatrixImage
from bpviz.views.matrix_painter import MatrixScene, paint_matrix
from bpviz.views.matrix_picking import beside, matrix_of, matrix_part_at
from bpviz.views.network_state import NetworkState
from bpviz.views.theme import DARK, Theme

ZOOM_STEP = 1.25
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class MatrixView(QWidget):
    """
    Draws a layer's matrix in the colours of the graph, and shares with it what is marked.

    As long as the mouse is on another layer in another view, that layer is shown.

    Signals
    -------
    part_chosen, part_hovered : Neuron, Edge or None
        Another part was chosen here, or is under the mouse; or none is any more.
    layer_shown : int, int, int
        Which layer is shown now, 0 being the first with weights, and its rows and columns.
    """

    part_chosen = Signal(object)
    part_hovered = Signal(object)
    layer_shown = Signal(int, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("matrix_view")
        self.setAccessibleName("Matrix")
        self.setMouseTracking(True)
        # Not by a click: then the arrow keys would no longer mean what they mean in the window.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 200)
        self._theme = DARK
        self._state: NetworkState | None = None
        self._inputs: tuple[str, ...] = ()
        self._classes: tuple[str, ...] = ()
        self._colouring = Colouring()
        self._shapes: list[tuple[int, int]] = []
        self._layer = 0
        self._told: tuple[int, ...] = ()
        self._lenses: dict[int, Lens] = {}
        self._placed: tuple[object, MatrixLayout] | None = None
        self._image = MatrixImage()
        self._hovered: Part | None = None
        self._chosen: Part | None = None
        self._pointed: Part | None = None
        self._hand = Hand()

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self._image.recolour()
        self.update()

    def show_state(
        self,
        state: NetworkState | None,
        inputs: tuple[str, ...],
        classes: tuple[str, ...],
        colouring: Colouring,
    ) -> None:
        """
        Show other numbers, or those of another network.

        Parameters
        ----------
        state
            The numbers; None before there are any.
        inputs, classes
            Names of the inputs, if they have any, and of the outputs.
        colouring
            What is coloured of that state, and how.
        """
        self._state, self._colouring = state, colouring
        self._inputs, self._classes = inputs, classes
        self._image.recolour()
        if state is None:
            self._hover(None)
        shapes = self._shapes if state is None else [part.W.shape for part in state.parameters]
        if shapes != self._shapes:
            self._shapes, self._layer, self._lenses = shapes, 0, {}
            self._pointed = self._chosen = None
            self._hover(None)
            self._tell_layer()
        self.update()

    @property
    def layer(self) -> int:
        """Which layer is shown, 0 being the first with weights."""
        return self._layer if self._pointed is None else matrix_of(self._pointed, self._layer)

    @property
    def layout_px(self) -> MatrixLayout:
        """Where the cells of the layer shown lie in this widget, in device pixels."""
        return self._layout()

    @property
    def part(self) -> Part | None:
        """What the mouse is on."""
        return self._hovered

    @property
    def chosen(self) -> Part | None:
        """What was chosen: it stays marked."""
        return self._chosen

    @Slot(object)
    def choose(self, part: Part | None) -> None:
        """Mark what is chosen, and bring it into view."""
        self._chosen = part
        if part is not None and self._shapes:
            self._layer = matrix_of(part, self._layer)
            self._tell_layer()
            self._reveal(part)
        self.update()

    @Slot(object)
    def point_at(self, part: Part | None) -> None:
        """Mark what the mouse is on in another view, or nothing any more."""
        if part != self._pointed:
            self._pointed = part
            self._tell_layer()
            self.update()

    @Slot()
    def next_layer(self) -> None:
        """Show the next layer, after the last the first."""
        self._go_to(self._layer + 1)

    @Slot()
    def previous_layer(self) -> None:
        """Show the layer before, before the first the last."""
        self._go_to(self._layer - 1)

    @Slot()
    def fit(self) -> None:
        """Show the whole matrix."""
        self._look(Lens())

    def zoom(self, factor: float) -> None:
        """Go nearer by a factor to what is marked, or to the middle."""
        if not self._shapes:
            return
        part, layout, ratio = (
            self._hovered or self._chosen,
            self._layout(),
            self.devicePixelRatioF(),
        )
        x, y = round(self.width() / 2 * ratio), round(self.height() / 2 * ratio)
        if isinstance(part, Edge) and part.pair == self.layer:
            x, y = layout.columns.place(part.end)[0], layout.rows.place(part.start)[0]
        self._look(layout.zoomed(factor, x, y))

    def _go_to(self, layer: int) -> None:
        if self._shapes:
            self._hover(None)
            self._pointed = None
            self._layer = layer % len(self._shapes)
            self._tell_layer()
            self.update()

    def _tell_layer(self) -> None:
        if not self.isVisibleTo(self.window()):
            return  # `showEvent` catches up
        told = (self.layer, *self._shapes[self.layer])
        if told != self._told:
            self._told = told
            number, rows, columns = self.layer + 1, *told[1:]
            text = f"Weights of layer {number}: {rows} inputs by {columns} neurons"
            self.setAccessibleDescription(text)
            self.layer_shown.emit(*told)

    def _layout(self) -> MatrixLayout:
        layer, ratio = self.layer, self.devicePixelRatioF()
        lens = self._lenses.get(layer, Lens())
        place = self._shapes[layer], self.width(), self.height(), lens, ratio
        if self._placed is None or self._placed[0] != (layer, place):
            self._placed = (layer, place), lay_out_matrix(*place)
        return self._placed[1]

    def _look(self, lens: Lens) -> None:
        if self._shapes:
            self._lenses[self.layer] = lens
            # So that a hand that went too far need not go all the way back.
            self._lenses[self.layer] = self._layout().lens
            self.update()
            self._hover(self._part_at(self._hand.at))

    def _reveal(self, part: Part | None) -> None:
        if self.isVisibleTo(self.window()) and isinstance(part, Edge) and part.pair == self.layer:
            layout = self._layout()
            if not (layout.rows.sees(part.start) and layout.columns.sees(part.end)):
                rows, columns = self._shapes[part.pair]
                row, column = (part.start + 0.5) / rows, (part.end + 0.5) / columns
                self._look(Lens(layout.lens.zoom, row, column))

    def _hover(self, part: Part | None) -> None:
        if part != self._hovered:
            self._hovered = part
            self.update()
            self.part_hovered.emit(part)

    def _let_go(self) -> None:
        self._hand.at = None
        self._hover(None)

    def _part_at(self, at: QPointF | None) -> Part | None:
        if self._state is None or at is None:
            return None
        layer, layers = self.layer, self._colouring.layers
        coloured = (layers[layer] if layers else None) or self._state.parameters[layer]
        ratio = self.devicePixelRatioF()
        x, y = int(at.x() * ratio), int(at.y() * ratio)
        return matrix_part_at(self._layout(), layer, coloured, x, y)

    def _choose(self, part: Part | None) -> None:
        if part != self._chosen:
            self.choose(part)
            self.part_chosen.emit(part)

    def paintEvent(self, event: QPaintEvent) -> None:
        # As a context, so that an error while painting does not leave a painter open, which Qt
        # answers with a crash.
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.ground)
            if self._state is not None:
                paint_matrix(painter, self._scene(self._state))
            if self.hasFocus():
                painter.setPen(QColor(self._theme.highlight))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _scene(self, state: NetworkState) -> MatrixScene:
        layout, ratio, layer = self._layout(), self.devicePixelRatioF(), self.layer
        weights, biases = self._image.pictures(layout, layer, ratio, self._colouring, self._theme)
        return MatrixScene(
            theme=self._theme,
            size=self.size(),
            ratio=ratio,
            pair=layer,
            layout=layout,
            state=state,
            inputs=self._inputs,
            classes=self._classes,
            colouring=self._colouring,
            weights=weights,
            biases=biases,
            colour_table=packed(self._colouring.scale.signed, self._theme),
            chosen=self._chosen,
            pointed=self._pointed,
            hovered=self._hovered,
        )

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._command(event) is not None
        ):
            event.accept()  # the key comes here, not to the window's shortcut
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = self._command(event)
        if command is None:
            super().keyPressEvent(event)
        else:
            command()

    def _command(self, event: QKeyEvent) -> Callable[[], object] | None:
        key, allowed = Qt.Key(event.key()), Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Plus:  # needs Shift on many keyboards
            allowed |= Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() & ~allowed or not self._shapes:
            return None
        if key in _ARROWS:
            layer = self._layer
            return lambda: self._choose(
                beside(self._chosen, layer, self._shapes[layer], *_ARROWS[key])
            )
        commands: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Plus: lambda: self.zoom(ZOOM_STEP),
            Qt.Key.Key_Minus: lambda: self.zoom(1 / ZOOM_STEP),
            Qt.Key.Key_F: self.fit,
            Qt.Key.Key_PageDown: self.next_layer,
            Qt.Key.Key_PageUp: self.previous_layer,
        }
        return commands.get(key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved, ratio = self._hand.move(event), self.devicePixelRatioF()
        if moved is None:
            self._hover(self._part_at(event.position()))
        elif self._shapes:
            self._look(self._layout().moved(moved.x() * ratio, moved.y() * ratio))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hand.press(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._hand.release(event)
        if clicked is not None:
            self._choose(self._part_at(clicked))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._shapes:
            # 120 is one notch; touch pads send fractions of it.
            factor = ZOOM_STEP ** (event.angleDelta().y() / 120)
            self._hand.at = at = event.position()
            ratio = self.devicePixelRatioF()
            self._look(self._layout().zoomed(factor, int(at.x() * ratio), int(at.y() * ratio)))

    def leaveEvent(self, event: QEvent) -> None:
        self._let_go()

    def showEvent(self, event: QShowEvent) -> None:
        if self._shapes:
            self._tell_layer()
            self._reveal(self._chosen)

    def hideEvent(self, event: QHideEvent) -> None:
        self._let_go()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
