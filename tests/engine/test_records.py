from itertools import islice

import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray

from bpviz.engine import (
    SGD,
    Array,
    Backward,
    Forward,
    LayerArrays,
    Loss,
    Network,
    Records,
    Update,
    blame_input,
    collect,
    read,
    stages,
)

N, SIZES = 8, (5, 4, 3)
STAGES = 2 + 1 + 2 + 1


def batch(dtype: DTypeLike = np.float64, hidden: str = "tanh") -> tuple[Network, Array, Array]:
    rng = np.random.default_rng(1)
    network = Network(SIZES, rng, hidden=hidden, dtype=dtype)
    for layer in network.layers:
        layer.b[:] = rng.normal(0, 0.3, layer.b.shape)
    x = rng.normal(size=(N, SIZES[0])).astype(dtype)
    return network, x, np.eye(3, dtype=dtype)[[0, 1, 2, 2, 1, 0, 0, 1]]


def records_of(done: int, dtype: DTypeLike = np.float64, hidden: str = "tanh") -> Records:
    network, x, y = batch(dtype, hidden)
    frozen = network.over(network.params.copy())
    return collect(Records(frozen, x, y), islice(stages(network, x, y, SGD()), done))


def flat(parts: list[LayerArrays | None]) -> NDArray[np.float64]:
    pieces = []
    for part in parts:
        assert part is not None
        pieces += [part.W.ravel(), part.b]
    return np.concatenate(pieces).astype(np.float64)


def loss_of(network: Network, params: Array, x: Array, y: Array) -> float:
    """Mean cross-entropy of softmax outputs of a network with one tanh layer, by its formula."""
    (W1, b1), (W2, b2) = network.split(params)
    z = np.tanh(x @ W1 + b1) @ W2 + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return float(-np.log((p * y).sum(axis=1)).mean())


def sample_gradients(records: Records) -> NDArray[np.float64]:
    """Return each sample's gradient : (N, n_params), by batches of one."""
    result = []
    assert records.y is not None
    for n in range(len(records.x)):
        *_, last = stages(records.network, records.x[n : n + 1], records.y[n : n + 1])
        assert isinstance(last, Backward)
        result.append(last.gradient)
    return np.array(result, np.float64)


ALL_KINDS_OF_ROWS = [None, np.arange(N), np.array([3]), np.array([6, 0, 5])]


@pytest.mark.parametrize("rows", ALL_KINDS_OF_ROWS)
def test_that_gradients_are_the_slopes_of_the_mean_loss_of_the_rows(
    rows: NDArray[np.intp] | None,
) -> None:
    records = records_of(STAGES)
    assert records.y is not None
    taken = slice(None) if rows is None else rows
    x, y = records.x[taken], records.y[taken]
    numeric = []
    for index in range(records.network.params.size):
        up, down = records.network.params.copy(), records.network.params.copy()
        up[index] += 1e-5
        down[index] -= 1e-5
        both = [loss_of(records.network, params, x, y) for params in (up, down)]
        numeric.append((both[0] - both[1]) / 2e-5)
    np.testing.assert_allclose(flat(records.gradients(rows)), numeric, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("rows", [None, np.arange(N), np.array([3]), np.array([6, 0, 5])])
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 1e-4)])
def test_that_gradients_are_the_mean_of_the_samples_own(
    dtype: DTypeLike, rtol: float, rows: NDArray[np.intp] | None
) -> None:
    records = records_of(STAGES, dtype, "relu")
    own = sample_gradients(records)[slice(None) if rows is None else rows]
    gradients = flat(records.gradients(rows))
    assert np.all(np.abs(gradients - own.mean(axis=0)) <= rtol * np.abs(own).mean(axis=0))


def test_that_the_whole_batchs_gradients_are_the_recorded_ones_bit_for_bit() -> None:
    records = records_of(STAGES, np.float32)
    assert records.gradient is not None
    for rows in (None, np.arange(N)):
        np.testing.assert_array_equal(flat(records.gradients(rows)), records.gradient)


