"""What the figures were measured on and with."""

import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from threadpoolctl import threadpool_info

import bpviz.engine  # noqa: F401 (loads numpy's BLAS, to be asked for its name)
from bpviz.kernels import library


def facts() -> dict[str, object]:
    """Return the names and versions; None for what is not there."""
    app = QGuiApplication.instance() or QGuiApplication(["bpviz"])
    assert isinstance(app, QGuiApplication)
    blas = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return {
        "platform": app.platformName(),
        "machine": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
            "bpviz": _version("bpviz"),
            "numpy": _version("numpy"),
            "blas": ", ".join(f"{pool['internal_api']} {pool['version']}" for pool in blas) or None,
            "pyside6": _version("PySide6-Essentials"),
            "pyqtgraph": _version("pyqtgraph"),
            "torch": _version("torch"),
            "kernels": None if library is None else Path(library._name).name,
        },
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    print(json.dumps(facts()))
