import numpy as np
import pytest

from bpviz.data import Task
from bpviz.engine import Array
from bpviz.session.divergence import DivergenceError
from bpviz.session.session import Session
from bpviz.session.settings import Settings


def train(session: Session) -> None:
    for _ in range(50):
        session.next_batch()


def blow_up(session: Session) -> DivergenceError:
    with pytest.raises(DivergenceError) as caught:
        train(session)
    return caught.value


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "rmsprop", "adam"])
def test_that_a_far_too_large_rate_is_told_before_it_spoils_the_weights(
    small_task: Task, optimizer: str
) -> None:
    session = Session(Settings(learning_rate=1e30, optimizer=optimizer), small_task)
    session.next_batch()
    before = session.network.params.copy()
    error = blow_up(session)
    assert error.batch == session.batch == 2
    assert session.network.params.tobytes() == before.tobytes()
    assert np.isfinite(before).all()
    assert not np.isfinite(session.history.losses[-1])
    assert np.isfinite(session.history.losses[:-1]).all()

    # Where it happened, found without the session's help.
    seed_and_epoch = (0, 1)
    order = np.random.default_rng(seed_and_epoch).permutation(640)
    a: Array = small_task.train.inputs(order[32:64])
    number = 0
    with np.errstate(all="ignore"):
        for layer in session.network.layers:
            number += 1
            a = a @ layer.W + layer.b
            if not np.isfinite(a).all():
                break
            a = np.maximum(a, 0)
    assert error.layer == number
    assert str(error).startswith(
        f"Batch 2: the activations of layer {number} are no longer finite. Usually the learning "
        f"rate is too large (1e+30 here)"
    )
    assert "\n" not in str(error)


def test_that_error_signals_that_overflow_are_told_though_the_loss_is_finite(
    small_task: Task,
) -> None:
    settings = Settings(hidden=(4,), activation="tanh", initializer="zeros", batch_size=640)
    session = Session(settings, small_task)
    # The hidden activations are 0, so the outputs are 0 too and the loss is ln 10; but the blame
    # of a picture of a 3 is 3e38 (0.9 + 9 * 0.1), more than float32 holds.
    session.network.layers[1].W[:] = 3e38
    session.network.layers[1].W[:, 3] = -3e38
    error = blow_up(session)
    assert session.history.losses[0] == pytest.approx(np.log(10))
    assert (error.batch, error.layer) == (1, 1)
    assert str(error).startswith("Batch 1: the error signals (delta) of layer 1 are no longer")


def test_that_a_loss_that_overflows_is_told_though_its_derivatives_are_finite(
    small_task: Task,
) -> None:
    settings = Settings(hidden=(4,), output="linear", loss="squared_error")
    session = Session(settings, small_task)
    session.network.layers[1].b[:] = 1e20  # whose square is more than float32 holds
    error = blow_up(session)
    assert (error.batch, error.layer) == (1, 2)
    assert str(error).startswith("Batch 1: the losses of layer 2 are no longer finite.")


@pytest.mark.parametrize("parameter", ["W", "b"])
def test_that_a_weight_that_is_not_a_number_is_told_as_such(
    small_task: Task, parameter: str
) -> None:
    session = Session(Settings(), small_task)
    session.next_batch()
    getattr(session.network.layers[1], parameter).flat[0] = np.nan
    error = blow_up(session)
    assert (error.batch, error.layer) == (2, 2)
    assert str(error).startswith("Batch 2: the weights of layer 2 are no longer finite.")


def test_that_a_session_that_diverged_can_still_be_looked_at(small_task: Task) -> None:
    session = Session(Settings(learning_rate=1e30), small_task)
    blow_up(session)
    snapshot = session.snapshot()
    assert snapshot.batch == 2
    assert snapshot.glance is not None
    gradient = snapshot.glance.records.gradient
    assert gradient is not None
    assert not np.isfinite(gradient).all()
    assert snapshot.glance.records.update is None


def test_that_an_infinity_hidden_by_a_saturated_activation_is_told(small_task: Task) -> None:
    session = Session(Settings(activation="tanh"), small_task)
    session.network.layers[0].W[:] = 3e38
    error = blow_up(session)
    assert (error.batch, error.layer) == (1, 1)
    assert np.isfinite(session.history.losses).all()  # so the loss alone would not tell


def test_that_a_divergence_in_the_last_batch_of_an_epoch_ends_it_all_the_same(
    small_task: Task,
) -> None:
    session = Session(Settings(batch_size=640, learning_rate=1e30), small_task)
    session.next_batch()
    assert blow_up(session).batch == 2
    assert session.history.epoch_ends.kept.tolist() == [1, 2]
    assert session.evaluating  # the validation that is due there


def test_that_weights_ruined_by_earlier_steps_are_not_blamed_on_the_rate_of_now(
    small_task: Task,
) -> None:
    session = Session(Settings(learning_rate=0.1), small_task)
    session.network.params[:] *= 1e30
    with pytest.raises(DivergenceError, match="Earlier steps have made weights as large as"):
        train(session)


@pytest.mark.parametrize(("rate", "advice"), [(1e18, "try 0.1"), (0.5, "try 0.05")])
def test_that_a_rate_is_advised_that_may_do(rate: float, advice: str, small_task: Task) -> None:
    session = Session(Settings(learning_rate=rate), small_task)
    with pytest.raises(DivergenceError, match=advice):
        session.learn(np.full(784, np.inf, np.float32), 3)
