"""The loops in C against the textbook in numpy, in single and in double precision."""

import ctypes
from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest

from bpviz.engine import (
    HIDDEN_ACTIVATIONS,
    LOSSES,
    OPTIMIZERS,
    OUTPUT_ACTIVATIONS,
    SGD,
    Array,
    Backward,
    Forward,
    Loss,
    Network,
    Update,
    fast_lane,
    make_step,
    stages,
)
from bpviz.kernels import usable
from bpviz.kernels.training import StoredSamples, declared, loops

ENDS = [
    (output, loss)
    for output, loss in product(OUTPUT_ACTIVATIONS, LOSSES)
    if LOSSES[loss].fits(OUTPUT_ACTIVATIONS[output])
]
# Narrower than a vector and wider than a strip, whole vectors and parts of them.
SHAPES = [(2, 4, 2, 1), (5, 3), (40, 16, 16, 10), (70, 33, 7), (30, 150, 65, 20)]


@pytest.fixture(autouse=True)
def _there_are_loops() -> None:
    assert loops is not None, "the loops in C were not built"


def a_network(sizes: Sequence[int], **names: str) -> Network:
    network = Network(sizes, np.random.default_rng(1), **names)
    for layer in network.layers:
        layer.b[:] = np.linspace(-0.5, 0.5, len(layer.b))
    return network


def a_batch(network: Network, n: int = 9, zeros: float = 0.8) -> tuple[Array, Array]:
    rng = np.random.default_rng(2)
    x = rng.uniform(-1, 1, (n, network.sizes[0])).astype(np.float32)
    x[rng.random(x.shape) < zeros] = 0
    y = rng.random((n, network.sizes[-1])).astype(np.float32)
    return x, y


def far_apart(values: Array, expected: Array) -> float:
    """Return the largest difference as a share of the largest value."""
    return float(np.abs(values - expected).max() / (np.abs(expected).max() + 1e-30))


def assert_same_stages(network: Network, x: Array, y: Array) -> None:
    """Hold every array of every stage against the textbook in double precision."""
    exact = network.over(network.params.astype(np.float64))
    expected = list(stages(exact, x.astype(np.float64), y.astype(np.float64), SGD(0.01)))
    seen = list(fast_lane.stages(network, x, y, SGD(0.01)))
    assert [type(stage) for stage in seen] == [type(stage) for stage in expected]
    for stage, oracle in zip(seen, expected, strict=True):
        if isinstance(stage, Backward) and stage.layer:
            stage = stage._replace(gradient=stage.dW)  # the rest of it is yet to come
            oracle = oracle._replace(gradient=oracle.dW)  # type: ignore[union-attr, call-arg]
        for name, value, truth in zip(stage._fields, stage, oracle, strict=True):
            apart = far_apart(np.asarray(value), np.asarray(truth))
            assert apart < 2e-5, (type(stage).__name__, name)


@pytest.mark.parametrize(("output", "loss"), ENDS)
@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
def test_that_every_stage_is_the_textbooks(hidden: str, output: str, loss: str) -> None:
    for sizes in SHAPES:
        network = a_network(sizes, hidden=hidden, output=output, loss=loss)
        assert_same_stages(network, *a_batch(network))


