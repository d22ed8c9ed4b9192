import numpy as np
import pytest

from bpviz.session.evaluation import Evaluation
from bpviz.session.history import KEPT, Course, Evaluated, History, Mark


def test_that_a_history_keeps_the_losses_one_by_one() -> None:
    history = History()
    losses = np.random.default_rng(0).random(5000, np.float32)
    for loss in losses:
        history.add_loss(float(loss))
    assert len(history) == 5000
    assert history.losses.dtype == np.float32
    np.testing.assert_array_equal(history.losses, losses)


def test_that_pieces_put_together_are_the_whole() -> None:
    history = History()
    pieces: list[Course] = []
    mark = Mark()
    for batch in range(1, 2001):
        history.add_loss(1 / batch)
        if batch % 300 == 0:
            history.validations.append(Evaluated(batch, Evaluation(0.5, 0.9)))
        if batch % 500 == 0:
            history.epoch_ends.append(batch)
            history.tests.append(Evaluated(batch, Evaluation(0.4, 0.8)))
        if batch in (1, 2, 299, 300, 1000, 1001, 2000):
            pieces.append(history.since(mark))
            mark = history.mark()

    whole = history.since(Mark())
    assert whole.first_batch == 1
    assert len(whole.losses) == 2000
    np.testing.assert_array_equal(np.concatenate([p.losses for p in pieces]), whole.losses)
    assert sum((p.validations for p in pieces), ()) == whole.validations
    assert sum((p.tests for p in pieces), ()) == whole.tests
    np.testing.assert_array_equal(np.concatenate([p.epoch_ends for p in pieces]), whole.epoch_ends)
    assert whole.epoch_ends.tolist() == [500, 1000, 1500, 2000]
    ends = [p.first_batch + len(p.losses) for p in pieces]
    assert [p.first_batch for p in pieces] == [1, *ends[:-1]]


def test_that_nothing_new_is_an_empty_piece() -> None:
    history = History()
    history.add_loss(1.0)
    piece = history.since(history.mark())
    assert piece.first_batch == 2
    assert piece.losses.shape == (0,)
    assert piece[2:4] == ((), ())
    assert piece.epoch_ends.shape == (0,)


def test_that_a_piece_is_a_read_only_copy() -> None:
    history = History()
    history.add_loss(1.0)
    piece = history.since(Mark())
    history.losses[0] = 7
    assert piece.losses.tolist() == [1.0]
    assert not piece.losses.flags.writeable


@pytest.mark.parametrize("chunk", [1000, 3 * KEPT])
def test_that_of_a_long_history_the_newest_losses_are_kept_and_all_are_counted(chunk: int) -> None:
    history = History()
    count = 5 * KEPT // chunk * chunk
    for first in range(0, count, chunk):
        history.add_losses(np.arange(first, first + chunk, dtype=np.float32))
    history.add_loss(-1.0)
    assert len(history) == history.mark().losses == count + 1
    assert KEPT < len(history.losses) <= 2 * KEPT
    np.testing.assert_array_equal(history.losses[-3:], [count - 2, count - 1, -1])
    piece = history.since(Mark(losses=count - 5000))
    assert piece.first_batch == count - 4999
    np.testing.assert_array_equal(piece.losses[:-1], np.arange(count - 5000, count))


def test_that_a_piece_that_is_asked_for_too_late_begins_with_the_oldest_loss_kept() -> None:
    history = History()
    history.add_loss(0.0)
    history.add_losses(np.arange(1, 3 * KEPT + 1, dtype=np.float32))
    piece = history.since(Mark())
    assert KEPT <= len(piece.losses) <= 2 * KEPT
    assert piece.first_batch + len(piece.losses) == len(history) + 1 == 3 * KEPT + 2
    np.testing.assert_array_equal(
        piece.losses, np.arange(piece.first_batch - 1, 3 * KEPT + 1, dtype=np.float32)
    )


def test_that_ends_of_epochs_are_counted_for_ever_but_not_kept() -> None:
    history = History()
    for batch in range(1, 3 * KEPT):
        history.epoch_ends.append(batch)
    assert len(history.epoch_ends) == 3 * KEPT - 1
    assert len(history.epoch_ends.kept) <= 2 * KEPT
    newest = history.since(Mark(epoch_ends=3 * KEPT - 3)).epoch_ends
    assert newest.tolist() == [3 * KEPT - 2, 3 * KEPT - 1]


def test_that_who_reads_on_misses_nothing_however_long_it_takes() -> None:
    history = History()
    told = history.since(Mark()).losses
    for count in (5 * KEPT, 10, 3 * KEPT + 7):
        mark, first = history.mark(), len(history)
        history.add_losses(np.arange(first, first + count - 1, dtype=np.float32))
        history.add_loss(first + count - 1)
        told = np.concatenate([told, history.since(mark).losses])
    np.testing.assert_array_equal(told, np.arange(len(history), dtype=np.float32))
    history.add_losses(np.zeros(4 * KEPT, np.float32))
    history.since(Mark())
    for _ in range(2 * KEPT):
        history.add_loss(0.0)
        history.epoch_ends.append(1)
    history.since(history.mark())
    history.add_losses(np.zeros(KEPT, np.float32))
    assert len(history.losses) <= 3 * KEPT  # what was read may go
