import pytest

from bpviz.app.rate import Rate


def test_that_one_moment_gives_no_rate() -> None:
    assert Rate().add(5.0, 100) is None


def test_that_no_time_gives_no_rate() -> None:
    rate = Rate()
    rate.add(0.0, 0)
    assert rate.add(0.0, 0) is None
    assert rate.add(0.0, 1) is None


def test_that_the_rate_is_batches_per_second() -> None:
    rate = Rate()
    rate.add(10.0, 100)
    assert rate.add(10.5, 150) == pytest.approx(100)
    assert rate.add(10.75, 150) == pytest.approx(50 / 0.75)


def test_that_only_about_the_last_second_counts() -> None:
    rate = Rate()
    answers = [rate.add(frame / 60, 10 * frame) for frame in range(300)]
    assert answers[2:] == [pytest.approx(600)] * 298
    for frame in range(300, 420):  # two seconds at a tenth of the speed
        answers.append(rate.add(frame / 60, 3000 + (frame - 300)))
    assert answers[-1] == pytest.approx(60)
    assert 60 < float(answers[320] or 0) < 600  # on its way


def test_that_slow_training_is_told_from_its_last_batches() -> None:
    rate = Rate()
    for frame in range(1000):  # a batch a second, after 10 a second
        answer = rate.add(frame / 50, frame // 5 if frame < 500 else 100 + (frame - 500) // 50)
    assert answer == pytest.approx(1, rel=0.25)


def test_that_a_pause_leaves_the_rate_as_it_was() -> None:
    rate = Rate()
    rate.add(1.0, 10)
    before = rate.add(1.5, 20)
    assert rate.add(1.5, 20) == before


def test_that_a_first_batch_that_comes_at_once_does_not_count() -> None:
    rate = Rate()
    rate.add(0.0, 0)
    assert rate.add(0.001, 1) is None
    assert rate.add(1.001, 2) == pytest.approx(1)
