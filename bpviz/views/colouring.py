"""On which scale the values of a network are coloured, and the level of each weight and bias."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from bpviz.engine import Array, LayerArrays
from bpviz.views.colours import (
    Levels,
    ScaleMode,
    decade_above,
    magnitude_levels,
    signed_levels,
    strongest,
)
from bpviz.views.network_state import NetworkState
from bpviz.views.pooling import largest_finite
from bpviz.views.quantities import GRADIENT, QUANTITIES, Layers, Quantity, Signals, factored

Mode = Literal["layer", "network", "locked"]


# From more neurons of a layer on, lines stand for several weights, and for dozens.
CROWDED = (64, 256)


@dataclass(frozen=True)
class Scale:
    """
    What the colours stand for.

    Attributes
    ----------
    quantity
        Of the edges, and of the neurons' rings.
    span
        Whether each layer has a scale of its own, or one serves the whole network.
    locked
        Whether the scale stays when values change.
    tops
        Of each layer, the magnitude of the strongest colour; 0 where all is zero, infinity where
        nothing is finite but zeros, None where nothing has been computed yet. Empty if nothing has
        been anywhere.
    decades
        Powers of ten from the faintest colour to the strongest.
    blames
        Whether rings and arrows tell the neurons' delta in the place of their biases.
    absent
        Why there is nothing at all, where it is not only to come.
    """

    quantity: Quantity = GRADIENT
    span: ScaleMode = "layer"
    locked: bool = False
    tops: tuple[float | None, ...] = ()
    decades: float = GRADIENT.decades
    blames: bool = False
    absent: str = ""

    @property
    def signed(self) -> bool:
        """Whether the colours tell the sign too."""
        return self.quantity.signed

    @property
    def known(self) -> list[float]:
        """`tops` of the layers that have been computed."""
        return [top for top in self.tops if top is not None]


class Colouring:
    """
    Finds the scale for each new state of a network, and levels on it.

    Attributes
    ----------
    scale
        For the state last given to `rescale`.
    layers
        What is coloured of that state; empty if there was none.
    """

    def __init__(self) -> None:
        self.scale = Scale()
        self.layers: Layers = ()
        self._quantity = GRADIENT
        self._mode: Mode = "layer"
        self._span: ScaleMode = "layer"
        self._kept: dict[str, Scale] = {}
        self._widest = 0

    def choose_quantity(self, key: str) -> None:
        """Colour by one of `QUANTITIES`, from the next `rescale` on."""
        self._quantity = QUANTITIES[key]

    def choose_mode(self, mode: Mode) -> None:
        """Scale by layer or by network, or keep the scale, from the next `rescale` on."""
        self._mode = mode
        if mode == "locked":
            # Of what is not on screen, the scale last seen may be an old one.
            self._kept = {key: s for key, s in self._kept.items() if key == self._quantity.key}
        else:
            self._span = mode

    def forget(self) -> None:
        """Drop what was locked: it belongs to another network."""
        self._kept = {}

    def rescale(self, state: NetworkState | None) -> None:
        """Find the scale for a state."""
        self.layers = () if state is None else self._quantity.layers(state)
        self._widest = 0 if state is None else max(len(part.b) for part in state.parameters)
        layers = () if state is None or self._quantity is not GRADIENT else state.layers
        blames = any(layer.delta is not None for layer in layers)
        absent = "" if state is None else state.absent
        self.scale = replace(self._scale(), blames=blames, absent=absent)

    def levels(self, layer: int, values: Array) -> Levels:
        """Return the level of each value of a layer that has been computed, of any shape."""
        top = self.scale.tops[layer]
        assert top is not None
        levels = signed_levels if self.scale.signed else magnitude_levels
        return levels(values, top, self.scale.decades)

    def _scale(self) -> Scale:
        quantity = self._quantity
        decades = quantity.decades if self._span == "layer" else quantity.network_decades
        # The strongest of many weights is never faint: over three powers of ten, lines that stand
        # for dozens all look alike.
        decades = max(decades - sum(self._widest > width for width in CROWDED), 1)
        free = Scale(quantity, self._span, decades=decades)
        if all(layer is None for layer in self.layers):
            return free
        if quantity.top is not None:
            return replace(free, tops=(quantity.top,) * len(self.layers))
        locked = self._mode == "locked"
        kept = self._kept.get(quantity.key) if locked else None
        if kept is not None and all(map(_is_scale, kept.tops)):
            return kept
        span = self._span if kept is None else kept.span
        # A bias can be the strongest of its layer, or all that is not zero.
        largest = [None if part is None else _strongest_of(part) for part in self.layers]
        if span == "network":
            all_layers = _largest([value for value in largest if value is not None])
            largest = [all_layers] * len(largest)
        tops = tuple(None if value is None else decade_above(value) for value in largest)
        if kept is not None:
            # A layer that was all zero, or not computed yet, had no scale to keep.
            pairs = zip(kept.tops, tops, strict=True)
            tops = tuple(old if _is_scale(old) else new for old, new in pairs)
            decades = kept.decades
        # Locking keeps the last scale that was found freely, or else the first that is found.
        self._kept[quantity.key] = Scale(quantity, span, True, tops, decades)
        return replace(self._kept[quantity.key], locked=locked)


def _strongest_of(part: LayerArrays | Signals) -> float:
    top = _largest([largest_finite(*factored(part)), strongest(part.b)])
    if not top and not all(np.isfinite(values).all() for values in (part.W, part.b)):
        return math.inf  # zeros beside NaN: not all is zero
    return top


def _is_scale(top: float | None) -> bool:
    return top is not None and 0 < top < math.inf


def _largest(tops: list[float]) -> float:
    return max((top for top in tops if top < math.inf), default=math.inf)
