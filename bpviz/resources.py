"""Where the program finds the files it ships: in a checkout and in an installed wheel alike."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """
    Return the path of a shipped file.

    Parameters
    ----------
    name
        The file's path below ``resources/``, such as ``"mnist.npz"``.

    Returns
    -------
    Path
        Below ``bpviz/_resources`` when installed from a wheel, else below the checkout's
        ``resources``. Whether the file is there is for the caller to find out.
    """
    installed = _PACKAGE / "_resources"
    return (installed if installed.is_dir() else _PACKAGE.parent / "resources") / name
