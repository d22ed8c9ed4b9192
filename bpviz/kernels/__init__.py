"""
Loops in C that do without Python's lock, for what numpy alone does too slowly.

They are compiled when bpviz is installed, see `build`. Whoever calls one has another way in numpy
for machines where there is none.
"""

import ctypes
import hashlib
import os
import platform
from pathlib import Path

_FOLDER = Path(__file__).parent


def usable() -> list[Path]:
    """
    Return the libraries that run on this processor, the most general one first.

    Raises
    ------
    OSError
        If they do not belong to this system.
    """
    # By the sources' hash, as `build` names them: an old library is no library.
    content = b"".join(path.read_bytes() for path in sorted(_FOLDER.glob("*.c")))
    digest = hashlib.sha256(content).hexdigest()[:12]
    found = sorted(_FOLDER.glob(f"kernels-{digest}-{platform.machine().lower()}-*"))
    if not found:
        return []
    general = ctypes.CDLL(str(found[0]))
    general.bp_cpu_level.restype = ctypes.c_int64
    level = general.bp_cpu_level()
    return [path for path in found if int(path.stem[-1]) <= level]


def _load() -> ctypes.CDLL | None:
    if os.environ.get("BPVIZ_KERNELS") == "off":
        return None
    try:
        best = usable()[-1:]
        return ctypes.CDLL(str(best[0])) if best else None
    except OSError:
        return None


library = _load()
"""Its functions, which take pointers and 64-bit integers; None where it could not be built."""


def level() -> int:
    """Return what the library in use is for: any processor (1), or x86-64 of level 3 or 4."""
    return 0 if library is None else int(Path(library._name).stem[-1])
