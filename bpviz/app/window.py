"""The one window: where the views stand."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFrame,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from bpviz.session.settings import Settings
from bpviz.views.control_bar import ControlBar
from bpviz.views.draw_panel import DrawPanel
from bpviz.views.loss_plot import LossPlot
from bpviz.views.network_panel import NetworkPanel
from bpviz.views.settings_panel import SettingsPanel
from bpviz.views.status_bar import StatusBar
from bpviz.views.theme import Theme

DRAW_WIDTH_PX = 276
LOSS_HEIGHT_PX = 200


class Window(QMainWindow):
    """
    Holds the views and lays them out. It knows nothing of training.

    Signals
    -------
    closing
        The window is about to close.
    """

    closing = Signal()

    def __init__(self, settings: Settings, n_in: int, n_out: int) -> None:
        super().__init__()
        self.setWindowTitle("bpviz")
        self.setObjectName("window")
        self.controls = ControlBar()
        self.status = StatusBar()
        self.draw = DrawPanel()
        self.network = NetworkPanel()
        self.loss = LossPlot()

        rows = QSplitter(Qt.Orientation.Vertical)
        rows.addWidget(self.network)
        rows.addWidget(self.loss)
        rows.setStretchFactor(0, 1)
        rows.setSizes([700, LOSS_HEIGHT_PX])
        columns = QSplitter(Qt.Orientation.Horizontal)
        columns.addWidget(self.draw)
        columns.addWidget(rows)
        columns.setStretchFactor(1, 1)
        columns.setSizes([DRAW_WIDTH_PX, 1000])
        for splitter in (rows, columns):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)

        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.controls)
        layout.addWidget(self.status)
        layout.addWidget(_hairline())
        layout.addWidget(columns, 1)
        self.setCentralWidget(centre)
        self._centre = centre
        self.settings = SettingsPanel(settings, n_in, n_out, centre)
        self.settings.hide()
        self.settings.closed.connect(self.toggle_settings)
        self.controls.settings.clicked.connect(self.toggle_settings)
        for button in self.findChildren(QAbstractButton):
            # A click leaves the focus where it is, so that Space still plays after it.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.installEventFilter(self)
        for box in self.findChildren(QComboBox):
            box.installEventFilter(self)
        self.network.view.setFocus()
        self.resize(1600, 1000)

    def set_theme(self, theme: Theme) -> None:
        """Paint everything with these colours."""
        for view in (self.controls, self.draw, self.network, self.loss):
            view.set_theme(theme)

    def toggle_settings(self) -> None:
        """Open the settings over the network, or close them."""
        if self.settings.isVisible():
            self.settings.hide()
            # Not to the button that opened them, which Space would press again.
            self.network.view.setFocus()
        else:
            self._place_settings()
            self.settings.show()
            self.settings.raise_()
            self.settings.optimizer.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave to a control with the focus the keys it is worked with, before the shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            typed = isinstance(watched, QComboBox) and event.text().isprintable()
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ShiftModifier,
            )
            if plain and (event.key() == Qt.Key.Key_Space or (typed and event.text())):
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_settings()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def _place_settings(self) -> None:
        self.settings.adjustSize()
        button = self.controls.settings
        corner = button.mapTo(self._centre, QPoint(button.width(), button.height() + 6))
        x = max(corner.x() - self.settings.width(), 0)
        self.settings.move(x, corner.y())


def _hairline() -> QFrame:
    line = QFrame()
    line.setObjectName("hairline")
    line.setFixedHeight(1)
    return line
