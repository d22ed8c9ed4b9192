from itertools import islice

import numpy as np
import pytest
from numpy.typing import DTypeLike

from bpviz.engine import (
    HIDDEN_ACTIVATIONS,
    LOSSES,
    OUTPUT_ACTIVATIONS,
    HiddenDelta,
    Network,
    OutputDelta,
    Records,
    SoftmaxDelta,
    collect,
    delta_terms,
    locate,
    stages,
    strongest,
    ways_to_raise,
    weight_terms,
)

N = 9
FITTING = [
    (output, loss)
    for output in OUTPUT_ACTIVATIONS
    for loss in LOSSES
    if LOSSES[loss].fits(OUTPUT_ACTIVATIONS[output])
]
ARCHITECTURES = [(6, 4), (6, 5, 4), (6, 5, 7, 4)]


def make(
    sizes: tuple[int, ...] = (6, 5, 7, 4),
    hidden: str = "tanh",
    output: str = "softmax",
    loss: str = "cross_entropy",
    dtype: DTypeLike = np.float64,
    done: int | None = None,
    soft_targets: bool = False,
) -> Records:
    """Return the records of a batch, of the first stages or of all."""
    rng = np.random.default_rng(2)
    network = Network(sizes, rng, hidden=hidden, output=output, loss=loss, dtype=dtype)
    for layer in network.layers:
        layer.b[:] = rng.normal(0, 0.3, layer.b.shape)
    x = rng.normal(size=(N, sizes[0])).astype(dtype)
    y = np.eye(sizes[-1], dtype=dtype)[rng.integers(sizes[-1], size=N)]
    if soft_targets:
        y = rng.uniform(0.1, 0.9, y.shape).astype(dtype)
    return collect(Records(network, x, y), islice(stages(network, x, y), done))


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-10), (np.float32, 1e-4)])
@pytest.mark.parametrize("sizes", ARCHITECTURES)
def test_that_the_products_average_to_the_gradient_that_trains(
    sizes: tuple[int, ...], dtype: DTypeLike, rtol: float
) -> None:
    records = make(sizes, dtype=dtype)
    gradient = records.gradient
    assert gradient is not None
    for index in np.random.default_rng(0).integers(gradient.size, size=100).tolist():
        terms = weight_terms(records, *locate(records.network, index), np.arange(N))
        assert terms is not None
        assert terms.gradient == gradient[index]
        np.testing.assert_array_equal(terms.product, terms.a * terms.delta)
        scale = np.abs(terms.product).mean()
        assert abs(terms.product.mean() - terms.gradient) <= rtol * scale


def test_that_the_factors_are_the_recorded_ones_of_the_rows_in_their_order() -> None:
    records = make(dtype=np.float32)
    rows = np.array([7, 1, 4])
    terms, forward, backward = (
        weight_terms(records, 1, 3, 6, rows),
        records.forward(1),
        records.backward(1),
    )
    assert terms is not None
    assert forward is not None
    assert backward is not None
    np.testing.assert_array_equal(terms.a, forward.a_in[[7, 1, 4], 3])
    np.testing.assert_array_equal(terms.delta, backward.delta[[7, 1, 4], 6])
    assert terms.a.dtype == terms.delta.dtype == terms.product.dtype == np.float64
    assert terms.gradient == sum(terms.product.tolist()) / 3


def test_that_the_gradient_of_some_rows_is_the_one_of_the_records() -> None:
    records = make()
    rows = np.array([0, 5])
    of_layer = records.gradients(rows)[0]
    weight, bias = weight_terms(records, 0, 2, 1, rows), weight_terms(records, 0, None, 1, rows)
    assert of_layer is not None
    assert weight is not None
    assert bias is not None
    assert weight.gradient == pytest.approx(of_layer.W[2, 1], rel=1e-12)
    assert bias.gradient == pytest.approx(of_layer.b[1], rel=1e-12)
    assert bias.a.tolist() == [1, 1]


def test_that_nothing_is_opened_before_the_backward_pass_reaches_the_layer() -> None:
    rows = np.arange(N)
    records = make(done=5)  # three layers forward, the loss, and the last layer backward
    assert weight_terms(records, 1, 0, 0, rows) is None
    assert delta_terms(records, 1, 0, 0) is None
    assert weight_terms(records, 2, 0, 0, rows) is not None
    assert delta_terms(records, 2, 0, 0) is not None


def test_that_no_rows_have_no_terms() -> None:
    none = np.array([], np.intp)
    assert weight_terms(make(), 0, 0, 0, none) is None
    assert ways_to_raise(make(), 0, 0, none) is None


