"""The middle of the window: the network as graph and matrix, their colours, and their legend."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bpviz.views.choice_box import ChoiceBox
from bpviz.views.icons import icon
from bpviz.views.legend import Legend
from bpviz.views.matrix_panel import MatrixPanel
from bpviz.views.named import named
from bpviz.views.network_view import NetworkView
from bpviz.views.quantities import QUANTITIES
from bpviz.views.segmented import Segmented
from bpviz.views.theme import Theme


class NetworkPanel(QWidget):
    """
    The network view with its controls.

    Attributes
    ----------
    view
        The network.
    matrix
        One layer of it, beside the graph if the user wishes so.
    quantity, mode
        Choices of what is coloured, and on which scale.
    label_filter
        Choice of the label whose samples are looked at.

    Signals
    -------
    label_chosen : int or None
        The user wants to look at the samples of this label, or at all.
    """

    label_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("network_panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = NetworkView()
        self.matrix = MatrixPanel()
        self.matrix.hide()
        self.legend = Legend()
        self.quantity = Segmented(
            "quantity", [(each.key, each.text, each.tip) for each in QUANTITIES.values()]
        )
        self.label_filter = QComboBox()
        self.label_filter.setObjectName("label_filter")
        self.label_filter.setAccessibleName("Whose wishes")
        self.label_filter.setToolTip(
            "Whose wishes are shown: those of the whole batch, or of one digit's samples (Y)"
        )
        self.mode = ChoiceBox(
            "scale_mode",
            "Colour scale",
            "Per layer: each layer has a colour scale of its own (1)\n"
            "Network: one colour scale for all layers (2)\n"
            "Locked: keep the colour scale while values change (3)",
            [("layer", "Per layer"), ("network", "Network"), ("locked", "Locked")],
        )
        self.matrix_shown = named(
            QToolButton(),
            "matrix_shown",
            "Matrix",
            "Beside the graph, show a layer's weights as an image, a cell a weight (V)",
        )
        self.matrix_shown.setCheckable(True)
        self.zoom_out = QToolButton()
        self.fit = QToolButton()
        self.zoom_in = QToolButton()
        for button, name, text, tip in (
            (self.zoom_out, "zoom_out", "Zoom out", "Zoom out (Ctrl+-, wheel)"),
            (self.fit, "fit", "Fit", "Show the whole network (F, double click)"),
            (self.zoom_in, "zoom_in", "Zoom in", "Zoom in (Ctrl++, wheel); drag to move"),
        ):
            button.setObjectName(name)
            button.setAccessibleName(text)
            button.setToolTip(tip)

        self.quantity.chosen.connect(self.view.set_quantity)
        self.mode.chosen.connect(self.view.set_mode)
        self.view.scale_changed.connect(self.legend.show_scale)
        self.zoom_out.clicked.connect(self.view.zoom_out)
        self.fit.clicked.connect(self.view.fit)
        self.zoom_in.clicked.connect(self.view.zoom_in)

        # The window's least width does not change when the filter comes, nor is it for its sake.
        kept = self.label_filter.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.label_filter.setSizePolicy(kept)
        self.quantity.setStyleSheet('QToolButton[segment="true"] { padding: 4px 6px; }')
        self.matrix_shown.toggled.connect(self.matrix.setVisible)
        matrix = self.matrix.view
        self.view.recoloured.connect(self._on_recoloured)
        self.view.part_hovered.connect(matrix.point_at)
        self.view.part_chosen.connect(matrix.choose)
        matrix.part_hovered.connect(self.view.point_at)
        matrix.part_chosen.connect(self.view.choose)

        self.label_filter.activated.connect(self._on_label_activated)
        self.set_classes(None)

        header = QHBoxLayout()
        header.setContentsMargins(0, 0, 0, 0)
        header.setSpacing(6)
        header.addWidget(self.quantity)
        header.addStretch()
        header.addWidget(self.label_filter)
        header.addWidget(self.mode)
        header.addWidget(self.matrix_shown)
        # In the one corner of the view that nothing is painted in.
        zoom = QHBoxLayout()
        zoom.setContentsMargins(0, 0, 4, 2)
        zoom.setSpacing(2)
        for button in (self.zoom_out, self.fit, self.zoom_in):
            button.setStyleSheet("QToolButton { padding: 1px 4px; min-height: 14px; }")
            button.setIconSize(QSize(14, 14))
            zoom.addWidget(button)
        corner = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        graph = QWidget()
        middle = QGridLayout(graph)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addWidget(self.view, 0, 0)
        middle.addLayout(zoom, 0, 0, corner)
        columns = QSplitter(Qt.Orientation.Horizontal)
        columns.addWidget(graph)
        columns.addWidget(self.matrix)
        columns.setSizes([580, 420])
        columns.setHandleWidth(1)
        columns.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 2)
        layout.setSpacing(4)
        layout.addLayout(header)
        layout.addWidget(columns, 1)
        layout.addWidget(self.legend)

    def set_classes(self, classes: Sequence[str] | None) -> None:
        """Offer to look at the samples of one class only, or do not where None has a class."""
        self.label_filter.clear()
        self.label_filter.addItem("All digits")
        # The name comes first: typed, it chooses.
        self.label_filter.addItems([f"{name}s only" for name in classes or ()])
        self.label_filter.setVisible(classes is not None)

    def show_filter(self, label: int | None) -> None:
        """Show whose samples are looked at : a class, or None for all of them."""
        with QSignalBlocker(self.label_filter):
            self.label_filter.setCurrentIndex(0 if label is None else label + 1)

    def _on_recoloured(self) -> None:
        view = self.view
        self.matrix.view.show_state(view.state, view.inputs, view.classes, view.colouring)

    def _on_label_activated(self, index: int) -> None:
        self.label_chosen.emit(index - 1 if index else None)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self.view.set_theme(theme)
        self.matrix.set_theme(theme)
        self.legend.set_theme(theme)
        self.matrix_shown.setIcon(icon("grid", theme.text))
        for button, name in (
            (self.zoom_out, "magnify-minus-outline"),
            (self.fit, "fit-to-screen-outline"),
            (self.zoom_in, "magnify-plus-outline"),
        ):
            button.setIcon(icon(name, theme.text))
