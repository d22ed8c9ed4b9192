from collections.abc import Generator
from typing import Any, TypeVar

import numpy as np
import pytest

from bpviz.data import Task
from bpviz.engine import EPSILONS
from bpviz.session import questions
from bpviz.session.questions import Curve, Progress, check, draw_curve
from bpviz.session.session import Session
from bpviz.session.settings import Settings

T = TypeVar("T")
WEIGHT = 784 * 16 + 16 + 3 * 16 + 4  # of layer 2, from neuron 4 to neuron 5


def answer(question: Generator[Any, None, T]) -> T:
    while True:
        try:
            next(question)
        except StopIteration as end:
            result: T = end.value
            return result


@pytest.fixture
def session(small_task: Task) -> Session:
    session = Session(Settings(activation="tanh"), small_task)
    session.next_batch()
    session.next_batch()
    return session


def curve_of(session: Session, index: int = WEIGHT) -> Curve:
    curve = answer(draw_curve(session, index))
    assert curve is not None
    return curve


@pytest.mark.parametrize("stages", [4, 7, 8])
def test_that_a_curve_is_the_true_loss_and_its_slope_the_gradient(
    session: Session, stages: int
) -> None:
    for _ in range(stages):
        session.next_stage()
    before = session.network.params.tobytes()
    curve, records = curve_of(session), session.records()
    assert session.network.params.tobytes() == before
    assert records is not None
    assert records.y is not None
    for value, loss in list(zip(curve.values, curve.losses, strict=True))[::3]:
        params = session.network.params.copy()
        params[WEIGHT] = value
        network = records.network.over(params)
        a = records.x
        for layer in network.layers:
            z, a = layer.forward(a)
        expected = network.loss.values(network.output, z, a, records.y).mean()
        assert loss == pytest.approx(expected, rel=1e-5)
    assert curve.center == session.network.params[WEIGHT]
    assert curve.is_after == (stages == 8)
    assert curve.values[0] < curve.center < curve.values[-1]
    if stages == 4:
        assert curve.slope is None
        assert curve.step is None
    else:
        assert curve.slope is not None
        slope = np.gradient(curve.losses, curve.values)[len(curve.values) // 2]
        assert curve.slope == pytest.approx(slope, rel=0.02, abs=1e-4)
        expected = None if curve.is_after else pytest.approx(-0.1 * curve.slope, rel=1e-4)
        assert curve.step == expected


def test_that_there_is_no_curve_before_a_batch(small_task: Task) -> None:
    assert answer(draw_curve(Session(Settings(), small_task), 0)) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
def test_that_a_parameter_that_has_run_away_has_a_curve_to_find_a_better_value_on(
    session: Session, value: float
) -> None:
    session.next_stage()
    session.network.params[WEIGHT] = value
    curve = curve_of(session)
    np.testing.assert_equal(curve.center, np.float32(value))
    assert (np.diff(curve.values) > 0).all()
    if not np.isfinite(value):
        assert curve.values[0] == -0.5
        assert curve.values[-1] == 0.5
        assert np.isfinite(curve.losses).all()


def test_that_a_curve_is_drawn_of_the_network_as_it_is_without_the_nudge(session: Session) -> None:
    expected = curve_of(session)
    session.nudge(WEIGHT, 3.0)
    np.testing.assert_array_equal(curve_of(session).losses, expected.losses)
    assert session.network.params[WEIGHT] == 3.0


def test_that_one_parameter_is_checked_at_many_epsilons(session: Session) -> None:
    checked = answer(check(session, "weight", WEIGHT, 1e-5))
    assert checked is not None
    assert len(checked.check.epsilons) > 10
    assert checked.check.errors.min() < 1e-7


@pytest.mark.parametrize(("scope", "size"), [("layer", 17 * 16), ("network", 13002)])
def test_that_a_layer_or_the_network_is_checked_as_far_as_it_is_bearable(
    session: Session, scope: questions.Scope, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "MOST_CHECKED", 300)
    monkeypatch.setattr(questions, "FEWEST_CHECKED", 300)
    checked = answer(check(session, scope, WEIGHT, 1e-5))
    assert checked is not None
    assert checked.in_scope == size
    assert len(set(checked.check.indices)) == min(size, 300)
    assert checked.check.worst < 1e-6
    first = 784 * 16 + 16
    if scope == "layer":
        assert checked.check.indices.min() == first
        assert checked.check.indices.max() == first + 17 * 16 - 1


def test_that_a_check_tells_how_far_it_is(session: Session) -> None:
    progress = [p for p in check(session, "layer", WEIGHT, 1e-5) if isinstance(p, Progress)]
    assert progress[0] == (0, 17 * 16), "before anything is computed"
    assert progress[-1].total == 17 * 16
    progress = list(check(session, "weight", WEIGHT, 1e-5))
    assert progress[-1].done <= progress[-1].total == len(EPSILONS)
    assert [p.done for p in progress] == sorted(p.done for p in progress)
