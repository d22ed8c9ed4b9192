"""How the loops in C are found, and done without."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bpviz import kernels
from bpviz.kernels.training import CNetwork, CSamples, StoredSamples, c_samples, in_one_piece, loops

ASK = "from bpviz.kernels import library; print(library is not None)"


def there_is_one(**environment: str) -> bool:
    command = [sys.executable, "-c", ASK]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return said.stdout.strip() == "True"


def test_that_the_library_was_built_from_the_sources_at_hand() -> None:
    assert kernels.library is not None
    assert kernels.usable()


def test_that_it_can_be_switched_off() -> None:
    assert there_is_one(**os.environ | {"BPVIZ_KERNELS": "on"})
    assert not there_is_one(**os.environ | {"BPVIZ_KERNELS": "off"})


def test_that_a_library_of_other_sources_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(kernels.__file__).parent
    for path in [*folder.glob("*.c"), *folder.glob("kernels-*")]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(kernels, "_FOLDER", tmp_path)
    assert kernels.usable()
    (tmp_path / "train.c").write_text("other")
    assert not kernels.usable()


def test_that_a_broken_library_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(kernels.__file__).parent
    for path in [*folder.glob("*.c"), *folder.glob("kernels-*")]:
        content = path.read_bytes() if path.suffix == ".c" else b"no library"
        (tmp_path / path.name).write_bytes(content)
    monkeypatch.setattr(kernels, "_FOLDER", tmp_path)
    assert kernels._load() is None


def test_that_structures_are_laid_out_as_in_c() -> None:
    assert loops is not None
    assert ctypes.sizeof(CNetwork) == loops.bp_network_size()
    assert ctypes.sizeof(CSamples) == loops.bp_samples_size()


def test_that_samples_of_another_type_are_refused() -> None:
    x = np.zeros((4, 3))
    with pytest.raises(ValueError, match="x of float32, not float64"):
        c_samples(StoredSamples(None, None, x, None, np.zeros((4, 1), np.float32)))  # type: ignore[arg-type]


def test_that_an_array_in_pieces_is_refused() -> None:
    with pytest.raises(ValueError, match="in one piece"):
        in_one_piece(np.zeros((4, 4), np.float32)[:, 1])
    assert in_one_piece(None) is None
