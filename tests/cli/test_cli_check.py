import json
from dataclasses import replace

import numpy as np
import pytest

from bpviz.cli import main
from bpviz.cli.check import LIMIT, Combination, combinations
from bpviz.engine import HIDDEN_ACTIVATIONS, OUTPUT_ACTIVATIONS, Array
from bpviz.session.settings import Settings

SMALL = Settings(hidden=(5, 4), batch_size=5)


def test_that_every_activation_is_checked_with_every_output_and_loss_that_fit() -> None:
    names = {one[:3] for one in combinations(SMALL)}
    assert len(names) == 5 * (6 + 2)
    for activation in ("relu", "leaky_relu", "tanh", "sigmoid", "linear"):
        assert {(activation, output, "squared_error") for output in OUTPUT_ACTIVATIONS} <= names
        assert (activation, "softmax", "cross_entropy") in names
        assert (activation, "sigmoid", "cross_entropy") in names


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_that_all_derivatives_of_the_6_5_4_3_networks_agree(seed: int) -> None:
    for one in combinations(replace(SMALL, seed=seed)):
        assert one.relative_error <= LIMIT
        assert one.compared + one.kinks == 7 * 5 + 6 * 4 + 5 * 3


def test_that_it_ends_with_status_0_and_a_line_for_each_combination(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check"]) == 0
    heading, *lines, verdict = capsys.readouterr().out.splitlines()
    assert heading.split() == ["hidden", "output", "loss", "relative", "error", "compared", "kinks"]
    assert len(lines) == 40
    assert all(len(line.split()) == 6 for line in lines)
    assert verdict.startswith("all derivatives agree")


def test_that_options_narrow_and_change_what_is_checked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["--activation", "tanh", "--hidden", "none", "--batch-size", "2"]
    main(["check", "--json", *options, "--seed", "9"])
    first = json.loads(capsys.readouterr().out)["combinations"]
    main(["check", "--json", *options, "--seed", "8"])
    second = json.loads(capsys.readouterr().out)["combinations"]
    assert {one["activation"] for one in first} == {"tanh"}
    assert {one["compared"] for one in first} == {7 * 3}
    assert first != second


def _make_derivative_wrong(monkeypatch: pytest.MonkeyPatch, by: float) -> None:
    right = HIDDEN_ACTIVATIONS["tanh"]

    def wrong(z: Array, a: Array) -> Array:
        assert right.derivative is not None
        return right.derivative(z, a) * by

    monkeypatch.setitem(HIDDEN_ACTIVATIONS, "tanh", replace(right, derivative=wrong))


@pytest.mark.parametrize("by", [-1.0, 1.01, 1.0001])
def test_that_a_wrong_derivative_ends_with_status_1(
    by: float, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _make_derivative_wrong(monkeypatch, by)
    assert main(["check"]) == 1
    *lines, verdict = capsys.readouterr().out.splitlines()[1:]
    for line in lines:
        assert line.endswith("WRONG") == line.startswith("tanh")
    assert "8 of 40 are WRONG" in verdict


def test_that_json_says_which_combinations_are_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _make_derivative_wrong(monkeypatch, 1.01)
    assert main(["check", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is False
    assert report["limit"] == 1e-6
    assert report["worst"] == max(one["relative_error"] for one in report["combinations"])
    assert 1e-3 < report["worst"] < 1e-1
    assert {one["activation"] for one in report["combinations"] if not one["ok"]} == {"tanh"}


def test_that_a_derivative_that_is_not_a_number_fails_and_is_null_in_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _make_derivative_wrong(monkeypatch, np.nan)
    assert main(["check", "--json"]) == 1
    report = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert report["worst"] is None
    assert sum(one["relative_error"] is None for one in report["combinations"]) == 8


def test_that_a_check_that_compared_nothing_has_not_passed() -> None:
    assert not Combination("relu", "softmax", "cross_entropy", 0.0, 0, 74).ok
    assert Combination("relu", "softmax", "cross_entropy", 0.0, 1, 73).ok
