"""A session taken stage by stage, nudged, edited, and taught a drawing."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bpviz.data import Task
from bpviz.engine import Array, Backward, Forward, Loss, Records, Update
from bpviz.session.divergence import DivergenceError
from bpviz.session.glance import Glance
from bpviz.session.look import Look
from bpviz.session.session import Session
from bpviz.session.settings import Settings

STAGES = 8  # of a batch: forward 1 to 3, loss, backward 3 to 1, update


def started(task: Task, batches: int = 3, **settings: Any) -> Session:
    session = Session(Settings(**settings), task)
    for _ in range(batches):
        session.next_batch()
    return session


def step(session: Session, stages: int) -> None:
    for _ in range(stages):
        session.next_stage()


def glance(session: Session) -> Glance:
    glance = session.snapshot().glance
    assert glance is not None
    return glance


def bits(session: Session) -> list[bytes]:
    """Everything that decides how training goes on."""
    optimizer = session._optimizer
    moments = [v.tobytes() for v in vars(optimizer).values() if isinstance(v, np.ndarray)]
    plain = [repr(v).encode() for v in vars(optimizer).values() if not isinstance(v, np.ndarray)]
    batches = session._batches
    place = repr((batches.epoch, batches.position, batches.batch_in_epoch)).encode()
    upcoming = batches.next(session.settings.batch_size).tobytes()
    return [session.network.params.tobytes(), *moments, *plain, place, upcoming]


def loss_with(records: Records, params: Array) -> float:
    network = records.network.over(params)
    a = records.x
    for layer in network.layers:
        z, a = layer.forward(a)
    assert records.y is not None
    return float(network.loss.values(network.output, z, a, records.y).mean())


# --- stages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "adam"])
def test_that_stages_train_the_same_bits_as_batches(small_task: Task, optimizer: str) -> None:
    settings = {"optimizer": optimizer, "learning_rate": 0.01}
    batches = started(small_task, 25, **settings)
    stages = started(small_task, 0, **settings)
    step(stages, 25 * STAGES)
    assert bits(stages) == bits(batches)
    assert stages.history.losses.tobytes() == batches.history.losses.tobytes()
    assert stages.history.validations[:3] == batches.history.validations[:3]


def test_that_each_stage_is_the_next_of_the_textbook(small_task: Task) -> None:
    session = started(small_task)
    kinds = []
    for _ in range(STAGES):
        session.next_stage()
        kinds.append(type(glance(session).records.last))
    assert kinds == [Forward] * 3 + [Loss] + [Backward] * 3 + [Update]


def test_that_parameters_keep_their_bits_until_the_update(small_task: Task) -> None:
    session = started(small_task, optimizer="adam", learning_rate=0.01)
    before = session.network.params.tobytes()
    for _ in range(STAGES - 1):
        session.next_stage()
        session.snapshot()
        assert session.network.params.tobytes() == before
        assert session.batch == 3
    session.next_stage()
    assert session.network.params.tobytes() != before
    assert session.batch == 4


@pytest.mark.parametrize("stages", [1, 4, 7])
def test_that_the_next_batch_completes_the_one_under_way(small_task: Task, stages: int) -> None:
    session, expected = started(small_task), started(small_task, 5)
    step(session, stages)
    session.next_batch()
    assert session.batch == 4
    session.next_batch()
    assert bits(session) == bits(expected)


def test_that_a_batch_under_way_is_walked_and_a_whole_one_is_not(small_task: Task) -> None:
    session = started(small_task)
    assert not session.snapshot().walking
    session.next_stage()
    assert session.snapshot().walking
    session.next_batch()
    assert not session.snapshot().walking


def test_that_a_validation_that_is_due_does_not_hold_up_the_forward_pass(small_task: Task) -> None:
    session = started(small_task, 0)
    step(session, STAGES - 1)
    assert session.evaluating
    session.next_stage()
    assert [v.batch for v in session.history.validations] == [0]


def test_that_divergence_is_told_before_the_update(small_task: Task) -> None:
    session = started(small_task)
    session.network.layers[0].W[:] = np.inf
    step(session, STAGES - 2)
    before = session.network.params.tobytes()
    with pytest.raises(DivergenceError):
        session.next_stage()
    assert session.network.params.tobytes() == before


# --- what the update does ---------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_that_the_update_is_foretold_exactly_and_without_a_trace(
    small_task: Task, optimizer: str
) -> None:
    session = started(small_task, optimizer=optimizer, learning_rate=0.01)
    step(session, STAGES - 2)
    assert glance(session).outcome is None
    session.next_stage()
    unseen = started(small_task, optimizer=optimizer, learning_rate=0.01)
    step(unseen, STAGES - 1)
    foretold, records = glance(session).outcome, glance(session).records
    assert foretold is not None
    assert foretold.is_preview
    assert bits(session) == bits(unseen)

    session.next_stage()
    done = glance(session).outcome
    assert done is not None
    assert not done.is_preview
    assert done.loss_after == foretold.loss_after == loss_with(records, session.network.params)
    np.testing.assert_array_equal(done.step, foretold.step)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "rmsprop", "adam"])
@pytest.mark.parametrize("stages", [STAGES - 1, STAGES])
def test_that_the_terms_of_a_parameter_end_in_its_step(
    small_task: Task, optimizer: str, stages: int
) -> None:
    session = started(small_task, 4, optimizer=optimizer, learning_rate=0.01, weight_decay=0.1)
    session.look = Look(parameter=784 * 16 + 16 + 5)
    step(session, stages - 1)
    session.apply(replace(session.settings, learning_rate=0.02))
    session.next_stage()
    seen = glance(session)
    assert seen.outcome is not None
    expected = float(seen.outcome.step[784 * 16 + 16 + 5])
    assert seen.terms[-1].value == pytest.approx(expected, rel=1e-3)
    first, *_ = seen.terms
    assert first.name == "gradient"
    session.apply(replace(session.settings, learning_rate=0.5))
    if stages == STAGES:  # what is done is done
        assert glance(session).terms == seen.terms
    else:
        assert glance(session).terms != seen.terms


def test_that_there_are_no_terms_before_the_gradient(small_task: Task) -> None:
    session = started(small_task)
    session.look = Look(parameter=0)
    step(session, STAGES - 2)
    assert not glance(session).terms


# --- whose part is looked at ------------------------------------------------------------------


def test_that_a_look_chooses_samples_and_their_gradients(small_task: Task) -> None:
    session = started(small_task)
    everyone = glance(session)
    np.testing.assert_array_equal(everyone.rows, np.arange(32))
    assert everyone.gradients[0] is not None
    np.testing.assert_array_equal(everyone.gradients[0].W, everyone.records.backwards[-1].dW)

    session.look = Look(label=int(everyone.labels[3]))  # type: ignore[index]
    some = glance(session)
    np.testing.assert_array_equal(some.rows, np.flatnonzero(everyone.labels == some.look.label))
    session.look = Look(sample=31, agreement=True)
    one = glance(session)
    assert (one.sample, list(one.rows)) == (31, [31])
    assert one.agreements[1] is not None
    assert set(np.unique(one.agreements[1].W.round(5))) <= {0, 1}
    session.look = Look(sample=32)
    assert glance(session).sample is None


def test_that_a_look_changes_nothing(small_task: Task) -> None:
    session = started(small_task)
    before = bits(session)
    session.look = Look(label=4, agreement=True, parameter=7)
    session.snapshot()
    assert bits(session) == before


# --- one parameter ----------------------------------------------------------------------------


@pytest.mark.parametrize("stages", [0, 2, STAGES - 1, STAGES])
def test_that_a_nudge_is_put_back_bit_by_bit_whatever_comes_next(
    small_task: Task, stages: int
) -> None:
    session, expected = started(small_task), started(small_task)
    step(session, stages)
    step(expected, stages)
    before = bits(session)
    for value in (0.5, np.pi, 1e30):
        session.nudge(13000, value)
        assert session.network.params[13000] == np.float32(value)
        assert session.snapshot().params[13000] == np.float32(value)
        # The batch is shown as it was computed.
        assert glance(session).records.network.params[13000] != np.float32(value)
    session.release()
    assert bits(session) == before

    session.nudge(13000, 0.5)
    session.next_stage()
    expected.next_stage()
    assert bits(session) == bits(expected)
    session.nudge(13000, 0.5)
    session.next_batch()
    expected.next_batch()
    assert bits(session) == bits(expected)


def test_that_a_parameter_that_is_set_counts_in_all_that_is_shown_of_the_batch(
    small_task: Task,
) -> None:
    session = started(small_task)
    step(session, STAGES - 1)
    session.set_parameter(13000, 0.25)
    seen = glance(session)
    assert len(seen.records.backwards) == 3
    assert seen.records.network.params[13000] == 0.25

    other = started(small_task)
    other.network.params[13000] = 0.25
    step(other, STAGES - 1)
    expected = glance(other).records
    assert seen.records.gradient is not None
    assert expected.gradient is not None
    assert seen.records.gradient.tobytes() == expected.gradient.tobytes()
    session.next_stage()
    other.next_stage()
    assert bits(session) == bits(other)


# --- a drawing --------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "adam"])
@pytest.mark.parametrize("stages", [0, 3])
def test_that_a_lesson_is_undone_bit_by_bit(small_task: Task, optimizer: str, stages: int) -> None:
    session = started(small_task, optimizer=optimizer, learning_rate=0.01)
    step(session, stages)
    before = bits(session)
    drawing = np.random.default_rng(1).random(784, np.float32)
    session.learn(drawing, 7)
    assert bits(session) != before
    lesson = session.snapshot().lesson
    assert lesson is not None
    assert lesson.label == 7
    assert lesson.after[7] > lesson.before[7]
    assert session.batch == 3
    session.undo_lesson()
    assert bits(session) == before
    assert session.snapshot().lesson is None

    # And the course goes on as if nothing had been.
    session.next_batch()
    assert bits(session) == bits(started(small_task, 4, optimizer=optimizer, learning_rate=0.01))


def test_that_a_lesson_can_be_walked_through_like_any_batch(small_task: Task) -> None:
    session, at_once = started(small_task), started(small_task)
    drawing = np.random.default_rng(1).random(784, np.float32)
    session.begin_lesson(drawing, 7)
    for _ in range(STAGES):
        session.next_stage()
        assert glance(session).drawn
    at_once.learn(drawing, 7)
    assert bits(session) == bits(at_once)
    assert session.history.losses.tobytes() == at_once.history.losses.tobytes()
    session.undo_lesson()
    assert bits(session) == bits(started(small_task))


@pytest.mark.parametrize("stages", [0, 3, STAGES - 1])
@pytest.mark.parametrize("walked", [1, 5, STAGES])
def test_that_undo_takes_up_the_batch_that_was_put_off(
    small_task: Task, stages: int, walked: int
) -> None:
    session = started(small_task, optimizer="adam", learning_rate=0.01)
    expected = started(small_task, optimizer="adam", learning_rate=0.01)
    step(session, stages)
    step(expected, stages)
    session.begin_lesson(np.ones(784, np.float32), 3)
    step(session, walked)
    session.undo_lesson()
    assert bits(session) == bits(expected)
    seen, wanted = glance(session).records, glance(expected).records
    assert not glance(session).drawn
    assert len(seen.backwards) == len(wanted.backwards)
    np.testing.assert_array_equal(seen.x, wanted.x)
    step(session, STAGES)
    step(expected, STAGES)
    assert bits(session) == bits(expected)


def test_that_a_lesson_begun_anew_takes_the_place_of_the_one_under_way(small_task: Task) -> None:
    session = started(small_task)
    step(session, 2)
    before = bits(session)
    for label in (3, 4):
        session.begin_lesson(np.ones(784, np.float32), label)
        step(session, 2)
    assert session.snapshot().can_undo
    session.undo_lesson()
    assert not session.snapshot().can_undo
    assert bits(session) == before
    assert not glance(session).drawn


def test_that_a_lesson_cannot_be_undone_once_training_went_on(small_task: Task) -> None:
    session = started(small_task)
    session.learn(np.ones(784, np.float32), 3)
    session.next_batch()
    before = bits(session)
    session.undo_lesson()
    assert bits(session) == before


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_that_settings_changed_since_a_lesson_outlive_its_undo(
    small_task: Task, optimizer: str
) -> None:
    session = started(small_task)
    expected = started(small_task)
    session.learn(np.ones(784, np.float32), 3)
    for one in (session, expected):
        one.apply(replace(one.settings, optimizer=optimizer, learning_rate=0.01))
    session.undo_lesson()
    for one in (session, expected):
        one.next_batch()
    assert bits(session) == bits(expected)


@pytest.mark.parametrize("optimizer", ["momentum", "rmsprop", "adam"])
def test_that_a_lesson_and_its_undo_change_nothing_in_what_the_last_update_was_made_of(
    small_task: Task, optimizer: str
) -> None:
    session = started(small_task, optimizer=optimizer, learning_rate=0.01)
    session.look = Look(parameter=784 * 16 + 16 + 5)
    before = glance(session).terms
    session.learn(np.ones(784, np.float32), 3)
    session.undo_lesson()
    assert glance(session).terms == before


def test_that_a_value_typed_in_a_lesson_outlives_its_undo(small_task: Task) -> None:
    session = started(small_task)
    session.begin_lesson(np.ones(784, np.float32), 3)
    session.next_stage()
    session.set_parameter(13000, 0.5)
    session.next_stage()
    assert session.snapshot().can_undo
    session.undo_lesson()
    assert session.network.params[13000] == 0.5
    expected = started(small_task)
    expected.network.params[13000] = 0.5
    assert bits(session) == bits(expected)


def test_that_a_typed_value_that_ends_in_infinity_is_told_at_once(small_task: Task) -> None:
    session = started(small_task)
    session.network.layers[2].W[:] = 2
    step(session, STAGES - 1)
    with pytest.raises(DivergenceError):
        session.set_parameter(785 * 16 + 16 * 16 + 3, 3e38)  # a bias before those weights
    seen = glance(session)
    assert seen.left_out
    assert not seen.terms
    assert session.batch == 4


def test_that_a_drawing_that_diverges_is_called_one(small_task: Task) -> None:
    session = started(small_task)
    session.network.layers[0].W[:] = np.inf
    with pytest.raises(DivergenceError, match=r"^Your drawing: the weights of layer 1"):
        session.learn(np.ones(784, np.float32), 3)


def test_that_a_batch_of_one_sample_of_another_label_shows_none(small_task: Task) -> None:
    session = started(small_task, batch_size=1)
    labels = glance(session).labels
    assert labels is not None
    label = int(labels[0])
    session.look = Look(label=label)
    assert list(glance(session).rows) == [0]
    session.look = Look(label=(label + 1) % 10)
    seen = glance(session)
    assert seen.sample is None
    assert not len(seen.rows)


def test_that_what_is_shown_of_an_update_is_made_with_the_settings_it_was_made_with(
    small_task: Task,
) -> None:
    session = started(small_task)
    session.apply(replace(session.settings, learning_rate=5.0))
    assert glance(session).settings.learning_rate == 0.1
    session.next_stage()
    assert glance(session).settings.learning_rate == 5.0
    session.apply(replace(session.settings, learning_rate=0.2))
    assert glance(session).settings.learning_rate == 0.2
