import hashlib
import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from bpviz.cli import main
from bpviz.cli.train import evaluate_all, run_train, train_to
from bpviz.data import Mnist, digits
from bpviz.session.divergence import DivergenceError
from bpviz.session.evaluation import evaluate
from bpviz.session.session import Session
from bpviz.session.settings import Settings

SMALL = Settings(hidden=(8,))


@pytest.fixture(autouse=True)
def few_digits(monkeypatch: pytest.MonkeyPatch, small_mnist: Mnist) -> None:
    monkeypatch.setattr("bpviz.cli.train.load_mnist", lambda: small_mnist)


def train_plainly(session: Session, batch: int) -> None:
    train_to(session, batch, show=lambda: None, every_s=0)


def report_of(words: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    main(["train", "--json", *words.split()])
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    report: dict[str, Any] = json.loads(out, parse_constant=pytest.fail)
    return report


def test_that_it_trains_to_the_same_bits_as_batch_by_batch(small_mnist: Mnist) -> None:
    run, stepped = Session(SMALL, digits(small_mnist)), Session(SMALL, digits(small_mnist))
    train_plainly(run, 25)
    for _ in range(25):
        stepped.next_batch()
    assert run.batch == stepped.batch == 25
    assert run.network.params.tobytes() == stepped.network.params.tobytes()


def test_that_training_ends_with_the_validation_that_is_due(small_mnist: Mnist) -> None:
    session = Session(SMALL, digits(small_mnist))
    train_plainly(session, session.batches_in_epoch)
    assert not session.evaluating
    assert session.history.validations[-1].batch == session.batch == 20


def test_that_no_batch_is_trained_twice_and_time_adds_up(small_mnist: Mnist) -> None:
    session = Session(SMALL, digits(small_mnist))
    train_plainly(session, 3)
    params, elapsed_s = session.network.params.copy(), session.elapsed_s
    train_plainly(session, 3)
    assert np.array_equal(session.network.params, params)
    assert session.elapsed_s >= elapsed_s > 0


def test_that_progress_is_shown_on_the_way(small_mnist: Mnist) -> None:
    session = Session(SMALL, digits(small_mnist))
    shown: list[int] = []
    train_to(session, 5, lambda: shown.append(session.batch), every_s=0)
    assert {1, 5} <= set(shown)
    train_to(session, 10, lambda: shown.append(session.batch), every_s=3600)
    assert max(shown) == 5


def test_that_time_counts_though_training_diverged(small_mnist: Mnist) -> None:
    session = Session(Settings(learning_rate=1e20), digits(small_mnist))
    with pytest.raises(DivergenceError):
        train_plainly(session, 50)
    assert session.elapsed_s > 0


def test_that_the_report_is_about_the_final_weights(
    small_mnist: Mnist, capsys: pytest.CaptureFixture[str]
) -> None:
    report = report_of("--hidden 8 --batches 45 --seed 4", capsys)
    session = Session(Settings(hidden=(8,), seed=4), digits(small_mnist))
    train_plainly(session, 45)
    for name, split in (
        ("train", small_mnist.train),
        ("validation", small_mnist.validation),
        ("test", small_mnist.test),
    ):
        result = evaluate(session.network, split)
        assert report[f"{name}_loss"] == result.loss
        assert report[f"{name}_accuracy"] == result.accuracy
    assert (report["batches"], report["epochs"], report["seed"]) == (45, 2, 4)
    assert report["settings"] == asdict(session.settings) | {"hidden": [8]}
    assert report["diverged"] is False
    params = np.asarray(session.network.params, "<f4").tobytes()
    assert report["parameters_sha256"] == hashlib.sha256(params).hexdigest()
    assert report["seconds"] > 0
    assert report["batches_per_s"] > 0


def test_that_the_same_seed_gives_the_same_numbers_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second, other = (
        report_of(f"--hidden 8 --epochs 1 --seed {seed}", capsys) for seed in (1, 1, 2)
    )
    for report in (first, second, other):
        del report["seconds"], report["batches_per_s"]
    assert first == second
    assert first["parameters_sha256"] != other["parameters_sha256"]


def test_that_epochs_are_whole_passes(capsys: pytest.CaptureFixture[str]) -> None:
    report = report_of("--hidden 8 --epochs 3 --batch-size 100", capsys)
    assert (report["batches"], report["epochs"]) == (3 * 7, 3)


def test_that_no_training_is_a_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    report = report_of("--batches 0", capsys)
    assert (report["batches"], report["epochs"]) == (0, 0)
    assert 2 < report["train_loss"] < 3


def test_that_people_read_the_test_accuracy_last_and_see_a_progress_bar(
    capsys: pytest.CaptureFixture[str],
) -> None:
    expected = report_of("--hidden 8 --epochs 2", capsys)
    assert main(["train", "--hidden", "8", "--epochs", "2"]) == 0
    out, err = capsys.readouterr()
    first, *_, last = out.splitlines()
    assert first.startswith("40 batches in ")
    assert first.endswith("epochs completed: 2")
    assert last.split()[:3] == ["test", "accuracy", f"{expected['test_accuracy']:.2%}"]
    bar = err.rsplit("\r", 1)[-1]
    assert "40/40" in bar
    assert "loss " in bar
    assert "validation " in bar


def test_that_divergence_gets_one_line_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_train(Settings(learning_rate=1e20), 1, None, as_json=False) == 1
    out, err = capsys.readouterr()
    assert out == ""
    _, _, line = err.rpartition("\nbpviz: ")
    assert line.startswith("Batch 2: ")
    assert "learning rate" in line
    assert line.count("\n") == 1


def test_that_divergence_is_json_without_nan(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--learning-rate", "1e20", "--json"]) == 1
    report = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert report["diverged"] is True
    assert report["batches"] == 2
    assert report["test_accuracy"] is report["train_loss"] is None


def test_that_a_last_update_into_the_infinite_is_divergence_too(small_mnist: Mnist) -> None:
    session = Session(Settings(learning_rate=1e30), digits(small_mnist))
    train_plainly(session, 1)
    with pytest.raises(DivergenceError, match="no longer finite"):
        evaluate_all(session, small_mnist)
