"""A neuron: what comes in, what it makes of it, and the blame it gets."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal

from bpviz.engine import LayerArrays, weight_terms
from bpviz.views.batch_view import BatchView
from bpviz.views.framed import Framed
from bpviz.views.geometry import Neuron
from bpviz.views.number_rows import NumberColumn
from bpviz.views.numbers import signed
from bpviz.views.sample_table import (
    SampleTable,
    missing,
    sample_name,
    samples_listed,
    strongest,
)
from bpviz.views.text_line import TextLine
from bpviz.views.theme import Theme

_FORMULAS = {
    "relu": "z, but 0 below 0",
    "leaky_relu": "z, but 0.01 z below 0",
    "tanh": "tanh z, from -1 to 1",
    "sigmoid": "1 / (1 + e⁻ᶻ), from 0 to 1",
    "linear": "z itself",
    "softmax": "eᶻ / Σ eᶻ over the outputs",
}
_CAPTION_PX = 74


class NeuronCard(Framed):
    """
    z, a, delta, bias and its gradient, of the samples looked at and of each.

    Signals
    -------
    sample_requested : object
        A row of the batch, or None for the mean.

    Attributes
    ----------
    whose
        Of which samples the numbers are.
    z, a, delta, bias, bias_gradient, function
        Lines of text.
    table
        The samples' numbers.
    """

    sample_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__("neuron_card")
        self.whose = TextLine("neuron_of", quiet=True)
        self.z, self.a, self.delta, self.bias, self.bias_gradient, self.function = (
            TextLine(name, caption, caption_px=_CAPTION_PX)
            for name, caption in (
                ("neuron_z", "z"),
                ("neuron_a", "a = f(z)"),
                ("neuron_delta", "δ = ∂L/∂z"),
                ("neuron_bias", "bias now"),
                ("neuron_bias_gradient", "∂L/∂b"),
                ("neuron_function", "f(z)"),
            )
        )
        self.table = SampleTable("neuron_samples", "The neuron's numbers, sample by sample")
        self._lines = (
            self.whose,
            self.z,
            self.a,
            self.delta,
            self.bias,
            self.bias_gradient,
            self.function,
        )
        for view in (*self._lines, self.table):
            self.body.addWidget(view)
        self.table.sample_requested.connect(self.sample_requested)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        super().set_theme(theme)
        for view in (*self._lines, self.table):
            view.set_theme(theme)

    def show_neuron(
        self, neuron: Neuron, view: BatchView | None, parameters: Sequence[LayerArrays]
    ) -> tuple[int, str] | None:
        """
        Show a neuron that has weights.

        Parameters
        ----------
        neuron
            Which one, in column 1 or higher.
        view
            The batch; None before there is one.
        parameters
            W and b of each layer, as they are now.

        Returns
        -------
        (int, str) or None
            The row of the batch with the strongest blame, or the one looked at, and why it is this
            one; None before the backward pass of the layer.
        """
        layer, row = neuron.column - 1, neuron.row
        digits = 4 if view is None else view.digits
        self.bias.show_text(signed(float(parameters[layer].b[row]), digits))
        forward = None if view is None else view.records.forward(layer)
        missed = missing(view)
        self.table.setVisible(forward is not None and not missed)
        if view is None or forward is None or missed:
            self.whose.show_text(missed or missing(None))
            for line in (self.z, self.a, self.delta, self.bias_gradient):
                line.show_text("–" if view is not None and missed else "not yet")
            self.function.show_text("")
            return None

        activation = view.records.network.layers[layer].activation
        self.whose.show_text(looked_at(view))
        self.function.show_text(f"{activation.label}: {_FORMULAS[activation.name]}")
        for line, values in ((self.z, forward.z), (self.a, forward.a)):
            mean = float(values[view.rows, row].mean(dtype=np.float64))
            line.show_text(signed(mean, digits), mean)

        listed = samples_listed(view)
        z, a = (x[listed, row].astype(np.float64) for x in (forward.z, forward.a))
        blame = weight_terms(view.records, layer, None, row, view.rows)
        all_blame = weight_terms(view.records, layer, None, row, listed)
        columns = [
            NumberColumn("z", z, False, float(z.mean())),
            NumberColumn("a", a, False, float(a.mean())),
        ]
        if blame is None or all_blame is None:
            self.delta.show_text("not yet: press →")
            self.bias_gradient.show_text("not yet")
            columns.append(NumberColumn("δ", None))
            self.table.show_samples(view, listed, columns, order_by=1, foot="mean")
            return None
        wish = ""
        if math.isfinite(blame.gradient):
            wish = ", should fall ↓" if blame.gradient > 0 else ", should rise ↑"
        self.delta.show_text(
            signed(blame.gradient, digits) + (wish if blame.gradient else ""), blame.gradient
        )
        self.bias_gradient.show_text(
            f"{signed(blame.gradient, digits)}, the same as δ", blame.gradient
        )
        columns.append(NumberColumn("δ", all_blame.delta, True, all_blame.gradient))
        self.table.show_samples(view, listed, columns, foot="mean")
        return strongest(view, listed, all_blame.delta, "δ")


def looked_at(view: BatchView) -> str:
    """Return whose numbers are shown, such as ``"mean of 32 samples"``."""
    if view.sample is not None:
        return sample_name(view, view.sample)
    if view.label is not None:
        if len(view.rows) == 1:
            return sample_name(view, int(view.rows[0]))
        return f"mean of {len(view.rows)} samples, all “{view.classes[view.label]}”"
    return f"mean of {len(view.rows)} samples" if len(view.rows) > 1 else sample_name(view, 0)
