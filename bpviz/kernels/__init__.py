"""
Loops in C that do without Python's lock, for what numpy alone does too slowly.

They are compiled when bpviz is installed, see `build`. Whoever calls one has another way in numpy
for machines where there is none.
"""

import ctypes
import hashlib
import os
from pathlib import Path

_FOLDER = Path(__file__).parent


def _load() -> ctypes.CDLL | None:
    # By the sources' hash, as `build` names them: an old library is no library.
    content = b"".join(path.read_bytes() for path in sorted(_FOLDER.glob("*.c")))
    digest = hashlib.sha256(content).hexdigest()[:12]
    found = {path.stem[-1]: path for path in _FOLDER.glob(f"kernels-{digest}-*")}
    if "1" not in found or os.environ.get("BPVIZ_KERNELS") == "off":
        return None
    try:
        library = ctypes.CDLL(str(found["1"]))
        library.bp_cpu_level.restype = ctypes.c_int64
        level = library.bp_cpu_level()
        best = max(name for name in found if int(name) <= level)
        return ctypes.CDLL(str(found[best]))
    except OSError:
        return None


library = _load()
"""Its functions, which take pointers and 64-bit integers; None where it could not be built."""
