from typing import cast

import pytest

from bpviz.bench.train import train_for
from bpviz.session.session import Session


class Paced:
    """A session in which a batch takes a second, and each third piece of work validates for ten."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.batch = 0
        self._pieces = 0

    @property
    def evaluating(self) -> bool:
        return self._pieces % 3 == 2

    def advance(self, seconds: float) -> None:
        validates = self.evaluating
        self._pieces += 1
        self.now_s += 10 if validates else 1
        self.batch += not validates


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Paced:
    session = Paced()
    monkeypatch.setattr("bpviz.bench.train.time.perf_counter", lambda: session.now_s)
    return session


def test_that_validations_are_left_out_of_the_time(session: Paced) -> None:
    assert train_for(cast("Session", session), 20) == 1
    assert session.batch == 20


def test_that_validations_count_where_they_do_beside_the_window(session: Paced) -> None:
    assert train_for(cast("Session", session), 120, validating=True) == pytest.approx(2 / 12)
    assert session.now_s == 120


def test_that_only_batches_of_this_time_are_counted(session: Paced) -> None:
    train_for(cast("Session", session), 5)
    assert train_for(cast("Session", session), 10) == 1
    assert session.batch == 15
