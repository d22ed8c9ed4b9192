"""The left of the window: draw a digit, see what the network sees of it and what it answers."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bpviz.views.digit_canvas import DigitCanvas
from bpviz.views.example_menu import ExampleMenu
from bpviz.views.icons import icon
from bpviz.views.pixel_picture import PixelPicture
from bpviz.views.prediction import Prediction
from bpviz.views.switch import Switch
from bpviz.views.teach_panel import TeachPanel
from bpviz.views.theme import DARK, Theme

_MARGIN_PX = 10


class DrawPanel(QWidget):
    """
    The drawing pad with its tools, the picture that the network sees, lessons, and its answer.

    The buttons are public, so that the window's shortcuts can click them; so is `teach`, which
    has the lessons' signals.

    Signals
    -------
    ink_changed
        At each move of the pen too.
    example_requested : object
        A test picture of this digit is wanted on the pad; None: of any.
    example_numbered : int
        The test picture of this number is wanted, from 0.
    through_network_toggled : bool
    """

    ink_changed = Signal()
    example_requested = Signal(object)
    example_numbered = Signal(int)
    through_network_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("draw_panel")
        self.setAccessibleName("Draw")
        self.canvas = DigitCanvas()
        self.pen = _tool_button("pen", "Pen", "Draw (P)")
        self.eraser = _tool_button("eraser", "Eraser", "Erase (E); also with the right button")
        self.undo = _tool_button("undo", "Undo", "Take back the last change of the pad (Ctrl+Z)")
        self.clear = _tool_button("clear", "Clear", "Clear the pad (C)")
        self.example = _tool_button("example", "Example", "Put any MNIST test picture here (X)")
        self.example_menu = _tool_button(
            "example_menu", "Choose the example", "Choose which MNIST test picture (Shift+X)"
        )
        self.seen_as = PixelPicture()
        self.through_network = Switch("Show it in the network")
        self.prediction = Prediction()
        self.teach = TeachPanel(self.seen_as)
        self._caption = QLabel()
        self._menu = ExampleMenu(self)
        self._set_up_widgets()
        self._lay_out()

        self.canvas.ink_changed.connect(self._on_ink_changed)
        self.canvas.undo_available_changed.connect(self.undo.setEnabled)
        self.pen.toggled.connect(self._choose_tool)
        self.undo.clicked.connect(self.canvas.undo)
        self.clear.clicked.connect(self.canvas.clear)
        self.example.clicked.connect(self._request_any)
        self.example_menu.clicked.connect(self._open_choices)
        self._menu.example_requested.connect(self.example_requested)
        self._menu.example_numbered.connect(self.example_numbered)
        self.through_network.toggled.connect(self.through_network_toggled)
        self.set_theme(DARK)

    def ink(self) -> NDArray[np.uint8]:
        """Return a copy of the ink, (280, 280) uint8: 0 is paper, 255 is ink."""
        return self.canvas.ink()

    def set_ink(self, ink: NDArray[np.uint8]) -> None:
        """
        Put ink, (280, 280) uint8, in place of what is on the pad. One step for undo.

        Raises
        ------
        ValueError
            If it has another shape or type.
        """
        self.canvas.set_ink(ink)

    def show_example_caption(self, text: str) -> None:
        """Say what was put on the pad, after `set_ink`: the next change of ink takes it away."""
        self._caption.setText(text)

    def show_seen(self, picture: NDArray[np.uint8] | None) -> None:
        """Show what the network sees of the drawing: (28, 28) uint8, 255 is ink; None: nothing."""
        self.seen_as.show_picture(picture)

    def show_prediction(
        self, probabilities: NDArray[np.floating] | None, note: str = "", percent: bool = True
    ) -> None:
        """
        Show what the network answers: (n_classes,) from 0 to 1, or None, and a note about it.

        Raises
        ------
        ValueError
            If there are not as many probabilities as the prediction has labels.
        """
        self.prediction.show_probabilities(probabilities, percent)
        self.prediction.set_note(note)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        for view in (self.canvas, self.seen_as, self.teach, self.prediction, self.through_network):
            view.set_theme(theme)
        for button, name in (
            (self.pen, "pencil"),
            (self.eraser, "eraser"),
            (self.undo, "undo"),
            (self.clear, "trash-can-outline"),
            (self.example_menu, "chevron-down"),
        ):
            button.setIcon(icon(name, theme.muted, on=theme.text, disabled=theme.line))

    def resizeEvent(self, event: QResizeEvent) -> None:
        # The pad is square: what height it cannot use goes to the bars.
        self.canvas.setMaximumHeight(max(1, event.size().width() - 2 * _MARGIN_PX))
        self._column.activate()  # now, not in the next turn of the event loop: no flicker

    def _set_up_widgets(self) -> None:
        tools = QButtonGroup(self)
        for tool in (self.pen, self.eraser):
            tool.setCheckable(True)
            tools.addButton(tool)
        self.pen.setChecked(True)
        self.undo.setEnabled(False)
        self.example.setText("Example")
        self.example.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.example.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.example_menu.setFixedWidth(20)
        for button in (self.pen, self.eraser, self.undo, self.clear):
            button.setMinimumWidth(26)
            button.setMaximumWidth(36)
        self.seen_as.setObjectName("seen_as")
        self.seen_as.setAccessibleName("The drawing as the network sees it")
        self.seen_as.setToolTip("The drawing in 28×28 pixels: what the network sees")
        self.through_network.setObjectName("through_network")
        self.through_network.setAccessibleName("Show my drawing in the network")
        self.through_network.setToolTip(
            "Send the drawing through the network: its nodes show what the drawing does to them (T)"
        )
        self._caption.setProperty("muted", True)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # Cut off rather than widening the panel.
        self._caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(3)
        for button in (self.pen, self.eraser, self.undo, self.clear):
            tools.addWidget(button, 1)
        example = QHBoxLayout()
        example.setSpacing(2)
        example.addWidget(self.example)
        example.addWidget(self.example_menu)
        tools.addLayout(example, 3)

        heading = QLabel("Draw a digit")
        heading.setProperty("heading", True)
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addWidget(self._caption, 1)

        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, 6, _MARGIN_PX, 6)
        column.setSpacing(5)
        column.addLayout(top)
        column.addWidget(self.canvas, 1000)
        column.addLayout(tools)
        column.addWidget(self.teach)
        column.addWidget(self.through_network)
        column.addWidget(self.prediction, 1)

    @Slot()
    def _on_ink_changed(self) -> None:
        self.show_example_caption("")
        self.ink_changed.emit()

    @Slot(bool)
    def _choose_tool(self, pen: bool) -> None:
        self.canvas.set_tool("pen" if pen else "eraser")

    @Slot()
    def _request_any(self) -> None:
        self.example_requested.emit(None)

    @Slot()
    def _open_choices(self) -> None:
        self._menu.popup(self.example_menu.mapToGlobal(QPoint(0, self.example_menu.height())))


def _tool_button(object_name: str, accessible_name: str, tool_tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(object_name)
    button.setAccessibleName(accessible_name)
    button.setToolTip(tool_tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setIconSize(QSize(18, 18))
    button.setFixedHeight(28)
    return button
