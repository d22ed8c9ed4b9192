"""`bpviz doctor`: what bpviz runs on, and what is missing."""

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

from threadpoolctl import threadpool_info

from bpviz import kernels
from bpviz.cli.qt import missing_libraries, named, reachable_display, window_trouble
from bpviz.data import DataError, load_mnist

# Says which Qt and which platform the window gets. Qt that cannot start ends its whole process,
# so it is tried in another one.
_PROBE = """
from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
print(qVersion(), flush=True)
print(QGuiApplication([]).platformName())
"""
_PROBE_TIMEOUT_S = 30


def run_doctor(as_json: bool) -> int:
    """
    Print what bpviz runs on and what is missing.

    Parameters
    ----------
    as_json
        Print one JSON object and nothing else.

    Returns
    -------
    int
        The exit status: 0 if the window can open and the digits are whole, else 1.
    """
    qt, qt_platform, last_words = _probe()
    trouble = None if qt_platform else window_trouble() or last_words
    missing = missing_libraries()
    try:
        load_mnist()
        data = "whole"
    except DataError as error:
        data = str(error)
    report = {
        "bpviz": _version("bpviz"),
        "Python": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "numpy": _version("numpy"),
        "BLAS": _blas(),
        "fast loops": _loops(),
        "PySide6": _version("PySide6-Essentials") or _version("PySide6"),
        "Qt": qt,
        "Qt platform": qt_platform,
        "pyqtgraph": _version("pyqtgraph"),
        "display": reachable_display(),
        "digits": data,
    }
    ok = trouble is None and data == "whole"
    if as_json:
        entries = {key.lower().replace(" ", "_"): value for key, value in report.items()}
        found = {"missing_libraries": missing, "trouble": trouble, "ok": ok}
        print(json.dumps({**entries, **found}))
    else:
        for key, value in report.items():
            print(f"{key:<13}{value or 'none'}")
        if missing:
            print(f"{'missing':<13}{named(missing)}")
        words = "The window can open." if data == "whole" else "The window opens without digits."
        print(f"The window cannot open: {trouble}" if trouble else words)
    return 0 if ok else 1


def _probe() -> tuple[str | None, str | None, str]:
    """Return Qt's version and platform if it starts, and the last line that it wrote if not."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROBE], capture_output=True, text=True, timeout=_PROBE_TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return None, None, f"Qt did not start within {_PROBE_TIMEOUT_S} s"
    lines = done.stdout.splitlines()
    last_words = (done.stderr.strip() or f"Qt ended with status {done.returncode}").splitlines()[-1]
    return lines[0] if lines else None, lines[1] if lines[1:] else None, last_words


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _loops() -> str:
    if kernels.library is not None:
        return {1: "for any processor", 3: "AVX2", 4: "AVX-512"}[kernels.level()]
    if os.environ.get("BPVIZ_KERNELS") == "off":
        return "none: BPVIZ_KERNELS=off"
    return "none: slower; `python -m pip install --force-reinstall --no-cache-dir` compiles them"


def _blas() -> str | None:
    return ", ".join(
        f"{pool['internal_api']} {pool['version']} with {pool['num_threads']} of "
        f"{os.cpu_count()} threads"
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    )
