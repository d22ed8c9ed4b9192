import itertools

import numpy as np
import pytest

from bpviz.engine import LayerArrays
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.matrix_geometry import BIAS_PX, Lens, MatrixLayout, lay_out_matrix
from bpviz.views.matrix_picking import beside, matrix_of, matrix_part_at
from bpviz.views.quantities import Signals


def layout(shape: tuple[int, int]) -> MatrixLayout:
    return lay_out_matrix(shape, 300, 400, Lens(), 1.0)


def test_that_of_several_weights_in_a_pixel_the_strongest_is_found() -> None:
    rng = np.random.default_rng(0)
    W = rng.normal(size=(784, 1024)).astype(np.float32)
    a = rng.normal(size=784).astype(np.float32)
    b = rng.normal(size=1024).astype(np.float32)
    found = layout((784, 1024))
    for x, y in itertools.product((50, 177, 280), (30, 178, 330)):
        rows, columns = found.rows.at(y), found.columns.at(x)
        for layer, values in ((LayerArrays(W, b), W), (Signals(a, W, b), a[:, None] * W)):
            part = matrix_part_at(found, 1, layer, x, y)
            assert isinstance(part, Edge)
            assert part.start in rows
            assert part.end in columns
            block = values[rows.start : rows.stop, columns.start : columns.stop]
            assert abs(values[part.start, part.end]) == np.abs(block).max()


def test_that_nan_is_found_before_every_number() -> None:
    W = np.ones((784, 1024), np.float32)
    W[5, 6] = np.nan
    found = layout(W.shape)
    x, y = found.columns.place(6)[0], found.rows.place(5)[0]
    layer = LayerArrays(W, np.ones(1024, np.float32))
    assert matrix_part_at(found, 0, layer, x, y) == Edge(0, 5, 6)


def test_that_the_row_of_biases_stands_for_the_neurons() -> None:
    layer = LayerArrays(np.ones((16, 10), np.float32), np.ones(10, np.float32))
    found = layout((16, 10))
    assert found.bias[1] - found.bias[0] == BIAS_PX
    x = sum(found.columns.place(7)) // 2
    assert matrix_part_at(found, 2, layer, x, found.bias[0]) == Neuron(3, 7)
    assert matrix_part_at(found, 2, layer, x, found.bias[0] - 1) is None
    assert matrix_part_at(found, 2, layer, x, found.bias[1]) is None
    assert matrix_part_at(found, 2, layer, 0, found.bias[0]) is None


@pytest.mark.parametrize(
    ("part", "right", "down", "expected"),
    [
        (None, 1, 0, Edge(1, 0, 0)),
        (Edge(0, 3, 3), 0, 1, Edge(1, 0, 0)),
        (Edge(1, 2, 3), 1, 0, Edge(1, 2, 4)),
        (Edge(1, 2, 9), 1, 0, Edge(1, 2, 9)),
        (Edge(1, 0, 9), 0, -1, Edge(1, 0, 9)),
        (Edge(1, 15, 9), 0, 1, Neuron(2, 9)),
        (Neuron(2, 9), 0, 1, Neuron(2, 9)),
        (Neuron(2, 9), -1, 0, Neuron(2, 8)),
        (Neuron(2, 9), 0, -1, Edge(1, 15, 9)),
    ],
)
def test_where_the_arrow_keys_lead(
    part: Part | None, right: int, down: int, expected: Part
) -> None:
    assert beside(part, 1, (16, 10), right, down) == expected


@pytest.mark.parametrize(
    ("part", "shown", "expected"),
    [
        (Edge(2, 0, 0), 0, 2),
        (Neuron(0, 5), 2, 0),
        (Neuron(0, 5), 0, 0),
        (Neuron(2, 5), 0, 1),
        (Neuron(2, 5), 1, 1),
        (Neuron(2, 5), 2, 2),
    ],
)
def test_in_which_matrix_a_part_lies(part: Part, shown: int, expected: int) -> None:
    assert matrix_of(part, shown) == expected
