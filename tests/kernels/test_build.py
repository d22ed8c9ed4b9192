"""How the loops in C are compiled when bpviz is installed; the compiler is a stand-in."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bpviz import kernels
from bpviz.kernels import build

Run = Callable[..., None]


class Hook(build.KernelsHook):
    """Needs no project."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    @property
    def app(self) -> Any:
        return self

    def display_warning(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "loops.c").write_text("int x;")
    monkeypatch.setattr(build, "FOLDER", tmp_path)
    monkeypatch.setattr(kernels, "_FOLDER", tmp_path)
    monkeypatch.delenv("BPVIZ_KERNELS", raising=False)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    return tmp_path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the compiler write something, and note for which processors."""
    processors: list[str] = []

    def run(command: Sequence[str], **_: object) -> None:
        processors.append(next(word for word in command if word.startswith("-mcpu=")))
        Path(command[command.index("-o") + 1]).write_bytes(b"code")

    monkeypatch.setattr(subprocess, "run", run)
    return processors


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"loops.c"}


def test_that_each_kind_of_processor_gets_a_library_of_its_own(
    folder: Path, compiled: list[str]
) -> None:
    hook, data = Hook(), dict[str, Any]()
    assert hook.dependencies() == [build.COMPILER]
    hook.initialize("standard", data)
    assert compiled == ["-mcpu=x86_64", "-mcpu=x86_64_v3", "-mcpu=x86_64_v4"]
    assert names(folder) == {path.name for path in build.libraries().values()}
    assert data["pure_python"] is False
    assert data["tag"].startswith("py3-none-")
    assert hook.dependencies() == []
    hook.initialize("standard", data)
    assert len(compiled) == 3


def test_that_what_older_sources_made_is_dropped(folder: Path, compiled: list[str]) -> None:
    build.build()
    old = names(folder)
    (folder / "loops.c").write_text("int y;")
    build.build()
    assert not names(folder) & old
    assert len(names(folder)) == 3


def test_that_it_is_looked_for_where_it_was_put(
    folder: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build.build()
    loaded: list[str] = []

    class Library:
        def __init__(self, path: str) -> None:
            loaded.append(path)

        @staticmethod
        def bp_cpu_level() -> int:
            return 3

    Library.bp_cpu_level.restype = None  # type: ignore[attr-defined]
    monkeypatch.setattr("ctypes.CDLL", Library)
    assert kernels.usable() == [build.libraries()[1], build.libraries()[3]]
    assert loaded == [str(build.libraries()[1])]


def fail(*_: object, **__: object) -> None:
    raise subprocess.CalledProcessError(1, "cc")


def fill_the_disk(*_: object) -> None:
    raise OSError("no space left on device")


@pytest.mark.parametrize("what", ["compiler", "disk"])
def test_that_bpviz_goes_without_where_compiling_fails(
    what: str, folder: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "compiler":
        monkeypatch.setattr(subprocess, "run", fail)
    else:
        monkeypatch.setattr(Path, "replace", fill_the_disk)
    hook, data = Hook(), dict[str, Any]()
    hook.initialize("standard", data)
    assert "goes without its fast loops" in hook.warnings[0]
    assert data == {}
    assert names(folder) == set()
    assert hook.dependencies() == [build.COMPILER]


@pytest.mark.parametrize("why", ["machine", "system", "wish"])
def test_that_nothing_is_compiled_where_it_cannot_or_shall_not_be(
    why: str, folder: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if why == "wish":
        monkeypatch.setenv("BPVIZ_KERNELS", "off")
    else:
        monkeypatch.setattr(f"platform.{why}", lambda: "unheard of")
    hook, data = Hook(), dict[str, Any]()
    assert hook.dependencies() == []
    hook.initialize("standard", data)
    assert (compiled, hook.warnings, data, names(folder)) == ([], [], {}, set())


def test_that_a_library_in_use_may_stay(
    folder: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build.build()
    (folder / "loops.c").write_text("int y;")
    monkeypatch.setattr(Path, "unlink", fill_the_disk)
    with pytest.raises(OSError, match="no space"):
        Path("anything").unlink()
    monkeypatch.setattr(build, "_put", lambda file, place: place.write_bytes(file.read_bytes()))
    build.build()
    assert len(names(folder)) == 6
