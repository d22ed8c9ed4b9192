from dataclasses import replace

import numpy as np
import pytest

from bpviz.engine import LayerArrays
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.network_state import LayerState, NetworkState, Working
from bpviz.views.quantities import AGREEMENT, GRADIENT, SIGNAL
from bpviz.views.readout import neuron_name, read_out

CLASSES = ("no", "yes")


def f32(*values: float) -> np.typing.NDArray[np.float32]:
    return np.array(values, np.float32)


PARAMETERS = [
    LayerArrays(np.array([[1, 2, 3], [4, 5, 6]], np.float32), f32(0.5, 0, -0.25)),
    LayerArrays(np.array([[-1, -2], [0, 7], [8, 9]], np.float32), f32(0.125, 4)),
]
GRADIENTS = [LayerArrays(W / 100, b / 100) for W, b in PARAMETERS]
STEP = [LayerArrays(-W, -b) for W, b in GRADIENTS]
AGREEMENTS = [LayerArrays(np.full_like(W, 0.5), np.full_like(b, 0.25)) for W, b in GRADIENTS]
LAYERS = [
    LayerState(f32(1, -2, 3), f32(1, 0, 3), f32(0.1, 0, -0.3), GRADIENTS[0], AGREEMENTS[0]),
    LayerState(f32(-4, 5), f32(0.25, 0.75), f32(0.5, -0.5), GRADIENTS[1], AGREEMENTS[1]),
]
FULL = NetworkState(PARAMETERS, PARAMETERS, f32(0.75, 0), LAYERS)
FRESH = NetworkState(PARAMETERS, PARAMETERS, None, [LayerState()] * 2)
WALKED = replace(
    FULL,
    layers=[LAYERS[0]._replace(delta=None, gradient=None), LayerState()],
    working=Working("forward", 0),
)
STEPPED = replace(
    FULL,
    layers=[layer._replace(update=step) for layer, step in zip(LAYERS, STEP, strict=True)],
    working=Working("update"),
)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (Neuron(0, 1), "input 2"),
        (Neuron(1, 2), "neuron 3 of layer 1"),
        (Neuron(2, 0), "output “no”"),
        (Edge(0, 1, 2), "weight from input 2 to neuron 3 of layer 1"),
        (Edge(1, 0, 1), "weight from neuron 1 of layer 1 to output “yes”"),
    ],
)
def test_that_parts_are_named_counting_from_one(part: Part, name: str) -> None:
    assert read_out(part, FULL, CLASSES).title == name


def test_that_inputs_of_a_picture_are_named_by_row_and_column() -> None:
    sizes = (784, 16, 10)
    assert neuron_name(Neuron(0, 0), sizes, ()) == "pixel in row 1, column 1"
    assert neuron_name(Neuron(0, 2 * 28 + 5), sizes, ()) == "pixel in row 3, column 6"
    assert neuron_name(Neuron(0, 783), sizes, ()) == "pixel in row 28, column 28"


def test_that_a_weight_tells_its_value_and_its_gradient() -> None:
    assert read_out(Edge(0, 1, 2), FULL, CLASSES).rows == (
        ("w now", "+6"),
        ("∂L/∂w", "+0.06"),
    )
    assert read_out(Edge(1, 1, 0), FULL, CLASSES).rows == (
        ("w now", "0"),
        ("∂L/∂w", "0"),
    )


def test_that_a_neuron_tells_all_its_numbers() -> None:
    assert read_out(Neuron(1, 2), FULL, CLASSES).rows == (
        ("a", "+3"),
        ("z", "+3"),
        ("δ = ∂L/∂z", "-0.3"),
        ("bias b", "-0.25"),
        ("∂L/∂b", "-0.0025"),
    )
    assert dict(read_out(Neuron(2, 1), FULL, CLASSES).rows)["δ = ∂L/∂z"] == "-0.5"


def test_that_an_input_tells_its_value() -> None:
    assert read_out(Neuron(0, 0), FULL, CLASSES).rows == (("a", "+0.75"),)


def test_that_what_does_not_exist_yet_is_not_told() -> None:
    assert read_out(Neuron(0, 0), FRESH, CLASSES).rows == ()
    assert read_out(Neuron(1, 0), FRESH, CLASSES).rows == (("bias b", "+0.5"),)
    assert read_out(Edge(0, 0, 0), FRESH, CLASSES).rows == (("w now", "+1"),)


def test_that_a_sample_without_a_label_has_no_delta() -> None:
    layers = [layer._replace(delta=None, gradient=None) for layer in LAYERS]
    rows = read_out(Neuron(1, 0), replace(FULL, layers=layers), CLASSES).rows
    assert [name for name, _ in rows] == ["a", "z", "bias b"]


def test_that_what_the_batch_has_not_come_to_is_said_to_be_not_yet_there() -> None:
    assert read_out(Edge(0, 0, 0), WALKED, CLASSES).rows == (("w now", "+1"), ("∂L/∂w", "not yet"))
    assert read_out(Neuron(1, 2), WALKED, CLASSES).rows == (
        ("a", "+3"),
        ("z", "+3"),
        ("δ = ∂L/∂z", "not yet"),
        ("bias b", "-0.25"),
        ("∂L/∂b", "not yet"),
    )
    assert dict(read_out(Neuron(2, 0), WALKED, CLASSES).rows)["a"] == "not yet"


def test_that_an_update_is_told_once_it_is_there() -> None:
    assert dict(read_out(Edge(0, 1, 2), STEPPED, CLASSES).rows)["Δw"] == "-0.06"
    assert dict(read_out(Neuron(1, 2), STEPPED, CLASSES).rows)["Δb"] == "+0.0025"
    assert "Δw" not in dict(read_out(Edge(0, 1, 2), FULL, CLASSES).rows)


def test_that_signal_and_agreement_are_told_while_they_are_on() -> None:
    edge = Edge(0, 0, 2)
    for quantity, value in ((SIGNAL, "+2.25"), (AGREEMENT, "0.5")):
        rows = read_out(edge, FULL, CLASSES, quantity, quantity.layers(FULL)).rows
        assert rows[-1] == (quantity.name, value)
    neuron = read_out(Neuron(2, 0), FULL, CLASSES, AGREEMENT, AGREEMENT.layers(FULL))
    assert neuron.rows[-1] == ("agreement on b", "0.25")
    assert read_out(edge, FULL, CLASSES, GRADIENT, GRADIENT.layers(FULL)) == read_out(
        edge, FULL, CLASSES
    )


def test_that_signals_that_are_not_there_yet_are_said_to_be() -> None:
    rows = read_out(Edge(1, 0, 0), WALKED, CLASSES, SIGNAL, SIGNAL.layers(WALKED)).rows
    assert rows[-1] == ("a·w", "not yet")


def test_that_float64_numbers_have_eight_digits() -> None:
    parameters = [LayerArrays(W.astype(np.float64) / 7, b) for W, b in PARAMETERS]
    rows = read_out(Edge(0, 0, 0), replace(FRESH, parameters=parameters), CLASSES).rows
    assert rows == (("w now", "+0.14285714"),)


def test_that_what_is_not_finite_is_told() -> None:
    parameters = [LayerArrays(W.copy(), b) for W, b in PARAMETERS]
    parameters[0].W[0, 0] = np.nan
    rows = read_out(Edge(0, 0, 0), replace(FRESH, parameters=parameters), CLASSES).rows
    assert rows == (("w now", "NaN"),)
