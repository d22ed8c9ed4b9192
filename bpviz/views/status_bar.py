"""How far the training has come, always in sight."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget
from superqt import QElidingLabel

from bpviz.views.words import say


@dataclass(frozen=True)
class Progress:
    """
    Figures of one moment.

    Attributes
    ----------
    epoch, batch, batch_in_epoch, batches_in_epoch
        How far: the epoch under way, all batches, and those of the epoch.
    batches_per_s
        At present; None while it is unknown.
    elapsed_s
        Time spent training.
    validation, test
        Last accuracies, 0 to 1, and the batches after which they were found; None if there are
        none.
    """

    epoch: int
    batch: int
    batch_in_epoch: int
    batches_in_epoch: int
    batches_per_s: float | None
    elapsed_s: float
    validation: tuple[float, int] | None
    test: tuple[float, int] | None


class StatusBar(QWidget):
    """A row of figures, and a line that says what is going on or what to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 14, 8)
        layout.setSpacing(18)
        self._figures: dict[str, QLabel] = {}
        for name, width_px in (
            ("epoch", 62),
            ("batch", 190),
            ("rate", 126),
            ("elapsed", 58),
            ("validation", 186),
            ("test", 0),
        ):
            label = QLabel()
            label.setObjectName(f"status_{name}")
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setMinimumWidth(width_px)
            layout.addWidget(label)
            self._figures[name] = label
        self.hint = QElidingLabel()
        self.hint.setObjectName("hint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.hint, 1)

    def show_progress(self, progress: Progress) -> None:
        """Show figures."""
        in_epoch = f"{progress.batch_in_epoch:,} / {progress.batches_in_epoch:,}"
        epoch = f"epoch <b>{progress.epoch:,}</b>"
        batch = f"batch <b>{in_epoch}</b> · {progress.batch:,} in all"
        if progress.batches_in_epoch == 1:  # to count epochs, too, would say nothing
            epoch, batch = "", f"batch <b>{progress.batch:,}</b>"
        minutes, seconds = divmod(int(progress.elapsed_s), 60)
        hours, minutes = divmod(minutes, 60)
        elapsed = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        rate = progress.batches_per_s
        for name, text in (
            ("epoch", epoch),
            ("batch", batch),
            ("rate", f"<b>{_rate(rate)}</b> batches/s" if rate is not None else ""),
            ("elapsed", f"time <b>{elapsed}</b>"),
            ("validation", _accuracy("validation", progress.validation)),
            ("test", _accuracy("test", progress.test)),
        ):
            self._figures[name].setText(text)
        self._figures["epoch"].setVisible(bool(epoch))

    def show_hint(self, text: str, trouble: bool = False) -> None:
        """Say what to do next, or what is wrong."""
        self.hint.setToolTip(text if trouble else "")
        say(self.hint, text, trouble)

    def text_of(self, name: str) -> str:
        """Return what a figure's label shows, with its markup."""
        return self._figures[name].text()


def _rate(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def _accuracy(name: str, found: tuple[float, int] | None) -> str:
    if found is None:
        return ""
    accuracy, batch = found
    return f"{name} <b>{100 * accuracy:.1f} %</b> at {batch:,}"
