"""Runs a measuring program in a process of its own and reads its answer."""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import IO, Any, cast

Answer = dict[str, Any]
"""What a program has measured, by name."""


class MeasurementError(Exception):
    """A measuring program has failed; in one line, which and how."""


def ask(program: str, *arguments: object) -> Answer:
    """
    Run one of the programs of this package to its end.

    Parameters
    ----------
    program
        Name of the module.
    *arguments
        Its words.

    Returns
    -------
    dict
        The JSON object in the last line that it printed.

    Raises
    ------
    MeasurementError
        If it fails.
    """
    words = ["-m", f"bpviz.bench.{program}", *map(str, arguments)]
    *_, (_, line) = _lines(program, words)
    try:
        return cast("Answer", json.loads(line, parse_constant=_refuse))
    except ValueError as error:
        raise MeasurementError(f"{program} gave no answer: {error}") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no figure")


def seconds_to_first_line(name: str, words: Sequence[str]) -> float:
    """
    Return how long it takes from starting Python until a program prints a line, in seconds.

    Parameters
    ----------
    name
        What to call the program if it fails.
    words
        What Python is started with.

    Raises
    ------
    MeasurementError
        If it fails.
    """
    start_s = time.perf_counter()
    (first_s, _), *_ = _lines(name, words)
    return first_s - start_s


def _lines(name: str, words: Sequence[str]) -> list[tuple[float, str]]:
    """Return the lines that a program prints, each with the time when it came, in seconds."""
    command = [sys.executable, *words]
    # Errors go to a file: a pipe that nobody reads meanwhile may fill up, and stop the program.
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as file,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, text=True) as process,
    ):
        try:
            lines = [(time.perf_counter(), line) for line in cast("IO[str]", process.stdout)]
            process.wait()
        finally:
            process.kill()  # after Ctrl+C; nothing happens to one that has ended
        file.seek(0)
        errors = file.read()
    # Qt goes on after an error in what it has called, but what is measured then is something else.
    if process.returncode or not lines or "Traceback" in errors:
        raise MeasurementError(f"{name} ended with status {process.returncode}{_cause(errors)}")
    return lines


def _cause(errors: str) -> str:
    """Return a colon and the last error in Python, or else the last line; "" without any line."""
    lines = errors.strip().splitlines()
    causes = [line for line in lines if re.match(r"[\w.]+(Error|Exception)\b", line)]
    return "".join(f": {line}" for line in (causes or lines)[-1:])
