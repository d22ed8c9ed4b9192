"""Batches trained many at a time, against the same ones trained one at a time."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bpviz.data import Task
from bpviz.engine import OPTIMIZERS, fast_lane
from bpviz.session.divergence import DivergenceError
from bpviz.session.history import Mark
from bpviz.session.session import Session
from bpviz.session.settings import Settings


def run(session: Session, until: int, pieces: int = 10**6) -> None:
    """Train in pieces of so many batches at the most, as if each took no time."""
    while session.batch < until or session.evaluating:
        session._batch_s = 1e-9
        before = session.batch
        session.advance(1.0, min(pieces, until - before))
        assert session.batch - before <= pieces


def walk(session: Session, until: int) -> None:
    while session.batch < until or session.evaluating:
        session.advance()


def course(session: Session) -> tuple[object, ...]:
    everything = session.history.since(Mark())
    return (
        everything.losses.tolist(),
        everything.validations,
        list(everything.epoch_ends),
        session.epoch,
        session.snapshot().batch_in_epoch,
        session.network.params.tobytes(),
    )


@pytest.mark.parametrize("pieces", [2, 7, 10**6])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_running_gives_the_bits_of_stepping(
    small_task: Task, optimizer: str, pieces: int
) -> None:
    one, other = (Session(Settings(optimizer=optimizer), small_task) for _ in range(2))
    run(one, 137, pieces)
    walk(other, 137)
    assert one.batch == other.batch == 137
    assert course(one) == course(other)


def test_that_running_trains_many_batches_in_one_go(
    small_task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    train = fast_lane.train

    def noting(*args: Any) -> fast_lane.Trained:
        trained = train(*args)
        sizes.append(len(trained.losses))
        return trained

    monkeypatch.setattr(fast_lane, "train", noting)
    session = Session(Settings(), small_task)
    run(session, 45)
    # Twenty batches an epoch, and a validation in the middle and at the end of each.
    assert sizes == [10, 10, 10, 10, 5]


def test_that_the_last_batch_of_a_run_is_shown_like_any_other(small_task: Task) -> None:
    one, other = (Session(Settings(), small_task) for _ in range(2))
    run(one, 16)
    walk(other, 16)
    glance, expected = one.snapshot().glance, other.snapshot().glance
    assert glance is not None
    assert expected is not None
    assert glance.labels is not None
    assert glance.labels.tolist() == expected.labels.tolist()  # type: ignore[union-attr]
    assert glance.records.network.params.tobytes() == expected.records.network.params.tobytes()
    assert glance.records.x.tobytes() == expected.records.x.tobytes()
    assert glance.records.gradient is not None
    assert glance.records.gradient.tobytes() == expected.records.gradient.tobytes()  # type: ignore[union-attr]
    assert glance.outcome is not None
    assert glance.outcome.loss_after == expected.outcome.loss_after  # type: ignore[union-attr]


def test_that_settings_changed_between_runs_apply_from_the_next_batch_on(small_task: Task) -> None:
    one, other = (Session(Settings(), small_task) for _ in range(2))
    for session, go in ((one, run), (other, walk)):
        go(session, 13)
        session.apply(replace(session.settings, batch_size=50, learning_rate=0.3))
        go(session, 44)
    assert course(one) == course(other)


def test_that_a_batch_begun_stage_by_stage_is_brought_to_its_end_first(small_task: Task) -> None:
    one, other = (Session(Settings(), small_task) for _ in range(2))
    for session, go in ((one, run), (other, walk)):
        go(session, 3)
        session.next_stage()
        session.next_stage()
        go(session, 9)
    assert course(one) == course(other)


def test_that_a_run_ends_in_the_batch_that_diverges(small_task: Task) -> None:
    sessions = [Session(Settings(learning_rate=1e18), small_task) for _ in range(2)]
    messages = []
    for session, go in zip(sessions, (run, walk), strict=True):
        with pytest.raises(DivergenceError) as error:
            go(session, 100)
        messages.append(str(error.value))
    assert messages[0] == messages[1]
    assert sessions[0].batch == sessions[1].batch > 1
    one, other = (session.network.params.tobytes() for session in sessions)
    assert one == other
    assert np.isfinite(sessions[0].history.losses[:-1]).all()


def test_that_larger_batches_are_timed_anew(small_task: Task) -> None:
    session = Session(Settings(batch_size=1), small_task)
    run(session, 5)
    session.apply(replace(session.settings, batch_size=600))
    before = session.batch
    while session.evaluating or session.batch == before:
        session.advance(1.0)
    assert session.batch == before + 1  # nobody knows yet how many fit into the time


def test_that_it_runs_on_numpy_alone_too(small_task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = Session(Settings(), small_task)
    run(fast, 70)
    monkeypatch.setattr(fast_lane, "loops", None)
    slow = Session(Settings(), small_task)
    run(slow, 70)
    np.testing.assert_allclose(slow.network.params, fast.network.params, rtol=2e-3, atol=2e-5)
    assert slow.history.validations[-1].batch == fast.history.validations[-1].batch
