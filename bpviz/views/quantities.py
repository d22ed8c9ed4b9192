"""What the colours of a network can stand for: a table, and nothing more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bpviz.engine import Array, LayerArrays, Rows
from bpviz.views.network_state import NetworkState


@dataclass(frozen=True)
class Signals:
    """
    What a layer's neurons are sent, a·w: multiplied only where it is asked for.

    Attributes
    ----------
    a : (n_in,)
        What each sender says.
    weights : (n_in, n_out)
        What it is multiplied by.
    b : (n_out,)
        The biases.
    """

    a: Array
    weights: Array
    b: Array

    @cached_property
    def W(self) -> Array:
        """All of them : (n_in, n_out). Too many for each frame, where layers are wide."""
        with np.errstate(invalid="ignore", over="ignore"):  # in a network that has diverged
            product: Array = self.a[:, None] * self.weights
        return product


Layers = Sequence[LayerArrays | Signals | None]
"""A value for each weight and bias, a layer each; None for a layer not computed of this batch."""


def factored(layer: LayerArrays | Signals) -> tuple[Array, Array | None]:
    """Return a layer's values (n_in, n_out), and what the rows have yet to be multiplied by."""
    return (layer.weights, layer.a) if isinstance(layer, Signals) else (layer.W, None)


def value_of(layer: LayerArrays | Signals, starts: Rows | int, ends: Rows | int) -> Any:
    """Return the value of one of a layer's weights, or those of some : (n,)."""
    weights, factors = factored(layer)
    values = weights[starts, ends]
    if factors is None:
        return values
    with np.errstate(invalid="ignore", over="ignore"):
        return factors[starts] * values


@dataclass(frozen=True)
class Quantity:
    """
    One number for each weight and each bias.

    Attributes
    ----------
    key
        What programs call it.
    text, tip
        On its button.
    name
        In the legend.
    absent
        What the legend says as long as there is none of it.
    signed
        Whether its colours tell the sign too.
    decades, network_decades
        Powers of ten from the faintest colour to the strongest, where each layer has a scale of
        its own and where the network has one.
    layers
        Takes it from a state.
    top
        Value of the strongest colour, where that is always the same one.
    low, high
        What the two ends of such a scale mean.
    """

    key: str
    text: str
    tip: str
    name: str
    absent: str
    signed: bool
    decades: float
    network_decades: float
    layers: Callable[[NetworkState], Layers]
    top: float | None = None
    low: str = ""
    high: str = ""


def _signals(state: NetworkState) -> Layers:
    # Weights are the same for all samples, so the mean of a w is w times the mean of a.
    given = [state.x, *(layer.a for layer in state.layers)]
    return [
        None if a is None or layer.z is None else Signals(a, part.W, part.b)
        for a, layer, part in zip(given, state.layers, state.used, strict=False)
    ]


GRADIENT = Quantity(
    key="gradient",
    text="Gradient",
    tip="Colour by |∂L/∂w|: how much the loss depends on each weight (G)",
    name="|∂L/∂w|",
    absent="no backward pass yet: press → or Space",
    signed=False,
    decades=3,
    network_decades=6,
    layers=lambda state: [layer.gradient for layer in state.layers],
)
WEIGHT = Quantity(
    key="weight",
    text="Weight",
    tip="Colour by the weights themselves, with their sign (W)",
    name="w",
    absent="no network yet",
    signed=True,
    decades=2,
    network_decades=2,
    layers=lambda state: state.parameters,
)
UPDATE = Quantity(
    key="update",
    text="Update",
    tip="Colour by Δw: how far the last update moved each weight, and which way (U)",
    name="Δw",
    absent="no update yet: it comes after the backward pass",
    signed=True,
    decades=3,
    network_decades=3,
    layers=lambda state: [layer.update for layer in state.layers],
)
SIGNAL = Quantity(
    key="signal",
    text="Signal",
    tip="Colour by a·w: what each neuron sends along each weight (S)",
    name="a·w",
    absent="no forward pass yet: press → or Space",
    signed=True,
    decades=2,
    network_decades=3,
    layers=_signals,
)
AGREEMENT = Quantity(
    key="agreement",
    text="Agreement",
    tip="Colour by |mean of the samples' gradients| / mean of their |gradients|: "
    "do the samples want the same of each weight? (A)",
    name="agreement",
    absent="no backward pass yet: press → or Space",
    signed=False,
    decades=1,
    network_decades=1,
    layers=lambda state: [layer.agreement for layer in state.layers],
    top=1.0,
    low="≤ 0.1: samples cancel out",
    high="1: all pull the same way",
)

QUANTITIES = {each.key: each for each in (GRADIENT, WEIGHT, UPDATE, SIGNAL, AGREEMENT)}
"""All of them by key, in the order of their buttons."""
