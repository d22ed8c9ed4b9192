"""Everything that is painted of a network at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize

from bpviz.engine import Array
from bpviz.views.colouring import Scale
from bpviz.views.colours import Levels
from bpviz.views.geometry import Layout, Part
from bpviz.views.network_state import NetworkState, Working
from bpviz.views.quantities import Layers
from bpviz.views.theme import Theme


@dataclass(frozen=True)
class Scene:
    """
    All that is painted behind and over the edges.

    Attributes
    ----------
    theme, size
        Colours, and the room in pixels.
    layout
        Where everything lies.
    captions
        Of each layer, what it does.
    inputs
        Names of the inputs; empty if they have none.
    classes
        Names of the outputs.
    names_px
        Width of those names, as they were laid out.
    percent
        Whether the outputs are shares of one whole.
    state
        The numbers; None before there are any.
    label
        The right output; None if nobody knows.
    picture_caption
        What the input picture is.
    scale
        What the colours stand for.
    layers
        The values that are coloured.
    bias_levels : each (n_out,)
        Level of each bias, a layer each; None where there are no values. May be empty.
    edge_levels : each (n_in, n_out)
        Level of each weight, likewise; only of a tiny network.
    colour_table
        0xAARRGGBB of each level.
    pooled
        How many neurons share a mark at the left and right of each pair of layers.
    joins
        Whether lines of each pair become one where they run close.
    hovered, chosen
        What the mouse is on, and what was chosen.
    pointed
        What the mouse is on in another view of the network.
    tiny
        Whether all numbers are written into the network.
    """

    theme: Theme
    size: QSize
    layout: Layout
    captions: Sequence[str]
    inputs: Sequence[str]
    classes: Sequence[str]
    names_px: tuple[float, float]
    percent: bool
    state: NetworkState | None
    label: int | None
    picture_caption: str
    scale: Scale
    layers: Layers
    bias_levels: Sequence[Levels | None]
    edge_levels: Sequence[Levels | None]
    colour_table: Sequence[int]
    pooled: Sequence[tuple[int, int]]
    joins: Sequence[bool]
    hovered: Part | None
    chosen: Part | None
    pointed: Part | None
    tiny: bool

    @property
    def working(self) -> Working | None:
        """The stage to be made to stand out."""
        return None if self.state is None else self.state.working

    def activations(self, column: int) -> Array | None:
        """Return what the neurons of a column say; None if they have not been reached."""
        if self.state is None:
            return None
        return self.state.x if column == 0 else self.state.layers[column - 1].a

    def deltas(self, column: int) -> Array | None:
        """Return the deltas of a column's neurons, if they are to be shown and are known."""
        if self.state is None or column == 0 or not self.scale.blames:
            return None
        return self.state.layers[column - 1].delta

    def is_at_work(self, column: int) -> bool:
        """Return whether the stage done last belongs to a column."""
        if self.working is None:
            return False
        kind, layer = self.working
        if kind == "update":
            return column > 0
        return column == (len(self.captions) - 1 if kind == "loss" else layer + 1)
