"""The matrix beside the graph, with the name of its layer and what leads to the others."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from bpviz.views.icons import icon
from bpviz.views.matrix_view import MatrixView
from bpviz.views.named import named
from bpviz.views.theme import Theme

TIP = (
    "Rows are the layer's inputs, columns its neurons, b their biases\n"
    "Wheel zooms, drag moves, double click fits; Tab here, then arrows, +, -, F"
)


class MatrixPanel(QWidget):
    """
    The matrix view with its heading.

    Attributes
    ----------
    view
        The matrix.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("matrix_panel")
        self.view = MatrixView()
        self.heading = named(QLabel(), "matrix_layer", "Layer shown", TIP)
        self.heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.heading.setMinimumWidth(1)
        self.previous = named(
            QToolButton(),
            "matrix_previous",
            "Previous layer",
            "Matrix of the layer before (Shift+N)",
        )
        self.next = named(
            QToolButton(), "matrix_next", "Next layer", "Matrix of the next layer (N)"
        )
        for button in (self.previous, self.next):
            button.setStyleSheet("QToolButton { padding: 1px 4px; min-height: 14px; }")
            button.setIconSize(QSize(14, 14))
        self.previous.clicked.connect(self.view.previous_layer)
        self.next.clicked.connect(self.view.next_layer)
        self.view.layer_shown.connect(self._on_layer_shown)

        header = QHBoxLayout()
        header.setContentsMargins(4, 2, 4, 0)
        header.addWidget(self.previous)
        header.addWidget(self.heading, 1)
        header.addWidget(self.next)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(header)
        layout.addWidget(self.view, 1)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self.view.set_theme(theme)
        self.previous.setIcon(icon("chevron-left", theme.text))
        self.next.setIcon(icon("chevron-right", theme.text))

    def _on_layer_shown(self, layer: int, rows: int, columns: int) -> None:
        self.heading.setText(f"<b>layer {layer + 1}</b> · W: {rows:,} × {columns:,}")
