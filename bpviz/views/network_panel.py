"""The middle of the window: the network, the switches of its colours, and their legend."""

import qtawesome
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from bpviz.views.legend import Legend
from bpviz.views.network_view import NetworkView
from bpviz.views.segmented import Segmented
from bpviz.views.theme import Theme


class NetworkPanel(QWidget):
    """
    The network view with its controls.

    Attributes
    ----------
    view
        The network.
    quantity, mode
        Choices of what is coloured, and on which scale.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("network_panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = NetworkView()
        self.legend = Legend()
        self.quantity = Segmented(
            "quantity",
            [
                ("gradient", "Gradient", "Colour by |∂L/∂w| of the last backward pass (G)"),
                ("weight", "Weight", "Colour by the weights themselves, with their sign (W)"),
            ],
        )
        self.mode = Segmented(
            "scale_mode",
            [
                ("layer", "Per layer", "Each layer has a colour scale of its own (1)"),
                ("network", "Network", "One colour scale for all layers (2)"),
                ("locked", "Locked", "Keep the colour scale while values change (3)"),
            ],
        )
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

        header = QHBoxLayout()
        header.setContentsMargins(0, 0, 0, 0)
        header.setSpacing(8)
        caption = QLabel("Colour by")
        caption.setProperty("muted", True)
        header.addWidget(caption)
        header.addWidget(self.quantity)
        header.addStretch()
        header.addWidget(self.mode)
        header.addSpacing(8)
        for button in (self.zoom_out, self.fit, self.zoom_in):
            header.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 4)
        layout.setSpacing(4)
        layout.addLayout(header)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.legend)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self.view.set_theme(theme)
        self.legend.set_theme(theme)
        for button, icon in (
            (self.zoom_out, "mdi6.magnify-minus-outline"),
            (self.fit, "mdi6.fit-to-screen-outline"),
            (self.zoom_in, "mdi6.magnify-plus-outline"),
        ):
            button.setIcon(qtawesome.icon(icon, color=theme.text))
