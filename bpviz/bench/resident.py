"""How much memory this process has of the machine."""

import os
import sys


def resident_mb() -> float:
    """
    Return the resident memory in megabytes, of 10^6 bytes.

    Raises
    ------
    ImportError
        If the system cannot be asked without psutil.
    """
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    import psutil  # not needed on Linux

    return float(psutil.Process().memory_info().rss / 1e6)
