import numpy as np
import pytest

from bpviz.views.epoch_ends import EpochEnds


def ends_of(*pieces: object) -> EpochEnds:
    ends = EpochEnds()
    for piece in pieces:
        ends.extend(np.array(piece))
    return ends


def test_that_epochs_are_numbered_from_1_at_the_batch_where_they_ended() -> None:
    ends = ends_of([100, 200], [], [300])
    assert len(ends) == 3
    assert ends.ticks(0, 350, 5) == [(100, "1"), (200, "2"), (300, "3")]
    assert ends.ticks(100, 300, 5) == [(100, "1"), (200, "2"), (300, "3")]
    assert ends.ticks(101, 299, 5) == [(200, "2")]


@pytest.mark.parametrize("stretch", [(0, 99), (301, 400), (110, 190)])
def test_that_there_is_no_tick_where_no_epoch_ended(stretch: tuple[int, int]) -> None:
    assert ends_of([100, 200, 300]).ticks(*stretch, 5) == []
    assert EpochEnds().ticks(*stretch, 5) == []


def test_that_crowded_epochs_are_thinned_to_round_numbers() -> None:
    ends = ends_of(range(100, 10_001, 100))
    assert [text for _, text in ends.ticks(0, 10_000, 5)] == ["20", "40", "60", "80", "100"]


@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_that_epochs_whose_length_changes_end_where_they_ended(chunk: int) -> None:
    lengths = np.repeat([7, 3, 100, 1], [50, 1, 2, 300])
    batches = np.cumsum(lengths)
    ends = EpochEnds()
    for start in range(0, len(batches), chunk):
        ends.extend(batches[start : start + chunk])
    ticks = ends.ticks(0, batches[-1], 10_000)
    assert [at for at, _ in ticks] == batches.tolist()
    assert [int(text) for _, text in ticks] == list(range(1, 354))


def test_that_millions_of_epochs_take_no_room() -> None:
    ends = EpochEnds()
    for first in range(1, 3_000_001, 100_000):
        ends.extend(np.arange(first, first + 100_000))
    assert len(ends) == 3_000_000
    assert ends._corners.nbytes < 100
    assert ends.ticks(0, 3_000_000, 3) == [
        (1e6, "1,000,000"),
        (2e6, "2,000,000"),
        (3e6, "3,000,000"),
    ]


def test_that_the_newest_end_is_known() -> None:
    ends = EpochEnds()
    assert ends.last == 0
    ends.extend([20, 40, 60])
    ends.extend([65])
    assert ends.last == 65
