"""
A window of pyqtgraph with a curve in it and nothing else: what the least costs.

``... bare start`` ends with the first frame, ``... bare memory`` says how much memory it takes.
"""

import json
import sys

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from bpviz.bench.first_frame import FirstFrame

# As bpviz.bench.window has it, which is not loaded here: this is to be bare.
WINDOW_PX = (1600, 1000)
REST_MS = 2000


def main(what: str) -> None:
    """Open the window."""
    app = QApplication(["bare"])
    plot = pg.PlotWidget()
    plot.plot(np.sin(np.linspace(0, 20, 1000)))
    plot.resize(*WINDOW_PX)
    if what == "start":
        watched = FirstFrame(plot.viewport())
        plot.show()
        app.exec()
        assert watched
    else:
        from bpviz.bench.resident import resident_mb  # part of what is measured, if at the top

        plot.show()
        QTimer.singleShot(REST_MS, app.quit)
        app.exec()
        print(json.dumps({"resident_mb": resident_mb()}))


if __name__ == "__main__":
    main(sys.argv[1])
