"""Which values the colours of a network stand for, and the level of each weight and bias."""

import math
from dataclasses import dataclass, replace
from typing import Literal

from bpviz.engine import Array
from bpviz.engine.network import LayerArrays
from bpviz.views.colours import (
    MAGNITUDE_DECADES,
    SIGNED_DECADES,
    Levels,
    ScaleMode,
    decade_above,
    magnitude_levels,
    signed_levels,
    strongest,
)
from bpviz.views.readout import NetworkState

Quantity = Literal["gradient", "weight"]
Mode = Literal["layer", "network", "locked"]


@dataclass(frozen=True)
class Scale:
    """
    What the colours stand for.

    Attributes
    ----------
    quantity
        |dL/dw|, or w with its sign.
    span
        Whether each layer has a scale of its own, or one serves the whole network.
    locked
        Whether the scale stays when values change.
    tops
        Of each layer, the magnitude of the strongest colour; 0 where all is zero, infinity where
        nothing is finite. Empty if there are no values yet.
    decades
        Powers of ten from the faintest colour to the strongest.
    """

    quantity: Quantity = "gradient"
    span: ScaleMode = "layer"
    locked: bool = False
    tops: tuple[float, ...] = ()
    decades: float = MAGNITUDE_DECADES["layer"]

    @property
    def signed(self) -> bool:
        """Whether the colours tell the sign too."""
        return self.quantity == "weight"


class Colouring:
    """
    Finds the scale for each new state of a network, and levels on it.

    Attributes
    ----------
    scale
        For the state last given to `rescale`.
    """

    def __init__(self) -> None:
        self.scale = Scale()
        self._quantity: Quantity = "gradient"
        self._mode: Mode = "layer"
        self._span: ScaleMode = "layer"
        self._kept: dict[Quantity, Scale] = {}

    def choose_quantity(self, quantity: Quantity) -> None:
        """Colour by |dL/dw| or by w, from the next `rescale` on."""
        self._quantity = quantity

    def choose_mode(self, mode: Mode) -> None:
        """Scale by layer or by network, or keep the scale, from the next `rescale` on."""
        self._mode = mode
        if mode == "locked":
            # Of what is not on screen, the scale last seen may be an old one.
            self._kept = {q: s for q, s in self._kept.items() if q == self._quantity}
        else:
            self._span = mode

    def forget(self) -> None:
        """Drop what was locked: it belongs to another network."""
        self._kept = {}

    def layers(self, state: NetworkState | None) -> list[LayerArrays] | None:
        """Return what is coloured, layer by layer; None if it does not exist yet."""
        if state is None:
            return None
        layers = state.gradient if self._quantity == "gradient" else state.parameters
        return None if layers is None else list(layers)

    def rescale(self, state: NetworkState | None) -> None:
        """Find the scale for a state."""
        self.scale = self._scale(self.layers(state))

    def levels(self, layer: int, values: Array) -> Levels:
        """Return the level of each value of a layer, of any shape."""
        top = self.scale.tops[layer]
        levels = signed_levels if self.scale.signed else magnitude_levels
        return levels(values, top, self.scale.decades)

    def _scale(self, layers: list[LayerArrays] | None) -> Scale:
        decades = MAGNITUDE_DECADES[self._span] if self._quantity == "gradient" else SIGNED_DECADES
        if layers is None:
            return Scale(self._quantity, self._span, decades=decades)
        locked = self._mode == "locked"
        kept = self._kept.get(self._quantity) if locked else None
        if kept is not None and all(map(_is_scale, kept.tops)):
            return kept
        span = self._span if kept is None else kept.span
        # A bias can be the strongest of its layer, or all that is not zero.
        values = [_largest([strongest(part.W), strongest(part.b)]) for part in layers]
        if span == "network":
            values = [_largest(values)] * len(values)
        tops = tuple(decade_above(value) for value in values)
        if kept is not None:
            # A layer that was all zero had no scale to keep.
            pairs = zip(kept.tops, tops, strict=True)
            tops = tuple(old if _is_scale(old) else new for old, new in pairs)
            decades = kept.decades
        # Locking keeps the last scale that was found freely, or else the first that is found.
        self._kept[self._quantity] = Scale(self._quantity, span, True, tops, decades)
        return replace(self._kept[self._quantity], locked=locked)


def _is_scale(top: float) -> bool:
    return 0 < top < math.inf


def _largest(tops: list[float]) -> float:
    return max((top for top in tops if top < math.inf), default=math.inf)
