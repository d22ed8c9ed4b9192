"""Lets the command `bpviz` end itself when it has painted its first frame."""

import os
from typing import Any

from PySide6.QtCore import QSettings

from bpviz.app import main
from bpviz.app.preferences import Preferences
from bpviz.bench.first_frame import FirstFrame
from bpviz.bench.window import WINDOW_PX


class WatchedProgram(main.Program):
    """The program with a window of the measurement's size, ended by its first frame."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.window.setFixedSize(*WINDOW_PX)
        self._first_frame = FirstFrame(self.window.network.view)


class NoPreferences(Preferences):
    """Those of somebody who has none: the user's may have the window otherwise."""

    def __init__(self) -> None:
        self._store = QSettings(os.devnull, QSettings.Format.IniFormat)


def watch() -> None:
    """Watch the window that will be opened."""
    main.__dict__.update(Program=WatchedProgram, Preferences=NoPreferences)
