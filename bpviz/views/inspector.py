"""The right of the window: whatever number was touched, taken apart."""

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bpviz.engine import LayerArrays
from bpviz.views.batch_view import BatchView
from bpviz.views.delta_card import DeltaCard
from bpviz.views.framed import Framed
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.icons import icon
from bpviz.views.input_card import InputCard
from bpviz.views.neuron_card import NeuronCard
from bpviz.views.part_names import part_title
from bpviz.views.scroll_style import scroll_style
from bpviz.views.segmented import Segmented
from bpviz.views.theme import DARK, Theme
from bpviz.views.ways_card import WaysCard
from bpviz.views.weight_card import WeightCard
from bpviz.views.weight_finder import WeightFinder
from bpviz.views.weight_pictures import WeightPictures

_MARGIN_PX = 10
_CHAIN_RULE = "chain rule"
_INVITATION = (
    '<span style="font-weight: 600">Click a weight or a neuron in the network.</span><br><br>'
    "You will see where its number comes from: what each sample of the batch wants of it, the"
    " chain rule with this batch's numbers, and a way on to every number it is made of."
)


Tool: TypeAlias = tuple[str, str, QWidget]
"""What is on a page's button, its tool tip, and the card on the page."""


class Inspector(QWidget):
    """
    Shows a weight or a neuron with the numbers it is made of.

    Parameters
    ----------
    tools
        Cards about a parameter, a page each beside the chain rule: what is on its button, its
        tool tip, and the card.

    Signals
    -------
    part_requested : object
        A weight or a neuron to be inspected next; None to inspect nothing.
    sample_requested : object
        A row of the batch to be looked at; None for the mean.
    """

    part_requested = Signal(object)
    sample_requested = Signal(object)

    def __init__(self, tools: Sequence[Tool] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName("Inspector")
        self.setMinimumWidth(290)
        self._sizes: Sequence[int] = (1, 1)
        self._classes: Sequence[str] = ("",)
        self._is_picture = False
        self._part: Part | None = None
        self._view: BatchView | None = None
        self._parameters: Sequence[LayerArrays] = ()

        self.finder = WeightFinder()
        self.title = QLabel()
        self.title.setObjectName("inspector_title")
        self.title.setProperty("heading", True)
        self.title.setWordWrap(True)
        self.close_part = QToolButton()
        self.close_part.setObjectName("inspector_close")
        self.close_part.setAccessibleName("Inspect nothing")
        self.close_part.setToolTip("Inspect nothing (Esc)")
        self.invitation = Framed("inspector_invitation")
        words = QLabel(_INVITATION)
        words.setWordWrap(True)
        self.invitation.body.addWidget(words)
        self.weight = WeightCard()
        self.neuron = NeuronCard()
        self.input = InputCard()
        self.delta = DeltaCard()
        self.ways = WaysCard()
        self.pictures = WeightPictures()
        self._cards = (
            self.weight,
            self.neuron,
            self.input,
            self.delta,
            self.pictures,
            self.ways,
        )
        self._tools = {text.lower(): card for text, _, card in tools}
        self.page = Segmented(
            "inspector_page",
            [
                (_CHAIN_RULE, "Chain rule", "Where the gradient comes from (4)"),
                *(
                    (text.lower(), text, f"{tip} ({number})")
                    for number, (text, tip, _) in enumerate(tools, 5)
                ),
            ],
        )
        # At 290 px none of them is cut off.
        self.page.setStyleSheet('QToolButton[segment="true"] { padding: 4px 5px; }')
        self._lay_out()

        for source in (
            self.finder,
            self.weight,
            self.input,
            self.delta,
            self.ways,
            self.pictures,
        ):
            source.part_requested.connect(self.part_requested)
        for card in (self.weight, self.neuron):
            card.sample_requested.connect(self.sample_requested)
        self.close_part.clicked.connect(self._request_nothing)
        self.page.chosen.connect(self._turn_page)
        self.set_theme(DARK)
        self.inspect(None)

    @property
    def part(self) -> Part | None:
        """What is inspected."""
        return self._part

    @property
    def parameter(self) -> tuple[int, int | None, int] | None:
        """
        The parameter that the tools act on: layer, start, end, from 0; a neuron's is its bias.

        The start is None for a bias. None where nothing is inspected, or an input.
        """
        part = self._part
        if isinstance(part, Edge):
            return part
        if part is None or part.column == 0:
            return None
        return part.column - 1, None, part.row

    def set_network(self, sizes: Sequence[int], classes: Sequence[str], is_picture: bool) -> None:
        """
        Inspect another network, of which nothing is inspected yet and no batch known.

        Parameters
        ----------
        sizes
            Neurons of each column, inputs first.
        classes
            Names of the outputs.
        is_picture
            Whether the inputs are a 28 x 28 picture.
        """
        self._sizes, self._classes, self._is_picture = tuple(sizes), classes, is_picture
        self._view, self._parameters = None, ()
        self.finder.set_network(self._sizes, classes)
        self.inspect(None)

    def show_batch(self, view: BatchView | None, parameters: Sequence[LayerArrays]) -> None:
        """
        Show other numbers.

        Parameters
        ----------
        view
            The batch; None before there is one.
        parameters
            W and b of each layer, as they are now.
        """
        self._view, self._parameters = view, parameters
        self._refresh()

    def inspect(self, part: Part | None) -> None:
        """Inspect a weight or a neuron, or nothing."""
        self._part = part
        self.finder.show_part(part)
        self.title.setText(
            "Touch a number" if part is None else part_title(part, self._sizes, self._classes)
        )
        self._turn_page()

    @property
    def _page(self) -> str:
        return self.page.choice if self.parameter is not None else _CHAIN_RULE

    def _turn_page(self) -> None:
        part = self._part
        self.page.setVisible(bool(self._tools) and self.parameter is not None)
        for key, tool in self._tools.items():
            tool.setVisible(key == self._page)
        explains = self._page == _CHAIN_RULE
        neuron = part if isinstance(part, Neuron) else None
        if isinstance(part, Edge):
            neuron = Neuron(part.pair + 1, part.end)
        for card, wanted in (
            (self.invitation, part is None),
            (self.close_part, part is not None),
            (self.weight, explains and isinstance(part, Edge)),
            (self.neuron, explains and isinstance(part, Neuron) and part.column > 0),
            (self.input, neuron is not None and neuron.column == 0),
            (self.delta, False),  # as the other two, shown with numbers
            (self.ways, False),
            (
                self.pictures,
                explains and self._is_picture and neuron is not None and neuron.column == 1,
            ),
        ):
            card.setVisible(wanted)
        self._refresh()
        self._scroll.verticalScrollBar().setValue(0)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self.invitation.set_theme(theme)
        for card in self._cards:
            card.set_theme(theme)
        bar = self._scroll.verticalScrollBar()
        bar.setStyleSheet(scroll_style(theme.line, theme.muted, 7))
        self.close_part.setIcon(icon("close", theme.muted))

    def sizeHint(self) -> QSize:
        return QSize(330, 700)

    def _refresh(self) -> None:
        part, view, parameters = self._part, self._view, self._parameters
        if part is None or not parameters or self._page != _CHAIN_RULE:
            return
        if isinstance(part, Edge):
            opened = self.weight.show_weight(part, view, parameters)
            target = Neuron(part.pair + 1, part.end)
        elif part.column > 0:
            opened = self.neuron.show_neuron(part, view, parameters)
            self.ways.show_neuron(part, view)
            target = part
        else:
            self.input.show_input(part.row, view)
            return
        self.delta.setVisible(opened is not None)
        if view is not None and opened is not None:
            self.delta.show_delta(view, target.column - 1, target.row, *opened)
        if self._is_picture and target.column == 1:
            pixel = part.start if isinstance(part, Edge) else None
            self.pictures.show_neuron(target.row, pixel, view, parameters)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.addWidget(self.title, 1)
        header.addWidget(self.close_part, 0, Qt.AlignmentFlag.AlignTop)
        content = QWidget()
        cards = QVBoxLayout(content)
        cards.setContentsMargins(_MARGIN_PX, 0, _MARGIN_PX, _MARGIN_PX)
        cards.setSpacing(8)
        for card in (self.invitation, *self._cards, *self._tools.values()):
            cards.addWidget(card)
        cards.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setObjectName("inspector_scroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(content)
        top = QVBoxLayout()
        top.setContentsMargins(_MARGIN_PX, 8, _MARGIN_PX, 0)
        top.setSpacing(6)
        top.addWidget(self.finder)
        top.addLayout(header)
        top.addWidget(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self._scroll, 1)

    def _request_nothing(self) -> None:
        self.part_requested.emit(None)
