"""Play, pause, steps, epochs, restarts and speed, by mouse and keys."""

import hashlib
import json
import math

import pytest
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtTest import QTest

from bpviz.cli import main
from bpviz.data import Mnist, digits
from bpviz.session.evaluation import evaluate
from bpviz.session.session import Session
from bpviz.session.settings import Settings
from bpviz.session.snapshot import Snapshot
from bpviz.views.control_bar import SPEEDS

from .conftest import EPOCH, Launch, Pilot, trained

EMPTY = "No batches yet. Press Space to train."


# --- play -----------------------------------------------------------------------------------------


def test_that_space_plays_and_pauses_and_then_nothing_changes_any_more(pilot: Pilot) -> None:
    assert pilot.window.controls.play.text() == "Play"
    assert pilot.batch == 0
    pilot.play()
    assert pilot.window.controls.play.text() == "Pause"
    seen = pilot.batch
    pilot.wait(lambda: pilot.batch > seen)
    pilot.pause()
    assert pilot.window.controls.play.text() == "Play"

    paused, figures = pilot.params.tobytes(), _figures(pilot)
    for _ in range(3):  # each time the worker takes turns with its timer before it answers
        pilot.settle()
    assert pilot.params.tobytes() == paused
    assert _figures(pilot) == figures


def _figures(pilot: Pilot) -> list[str]:
    return [pilot.figure(name) for name in ("epoch", "batch", "elapsed", "validation")]


def test_that_the_play_button_does_what_space_does(pilot: Pilot) -> None:
    button = pilot.window.controls.play
    pilot.click(button)
    pilot.wait(lambda: pilot.playing and pilot.batch > 0)
    pilot.click(button)
    pilot.wait(lambda: not pilot.playing)


def test_that_a_line_says_what_to_do_next(pilot: Pilot) -> None:
    assert "→ to walk" in pilot.hint
    assert "Space to train" in pilot.hint
    pilot.play()
    assert "Space pauses" in pilot.hint
    pilot.pause()
    assert "→ goes on stage by stage" in pilot.hint


def test_that_a_played_run_trains_what_a_session_trains(pilot: Pilot, small_mnist: Mnist) -> None:
    pilot.play(3 * EPOCH)
    pilot.pause()
    session = trained(small_mnist, pilot.batch)
    assert pilot.params.tobytes() == session.network.params.tobytes()


def test_that_every_loss_of_a_played_run_is_plotted_once_though_frames_are_dropped(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    pilot.play(3 * EPOCH)
    pilot.pause()
    assert len(set(pilot.frames)) < pilot.batch
    session = trained(small_mnist, pilot.batch)
    assert pilot.losses.tobytes() == session.history.losses.tobytes()


def test_that_batches_elapsed_time_and_rate_are_in_sight_while_it_plays(pilot: Pilot) -> None:
    pilot.play(EPOCH)
    pilot.wait(lambda: pilot.figure("rate").endswith(" batches/s"))
    assert float(pilot.figure("rate").split()[0].replace(",", "")) > 0
    assert pilot.figure("elapsed").startswith("time 0:")
    for name in ("epoch", "batch", "rate", "elapsed"):
        assert pilot.label(f"status_{name}").isVisible()
    pilot.pause()


# --- steps ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(hidden=(8,), activation="tanh", optimizer="adam", learning_rate=0.01, seed=3),
    ],
    ids=["sgd", "adam"],
)
def test_that_n_clicks_on_next_batch_give_the_bits_of_n_batches(
    launch: Launch, small_mnist: Mnist, settings: Settings
) -> None:
    pilot = launch(settings)
    pilot.wait(pilot.window.controls.next_batch.isEnabled)
    for _ in range(EPOCH + 5):  # faster than they are trained, and past an epoch's end
        pilot.click(pilot.window.controls.next_batch)
    pilot.wait(lambda: pilot.batch == EPOCH + 5)
    pilot.settle()
    assert pilot.batch == EPOCH + 5
    session = trained(small_mnist, EPOCH + 5, settings)
    assert pilot.params.tobytes() == session.network.params.tobytes()
    assert pilot.losses.tobytes() == session.history.losses.tobytes()


def test_that_each_step_is_shown(pilot: Pilot) -> None:
    for batch in range(1, 4):
        pilot.press("Shift+Right")
        pilot.wait(lambda batch=batch: pilot.batch == batch)  # type: ignore[misc]
    assert pilot.figure("batch") == f"batch 3 / {EPOCH} · 3 in all"
    assert {1, 2, 3} <= set(pilot.frames)