@pytest.mark.parametrize("soft_targets", [False, True])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-14), (np.float32, 1e-6)])
@pytest.mark.parametrize(("output", "loss"), FITTING)
@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
def test_that_the_factors_of_delta_make_delta(
    hidden: str, output: str, loss: str, dtype: DTypeLike, tolerance: float, soft_targets: bool
) -> None:
    records = make(hidden=hidden, output=output, loss=loss, dtype=dtype, soft_targets=soft_targets)
    for layer, width in enumerate(records.network.sizes[1:]):
        backward = records.backward(layer)
        assert backward is not None
        for neuron in range(width):
            for sample in (0, N - 1):
                terms = delta_terms(records, layer, neuron, sample)
                assert terms is not None
                assert terms.delta == backward.delta[sample, neuron]
                if isinstance(terms, HiddenDelta):
                    assert layer < 2
                    np.testing.assert_array_equal(terms.products, terms.weights * terms.deltas)
                    assert terms.total == pytest.approx(sum(terms.products.tolist()), abs=1e-14)
                    made = terms.slope * terms.total
                elif isinstance(terms, OutputDelta):
                    assert (terms.slope is None) == (loss == "cross_entropy")
                    error = terms.target_sum * terms.a - terms.y
                    assert terms.error == error
                    made = error if terms.slope is None else terms.slope * error
                else:
                    assert (output, loss) == ("softmax", "squared_error")
                    np.testing.assert_array_equal(terms.products, terms.activations * terms.errors)
                    assert terms.error == terms.a - terms.y == terms.errors[neuron]
                    assert terms.total == pytest.approx(sum(terms.products.tolist()), abs=1e-14)
                    made = terms.a * (terms.error - terms.total)
                assert made == pytest.approx(terms.delta, rel=tolerance, abs=5 * tolerance)


def test_that_a_hidden_delta_opens_into_the_next_layers_weights_and_deltas() -> None:
    records = make()
    terms, above = delta_terms(records, 0, 3, 6), records.backward(1)
    assert isinstance(terms, HiddenDelta)
    assert above is not None
    np.testing.assert_array_equal(terms.weights, records.network.layers[1].W[3])
    np.testing.assert_array_equal(terms.deltas, above.delta[6])


@pytest.mark.parametrize("soft_targets", [False, True])
def test_that_an_output_weighs_the_sum_of_softmax_targets(soft_targets: bool) -> None:
    records = make(soft_targets=soft_targets)
    terms = delta_terms(records, 2, 1, 4)
    assert isinstance(terms, OutputDelta)
    assert records.y is not None
    assert terms.target_sum == pytest.approx(float(records.y[4].sum()), rel=1e-15)
    assert (terms.target_sum == 1) != soft_targets


def test_that_the_slope_of_a_nearly_saturated_neuron_is_the_one_that_was_used() -> None:
    records = make(dtype=np.float32)
    network, x, y = records.network, records.x, records.y
    assert y is not None
    network.layers[0].b[:] = 5.0  # 1 - a^2 is of the order of float32's rounding of a^2
    records = collect(Records(network, x, y), stages(network, x, y))
    slopes, ratios = [], []
    for neuron in range(5):
        for sample in range(N):
            terms = delta_terms(records, 0, neuron, sample)
            assert isinstance(terms, HiddenDelta)
            if terms.slope > 0:
                slopes.append(terms.slope)
                ratios.append(terms.slope * terms.total / terms.delta)
    assert min(slopes) < 1e-4
    np.testing.assert_allclose(ratios, 1, rtol=1e-5)


def test_that_softmax_under_squared_error_shows_the_part_of_every_output() -> None:
    terms = delta_terms(make(loss="squared_error"), 2, 1, 4)
    assert isinstance(terms, SoftmaxDelta)
    assert terms.activations.shape == terms.errors.shape == terms.products.shape == (4,)
    assert terms.activations.sum() == pytest.approx(1)


def test_that_each_way_adds_to_z_what_it_says() -> None:
    records = make()
    rows = np.array([2, 5, 8])
    ways, forward = ways_to_raise(records, 1, 4, rows), records.forward(1)
    assert ways is not None
    assert forward is not None
    layer = records.network.layers[1]
    z = forward.z[rows, 4].mean()
    for i in range(5):
        more_weight = layer.W.copy()
        more_weight[i, 4] += 1
        raised = forward.a_in[rows] @ more_weight + layer.b
        assert raised[:, 4].mean() - z == pytest.approx(ways.activations[i])
        more_activation = forward.a_in[rows].copy()
        more_activation[:, i] += 1
        raised = more_activation @ layer.W + layer.b
        assert raised[:, 4].mean() - z == pytest.approx(ways.weights[i])


def test_that_there_are_no_ways_before_the_forward_pass() -> None:
    records = make(done=1)
    assert ways_to_raise(records, 0, 0, np.arange(N)) is not None
    assert ways_to_raise(records, 1, 0, np.arange(N)) is None


def test_that_the_strongest_are_the_largest_magnitudes_in_order() -> None:
    values = np.array([0.1, -3.0, np.nan, 2.0, 0.0, -2.0])
    assert strongest(values, 3).tolist() == [1, 3, 5]
    assert strongest(values, 99).tolist() == [1, 3, 5, 0, 4, 2]
