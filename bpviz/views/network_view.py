"""The network as a graph: every neuron, every bias, every weight."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.engine import Array, Rows
from bpviz.views import network_painter
from bpviz.views.colouring import Colouring, Mode, Scale
from bpviz.views.edge_image import EdgeImage, packed
from bpviz.views.ends import widths_of_names
from bpviz.views.geometry import (
    NEAREST,
    NEAREST_IF_WIDE,
    OUTPUT_LABEL_PX,
    WIDE_LAYER,
    Camera,
    Layout,
    Neuron,
    Part,
    is_tiny,
    lay_out,
)
from bpviz.views.hand import Hand
from bpviz.views.network_state import NetworkState
from bpviz.views.picking import part_at
from bpviz.views.quantities import value_of
from bpviz.views.scene import Scene
from bpviz.views.theme import DARK, Theme
from bpviz.views.walk import neuron_beside, weight_beside

ZOOM_STEP = 1.25


class NetworkView(QWidget):
    """
    Draws a network, names what the mouse is on, and lets a part of it be chosen.

    Edges are painted into one picture, which is made anew when the numbers, the size or the zoom
    change.

    Signals
    -------
    scale_changed : Scale
        The colours stand for other values than before.
    recoloured
        The network, its numbers or what is coloured of them are others: `state`, `colouring`.
    part_chosen : Neuron, Edge or None
        Another part was chosen, or none is any more.
    part_hovered : Neuron, Edge or None
        The mouse is on another part, or on none any more.
    """

    scale_changed = Signal(object)
    recoloured = Signal()
    part_chosen = Signal(object)
    part_hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("network_view")
        self.setAccessibleName("Network")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, 240)
        self._theme = DARK
        self._captions: tuple[str, ...] = ()
        self._classes: tuple[str, ...] = ()
        self._inputs: tuple[str, ...] = ()
        self._names_px = (0.0, OUTPUT_LABEL_PX)
        self._percent = True
        self._sizes: tuple[int, ...] = ()
        self._state: NetworkState | None = None
        self._label: int | None = None
        self._picture_caption = ""
        self._colouring = Colouring()
        self._camera = Camera()
        self._layout = Layout((), None)
        self._edges = EdgeImage()
        self._hovered: Part | None = None
        self._chosen: Part | None = None
        self._pointed: Part | None = None
        self._shows_focus = False
        self._hand = Hand()

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self._edges.recolour()
        self.update()

    def set_network(
        self,
        sizes: Sequence[int],
        captions: Sequence[str],
        classes: Sequence[str],
        percent: bool = True,
        inputs: Sequence[str] | None = None,
    ) -> None:
        """
        Draw another network, without numbers until `show_state`.

        Parameters
        ----------
        sizes
            Neurons of each layer, inputs first.
        captions
            What each layer does, such as ``"16 ReLU"``.
        classes
            Names of the outputs.
        percent
            Whether the outputs are shares of one whole.
        inputs
            Names of the inputs, if they have any.
        """
        self._percent = percent
        self._inputs = tuple(inputs or ())
        self._sizes = tuple(sizes)
        self._captions = tuple(captions)
        self._classes = tuple(classes)
        self._names_px = widths_of_names(self._inputs, self._classes, is_tiny(sizes), self.font())
        self._state = None
        self._label = None
        self._picture_caption = ""
        self._hover(None)
        self._pointed = None
        self._choose(None)
        self._colouring.forget()
        self._camera = Camera()
        self._recolour()
        self._re_lay()

    def show_state(self, state: NetworkState, label: int | None, caption: str) -> None:
        """
        Show other numbers.

        Parameters
        ----------
        state
            Of the network last set.
        label
            The right output for the sample shown; None if nobody knows.
        caption
            What the picture is.
        """
        self._state = state
        self._label = label
        self._picture_caption = caption
        self._recolour()

    def set_quantity(self, key: str) -> None:
        """Colour the edges by one of `QUANTITIES`."""
        self._colouring.choose_quantity(key)
        self._recolour()

    def set_mode(self, mode: Mode) -> None:
        """Scale the colours by layer or by network, or keep them as they are now."""
        self._colouring.choose_mode(mode)
        self._recolour()

    @property
    def part(self) -> Part | None:
        """What the mouse is on."""
        return self._hovered

    @property
    def chosen(self) -> Part | None:
        """What was chosen: it stays highlighted."""
        return self._chosen

    @Slot(object)
    def point_at(self, part: Part | None) -> None:
        """Mark what the mouse is on in another view, or nothing any more."""
        if part != self._pointed:
            self._pointed = part
            self.update()

    @Slot(object)
    def choose(self, part: Part | None) -> None:
        """Choose a part of the network, or none, and bring it into view if it is outside."""
        self._choose(part)
        if part is not None:
            x, y = self._place(part)
            if not self.rect().contains(round(x), round(y)):
                self._bring_into_view(part)

    @property
    def layout_px(self) -> Layout:
        """Where everything lies in this widget."""
        return self._layout

    @property
    def state(self) -> NetworkState | None:
        """The numbers shown."""
        return self._state

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs, empty if they have none."""
        return self._inputs

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the outputs."""
        return self._classes

    @property
    def colouring(self) -> Colouring:
        """What is coloured of them, and how."""
        return self._colouring

    @property
    def scale(self) -> Scale:
        """What the colours stand for."""
        return self._colouring.scale

    @Slot()
    def fit(self) -> None:
        """Show the whole network."""
        self._look(Camera())

    @Slot()
    def zoom_in(self) -> None:
        """Go nearer to what is named, or to the middle."""
        self._zoom(ZOOM_STEP, *self._point_of_interest())

    @Slot()
    def zoom_out(self) -> None:
        """Go away from what is named, or from the middle."""
        self._zoom(1 / ZOOM_STEP, *self._point_of_interest())

    def _zoom(self, factor: float, at_x: float, at_y: float) -> None:
        is_wide = max(self._sizes[1:], default=0) > WIDE_LAYER
        nearest = NEAREST_IF_WIDE if is_wide else NEAREST
        self._look(self._camera.zoomed(factor, at_x, at_y, nearest))

    def pan(self, dx: float, dy: float) -> None:
        """Move what is shown by so many pixels to the right and down."""
        self._look(self._camera.moved(dx, dy))

    def walk(self, columns: int, rows: int) -> None:
        """Choose the neuron so many layers to the right and so many neurons down."""
        if not self._sizes:
            return
        self._walk_to(neuron_beside(self._chosen or self._hovered, columns, rows, self._sizes))

    def walk_weights(self, step: int) -> None:
        """Choose the next of the weights that lead into the neuron chosen."""
        edge = weight_beside(self._chosen or self._hovered, step, self._sizes)
        if edge is not None:
            self._walk_to(edge)

    def _walk_to(self, part: Part) -> None:
        # Where the mouse happens to rest, its card would be in the way.
        self._let_go()
        self._choose(part)
        self._bring_into_view(part)

    def _choose(self, part: Part | None) -> None:
        if part != self._chosen:
            self._chosen = part
            self.update()
            self.part_chosen.emit(part)

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
        return part_at(self._layout, self._values_of, at.x(), at.y())

    def _values_of(self, pair: int, starts: Rows, ends: Rows) -> Array:
        assert self._state is not None
        layer = self._colouring.layers[pair] or self._state.parameters[pair]
        values: Array = value_of(layer, starts, ends)
        return values

    def _recolour(self) -> None:
        before = self._colouring.scale
        self._colouring.rescale(self._state)
        if self._colouring.scale != before:
            self.scale_changed.emit(self._colouring.scale)
        self._edges.recolour()
        self.recoloured.emit()
        self.update()

    def _re_lay(self) -> None:
        if self._sizes:
            self._layout = lay_out(
                self._sizes, self.width(), self.height(), self._camera, self._names_px
            )
        self._edges.move()
        self.update()

    def _look(self, camera: Camera) -> None:
        self._camera = camera.kept_within(self.width(), self.height())
        self._re_lay()
        self._hover(self._part_at(self._hand.at))

    def _point_of_interest(self) -> tuple[float, float]:
        if self._hovered is not None and self._hand.at is not None:
            return self._hand.at.x(), self._hand.at.y()  # so that it stays under the mouse
        if self._chosen is not None:
            return self._place(self._chosen)
        return self.width() / 2, self.height() / 2

    def _place(self, part: Part) -> tuple[float, float]:
        columns = self._layout.columns
        if isinstance(part, Neuron):
            return columns[part.column].x, float(columns[part.column].y[part.row])
        left, right = columns[part.pair], columns[part.pair + 1]
        return (left.x + right.x) / 2, float(left.y[part.start] + right.y[part.end]) / 2

    def _bring_into_view(self, part: Part) -> None:
        x, y = self._place(part)
        margin = 60
        dx = max(margin - x, 0) - max(x - (self.width() - margin), 0)
        dy = max(margin - y, 0) - max(y - (self.height() - margin), 0)
        if dx or dy:
            self.pan(dx, dy)

    def paintEvent(self, event: QPaintEvent) -> None:
        # As a context, so that an error while painting does not leave a painter open, which Qt
        # answers with a crash.
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.ground)
            if self._sizes:
                self._paint(painter)
            if self._shows_focus:
                painter.setPen(QColor(self._theme.highlight))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint(self, painter: QPainter) -> None:
        ratio = self.devicePixelRatioF()
        edges = self._edges.picture(self._layout, self.size(), ratio, self._colouring, self._theme)
        tiny = is_tiny(self._sizes)
        scene = Scene(
            theme=self._theme,
            size=self.size(),
            layout=self._layout,
            captions=self._captions,
            inputs=self._inputs,
            classes=self._classes,
            names_px=self._names_px,
            percent=self._percent,
            state=self._state,
            label=self._label,
            picture_caption=self._picture_caption,
            scale=self.scale,
            layers=self._colouring.layers,
            bias_levels=[
                None if layer is None else self._colouring.levels(i, layer.b)
                for i, layer in enumerate(self._colouring.layers)
            ],
            edge_levels=[
                None if layer is None else self._colouring.levels(i, layer.W)
                for i, layer in enumerate(self._colouring.layers if tiny else ())
            ],
            colour_table=packed(self.scale.signed, self._theme),
            pooled=self._edges.neurons_per_mark,
            joins=self._edges.joins,
            hovered=self._hovered,
            chosen=self._chosen,
            pointed=self._pointed,
            tiny=tiny,
        )
        network_painter.paint_behind(painter, scene)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QPointF(), edges)
        network_painter.paint(painter, scene)

    def resizeEvent(self, event: QResizeEvent) -> None:
        before, now, camera = event.oldSize(), event.size(), self._camera
        if before.isValid() and not before.isEmpty():
            # What is looked at stays in view.
            x = camera.x * now.width() / before.width()
            y = camera.y * now.height() / before.height()
            camera = Camera(camera.scale, x, y)
        self._look(camera)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = self._hand.move(event)
        if moved is None:
            self._hover(self._part_at(event.position()))
        else:
            self.pan(moved.x(), moved.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hand.press(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._hand.release(event)
        if clicked is not None:
            self._choose(self._part_at(clicked))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Only who moves the focus by keys looks for it.
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._shows_focus = event.reason() in reasons
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._shows_focus = False
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._let_go()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # 120 is one notch; touch pads send fractions of it.
        factor = ZOOM_STEP ** (event.angleDelta().y() / 120)
        self._hand.at = at = event.position()
        self._zoom(factor, at.x(), at.y())
