"""What keeps the window from opening. Nothing here loads Qt into Python."""

import ctypes
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

NO_DISPLAY = (
    "no display found (DISPLAY and WAYLAND_DISPLAY are not set): draw the window into a file with "
    "`bpviz screenshot OUT.png`, or run it under a virtual display: `xvfb-run bpviz`"
)

# Libraries that Qt expects of the system, and the Debian or Ubuntu packages that have them.
_OF_QT = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
_OF_PLATFORM = {
    "xcb": {
        "libX11-xcb.so.1": "libx11-xcb1",
        "libxcb.so.1": "libxcb1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0",
        "libxcb-render.so.0": "libxcb-render0",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-shm.so.0": "libxcb-shm0",
        "libxcb-sync.so.1": "libxcb-sync1",
        "libxcb-util.so.1": "libxcb-util1",
        "libxcb-xfixes.so.0": "libxcb-xfixes0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    },
    "wayland": {
        "libwayland-client.so.0": "libwayland-client0",
        "libwayland-cursor.so.0": "libwayland-cursor0",
    },
}


def window_trouble() -> str | None:
    """
    Return in one line why the window cannot open here and what to do, or None if it can.

    Qt itself would end the whole process. This takes a few milliseconds: what it loads, the window
    needs anyway.
    """
    if find_spec("PySide6") is None:
        return "PySide6 is not installed; run: python -m pip install bpviz"
    if sys.platform != "linux":
        return None
    troubles = [_platform_trouble(name) for name in _platforms()]
    if None in troubles:  # Qt tries one after the other
        return None
    return "; ".join(trouble for trouble in troubles if trouble) or NO_DISPLAY


def missing_libraries() -> dict[str, str]:
    """
    Find the system libraries that Qt needs here and that cannot be loaded.

    Returns
    -------
    dict
        Name of each library and its package, all of them at once though the system's loader names
        only the first. An unknown library comes with the loader's words and without a package.
    """
    if sys.platform != "linux":
        return {}
    names = _platforms() or ["xcb"]
    return {key: value for name in names for key, value in _missing(name).items()}


def named(missing: dict[str, str]) -> str:
    """Return the libraries that `missing_libraries` found, and how to install them."""
    packages = " ".join(sorted({package for package in missing.values() if package}))
    cure = f"; on Debian and Ubuntu run: sudo apt install {packages}" if packages else ""
    return ", ".join(missing) + cure


def reachable_display() -> str | None:
    """Return the name of the display that answers on Linux, if one does."""
    for variable, answers in _DISPLAYS.values():
        if (name := os.environ.get(variable)) and answers():
            return name
    return None


def _platforms() -> list[str]:
    """Return the platforms that Qt would try on Linux: none without a display."""
    if chosen := os.environ.get("QT_QPA_PLATFORM"):
        # "wayland-egl;xcb:option=1" tries two; every flavour of Wayland needs the same.
        names = [name.partition(":")[0] for name in chosen.split(";")]
        return ["wayland" if name.startswith("wayland") else name for name in names]
    return [name for name, (variable, _) in _DISPLAYS.items() if os.environ.get(variable)]


def _platform_trouble(name: str) -> str | None:
    if missing := _missing(name):
        return f"Qt cannot load {named(missing)}"
    if name not in _DISPLAYS:
        return None
    variable, answers = _DISPLAYS[name]
    if answers():
        return None
    value = os.environ.get(variable)
    return f"the display cannot be reached ({variable} is {value})" if value else NO_DISPLAY


def _missing(name: str) -> dict[str, str]:
    qt = _qt_folder()
    plugins = sorted((qt / "plugins" / "platforms").glob(f"libq{name}*.so"))
    files = [file for file in (qt / "lib" / "libQt6Gui.so.6", *plugins) if file.exists()]
    errors = [error for file in files if (error := _load_error(str(file)))]
    if not errors:
        return {}
    known = _OF_QT | _OF_PLATFORM.get(name, {})
    return {library: package for library, package in known.items() if _load_error(library)} or {
        errors[0]: ""
    }


def _qt_folder() -> Path:
    spec = find_spec("PySide6")
    folders = spec.submodule_search_locations if spec else None
    return Path(folders[0]) / "Qt" if folders else Path()


def _load_error(library: str) -> str | None:
    try:
        ctypes.CDLL(library)
    except OSError as error:
        return str(error)
    return None


def _x_answers() -> bool:
    # Asking the library that Qt asks covers names, sockets, networks and permissions.
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    error = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not error


def _wayland_answers() -> bool:
    try:
        wayland = ctypes.CDLL("libwayland-client.so.0")
    except OSError:
        return False
    wayland.wl_display_connect.restype = ctypes.c_void_p
    display = ctypes.c_void_p(wayland.wl_display_connect(None))
    if display:
        wayland.wl_display_disconnect(display)
    return bool(display)


# In the order in which Qt tries them: the variable that names the display, and whether it answers.
_DISPLAYS: dict[str, tuple[str, Callable[[], bool]]] = {
    "wayland": ("WAYLAND_DISPLAY", _wayland_answers),
    "xcb": ("DISPLAY", _x_answers),
}
