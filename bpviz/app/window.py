"""The one window: where the views stand."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFrame,
    QLineEdit,
    QMainWindow,
    QSlider,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from bpviz.session.settings import Settings
from bpviz.views.batch_strip import BatchStrip
from bpviz.views.check_card import CheckCard
from bpviz.views.control_bar import ControlBar
from bpviz.views.draw_panel import DrawPanel
from bpviz.views.example_panel import ExamplePanel
from bpviz.views.inspector import Inspector
from bpviz.views.loss_plot import LossPlot
from bpviz.views.matrix_view import MatrixView
from bpviz.views.network_panel import NetworkPanel
from bpviz.views.nudge_card import NudgeCard
from bpviz.views.number_table import NumberTable
from bpviz.views.settings_panel import SettingsPanel
from bpviz.views.signed_picture import SignedPicture
from bpviz.views.stage_ribbon import StageRibbon
from bpviz.views.status_bar import StatusBar
from bpviz.views.theme import Theme
from bpviz.views.update_card import UpdateCard

DRAW_WIDTH_PX = 276
EXAMPLE_WIDTH_PX = 350
INSPECTOR_WIDTH_PX = 330
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
        self.ribbon = StageRibbon()
        self.draw = DrawPanel()
        self.example = ExamplePanel()
        self.network = NetworkPanel()
        self.strip = BatchStrip()
        self.loss = LossPlot()
        self.nudge, self.check, self.update_card = NudgeCard(), CheckCard(), UpdateCard()
        self.inspector = Inspector(
            [
                ("Update", "What the optimiser makes of the gradient", self.update_card),
                ("Nudge", "Move it, and see the loss follow", self.nudge),
                ("Check", "Hold its gradient against a numerical one", self.check),
            ]
        )

        middle = QWidget()
        middle.setObjectName("middle")
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.network, 1)
        column.addWidget(self.strip)
        rows = QSplitter(Qt.Orientation.Vertical)
        rows.addWidget(middle)
        rows.addWidget(self.loss)
        rows.setStretchFactor(0, 1)
        rows.setSizes([700, LOSS_HEIGHT_PX])
        self._left = QStackedWidget()
        self._left.addWidget(self.draw)
        self._left.addWidget(self.example)
        self._columns = columns = QSplitter(Qt.Orientation.Horizontal)
        for panel in (self._left, rows, self.inspector):
            columns.addWidget(panel)
        columns.setStretchFactor(1, 1)
        columns.setSizes([DRAW_WIDTH_PX, 1000, INSPECTOR_WIDTH_PX])
        for splitter in (rows, columns):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)

        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.controls)
        layout.addWidget(self.status)
        layout.addWidget(self.ribbon)
        layout.addWidget(_hairline())
        layout.addWidget(columns, 1)
        self.setCentralWidget(centre)
        self._centre = centre
        self.settings = SettingsPanel(settings, n_in, n_out, centre)
        self.settings.hide()
        self.settings.closed.connect(self.toggle_settings)
        self.controls.settings.clicked.connect(self.toggle_settings)
        for widget in self.findChildren(QWidget):
            if isinstance(widget, _CONTROLS):
                widget.installEventFilter(self)
                is_typed_into = isinstance(widget, QComboBox) and widget.isEditable()
                if widget.focusPolicy() & Qt.FocusPolicy.ClickFocus and not is_typed_into:
                    # A click leaves the focus where it is: Space still plays after it, → goes on.
                    widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for spin in self.inspector.findChildren(QAbstractSpinBox):
            spin.lineEdit().returnPressed.connect(self.network.view.setFocus)
        self.nudge.kept.connect(self._leave_the_nudge)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)
        self.network.view.setFocus()
        self.resize(1600, 1000)

    def set_theme(self, theme: Theme) -> None:
        """Paint everything with these colours."""
        for view in (
            self.controls,
            self.ribbon,
            self.draw,
            self.example,
            self.network,
            self.strip,
            self.loss,
            self.inspector,
            self.nudge,
            self.check,
            self.update_card,
        ):
            view.set_theme(theme)

    def show_worked_example(self, shown: bool) -> None:
        """Let a worked example stand in place of the drawing pad, or the other way round."""
        panel = self.example if shown else self.draw
        if panel is not self._left.currentWidget():
            self._left.setCurrentWidget(panel)
            before, middle, right = self._columns.sizes()
            width = EXAMPLE_WIDTH_PX if shown else DRAW_WIDTH_PX
            self._columns.setSizes([width, middle + before - width, right])
        # Nor is there a lesson by its keys.
        self.draw.setEnabled(not shown)

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

    def toggle_inspector(self) -> None:
        """Show the inspector, or leave its room to the network."""
        self.inspector.setVisible(self.inspector.isHidden())

    def dismiss(self) -> None:
        """Close the settings if they are open, or else stop inspecting."""
        if self.settings.isVisible():
            self.toggle_settings()
        else:
            self.inspector.part_requested.emit(None)
            self.network.view.setFocus()

    @Slot()
    def _leave_the_nudge(self) -> None:
        # What was typed is kept: → goes on with the batch, not to the next character.
        if self.nudge.field.hasFocus():
            self.network.view.setFocus()

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        # Qt hands on the focus of what is hidden or disabled; whoever gets it by chance must not
        # get the next press of Space, too.
        if old is None or now is None or not self.isAncestorOf(old):
            return
        if not (old.isEnabled() and old.isVisible()):
            self.network.view.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave to a control with the focus the keys it is worked with, before the shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ShiftModifier,
            )
            if plain and _is_wanted(event, watched):
                event.accept()
                return True
        elif event.type() == QEvent.Type.MouseButtonPress:
            typed_into = isinstance(self.focusWidget(), QLineEdit | QAbstractSpinBox | QComboBox)
            inside = isinstance(watched, QWidget) and self.settings.isAncestorOf(watched)
            if typed_into and not inside and self.focusWidget() is not watched:
                self.network.view.setFocus()
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


_CONTROLS = (
    QAbstractButton,
    QComboBox,
    QSlider,
    QTableView,
    NumberTable,
    BatchStrip,
    SignedPicture,
    LossPlot,
    MatrixView,
)
"""What is worked by mouse and keys, text fields aside."""


def _is_wanted(event: QKeyEvent, control: QObject) -> bool:
    """Return whether a control with the focus is worked with a key."""
    key, text = event.key(), event.text()
    if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
        in_group = isinstance(control, QAbstractButton) and control.group() is not None
        return in_group or isinstance(control, QSlider | QComboBox | LossPlot)
    if key == Qt.Key.Key_Space and isinstance(control, QAbstractButton):
        return True
    if isinstance(control, QTableView):  # begins to type a number
        return text != "" and text in "0123456789+-.,"
    return isinstance(control, QComboBox) and text != "" and text.isprintable()


def _hairline() -> QFrame:
    line = QFrame()
    line.setObjectName("hairline")
    line.setFixedHeight(1)
    return line
