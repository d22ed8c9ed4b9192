import copy
import math

import numpy as np
import pytest

from bpviz.engine import SGD, Array, Backward, Forward, Loss, Network, Stage, Update, stages


@pytest.fixture
def network() -> Network:
    rng = np.random.default_rng(0)
    return Network([5, 4, 3, 2], rng, hidden="tanh", dtype=np.float64)


def batch(seed: int, n: int = 6) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 5)), np.eye(2)[rng.integers(2, size=n)]


def two_two_one(loss: str) -> Network:
    """
    Return a network of sigmoids that can be worked out by hand at x = (1, 2), y = 1.

    z1 = ln3 * 1 + 1/2 * 2 - 1 = ln3       a1 = 1 / (1 + 1/3) = 3/4
    z2 =   1 * 1 -   1 * 2 + 1 = 0         a2 = 1 / (1 + 1)   = 1/2
    z3 =   2 a1  -   3 a2 - ln3 = -ln3     a3 = 1 / (1 + 3)   = 1/4
    and the derivative a (1 - a) of each: 3/16, 1/4, 3/16.
    """
    network = Network([2, 2, 1], hidden="sigmoid", output="sigmoid", loss=loss, dtype=np.float64)
    first, second = network.layers
    first.W[:] = [[math.log(3), 1], [1 / 2, -1]]
    first.b[:] = [-1, 1]
    second.W[:] = [[2], [-3]]
    second.b[:] = [-math.log(3)]
    return network


@pytest.mark.parametrize(
    ("loss", "value", "delta_out", "delta_hidden", "dW_out", "dW_hidden"),
    [
        (
            "squared_error",
            9 / 32,  # 1/2 (1/4 - 1)^2
            -9 / 64,  # (1/4 - 1) * 3/16
            (-27 / 512, 27 / 256),  # 2 * -9/64 * 3/16, -3 * -9/64 * 1/4
            (-27 / 256, -9 / 128),  # 3/4 * -9/64, 1/2 * -9/64
            ((-27 / 512, 27 / 256), (-27 / 256, 27 / 128)),  # 1 * delta_hidden, 2 * delta_hidden
        ),
        (
            "cross_entropy",
            math.log(4),  # -ln(1/4)
            -3 / 4,  # 1/4 - 1
            (-9 / 32, 9 / 16),  # 2 * -3/4 * 3/16, -3 * -3/4 * 1/4
            (-9 / 16, -3 / 8),  # 3/4 * -3/4, 1/2 * -3/4
            ((-9 / 32, 9 / 16), (-9 / 16, 9 / 8)),  # 1 * delta_hidden, 2 * delta_hidden
        ),
    ],
)
def test_that_a_2_2_1_network_does_what_was_computed_by_hand(
    loss: str,
    value: float,
    delta_out: float,
    delta_hidden: tuple[float, float],
    dW_out: tuple[float, float],
    dW_hidden: tuple[tuple[float, float], tuple[float, float]],
) -> None:
    network = two_two_one(loss)
    first, second, wrong, last, before, update = stages(
        network, np.array([[1.0, 2.0]]), np.array([[1.0]]), SGD(learning_rate=0.5)
    )
    assert isinstance(first, Forward)
    assert isinstance(second, Forward)
    assert isinstance(wrong, Loss)
    assert isinstance(last, Backward)
    assert isinstance(before, Backward)
    assert isinstance(update, Update)

    def same(actual: object, expected: object) -> None:
        np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=0, atol=1e-15)

    same(first.a_in, [[1, 2]])
    same(first.z, [[math.log(3), 0]])
    same(first.a, [[3 / 4, 1 / 2]])
    same(second.a_in, [[3 / 4, 1 / 2]])
    same(second.z, [[-math.log(3)]])
    same(second.a, [[1 / 4]])
    same(wrong.value, value)
    same(wrong.values, [value])
    same(last.delta, [[delta_out]])
    same(last.dW, [[dW_out[0]], [dW_out[1]]])
    same(last.db, [delta_out])
    same(before.delta, [delta_hidden])
    same(before.dW, dW_hidden)
    same(before.db, delta_hidden)
    # Half of each derivative is taken away, from the weights as from the biases.
    same(network.layers[1].W, [[2 - dW_out[0] / 2], [-3 - dW_out[1] / 2]])
    same(network.layers[1].b, [-math.log(3) - delta_out / 2])
    same(network.layers[0].W[1], [1 / 2 - dW_hidden[1][0] / 2, -1 - dW_hidden[1][1] / 2])
    same(network.layers[0].b, [-1 - delta_hidden[0] / 2, 1 - delta_hidden[1] / 2])