def test_that_a_step_while_it_plays_pauses_and_trains_one_batch(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    pilot.play()
    pilot.press("Shift+Right")
    pilot.wait(lambda: not pilot.playing)
    pilot.settle()
    assert pilot.batch == pilot.paused_at + 1
    session = trained(small_mnist, pilot.batch)
    assert pilot.params.tobytes() == session.network.params.tobytes()


def test_that_next_epoch_stops_at_the_epochs_end(pilot: Pilot, small_mnist: Mnist) -> None:
    pilot.step()
    for epoch in (1, 2):
        pilot.press("Ctrl+Shift+Right")
        pilot.wait(lambda end=epoch * EPOCH: pilot.batch == end and not pilot.playing)  # type: ignore[misc]
        assert pilot.figure("batch") == f"batch {EPOCH} / {EPOCH} · {epoch * EPOCH} in all"
        assert pilot.figure("epoch") == f"epoch {epoch}"
    pilot.settle()
    assert pilot.batch == 2 * EPOCH
    session = trained(small_mnist, 2 * EPOCH)
    accuracy = evaluate(session.network, small_mnist.validation).accuracy
    assert pilot.figure("validation").startswith(f"validation {100 * accuracy:.1f} %")
    pilot.click(pilot.window.controls.next_epoch)
    pilot.wait(lambda: pilot.batch == 3 * EPOCH and not pilot.playing)


# --- restarts -------------------------------------------------------------------------------------


def restart(pilot: Pilot, keys: str) -> None:
    run = pilot.snapshot.run
    pilot.press(keys)
    pilot.wait(lambda: pilot.snapshot.run == run + 1 and pilot.figure("validation") != "")


@pytest.mark.parametrize("playing", [False, True], ids=["paused", "playing"])
def test_that_a_reset_gives_the_same_starting_weights_bit_for_bit(
    pilot: Pilot, playing: bool
) -> None:
    start = pilot.params.tobytes()
    validation = pilot.figure("validation")
    pilot.play(2 * EPOCH)
    if not playing:
        pilot.pause()
    assert pilot.params.tobytes() != start
    restart(pilot, "Ctrl+R")
    pilot.settle()
    assert pilot.params.tobytes() == start
    assert pilot.snapshot.glance is None
    assert not pilot.playing
    assert pilot.figure("validation") == validation
    assert_shows_a_beginning(pilot)


def assert_shows_a_beginning(pilot: Pilot) -> None:
    assert pilot.figure("epoch") == "epoch 1"
    assert pilot.figure("batch") == f"batch 0 / {EPOCH} · 0 in all"
    assert pilot.figure("elapsed") == "time 0:00"
    assert pilot.figure("test") == ""
    assert len(pilot.losses) == 0
    pilot.wait(lambda: pilot.says(EMPTY))


def test_that_after_a_reset_the_same_course_is_trained_again(pilot: Pilot) -> None:
    for _ in range(5):
        pilot.step()
    losses, params = pilot.losses, pilot.params
    assert not pilot.says(EMPTY)
    restart(pilot, "Ctrl+R")
    for _ in range(5):
        pilot.step()
    assert pilot.losses.tobytes() == losses.tobytes()
    assert pilot.params.tobytes() == params.tobytes()


def test_that_a_new_seed_gives_other_starting_weights(pilot: Pilot, small_mnist: Mnist) -> None:
    start = pilot.params.tobytes()
    pilot.step()
    restart(pilot, "Ctrl+Shift+R")
    other = Session(Settings(seed=1), digits(small_mnist)).network.params
    assert other.tobytes() != start
    assert pilot.params.tobytes() == other.tobytes()
    assert_shows_a_beginning(pilot)
    pilot.step()
    restart(pilot, "Ctrl+R")  # to the start of the new seed, not of the first
    assert pilot.params.tobytes() == other.tobytes()


def test_that_the_seed_in_the_settings_follows_a_new_seed(pilot: Pilot) -> None:
    pilot.click(pilot.window.controls.new_seed)
    pilot.wait(lambda: pilot.snapshot.settings.seed == 1)
    assert pilot.window.settings.seed.value() == 1
    assert not pilot.window.settings.restart.isEnabled()


# --- speed ----------------------------------------------------------------------------------------


def test_that_the_speed_is_set_by_keys_and_holds(pilot: Pilot) -> None:
    controls, worker = pilot.window.controls, pilot.program.trainer.worker
    assert controls.speed_label.text() == "unlimited"
    pilot.press(",")
    assert controls.speed_label.text() == "3,000 / s"
    pilot.press(".")
    pilot.press(".")  # there is no faster
    pilot.settle()
    assert controls.speed_label.text() == "unlimited"
    assert math.isinf(worker._pace.per_s)

    controls.speed.setFocus()
    pilot.press("Home")
    assert controls.speed_label.text() == "5 s a stage"
    for _ in range(4):
        pilot.press("Right")
    assert controls.speed_label.text() == "1 / s"
    pilot.play()
    pilot.pause()
    assert worker._pace.per_s == 1
    # The first batch comes at once; unlimited, a hundred would have come with it.
    assert pilot.batch <= 5


def test_that_the_speed_changes_while_it_plays(pilot: Pilot) -> None:
    controls = pilot.window.controls
    controls.speed.setValue(0)
    pilot.press("Space")
    pilot.wait(lambda: pilot.playing and pilot.snapshot.glance is not None)
    assert pilot.batch == 0  # one stage, not a batch
    while controls.speed.value() < controls.speed.maximum():
        pilot.press(".")
    pilot.wait(lambda: pilot.batch > 5 * EPOCH)
    assert pilot.playing
    pilot.pause()


def test_that_the_slider_moves_by_mouse(pilot: Pilot) -> None:
    speed = pilot.window.controls.speed
    before = speed.value()
    QTest.mouseClick(speed, Qt.MouseButton.LeftButton, pos=speed.rect().center())
    assert speed.value() < before
    assert pilot.window.controls.speed_label.text() != "unlimited"


class Frames(QObject):
    """Notes of each frame its batch, and what the status bar and the loss plot say of it."""

    def __init__(self, pilot: Pilot) -> None:
        super().__init__()
        self._pilot = pilot
        self.seen: list[tuple[int, int, int]] = []
        pilot.program.trainer.worker.published.connect(self._note)

    @Slot(object)
    def _note(self, snapshot: Snapshot) -> None:
        self.seen.append((snapshot.batch, self._pilot.batch, len(self._pilot.window.loss._series)))


def test_that_a_slowed_training_shows_every_frame_everywhere(pilot: Pilot) -> None:
    speeds = [pace.per_s for pace in SPEEDS]
    pilot.window.controls.speed.setValue(speeds.index(100))
    frames = Frames(pilot)
    pilot.play(batches=40)
    assert len(frames.seen) > 10
    assert all(batch == said == drawn for batch, said, drawn in frames.seen)


# --- the test set ---------------------------------------------------------------------------------


def test_that_the_test_set_is_evaluated_on_request_only(pilot: Pilot, small_mnist: Mnist) -> None:
    pilot.press("Ctrl+Shift+Right")
    pilot.wait(lambda: pilot.batch == EPOCH and not pilot.playing)
    assert pilot.figure("test") == ""
    pilot.press("Ctrl+T")
    pilot.wait(lambda: pilot.figure("test") != "")
    session = trained(small_mnist, EPOCH)
    result = evaluate(session.network, small_mnist.test)
    assert pilot.figure("test").startswith(f"test {100 * result.accuracy:.1f} %")
    assert f"{100 * result.accuracy:.2f} %" in pilot.hint
    assert f"loss of {result.loss:.4f}" in pilot.hint
    assert pilot.params.tobytes() == session.network.params.tobytes()


def test_that_an_evaluation_of_the_test_set_does_not_disturb_the_training(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    pilot.play()
    pilot.press("Ctrl+T")
    pilot.wait(lambda: pilot.figure("test") != "")
    assert pilot.playing
    pilot.pause()
    session = trained(small_mnist, pilot.batch)
    assert pilot.params.tobytes() == session.network.params.tobytes()


# --- the same run without a window ----------------------------------------------------------------


def test_that_clicking_next_batch_n_times_and_train_batches_n_give_the_same_bits(
    launch: Launch,
    mnist: Mnist,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    n = 40
    pilot = launch(load=lambda: mnist)
    pilot.wait(pilot.window.controls.next_batch.isEnabled)
    for _ in range(n):
        pilot.click(pilot.window.controls.next_batch)
    pilot.wait(lambda: pilot.batch == n)
    pilot.settle()

    monkeypatch.setattr("bpviz.cli.train.load_mnist", lambda: mnist)
    assert main(["train", "--batches", str(n), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["batches"] == n
    assert report["parameters_sha256"] == hashlib.sha256(pilot.params.tobytes()).hexdigest()
