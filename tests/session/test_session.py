from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.data import Mnist, Samples, Task, digits
from bpviz.engine import Array
from bpviz.session.evaluation import evaluate
from bpviz.session.session import Session
from bpviz.session.settings import Settings, SettingsError
from bpviz.session.snapshot import Snapshot

EPOCH = 20  # batches of 32 in the small data set


class Untouchable:
    """A split that nobody may look at."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"the test set was touched: {name}")

    def __len__(self) -> int:
        raise AssertionError("the test set was touched: len")


def trained(task: Task, batches: int, **settings: Any) -> Session:
    session = Session(Settings(**settings), task)
    for _ in range(batches):
        session.next_batch()
    return session


def finish_evaluations(session: Session) -> None:
    while session.evaluating:
        session.advance()


def arrays(snapshot: Snapshot) -> Iterator[NDArray[Any]]:
    yield snapshot.course.losses
    yield snapshot.params
    if snapshot.glance is not None:
        records = snapshot.glance.records
        yield from (records.network.params, records.x)
        for forward in records.forwards:
            yield from (forward.z, forward.a)
        for backward in records.backwards:
            yield from (backward.delta, backward.gradient)


def step_of_the_next_batch(session: Session) -> tuple[Array, Array]:
    """Train a batch and return its gradient, and what it changed in the parameters."""
    before = session.network.params.copy()
    session.next_batch()
    glance = session.snapshot().glance
    assert glance is not None
    gradient = glance.records.gradient
    assert gradient is not None
    return gradient, session.network.params - before


# --- determinism ----------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "adam"])
def test_that_the_same_settings_give_the_same_bits(small_task: Task, optimizer: str) -> None:
    one, two = (trained(small_task, 50, optimizer=optimizer, learning_rate=0.01) for _ in range(2))
    assert one.network.params.tobytes() == two.network.params.tobytes()
    assert one.history.losses.tobytes() == two.history.losses.tobytes()
    assert one.history.validations == two.history.validations


def test_that_another_seed_gives_other_weights_and_another_order(small_task: Task) -> None:
    one, other = Session(Settings(seed=0), small_task), Session(Settings(seed=1), small_task)
    assert one.network.params.tobytes() != other.network.params.tobytes()
    other.network.params[:] = one.network.params
    one.next_batch()
    other.next_batch()
    assert one.history.losses[0] != other.history.losses[0]


def test_that_changes_at_the_same_batches_give_the_same_bits(small_task: Task) -> None:
    def run() -> bytes:
        session = trained(small_task, 7)
        session.apply(replace(session.settings, batch_size=5, learning_rate=0.05))
        for _ in range(9):
            session.next_batch()
        session.apply(replace(session.settings, optimizer="adam", learning_rate=0.001))
        for _ in range(9):
            session.next_batch()
        return session.network.params.tobytes()

    assert run() == run()


def test_that_neither_snapshots_nor_tests_change_the_course(small_task: Task) -> None:
    watched = Session(Settings(), small_task)
    for _ in range(30):
        watched.next_batch()
        watched.snapshot()
        watched.begin_test()
    finish_evaluations(watched)
    plain = trained(small_task, 30)
    assert watched.network.params.tobytes() == plain.network.params.tobytes()
    assert watched.history.losses.tobytes() == plain.history.losses.tobytes()


def test_that_training_learns(small_task: Task) -> None:
    session = trained(small_task, 10 * EPOCH)
    finish_evaluations(session)
    first, last = session.history.validations[0], session.history.validations[-1]
    assert last.result.accuracy > 0.6 > 0.3 > first.result.accuracy
    assert last.result.loss < first.result.loss


# --- validation and test --------------------------------------------------------------------------


def test_that_validations_come_at_the_start_and_in_the_middle_and_at_the_end_of_epochs(
    small_task: Task,
) -> None:
    session = trained(small_task, 2 * EPOCH)
    finish_evaluations(session)
    assert [v.batch for v in session.history.validations] == [0, 10, 20, 30, 40]
    assert session.history.epoch_ends.kept.tolist() == [20, 40]


@pytest.mark.parametrize(("size", "expected"), [(12, [0, 27, 54]), (640, [0, 1]), (1000, [0, 1])])
def test_that_validations_come_twice_an_epoch_whatever_the_batch_size(
    small_task: Task, size: int, expected: list[int]
) -> None:
    session = trained(small_task, expected[-1], batch_size=size)
    finish_evaluations(session)
    assert [v.batch for v in session.history.validations] == expected
    assert session.history.epoch_ends.kept.tolist() == [expected[-1]]


def test_that_validations_come_at_powers_of_two_from_64_on_too(small_task: Task) -> None:
    session = trained(small_task, 320, batch_size=2)
    finish_evaluations(session)
    assert [v.batch for v in session.history.validations] == [0, 64, 128, 160, 256, 320]


def test_that_a_validation_is_of_the_weights_of_its_batch(small_task: Task) -> None:
    session = trained(small_task, 10)
    assert session.evaluating
    assert small_task.validation is not None
    expected = evaluate(session.network, small_task.validation)
    session.next_batch()  # has to wait for the validation
    assert session.history.validations[-1] == (10, expected)


def test_that_a_piece_of_work_is_a_chunk_of_an_evaluation_or_one_batch(mnist: Mnist) -> None:
    session = Session(Settings(), digits(mnist))
    assert session.evaluating
    chunks = 0
    while session.evaluating:
        session.advance()
        chunks += 1
    assert chunks > 1  # the last one sums up
    assert session.batch == 0
    session.advance()
    assert session.batch == 1


def test_that_the_test_set_is_touched_by_nothing_but_a_test(small_task: Task) -> None:
    data = replace(small_task, test=cast("Samples", Untouchable()))
    session = trained(data, 2 * EPOCH)
    session.snapshot()
    session.apply(replace(session.settings, batch_size=5))
    finish_evaluations(session)
    session.begin_test()
    with pytest.raises(AssertionError, match="the test set was touched"):
        session.advance()


def test_that_a_test_evaluates_the_test_set(small_task: Task) -> None:
    session = trained(small_task, 3)
    session.begin_test()
    assert not session.history.tests
    finish_evaluations(session)
    assert small_task.test is not None
    assert session.history.tests == [(3, evaluate(session.network, small_task.test))]


# --- counting -------------------------------------------------------------------------------------


def test_that_batches_and_epochs_are_counted(small_task: Task) -> None:
    session = Session(Settings(), small_task, run=3)
    snapshot = session.snapshot()
    assert (snapshot.run, snapshot.batch, snapshot.epoch, snapshot.batch_in_epoch) == (3, 0, 1, 0)
    for _ in range(EPOCH + 1):
        session.next_batch()
    snapshot = session.snapshot()
    assert (session.batch, session.epoch) == (21, 2)
    assert (snapshot.batch, snapshot.epoch, snapshot.batch_in_epoch) == (21, 2, 1)
    assert snapshot.batches_in_epoch == session.batches_in_epoch == EPOCH
    assert snapshot.sizes == (784, 16, 16, 10)
    assert snapshot.settings == Settings()


def test_that_an_epoch_is_at_its_end_when_it_is_validated(small_task: Task) -> None:
    session = trained(small_task, EPOCH - 1)
    assert not session.at_epoch_end
    session.next_batch()
    assert session.evaluating
    assert not session.at_epoch_end
    finish_evaluations(session)
    assert session.at_epoch_end
    session.next_batch()
    assert not session.at_epoch_end


# --- changed settings -----------------------------------------------------------------------------


def test_that_a_changed_rate_applies_from_the_next_batch_and_keeps_the_momentum(
    small_task: Task,
) -> None:
    session = trained(small_task, 5, optimizer="momentum", learning_rate=0.02)
    _, step = step_of_the_next_batch(session)
    velocity = -step / 0.02
    session.apply(replace(session.settings, learning_rate=0.05))
    gradient, step = step_of_the_next_batch(session)
    np.testing.assert_allclose(step, -0.05 * (0.9 * velocity + gradient), atol=1e-6)
    assert np.abs(0.05 * 0.9 * velocity).max() > 1e-3  # or the momentum would not be seen


def test_that_a_changed_weight_decay_applies_from_the_next_batch(small_task: Task) -> None:
    session = trained(small_task, 5)
    session.apply(replace(session.settings, weight_decay=0.5))
    W = session.network.layers[0].W.copy()
    gradient, _ = step_of_the_next_batch(session)
    dW = session.network.split(gradient)[0].W
    expected = W - 0.1 * dW - 0.1 * 0.5 * W
    np.testing.assert_allclose(session.network.layers[0].W, expected, atol=1e-6)


def test_that_another_optimizer_starts_fresh(small_task: Task) -> None:
    session = trained(small_task, 5, optimizer="momentum", learning_rate=0.02)
    session.apply(replace(session.settings, optimizer="nesterov"))
    gradient, step = step_of_the_next_batch(session)
    np.testing.assert_allclose(step, -0.02 * 1.9 * gradient, atol=1e-7)


def test_that_a_changed_batch_size_applies_from_the_next_batch_within_the_epoch(
    small_task: Task,
) -> None:
    session = trained(small_task, 10)
    session.apply(replace(session.settings, batch_size=64))
    assert session.batches_in_epoch == 15
    for _ in range(5):
        session.next_batch()
    finish_evaluations(session)
    assert session.history.epoch_ends.kept.tolist() == [15]
    assert [v.batch for v in session.history.validations] == [0, 10, 15]


def test_that_what_needs_a_new_network_is_refused_and_changes_nothing(
    small_task: Task,
) -> None:
    session = Session(Settings(), small_task)
    with pytest.raises(SettingsError, match=r"only a new network can take another hidden, seed$"):
        session.apply(Settings(hidden=(8,), seed=1, learning_rate=0.7))
    assert session.settings == Settings()


def test_that_batches_too_large_for_the_network_are_refused_at_the_start_and_later(
    small_task: Task,
) -> None:
    settings = Settings(hidden=(700,))
    with pytest.raises(SettingsError, match="10,000 pictures a batch are too many"):
        Session(replace(settings, batch_size=10_000), small_task)
    session = Session(settings, small_task)
    with pytest.raises(SettingsError, match="10,000 pictures a batch are too many"):
        session.apply(replace(settings, batch_size=10_000))
    assert session.settings == settings


# --- snapshots ------------------------------------------------------------------------------------


def test_that_a_first_snapshot_has_weights_and_no_batch(
    small_task: Task,
) -> None:
    session = Session(Settings(), small_task)
    snapshot = session.snapshot()
    assert snapshot.params.tobytes() == session.network.params.tobytes()
    assert snapshot.glance is None
    assert len(snapshot.course.losses) == 0


def test_that_nothing_in_a_snapshot_changes_when_training_goes_on(small_task: Task) -> None:
    session = trained(small_task, 3, optimizer="adam", learning_rate=0.01)
    snapshot = session.snapshot()
    before = [array.tobytes() for array in arrays(snapshot)]
    assert len(before) == 2 + 2 + 3 * 4
    assert not snapshot.params.flags.writeable
    for _ in range(3):
        session.next_batch()
    assert [array.tobytes() for array in arrays(snapshot)] == before
    assert session.snapshot().params.tobytes() != snapshot.params.tobytes()


def test_that_the_pieces_of_snapshots_put_together_are_the_whole_course(
    small_task: Task,
) -> None:
    session = Session(Settings(), small_task)
    pieces = []
    mark = session.history.mark()
    for work in range(1, 70):
        session.advance()
        if work % 7 == 0 or work == 69:
            pieces.append(session.snapshot(mark).course)
            mark = session.history.mark()
    whole = session.snapshot().course
    assert len(whole.losses) == session.batch > EPOCH
    np.testing.assert_array_equal(np.concatenate([p.losses for p in pieces]), whole.losses)
    assert sum((p.validations for p in pieces), ()) == whole.validations
    assert [end for p in pieces for end in p.epoch_ends] == list(whole.epoch_ends)


def test_that_a_glance_shows_the_batch_as_the_network_saw_it(small_task: Task) -> None:
    session = trained(small_task, 4)
    before = session.snapshot()
    session.next_batch()
    glance = session.snapshot().glance
    assert glance is not None
    records = glance.records
    assert records.y is not None

    order = np.random.default_rng((0, 1)).permutation(640)  # seed 0, epoch 1
    samples = order[4 * 32 : 5 * 32]
    np.testing.assert_array_equal(records.x, small_task.train.inputs(samples))
    np.testing.assert_array_equal(glance.labels, small_task.train.labels(samples))

    predicted = session.network.over(before.params).predict(records.x)
    a, delta = records.forwards[-1].a, records.backwards[0].delta
    np.testing.assert_allclose(a, predicted, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(delta, predicted - records.y, rtol=1e-4, atol=1e-6)
    assert records.network.params.tobytes() == before.params.tobytes()
    updated = session.network.predict(records.x)
    assert np.abs(updated - predicted).max() > 1e-4  # the checks above can tell them apart


def test_that_the_gradient_is_the_one_that_made_the_last_step(small_task: Task) -> None:
    session = trained(small_task, 4)
    gradient, step = step_of_the_next_batch(session)
    np.testing.assert_allclose(step, -0.1 * gradient, atol=1e-7)