@pytest.mark.parametrize("hidden", ["tanh", "relu"])
@pytest.mark.parametrize("rows", [None, np.array([3]), np.array([0, 5, 6]), np.array([1, 2])])
def test_that_agreement_is_the_samples_mean_over_their_mean_magnitude(
    rows: NDArray[np.intp] | None, hidden: str
) -> None:
    records = records_of(STAGES, hidden=hidden)
    own = sample_gradients(records)[slice(None) if rows is None else rows]
    whole = np.abs(own).mean(axis=0)
    expected = np.where(whole > 0, np.abs(own.mean(axis=0)) / np.where(whole > 0, whole, 1), 0)
    agreements = flat(records.agreements(rows))
    np.testing.assert_allclose(agreements, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("rows", [None, np.array([3]), np.array([0, 5, 6])])
def test_that_agreement_is_from_0_to_1(rows: NDArray[np.intp] | None, dtype: DTypeLike) -> None:
    agreements = flat(records_of(STAGES, dtype, "relu").agreements(rows))
    assert agreements.min() >= 0
    assert agreements.max() <= 1


def test_that_a_single_sample_agrees_with_itself_and_not_where_it_does_not_pull() -> None:
    records = records_of(STAGES, hidden="relu")
    rows = np.array([3])
    pulls = flat(records.gradients(rows)) != 0
    agreements = flat(records.agreements(rows))
    np.testing.assert_allclose(agreements[pulls], 1, rtol=1e-12)
    assert not agreements[~pulls].any()
    assert 0 < pulls.sum() < pulls.size


def test_that_samples_that_cancel_out_do_not_agree() -> None:
    network = Network([1, 1], output="linear", loss="squared_error", dtype=np.float64)
    x, y = np.array([[1.0], [1.0]]), np.array([[1.0], [-1.0]])
    records = collect(Records(network, x, y), stages(network, x, y))
    assert flat(records.agreements()).tolist() == [0, 0]


def test_that_no_rows_have_neither_gradients_nor_agreements() -> None:
    records = records_of(STAGES)
    none = np.array([], np.intp)
    assert records.gradients(none) == [None, None]
    assert records.agreements(none) == [None, None]


def test_that_the_input_gradient_is_each_samples_slope_along_each_input() -> None:
    records = records_of(STAGES)
    assert records.y is not None
    gradient = blame_input(records, records.y)
    network = records.network
    for n in range(N):
        for i in range(SIZES[0]):
            losses = []
            for shift in (1e-5, -1e-5):
                x = records.x[n : n + 1].copy()
                x[0, i] += shift
                losses.append(loss_of(network, network.params, x, records.y[n : n + 1]))
            assert (losses[0] - losses[1]) / 2e-5 == pytest.approx(
                gradient[n, i], rel=1e-6, abs=1e-9
            )


@pytest.mark.parametrize("done", range(STAGES + 1))
def test_that_what_is_not_computed_yet_is_none(done: int) -> None:
    records = records_of(done)
    forwards, backwards = min(done, 2), min(max(done - 3, 0), 2)
    assert [records.forward(i) is not None for i in range(2)] == [i < forwards for i in range(2)]
    assert (records.loss is not None) == (done > 2)
    reached = [backwards == 2, backwards >= 1]
    assert [records.backward(i) is not None for i in range(2)] == reached
    for rows in (None, np.array([1])):
        assert [part is not None for part in records.gradients(rows)] == reached
        assert [part is not None for part in records.agreements(rows)] == reached
    assert (records.gradient is not None) == (backwards == 2)
    assert (records.update is not None) == (done == STAGES)


@pytest.mark.parametrize("done", range(STAGES + 1))
def test_that_the_last_stage_is_the_one_done_last(done: int) -> None:
    kinds = [type(None), Forward, Forward, Loss, Backward, Backward, Update]
    last = records_of(done).last
    assert type(last) is kinds[done]
    if isinstance(last, Forward | Backward):
        assert last.layer == {1: 0, 2: 1, 4: 1, 5: 0}[done]


def test_that_forwards_and_backwards_are_found_by_their_layer() -> None:
    records = records_of(STAGES)
    for layer in range(2):
        forward, backward = records.forward(layer), records.backward(layer)
        assert forward is not None
        assert backward is not None
        assert forward.layer == backward.layer == layer


def test_that_a_further_stage_leaves_the_records_before_it_as_they_were() -> None:
    network, x, y = batch()
    before = Records(network, x, y)
    after = before.and_then(next(stages(network, x, y)))
    assert before.forwards == ()
    assert len(after.forwards) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_that_an_input_without_a_target_is_read_forward_only(dtype: DTypeLike) -> None:
    network, x, _ = batch(dtype)
    before = network.params.tobytes()
    records = read(network, x[0].astype(np.float64))
    assert records.y is None
    assert records.loss is None
    assert records.gradients() == [None, None]
    output = records.forward(1)
    assert output is not None
    assert output.a.dtype == dtype
    np.testing.assert_array_equal(output.a, network.predict(x[:1]))
    assert network.params.tobytes() == before


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
@pytest.mark.parametrize("sizes", [(5, 4, 3), (5, 3), (5, 4, 6, 3)])
def test_that_an_input_is_blamed_as_by_a_whole_backward_pass(
    sizes: tuple[int, ...], loss: str
) -> None:
    network = Network(sizes, np.random.default_rng(3), hidden="tanh", loss=loss, dtype=np.float64)
    x, y = np.random.default_rng(4).random((1, 5)), np.eye(3)[[1]]
    whole = collect(Records(network, x, y), stages(network, x, y))
    expected = whole.backwards[-1].delta @ network.layers[0].W.T
    np.testing.assert_allclose(blame_input(read(network, x[0]), y), expected, rtol=1e-12)


def test_that_what_is_not_a_number_is_not_taken_for_disagreement() -> None:
    network = Network([3, 2, 2], np.random.default_rng(0))
    x, y = np.ones((4, 3), np.float32), np.eye(2, dtype=np.float32)[[0, 1, 0, 1]]
    x[2, 1] = np.nan
    with np.errstate(invalid="ignore"):
        records = collect(Records(network, x, y), stages(network, x, y))
    first = records.agreements()[0]
    assert first is not None
    assert np.isnan(first.W[1]).all()