def test_that_stages_come_forward_then_loss_then_backward_then_update(network: Network) -> None:
    records = list(stages(network, *batch(1), SGD()))
    assert [(type(r), getattr(r, "layer", None)) for r in records] == [
        (Forward, 0),
        (Forward, 1),
        (Forward, 2),
        (Loss, None),
        (Backward, 2),
        (Backward, 1),
        (Backward, 0),
        (Update, None),
    ]


def test_that_each_layer_is_given_what_the_one_before_made(network: Network) -> None:
    x, y = batch(1)
    first, second, third, *_ = (r for r in stages(network, x, y) if isinstance(r, Forward))
    assert first.a_in is x
    assert second.a_in is first.a
    assert third.a_in is second.a
    assert third.a.tobytes() == network.predict(x).tobytes()


def test_that_parameters_keep_their_bits_until_the_update(network: Network) -> None:
    before = network.params.tobytes()
    for stage in stages(network, *batch(1), SGD()):
        assert (network.params.tobytes() == before) is not isinstance(stage, Update)


def test_that_without_an_optimizer_there_is_no_update(network: Network) -> None:
    before = network.params.tobytes()
    assert not any(isinstance(record, Update) for record in stages(network, *batch(1)))
    assert network.params.tobytes() == before


def test_that_the_update_tells_its_gradient_and_the_very_step_that_was_added(
    network: Network,
) -> None:
    before = network.params.copy()
    *_, backward, update = stages(network, *batch(1), SGD(learning_rate=0.3, momentum=0.9))
    assert isinstance(backward, Backward)
    assert isinstance(update, Update)
    assert update.gradient is backward.gradient
    assert (before + update.step).tobytes() == network.params.tobytes()


def test_that_derivatives_of_layers_are_views_of_one_flat_gradient(network: Network) -> None:
    backwards = [r for r in stages(network, *batch(1)) if isinstance(r, Backward)]
    flat = np.concatenate([part.ravel() for r in reversed(backwards) for part in (r.dW, r.db)])
    for record in backwards:
        assert np.shares_memory(record.dW, record.gradient)
        assert np.shares_memory(record.db, record.gradient)
        np.testing.assert_array_equal(record.gradient, flat)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_that_records_are_not_overwritten_by_the_next_batch(
    network: Network, momentum: float
) -> None:
    optimizer = SGD(momentum=momentum)
    kept: list[list[Stage]] = []
    copies: list[list[Stage]] = []
    for seed in (1, 2, 3):
        kept.append(list(stages(network, *batch(seed), optimizer)))
        copies.append(copy.deepcopy(kept[-1]))
    for records, originals in zip(kept, copies, strict=True):
        for record, original in zip(records, originals, strict=True):
            for value, expected in zip(record, original, strict=True):
                np.testing.assert_array_equal(value, expected)


def test_that_inputs_and_targets_are_not_changed(network: Network) -> None:
    x, y = batch(1)
    x_before, y_before = x.copy(), y.copy()
    list(stages(network, x, y, SGD()))
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(y, y_before)


def test_that_the_loss_of_a_batch_is_the_mean_of_its_samples(network: Network) -> None:
    x, y = batch(1)

    def loss(rows: slice) -> Loss:
        return next(r for r in stages(network, x[rows], y[rows]) if isinstance(r, Loss))

    whole = loss(slice(None))
    singles = [loss(slice(n, n + 1)).value for n in range(len(x))]
    np.testing.assert_allclose(whole.values, singles, rtol=1e-13)
    assert whole.value == pytest.approx(sum(singles) / len(singles), rel=1e-13)
    np.testing.assert_array_equal(whole.y, y)


def test_that_training_on_one_batch_over_and_over_makes_its_loss_fall(network: Network) -> None:
    optimizer = SGD(learning_rate=0.1)
    losses = [
        record.value
        for _ in range(30)
        for record in stages(network, *batch(1), optimizer)
        if isinstance(record, Loss)
    ]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.9 * losses[0]
