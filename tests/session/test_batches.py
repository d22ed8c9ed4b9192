import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.session.batches import Batches


def take(batches: Batches, size: int) -> NDArray[np.intp]:
    taken = batches.next(size)
    batches.done(len(taken))
    return taken


def epoch(batches: Batches, size: int) -> list[int]:
    """Take batches to the end of an epoch, and return the samples in their order."""
    taken = list(take(batches, size))
    while not batches.epoch_is_over:
        taken.extend(take(batches, size))
    return taken


@pytest.mark.parametrize("size", [1, 3, 5, 10, 25])
def test_that_an_epoch_deals_out_every_sample_once(size: int) -> None:
    batches = Batches(10, seed=0)
    for _ in range(3):
        dealt = epoch(batches, size)
        assert sorted(dealt) == list(range(10))


def test_that_batches_are_full_and_the_last_takes_the_rest() -> None:
    batches = Batches(10, seed=0)
    assert [len(take(batches, 4)) for _ in range(3)] == [4, 4, 2]
    assert batches.epoch_is_over


def test_that_each_epoch_has_an_order_of_its_own() -> None:
    batches = Batches(100, seed=0)
    orders = {tuple(epoch(batches, 10)) for _ in range(3)}
    assert len(orders) == 3
    assert tuple(range(100)) not in orders


def test_that_an_order_depends_on_seed_and_epoch_alone() -> None:
    small, large, other = Batches(100, seed=1), Batches(100, seed=1), Batches(100, seed=2)
    for _ in range(2):
        order = epoch(small, 7)
        assert order == epoch(large, 64)
        assert order != epoch(other, 7)


def test_that_an_epoch_whose_batch_size_changes_still_deals_out_every_sample_once() -> None:
    batches = Batches(10, seed=0)
    sizes = [3, 2, 4, 4]
    dealt = [take(batches, size) for size in sizes]
    assert [len(batch) for batch in dealt] == [3, 2, 4, 1]
    assert sorted(np.concatenate(dealt).tolist()) == list(range(10))
    assert batches.epoch_is_over


def test_that_the_count_of_an_epochs_batches_follows_the_batch_size() -> None:
    batches = Batches(10, seed=0)
    assert batches.in_epoch(3) == 4
    assert batches.in_epoch(10) == 1
    assert batches.in_epoch(99) == 1
    take(batches, 3)
    take(batches, 3)
    assert batches.in_epoch(3) == 2 + 2  # 3 and 1 are to come
    assert batches.in_epoch(1) == 2 + 4
    assert batches.in_epoch(4) == 2 + 1
    take(batches, 4)
    assert batches.in_epoch(4) == 3


def test_that_an_epoch_goes_on_counting_with_the_first_batch_of_the_next() -> None:
    batches = Batches(4, seed=0)
    seen = []
    for _ in range(5):
        take(batches, 2)
        seen.append((batches.epoch, batches.position, batches.batch_in_epoch))
    assert seen == [(1, 2, 1), (1, 4, 2), (2, 2, 1), (2, 4, 2), (3, 2, 1)]


def test_that_before_the_first_batch_the_first_epoch_is_under_way() -> None:
    batches = Batches(4, seed=0)
    assert (batches.epoch, batches.position, batches.batch_in_epoch) == (1, 0, 0)
    assert not batches.epoch_is_over


def test_that_samples_that_are_not_done_are_given_again() -> None:
    batches = Batches(10, seed=0)
    take(batches, 4)
    first = batches.next(4)
    np.testing.assert_array_equal(batches.next(4), first)
    np.testing.assert_array_equal(batches.next(2), first[:2])
    assert (batches.position, batches.batch_in_epoch) == (4, 1)
