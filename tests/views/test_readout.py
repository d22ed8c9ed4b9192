import numpy as np
import pytest

from bpviz.engine import Trace
from bpviz.engine.network import LayerArrays
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.readout import NetworkState, neuron_name, read_out

CLASSES = ("no", "yes")


def f32(*values: float) -> np.typing.NDArray[np.float32]:
    return np.array(values, np.float32)


PARAMETERS = [
    LayerArrays(np.array([[1, 2, 3], [4, 5, 6]], np.float32), f32(0.5, 0, -0.25)),
    LayerArrays(np.array([[-1, -2], [0, 7], [8, 9]], np.float32), f32(0.125, 4)),
]
GRADIENT = [LayerArrays(W / 100, b / 100) for W, b in PARAMETERS]
TRACE = Trace(
    x=f32(0.75, 0),
    z=(f32(1, -2, 3), f32(-4, 5)),
    a=(f32(1, 0, 3), f32(0.25, 0.75)),
    delta=(f32(0.1, 0, -0.3), f32(0.5, -0.5)),
)
FULL = NetworkState(PARAMETERS, GRADIENT, TRACE)
FRESH = NetworkState(PARAMETERS, None, None)


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
        ("∂L/∂w, last batch", "+0.06"),
    )
    assert read_out(Edge(1, 1, 0), FULL, CLASSES).rows == (
        ("w now", "0"),
        ("∂L/∂w, last batch", "0"),
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
    unlabelled = NetworkState(PARAMETERS, None, TRACE._replace(delta=()))
    names = [name for name, _ in read_out(Neuron(1, 0), unlabelled, CLASSES).rows]
    assert names == ["a", "z", "bias b"]


def test_that_what_is_not_finite_is_told() -> None:
    parameters = [LayerArrays(W.copy(), b) for W, b in PARAMETERS]
    parameters[0].W[0, 0] = np.nan
    state = NetworkState(parameters, None, None)
    assert read_out(Edge(0, 0, 0), state, CLASSES).rows == (("w now", "NaN"),)
