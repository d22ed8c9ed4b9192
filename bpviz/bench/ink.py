"""
How long it takes from a move of the mouse on the pad to painted probabilities, while it trains.

``... ink NET SECONDS``.
"""

import json
import math
import sys
import time

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent

from bpviz.app.drawing import Drawing
from bpviz.app.main import Program
from bpviz.bench.nets import Net
from bpviz.bench.window import Paintings, opened, run_for

WARM_UP_S = 2.0
MOVE_S = 0.01
MOVES_PER_STROKE = 60
LEFT = Qt.MouseButton.LeftButton
NO_BUTTON = Qt.MouseButton.NoButton


class Hand(QObject):
    """
    Draws one stroke after the other, a move every hundredth of a second.

    A move is due by the clock, and its time counts from then on: a window that is busy keeps it
    waiting as it would a real one.

    Attributes
    ----------
    delays_ms
        Of each move that the network has read, until the probabilities were on screen.
    """

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.delays_ms: list[float] = []
        self._pad = program.window.draw.canvas
        self._sent: list[float] = []  # when each was due, in seconds
        self._arrived: list[float] = []
        self._read: list[float] = []
        self._moves = 0
        self._pad.installEventFilter(self)
        drawing = program.controller.findChild(Drawing)
        assert drawing is not None
        drawing.read.connect(self._on_read)
        self._paintings = Paintings(program.window.draw.prediction)
        self._paintings.painted.connect(self._on_painted)
        self._timer = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._go_on)
        self._next_s = time.perf_counter()
        self._timer.start()

    def rest(self) -> None:
        """Put the pen down."""
        self._timer.stop()

    @Slot()
    def _go_on(self) -> None:
        while self._next_s <= time.perf_counter():
            step = self._moves % MOVES_PER_STROKE
            if step == 0:
                self._pad.clear()
                self._post(QEvent.Type.MouseButtonPress, 0)
            elif step == MOVES_PER_STROKE - 1:
                self._post(QEvent.Type.MouseButtonRelease, step)
            else:
                self._sent.append(self._next_s)
                self._post(QEvent.Type.MouseMove, step)
            self._moves += 1
            self._next_s += MOVE_S

    def _post(self, kind: QEvent.Type, step: int) -> None:
        # An 8, once round. The pen never rests, so each move leaves ink.
        angle, side = 2 * math.pi * step / MOVES_PER_STROKE, min(self._pad.width(), 280)
        at = QPointF(
            self._pad.width() / 2 + 0.2 * side * math.sin(2 * angle),
            self._pad.height() / 2 - 0.4 * side * math.cos(angle),
        )
        button = NO_BUTTON if kind == QEvent.Type.MouseMove else LEFT
        held = NO_BUTTON if kind == QEvent.Type.MouseButtonRelease else LEFT
        place = QPointF(self._pad.mapToGlobal(at.toPoint()))
        no_keys = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, at, place, button, held, no_keys)
        QCoreApplication.postEvent(self._pad, event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A real mouse may lie on the pad, too.
        if event.type() == QEvent.Type.MouseMove and not event.spontaneous():
            self._arrived.append(self._sent.pop(0))
        return False

    @Slot()
    def _on_read(self) -> None:
        self._read += self._arrived
        self._arrived.clear()

    @Slot()
    def _on_painted(self) -> None:
        now_s = self._paintings.times_s[-1]
        self.delays_ms += [1e3 * (now_s - due_s) for due_s in self._read]
        self._read.clear()


def measure(net: Net, seconds: float) -> list[float]:
    """Return the delays of moves for so long, in milliseconds."""
    with opened(net.settings) as program:
        program.window.controls.play.click()
        run_for(WARM_UP_S)
        hand = Hand(program)
        run_for(seconds)
        hand.rest()
    return hand.delays_ms


if __name__ == "__main__":
    p50, p95 = np.percentile(measure(Net.named(sys.argv[1]), float(sys.argv[2])), [50, 95])
    print(json.dumps({"p50": float(p50), "p95": float(p95)}))