@pytest.mark.parametrize("zeros", [0.0, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("n", [1, 2, 7, 32, 130])
def test_that_inputs_that_are_zero_may_be_few_or_many(n: int, zeros: float) -> None:
    network = a_network((100, 20, 10))
    assert_same_stages(network, *a_batch(network, n, zeros))


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("train_biases", [True, False])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_that_a_step_is_numpys_to_the_bit(name: str, train_biases: bool, decay: float) -> None:
    network = a_network((40, 70, 10))
    ours, textbook = (OPTIMIZERS[name](learning_rate=0.013, weight_decay=decay) for _ in range(2))
    for _ in range(4):
        *_, update = fast_lane.stages(network, *a_batch(network), ours, train_biases)
        assert isinstance(update, Update)
        before = network.over(update.before)
        expected = make_step(before, update.gradient, textbook, train_biases)
        assert update.step.tobytes() == expected.tobytes()
        assert network.params.tobytes() == (update.before + expected).tobytes()
    assert str(ours) == str(textbook)  # Adam has counted its steps


def a_table(network: Network, n: int = 100) -> StoredSamples:
    x, y = a_batch(network, n)
    return StoredSamples(None, None, x, None, y)


@pytest.mark.parametrize("batch_size", [1, 10, 32])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_that_many_batches_in_one_go_give_the_bits_of_one_at_a_time(
    name: str, batch_size: int
) -> None:
    start = a_network((30, 40, 12))
    samples = a_table(start)
    assert samples.x is not None
    order = np.random.default_rng(3).permutation(95)
    together, alone = start.over(start.params.copy()), start.over(start.params.copy())
    together_by, alone_by = OPTIMIZERS[name](), OPTIMIZERS[name]()
    trained = fast_lane.train(together, samples, order, batch_size, together_by)
    losses = []
    for first in range(0, 95, batch_size):
        chosen = order[first : first + batch_size]
        one = list(fast_lane.stages(alone, samples.x[chosen], samples.y[chosen], alone_by))
        losses += [stage.value for stage in one if isinstance(stage, Loss)]
    assert together.params.tobytes() == alone.params.tobytes()
    assert trained.losses.tolist() == losses
    assert trained.x.tobytes() == samples.x[chosen].tobytes()
    assert trained.y.tobytes() == samples.y[chosen].tobytes()
    for kept, stage in zip(trained.stages, one, strict=True):
        for mine, its in zip(kept, stage, strict=True):
            assert np.asarray(mine).tobytes() == np.asarray(its).tobytes()


def test_that_pixels_train_like_the_inputs_that_they_stand_for() -> None:
    rng = np.random.default_rng(4)
    pixels = rng.integers(0, 256, (50, 21), np.uint8)
    pixels[rng.random(pixels.shape) < 0.7] = 0
    shades = (np.arange(256) / 255).astype(np.float32)
    labels, y = rng.integers(0, 4, 50).astype(np.uint8), np.eye(4, dtype=np.float32)
    one, other = a_network((21, 6, 4)), a_network((21, 6, 4))
    drawn = StoredSamples(pixels, shades, None, labels, y)
    plain = StoredSamples(None, None, shades[pixels], None, y[labels])
    fast_lane.train(one, drawn, np.arange(50), 8, SGD())
    fast_lane.train(other, plain, np.arange(50), 8, SGD())
    assert one.params.tobytes() == other.params.tobytes()


def test_that_what_was_told_of_a_batch_is_not_written_to_by_later_ones() -> None:
    network = a_network((30, 5, 4))
    first = fast_lane.train(network, a_table(network), np.arange(20), 10, SGD())
    kept = [np.array(value) for stage in first.stages for value in stage]
    fast_lane.train(network, a_table(network), np.arange(20, 60), 10, SGD())
    now = [np.array(value) for stage in first.stages for value in stage]
    assert all(np.array_equal(a, b) for a, b in zip(kept, now, strict=True))


@pytest.mark.parametrize("where", ["input", "loss", "gradient"])
def test_that_it_ends_before_a_batch_in_which_something_is_not_finite(where: str) -> None:
    network = a_network((3, 4, 2), hidden="linear", output="linear", loss="squared_error")
    samples = a_table(network, 40)
    assert samples.x is not None
    samples.x[:] = 0.5
    if where == "input":
        samples.x[25, 1] = np.inf
    elif where == "loss":
        samples.y[25] = 3e38
    else:
        network.layers[1].W[:] = 0
        samples.x[25], samples.y[25] = 1e22, 1e18
    expected = network.over(network.params.copy())
    fast_lane.train(expected, samples, np.arange(20), 10, SGD(0))
    trained = fast_lane.train(network, samples, np.arange(40), 10, SGD(0))
    assert len(trained.losses) == 2
    assert np.isfinite(trained.losses).all()
    assert trained.stages == []
    assert network.params.tobytes() == expected.params.tobytes()


def test_that_an_evaluation_adds_up_losses_and_counts_right_answers() -> None:
    network = a_network((20, 9, 5))
    x, _ = a_batch(network, 300)
    y = np.eye(5, dtype=np.float32)[np.random.default_rng(5).integers(0, 5, 300)]
    order = np.arange(10, 300)
    before = network.params.tobytes()
    loss, right = fast_lane.evaluate(network, StoredSamples(None, None, x, None, y), order)
    exact = network.over(network.params.astype(np.float64))
    a = exact.predict(x[order].astype(np.float64))
    assert loss == pytest.approx(-np.log((a * y[order]).sum(axis=1)).sum(), rel=1e-5)
    assert right == (a.argmax(axis=1) == y[order].argmax(axis=1)).sum()
    assert 0 < right < 290
    assert network.params.tobytes() == before


def test_that_extreme_weighted_inputs_saturate_as_in_the_textbook() -> None:
    z = np.array([[-3e38, -200, -88, -1e-8, 0, 1e-8, 0.3, 9, 89, 3e38]], np.float32)
    for name in OUTPUT_ACTIVATIONS:
        network = Network((10, 10), output=name, loss="squared_error")
        network.layers[0].W[:] = np.eye(10)
        forward = next(fast_lane.stages(network, z, np.zeros_like(z), SGD()))
        assert isinstance(forward, Forward)
        expected = OUTPUT_ACTIVATIONS[name].value(z.astype(np.float64))
        np.testing.assert_allclose(forward.a, expected, rtol=3e-7, atol=1e-37)


def test_that_double_precision_goes_the_textbooks_way() -> None:
    assert fast_lane.takes(Network((3, 2)))
    assert not fast_lane.takes(Network((3, 2), dtype=np.float64))


def test_that_every_network_does_where_there_are_no_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_lane, "loops", None)
    assert not fast_lane.takes(Network((3, 2)))


def test_that_the_loops_for_each_kind_of_processor_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    assert usable()
    for path in usable():
        monkeypatch.setattr(fast_lane, "loops", declared(ctypes.CDLL(str(path))))
        for sizes, hidden in product(SHAPES, HIDDEN_ACTIVATIONS):
            network = a_network(sizes, hidden=hidden, output="sigmoid")
            assert_same_stages(network, *a_batch(network))


def test_that_numbers_of_another_type_are_converted() -> None:
    network = a_network((6, 4, 3))
    x, y = a_batch(network)
    expected = [*fast_lane.stages(network.over(network.params.copy()), x, y, SGD())][-1]
    seen = [*fast_lane.stages(network, x.astype(np.float64), y.astype(np.float64), SGD())][-1]
    assert seen[1].tobytes() == expected[1].tobytes()
