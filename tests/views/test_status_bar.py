import re
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from bpviz.views.status_bar import Progress, StatusBar

PROGRESS = Progress(
    epoch=3,
    batch=4321,
    batch_in_epoch=883,
    batches_in_epoch=1719,
    batches_per_s=12345.6,
    elapsed_s=83.9,
    validation=(0.93456, 2048),
    test=None,
)
NAMES = ("epoch", "batch", "rate", "elapsed", "validation", "test")


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(1280, 30)
    bar.show()
    return bar


def shown(bar: StatusBar, **changes: object) -> dict[str, str]:
    """What stands there after a change, without its markup."""
    bar.show_progress(replace(PROGRESS, **changes))  # type: ignore[arg-type]
    return {name: re.sub("<.*?>", "", bar.text_of(name)) for name in NAMES}


def test_that_the_figures_are_shown(bar: StatusBar) -> None:
    assert shown(bar) == {
        "epoch": "epoch 3",
        "batch": "batch 883 / 1,719 · 4,321 in all",
        "rate": "12,346 batches/s",
        "elapsed": "time 1:23",
        "validation": "validation 93.5 % at 2,048",
        "test": "",
    }


def test_that_where_each_batch_is_an_epoch_only_batches_are_counted(bar: StatusBar) -> None:
    figures = shown(bar, epoch=4321, batch_in_epoch=1, batches_in_epoch=1)
    assert (figures["epoch"], figures["batch"]) == ("", "batch 4,321")
    label = bar.findChild(QLabel, "status_epoch")
    assert isinstance(label, QLabel)
    assert not label.isVisible()
    shown(bar)
    assert label.isVisible()


def test_that_each_figure_has_a_label_of_its_name(bar: StatusBar) -> None:
    bar.show_progress(replace(PROGRESS, test=(0.5, 100)))
    for name in NAMES:
        label = bar.findChild(QLabel, f"status_{name}")
        assert isinstance(label, QLabel)
        assert label.text() == bar.text_of(name)
        assert label.text()


@pytest.mark.parametrize(
    ("elapsed_s", "text"),
    [
        (0.0, "0:00"),
        (9.99, "0:09"),
        (59.999, "0:59"),
        (60, "1:00"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (36_000 + 62, "10:01:02"),
        (100 * 3600 + 59, "100:00:59"),
    ],
)
def test_that_time_is_hours_minutes_and_seconds(
    bar: StatusBar, elapsed_s: float, text: str
) -> None:
    assert shown(bar, elapsed_s=elapsed_s)["elapsed"] == f"time {text}"


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (0.0, "0.0 batches/s"),
        (0.26, "0.3 batches/s"),
        (9.94, "9.9 batches/s"),
        (10.0, "10 batches/s"),
        (999.6, "1,000 batches/s"),
    ],
)
def test_that_slow_rates_have_a_decimal(bar: StatusBar, rate: float, text: str) -> None:
    assert shown(bar, batches_per_s=rate)["rate"] == text


def test_that_what_is_unknown_is_left_blank_again(bar: StatusBar) -> None:
    assert shown(bar, test=(0.9, 1234))["test"] == "test 90.0 % at 1,234"
    blank = shown(bar, batches_per_s=None, validation=None, test=None)
    assert blank["rate"] == blank["validation"] == blank["test"] == ""


def test_that_accuracies_of_none_and_all_are_figures_too(bar: StatusBar) -> None:
    figures = shown(bar, validation=(0.0, 0), test=(1.0, 7))
    assert figures["validation"] == "validation 0.0 % at 0"
    assert figures["test"] == "test 100.0 % at 7"


def test_that_the_figures_stand_still_while_they_change(bar: StatusBar) -> None:
    shown(bar)
    bar.grab()
    places = [bar.findChild(QLabel, f"status_{name}").x() for name in NAMES]  # type: ignore[union-attr]
    shown(bar, batches_per_s=None, elapsed_s=0, epoch=1, batch=1, batch_in_epoch=1)
    bar.grab()
    assert places == [
        bar.findChild(QLabel, f"status_{name}").x()  # type: ignore[union-attr]
        for name in NAMES
    ]


def test_that_the_hint_says_what_to_do_or_what_is_wrong(bar: StatusBar) -> None:
    bar.show_hint("Press Space to train.")
    assert bar.hint.text() == "Press Space to train."
    assert bar.hint.property("muted") is True
    assert bar.hint.property("trouble") is False
    bar.show_hint("NaN in layer 2.", trouble=True)
    assert bar.hint.text() == "NaN in layer 2."
    assert bar.hint.toolTip() == "NaN in layer 2."
    assert bar.hint.property("trouble") is True
    bar.show_hint("Press Space to train.")
    assert bar.hint.toolTip() == ""
    assert bar.hint.property("trouble") is False


def test_that_a_long_hint_does_not_widen_the_window(bar: StatusBar) -> None:
    shown(bar, test=(0.9, 7))
    before = bar.minimumSizeHint().width()
    bar.show_hint("no end of trouble " * 40, trouble=True)
    assert bar.minimumSizeHint().width() == before <= 1280
