"""
Compiles the loops in C when bpviz is installed, with the compiler of the ``ziglang`` package.

Hatchling runs this for wheels and editable installs alike, and fetches the compiler if there is
anything to compile. Where compiling fails, bpviz is installed without them and runs on numpy
alone; ``BPVIZ_KERNELS=off`` leaves them out.
"""

import hashlib
import os
import platform
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path(__file__).parent
COMPILER = "ziglang~=0.17.0"
# Not -ffast-math: what is NaN must stay so. A product and a sum written as one expression may be
# rounded once.
FLAGS = (
    "-O3",
    "-shared",
    "-s",
    "-std=c11",
    "-ffp-contract=on",
    "-fno-math-errno",
)
Variants = dict[int, tuple[str, ...]]
X86_VARIANTS: Variants = {
    1: ("-mcpu=x86_64",),
    3: ("-mcpu=x86_64_v3",),
    4: ("-mcpu=x86_64_v4", "-mprefer-vector-width=512"),
}
ARM_VARIANTS: Variants = {1: ("-mcpu=baseline",)}
SYSTEMS = {"Linux": ".so", "Darwin": ".dylib", "Windows": ".dll"}


def variants() -> Variants:
    """Return the compiler's flags by level of `bp_cpu_level`; none where it is unknown."""
    machine = platform.machine().lower()
    if platform.system() not in SYSTEMS or os.environ.get("BPVIZ_KERNELS") == "off":
        return {}
    if machine in ("x86_64", "amd64"):
        return X86_VARIANTS
    return ARM_VARIANTS if machine in ("arm64", "aarch64") else {}


def libraries() -> dict[int, Path]:
    """Return where the library of each level lies, or would lie, under a name of its sources."""
    # As `bpviz.kernels.usable` looks for them.
    content = b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.c")))
    stem = f"kernels-{hashlib.sha256(content).hexdigest()[:12]}-{platform.machine().lower()}"
    suffix = SYSTEMS.get(platform.system(), "")
    return {level: FOLDER / f"{stem}-{level}{suffix}" for level in variants()}


def are_built() -> bool:
    """Return whether there is nothing to be done."""
    return all(path.exists() for path in libraries().values())


def build() -> None:
    """
    Compile what is missing, and drop what older sources made.

    Raises
    ------
    OSError, subprocess.CalledProcessError
        If the compiler is missing or fails.
    """
    wanted = libraries()
    for path in FOLDER.glob("kernels-*"):
        if path not in wanted.values():
            with suppress(OSError):  # Windows keeps what a running program uses
                path.unlink()
    with TemporaryDirectory() as scratch:
        caches = {f"ZIG_{which}_CACHE_DIR": scratch for which in ("GLOBAL", "LOCAL")}
        for level, processor in variants().items():
            if not wanted[level].exists():
                new = Path(scratch) / wanted[level].name
                position = () if platform.system() == "Windows" else ("-fPIC",)
                command = (sys.executable, "-m", "ziglang", "cc", *FLAGS, *position)
                files = (*processor, "-o", str(new), *map(str, sorted(FOLDER.glob("*.c"))))
                subprocess.run((*command, *files), check=True, env=os.environ | caches)
                _put(new, wanted[level])


def _put(file: Path, place: Path) -> None:
    """Copy a file, so that nothing is there before all of it is."""
    half = place.with_name(f"new-{place.name}")
    try:
        half.write_bytes(file.read_bytes())
        half.replace(place)
    finally:
        half.unlink(missing_ok=True)


class KernelsHook(BuildHookInterface[Any]):
    """Hatchling's way to all this."""

    def dependencies(self) -> list[str]:
        return [] if are_built() else [COMPILER]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        try:
            build()
        except (OSError, subprocess.CalledProcessError) as error:
            self.app.display_warning(f"bpviz goes without its fast loops: {error}")
        if libraries() and are_built():
            here = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["tag"] = f"py3-none-{here}"
            build_data["pure_python"] = False
