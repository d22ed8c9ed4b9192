"""The window drawn into a file."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from bpviz.app import main
from bpviz.app.main import Pose, Program, screenshot
from bpviz.data import DataError, Mnist, from_mnist
from bpviz.session.settings import Settings
from bpviz.views.theme import DARK, LIGHT, Theme

from .conftest import EPOCH, trained


@pytest.fixture
def programs(
    dressed: QApplication, small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Program]]:
    """Keep the programs that screenshots make."""
    made: list[Program] = []

    class Kept(Program):
        def __init__(self, *args: object) -> None:
            super().__init__(*args)  # type: ignore[arg-type]
            made.append(self)

    monkeypatch.setattr(main, "Program", Kept)
    monkeypatch.setattr(main, "load_mnist", lambda: small_mnist)
    yield made
    for program in made:
        program.window.deleteLater()
    made.clear()


def pixels(path: Path) -> NDArray[np.uint32]:
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    # A copy: the picture takes its memory with it.
    flat = np.frombuffer(image.constBits(), np.uint32).copy()
    return flat.reshape(image.height(), image.width())


def share(picture: NDArray[np.uint32], colour: str) -> float:
    return float((picture == QColor(colour).rgb()).mean())


@pytest.mark.parametrize(("theme", "other"), [(DARK, LIGHT), (LIGHT, DARK)], ids=["dark", "light"])
@pytest.mark.parametrize("after", [0, 1, EPOCH + 7])
def test_that_the_window_is_drawn_after_exactly_so_many_batches_in_its_theme(
    programs: list[Program],
    tmp_path: Path,
    small_mnist: Mnist,
    theme: Theme,
    other: Theme,
    after: int,
) -> None:
    path = tmp_path / "out.png"
    screenshot(path, Settings(), Pose(after), 1280, 800, theme.name)
    (program,) = programs
    snapshot = program.controller.snapshot
    assert snapshot is not None
    assert snapshot.batch == after
    assert snapshot.params.tobytes() == trained(small_mnist, after).network.params.tobytes()
    assert f"· {after} in all" in program.window.status.text_of("batch")

    assert path.read_bytes().startswith(b"\x89PNG")
    picture = pixels(path)
    assert picture.shape == (800, 1280)
    assert share(picture, theme.ground) > 0.05
    assert share(picture, theme.panel) > 0.05
    assert share(picture, other.ground) < 0.01
    assert len(np.unique(picture)) > (100 if after else 50)  # edges in the colours of a gradient


def test_that_a_test_picture_is_on_the_pad_and_read(
    programs: list[Program], tmp_path: Path, small_mnist: Mnist
) -> None:
    screenshot(tmp_path / "out.png", Settings(), Pose(1), 1280, 800, "dark")
    draw = programs[0].window.draw
    picture = small_mnist.test.x[main.EXAMPLE].reshape(28, 28)
    assert np.array_equal(draw.ink(), from_mnist(picture, 280))
    assert draw.prediction.text_of(0) != "–"


@pytest.mark.parametrize("matrix", [True, False])
def test_that_the_matrix_is_shown_if_asked_for(
    programs: list[Program], tmp_path: Path, matrix: bool
) -> None:
    screenshot(tmp_path / "out.png", Settings(), Pose(1, matrix=matrix), 1280, 800, "dark")
    window = programs[0].window
    assert window.network.matrix.isVisibleTo(window) is matrix
    assert (window.network.view.width() < 450) is matrix


def test_that_the_picture_has_the_size_asked_for(programs: list[Program], tmp_path: Path) -> None:
    for width, height in ((1600, 1000), (1280, 800)):
        screenshot(tmp_path / "out.png", Settings(), Pose(1), width, height, "dark")
        assert pixels(tmp_path / "out.png").shape == (height, width)


def test_that_the_same_screenshot_has_the_same_pixels_where_no_time_is_shown(
    programs: list[Program], tmp_path: Path
) -> None:
    pictures = []
    for name in ("a.png", "b.png"):
        screenshot(tmp_path / name, Settings(), Pose(10), 1280, 800, "dark")
        status = programs[-1].window.status
        pictures.append(pixels(tmp_path / name)[status.geometry().bottom() + 1 :])
    assert np.array_equal(pictures[0], pictures[1])


def test_that_no_window_stays_open_and_no_thread_runs(
    programs: list[Program], tmp_path: Path
) -> None:
    screenshot(tmp_path / "out.png", Settings(), Pose(1), 1280, 800, "dark")
    assert not programs[0].window.isVisible()


@pytest.mark.parametrize("name", ["no/such/folder/out.png", "out.no-format", ""])
def test_that_a_path_that_cannot_be_written_is_told(
    programs: list[Program], tmp_path: Path, name: str
) -> None:
    with pytest.raises(OSError, match="cannot be written"):
        screenshot(tmp_path / name, Settings(), Pose(0), 1280, 800, "dark")
    assert not programs[0].window.isVisible()


def test_that_a_training_that_diverges_is_told(programs: list[Program], tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    with pytest.raises(RuntimeError, match=r"Batch 2: the activations of layer \d are no longer"):
        screenshot(path, Settings(learning_rate=1e30), Pose(10), 1280, 800, "dark")
    assert not path.exists()
    assert not programs[0].window.isVisible()


def test_that_pictures_that_cannot_be_read_are_told(
    programs: list[Program], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load() -> Mnist:
        raise DataError("mnist.npz is altered; reinstall bpviz")

    monkeypatch.setattr(main, "load_mnist", load)
    with pytest.raises(RuntimeError, match="is altered; reinstall"):
        screenshot(tmp_path / "out.png", Settings(), Pose(1), 1280, 800, "dark")


def test_that_the_least_size_told_is_that_of_the_window_as_it_is_dressed(
    programs: list[Program], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="the window needs") as refusal:
        screenshot(tmp_path / "a.png", Settings(), Pose(after=0), 600, 400, "dark")
    window = programs[0].window
    window.grab()
    least = window.minimumSizeHint()
    assert f"{least.width()}x{least.height()}" in str(refusal.value)
