"""Who of the views beside the network is shown which frame."""

import time
from collections import Counter

import pytest

from bpviz.app.turns import PAUSE_S, Show, Turns


def curve(*_: object) -> None: ...


def stages(*_: object) -> None: ...


def strip(*_: object) -> None: ...


def inspector(*_: object) -> None: ...


VIEWS: tuple[Show, ...] = (stages, strip, inspector)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Hands that are moved by hand: the time is the only entry."""
    now_s = [100.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now_s[0])
    return now_s


def frames(turns: Turns, clock: list[float], apart_s: float, hurried: bool) -> list[set[Show]]:
    shown = []
    for _ in range(24):
        clock[0] += apart_s
        shown.append(set(turns.take(hurried)))
    return shown


def test_that_at_full_speed_frames_take_the_groups_in_turns(clock: list[float]) -> None:
    shown = frames(Turns([curve], VIEWS), clock, 0.016, hurried=True)[1:]
    assert all(len(each) == 1 for each in shown)
    assert {curve in each for each in shown[::2]} != {curve in each for each in shown[1::2]}
    counts = Counter(show for each in shown for show in each if show is not curve)
    assert len(counts) == len(VIEWS)
    assert max(counts.values()) - min(counts.values()) <= 1


@pytest.mark.parametrize(("apart_s", "hurried"), [(0.016, False), (2 * PAUSE_S, True)])
def test_that_all_show_the_same_frame_if_it_is_looked_at_or_there_is_time(
    clock: list[float], apart_s: float, hurried: bool
) -> None:
    turns = Turns([curve], VIEWS)
    frames(turns, clock, 0.016, hurried=True)
    for _ in range(5):
        clock[0] += apart_s
        assert list(turns.take(hurried)) == [curve, *VIEWS]
