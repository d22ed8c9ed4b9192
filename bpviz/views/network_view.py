"""The network as a graph: every neuron, every bias, every weight."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal, Slot
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

from bpviz.views import network_painter
from bpviz.views.colouring import Colouring, Mode, Quantity, Scale
from bpviz.views.edge_image import EdgeImage
from bpviz.views.geometry import Camera, Edge, Layout, Neuron, Part, lay_out, part_at
from bpviz.views.readout import NetworkState
from bpviz.views.theme import DARK, Theme

ZOOM_STEP = 1.25
SETTLE_MS = 150


class NetworkView(QWidget):
    """
    Draws a network and names what the mouse is on.

    Edges are painted into one picture, which is made anew when the numbers, the size or the zoom
    change. While numbers flow in, it has the screen's resolution; at rest, twice that.

    Signals
    -------
    scale_changed : Scale
        The colours stand for other values than before.
    """

    scale_changed = Signal(object)

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
        self._percent = True
        self._sizes: tuple[int, ...] = ()
        self._state: NetworkState | None = None
        self._label: int | None = None
        self._picture_caption = ""
        self._colouring = Colouring()
        self._camera = Camera()
        self._layout = Layout((), None)
        self._edges = EdgeImage()
        self._fine = True
        # While the hand moves the picture, it has the screen's resolution, too.
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self.update)
        self._part: Part | None = None
        self._part_is_hovered = False
        self._shows_focus = False
        self._drag: QPointF | None = None

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
        """
        self._percent = percent
        self._sizes = tuple(sizes)
        self._captions = tuple(captions)
        self._classes = tuple(classes)
        self._state = None
        self._label = None
        self._picture_caption = ""
        self._part = None
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

    def set_quantity(self, quantity: Quantity) -> None:
        """Colour the edges by |dL/dw| or by w itself."""
        self._colouring.choose_quantity(quantity)
        self._recolour()

    def set_mode(self, mode: Mode) -> None:
        """Scale the colours by layer or by network, or keep them as they are now."""
        self._colouring.choose_mode(mode)
        self._recolour()

    def set_fine(self, fine: bool) -> None:
        """Paint at twice the screen's resolution, or faster."""
        if fine != self._fine:
            self._fine = fine
            self.update()

    @property
    def part(self) -> Part | None:
        """What is named at present."""
        return self._part

    @property
    def layout_px(self) -> Layout:
        """Where everything lies in this widget."""
        return self._layout

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
        self._look(self._camera.zoomed(ZOOM_STEP, *self._point_of_interest()))

    @Slot()
    def zoom_out(self) -> None:
        """Go away from what is named, or from the middle."""
        self._look(self._camera.zoomed(1 / ZOOM_STEP, *self._point_of_interest()))

    def pan(self, dx: float, dy: float) -> None:
        """Move what is shown by so many pixels to the right and down."""
        self._look(self._camera.moved(dx, dy))

    def walk(self, columns: int, rows: int) -> None:
        """Name the neuron so many layers to the right and so many neurons down."""
        if not self._sizes:
            return
        if isinstance(self._part, Neuron):
            column, row = self._part.column + columns, self._part.row + rows
        elif isinstance(self._part, Edge):
            column, row = self._part.pair + 1 + columns, self._part.end + rows
        else:
            column, row = len(self._sizes) - 1, 0
        column = min(max(column, 0), len(self._sizes) - 1)
        self._name(Neuron(column, min(max(row, 0), self._sizes[column] - 1)))
        self._bring_into_view()

    def walk_weights(self, step: int) -> None:
        """Name the next of the weights that lead into the neuron named."""
        if isinstance(self._part, Neuron) and self._part.column > 0:
            start = 0 if step > 0 else self._sizes[self._part.column - 1] - 1
            self._name(Edge(self._part.column - 1, start, self._part.row))
        elif isinstance(self._part, Edge):
            start = (self._part.start + step) % self._sizes[self._part.pair]
            self._name(self._part._replace(start=start))
        self._bring_into_view()

    def _recolour(self) -> None:
        before = self._colouring.scale
        self._colouring.rescale(self._state)
        if self._colouring.scale != before:
            self.scale_changed.emit(self._colouring.scale)
        self._edges.recolour()
        self.update()

    def _re_lay(self) -> None:
        if self._sizes:
            self._layout = lay_out(self._sizes, self.width(), self.height(), self._camera)
        self._edges.move()
        self.update()

    def _look(self, camera: Camera) -> None:
        self._camera = camera.kept_within(self.width(), self.height())
        self._settling.start()
        self._re_lay()

    def _point_of_interest(self) -> tuple[float, float]:
        if self._part is None:
            return self.width() / 2, self.height() / 2
        return self._place(self._part)

    def _place(self, part: Part) -> tuple[float, float]:
        columns = self._layout.columns
        if isinstance(part, Neuron):
            return columns[part.column].x, float(columns[part.column].y[part.row])
        left, right = columns[part.pair], columns[part.pair + 1]
        return (left.x + right.x) / 2, float(left.y[part.start] + right.y[part.end]) / 2

    def _bring_into_view(self) -> None:
        x, y = self._point_of_interest()
        margin = 60
        dx = max(margin - x, 0) - max(x - (self.width() - margin), 0)
        dy = max(margin - y, 0) - max(y - (self.height() - margin), 0)
        if dx or dy:
            self.pan(dx, dy)

    def _name(self, part: Part | None, hovered: bool = False) -> None:
        self._part_is_hovered = hovered
        if part != self._part:
            self._part = part
            self.update()

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
        finer = 2 if self._fine and ratio < 2 and not self._settling.isActive() else 1
        image = self._edges.picture(
            self._layout, self.size(), ratio, finer, self._state, self._colouring, self._theme
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(self.rect()), image)
        layers = self._colouring.layers(self._state) or []
        network_painter.paint(
            painter,
            network_painter.Scene(
                theme=self._theme,
                size=self.size(),
                layout=self._layout,
                captions=self._captions,
                classes=self._classes,
                percent=self._percent,
                state=self._state,
                label=self._label,
                picture_caption=self._picture_caption,
                scale=self.scale,
                bias_levels=[self._colouring.levels(i, part.b) for i, part in enumerate(layers)],
                colour_table=image.colorTable(),
                pooled=self._edges.neurons_per_mark,
                part=self._part,
            ),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        before, now, camera = event.oldSize(), event.size(), self._camera
        if before.isValid() and not before.isEmpty():
            # What is looked at stays in view.
            x = camera.x * now.width() / before.width()
            y = camera.y * now.height() / before.height()
            camera = Camera(camera.scale, x, y)
        self._look(camera)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._drag is not None:
            moved = position - self._drag
            self._drag = position
            self.pan(moved.x(), moved.y())
        elif self._state is not None:
            layers = self._colouring.layers(self._state) or self._state.parameters
            values = [layer.W for layer in layers]
            self._name(part_at(self._layout, values, position.x(), position.y()), True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None

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
        # What was named by keys stays.
        if self._part_is_hovered:
            self._name(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # 120 is one notch; touch pads send fractions of it.
        factor = ZOOM_STEP ** (event.angleDelta().y() / 120)
        at = event.position()
        self._look(self._camera.zoomed(factor, at.x(), at.y()))
