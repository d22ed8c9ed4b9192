import numpy as np

from bpviz.session.evaluation import Evaluation
from bpviz.session.history import Course, Evaluated, History, Mark


def test_that_a_history_keeps_every_loss_however_many() -> None:
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
    assert sum((p.epoch_ends for p in pieces), ()) == whole.epoch_ends == (500, 1000, 1500, 2000)
    ends = [p.first_batch + len(p.losses) for p in pieces]
    assert [p.first_batch for p in pieces] == [1, *ends[:-1]]


def test_that_nothing_new_is_an_empty_piece() -> None:
    history = History()
    history.add_loss(1.0)
    piece = history.since(history.mark())
    assert piece.first_batch == 2
    assert piece.losses.shape == (0,)
    assert piece[2:] == ((), (), ())


def test_that_a_piece_is_a_read_only_copy() -> None:
    history = History()
    history.add_loss(1.0)
    piece = history.since(Mark())
    history.losses[0] = 7
    assert piece.losses.tolist() == [1.0]
    assert not piece.losses.flags.writeable
