import math
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from bpviz.session.settings import Settings, SettingsError

# Another value of each setting.
OTHERS: dict[str, Any] = {
    "hidden": (8,),
    "activation": "tanh",
    "output": "sigmoid",
    "loss": "squared_error",
    "initializer": "he",
    "optimizer": "adam",
    "learning_rate": 0.2,
    "weight_decay": 0.001,
    "batch_size": 10,
    "seed": 1,
}
LIVE = {"optimizer", "learning_rate", "weight_decay", "batch_size"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"activation": "softmax"},
            "unknown activation 'softmax': choose one of relu, leaky_relu,",
        ),
        ({"output": "step"}, "unknown output 'step': choose one of softmax, relu,"),
        ({"loss": "hinge"}, "unknown loss 'hinge': choose one of cross_entropy, squared_error"),
        ({"initializer": "ones"}, "unknown initializer 'ones': choose one of he, xavier,"),
        ({"optimizer": "lion"}, "unknown optimizer 'lion': choose one of sgd, momentum,"),
        ({"output": "tanh"}, "cross-entropy needs outputs between 0 and 1: use softmax or sigmoid"),
        ({"hidden": (16,) * 13}, "at most 12 hidden layers, not 13"),
        ({"hidden": (16, 0)}, "a layer has 1 to 8,192 neurons, not 0"),
        ({"hidden": (-3,)}, "a layer has 1 to 8,192 neurons, not -3"),
        ({"hidden": (8193,)}, "a layer has 1 to 8,192 neurons, not 8,193"),
        (
            {"learning_rate": 0.0},
            "the learning rate must be a finite number above 0, such as 0.1, not 0.0",
        ),
        (
            {"learning_rate": -0.1},
            "the learning rate must be a finite number above 0, such as 0.1, not -0.1",
        ),
        (
            {"learning_rate": math.inf},
            "the learning rate must be a finite number above 0, such as 0.1, not inf",
        ),
        (
            {"learning_rate": math.nan},
            "the learning rate must be a finite number above 0, such as 0.1, not nan",
        ),
        ({"weight_decay": -0.1}, "the weight decay must be a finite number, 0 or more, not -0.1"),
        (
            {"weight_decay": math.nan},
            "the weight decay must be a finite number, 0 or more, not nan",
        ),
        (
            {"weight_decay": math.inf},
            "the weight decay must be a finite number, 0 or more, not inf",
        ),
        ({"batch_size": 0}, "a batch has 1 to 10,000 pictures, not 0"),
        ({"batch_size": 10_001}, "a batch has 1 to 10,000 pictures, not 10,001"),
        ({"seed": -1}, "a seed is a whole number from 0 to 2,147,483,647, not -1"),
        ({"seed": 2**31}, "a seed is a whole number from 0 to 2,147,483,647, not 2147483648"),
    ],
)
def test_that_a_wrong_value_is_refused_in_one_line(values: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(**values)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        {"hidden": ()},
        {"hidden": (1,) * 12},
        {"hidden": (8192,)},
        {"output": "relu", "loss": "squared_error"},
        {"output": "sigmoid", "loss": "cross_entropy"},
        {"batch_size": 1},
        {"batch_size": 10_000},
        {"seed": 2**31 - 1},
        {"learning_rate": 1e-12},
    ],
)
def test_that_values_at_the_edge_are_taken(values: dict[str, Any]) -> None:
    settings = Settings(**values)
    assert {name: getattr(settings, name) for name in values} == values


def test_that_settings_cannot_be_changed_unseen() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().learning_rate = 1.0  # type: ignore[misc]


def test_that_sizes_are_inputs_hidden_layers_and_outputs() -> None:
    assert Settings(hidden=(32, 8)).sizes(784, 10) == (784, 32, 8, 10)
    assert Settings(hidden=()).sizes(784, 10) == (784, 10)


def test_that_more_weights_than_can_be_shown_are_refused() -> None:
    settings = Settings(hidden=(8192, 8192), batch_size=1)
    n = 785 * 8192 + 8193 * 8192 + 8193 * 10
    with pytest.raises(SettingsError, match=f"^{n:,} weights are more than the 25,000,000 that"):
        settings.sizes(784, 10)


def test_that_batches_that_would_hold_up_a_pause_are_refused_with_a_size_that_does() -> None:
    settings = Settings(hidden=(700,), batch_size=10_000)
    most = 1_000_000_000 // (785 * 700 + 701 * 10)
    with pytest.raises(SettingsError, match=f"use {most:,} or fewer"):
        settings.sizes(784, 10)
    replace(settings, batch_size=most).sizes(784, 10)
    with pytest.raises(SettingsError):
        replace(settings, batch_size=most + 1).sizes(784, 10)


def test_that_every_setting_is_tested_below() -> None:
    assert {field.name for field in fields(Settings)} == set(OTHERS)


@pytest.mark.parametrize("name", OTHERS)
def test_that_only_what_the_optimizer_and_the_batches_take_applies_without_a_new_network(
    name: str,
) -> None:
    settings = Settings()
    other = replace(settings, **{name: OTHERS[name]})
    assert settings.needs_new_network(other) == (() if name in LIVE else (name,))


def test_that_all_settings_that_need_a_new_network_are_named() -> None:
    other = Settings(hidden=(8,), seed=1, batch_size=10, activation="tanh")
    assert set(Settings().needs_new_network(other)) == {"hidden", "seed", "activation"}
    assert Settings().needs_new_network(Settings()) == ()
