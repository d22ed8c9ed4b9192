"""The neurons of a worked example, with z, a and delta of each."""

from collections.abc import Sequence

from bpviz.views.batch_view import BatchView
from bpviz.views.figure_table import FigureTable

_Z, _A, _DELTA = 1, 2, 3


class ExampleNeurons(FigureTable):
    """A row a neuron, the first hidden layer first: means over the samples looked at."""

    def __init__(self) -> None:
        super().__init__(
            "example_neurons",
            "Neurons",
            "z: weighted input, a = f(z): activation, δ = ∂L/∂z: the blame",
            coloured=_DELTA,
        )

    def set_names(self, names: Sequence[str]) -> None:
        """Begin with other neurons, of which nothing is computed yet."""
        self.set_rows(("", "z", "a", "δ"), names)

    def show_batch(self, view: BatchView | None) -> None:
        """Show what is known of a batch; None before there is one."""
        if view is None or not len(view.rows):
            for row in range(self.rowCount()):
                for column in (_Z, _A, _DELTA):
                    self.show_figure(row, column, None)
            return
        row = 0
        for layer, n_out in enumerate(view.records.network.sizes[1:]):
            forward, backward = view.records.forward(layer), view.records.backward(layer)
            for column, values in (
                (_Z, None if forward is None else forward.z),
                (_A, None if forward is None else forward.a),
                (_DELTA, None if backward is None else backward.delta),
            ):
                means = [None] * n_out if values is None else view.mean(values).tolist()
                for neuron, mean in enumerate(means):
                    self.show_figure(row + neuron, column, mean)
            row += n_out
