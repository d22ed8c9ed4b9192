"""Say what the drawing is, and let the network learn it: one lesson of one sample."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bpviz.views.geometry import PICTURE_SIDE
from bpviz.views.lettering import sized
from bpviz.views.named import named
from bpviz.views.pixel_picture import PixelPicture
from bpviz.views.signed_picture import SignedPicture
from bpviz.views.theme import Theme
from bpviz.views.words import heading

_PICTURE_PX = 2 * PICTURE_SIDE + 2
_FONT_PX = 12
_NOTHING = "–"


class TeachPanel(QWidget):
    """
    The drawing as the network sees it, how it wishes it were, what it is, and the lesson.

    Parameters
    ----------
    seen_as
        What the network sees, which the wish stands beside.

    Attributes
    ----------
    lesson_label
        The choice of what the drawing is.
    walk, learn, undo
        The buttons, for the window's shortcuts to click.

    Signals
    -------
    label_changed : object
        The user says that it is this digit; None: takes it back.
    walk_requested
        To see the lesson stage by stage.
    learn_requested
        To let the network learn the drawing once.
    undo_requested
        To take the lesson back.
    """

    label_changed = Signal(object)
    walk_requested = Signal()
    learn_requested = Signal()
    undo_requested = Signal()

    def __init__(self, seen_as: PixelPicture) -> None:
        super().__init__()
        named(self, "teach_panel", "Teach it")
        self._has_ink = False
        self._lesson = self._note = ""
        self.wish = SignedPicture(
            "wish",
            "Where ink would lower the loss",
            "The wish, −∂L/∂x: where more ink would lower the loss is orange, where less would, "
            "blue. Needs to know what the drawing is.",
        )
        self.lesson_label = named(
            QComboBox(), "lesson_label", "It is a", "Which digit the drawing is (type it: 0 to 9)"
        )
        # The mouse leaves the focus where it is, so that → and Space still do what they do.
        for control in (self.wish, self.lesson_label):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.lesson_label.addItems([_NOTHING, *(str(digit) for digit in range(10))])
        self.walk = _button("walk_lesson", "Walk it through")
        self.learn = _button("learn_once", "Learn this once")
        self.undo = _button("undo_lesson", "Undo")
        self.undo.setToolTip(
            "Take back the last lesson, exactly; not those before it (Ctrl+Shift+Z)"
        )
        self._words = QLabel()
        self._words.setObjectName("lesson_words")
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._words.setFont(sized(self._words.font(), _FONT_PX))
        # Room for two lines, always: nothing around them moves when they change.
        self._words.setFixedHeight(2 * self._words.fontMetrics().lineSpacing() + 2)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._lay_out(seen_as)

        self.lesson_label.currentIndexChanged.connect(self._on_label)
        self.walk.clicked.connect(self.walk_requested)
        self.learn.clicked.connect(self.learn_requested)
        self.undo.clicked.connect(self.undo_requested)
        self.set_can_undo(False)
        self._show_state()

    @property
    def label(self) -> int | None:
        """What the drawing is, 0 to 9; None while nobody has said."""
        index = self.lesson_label.currentIndex()
        return index - 1 if index > 0 else None

    def set_label(self, label: int | None) -> None:
        """Say what the drawing is, 0 to 9 or None, without a signal."""
        with QSignalBlocker(self.lesson_label):
            self.lesson_label.setCurrentIndex(0 if label is None else label + 1)
        self._show_state()

    def set_has_ink(self, has_ink: bool) -> None:
        """Say whether there is something to learn."""
        if has_ink != self._has_ink:
            self._has_ink = has_ink
            self._show_state()

    def set_can_undo(self, can_undo: bool) -> None:
        """Say whether there is a lesson to take back."""
        self.undo.setEnabled(can_undo)

    def show_wish(self, values: NDArray[np.floating] | None) -> None:
        """
        Show where ink would help.

        Parameters
        ----------
        values : (784,)
            -dL/dx: above 0 where more ink would lower the loss. None while nobody knows.

        Raises
        ------
        ValueError
            If they are not 784.
        """
        self.wish.show_values(values)

    def show_lesson(
        self, name: str, before: float | None, after: float | None, percent: bool
    ) -> None:
        """
        Say how likely the network finds the right digit, before the lesson and after it.

        Parameters
        ----------
        name
            Of the digit.
        before, after
            Its output, from 0 to 1. Without either nothing is said; without the second only what
            it is before.
        percent
            False for activations that are no shares of one whole: plain figures then.
        """
        figures = [_figure(value, percent) for value in (before, after) if value is not None]
        self._lesson = f"{name}: {' → '.join(figures)}" if figures else ""
        self._show_words()

    def set_note(self, text: str) -> None:
        """Say something that is to be known before all else; empty: nothing."""
        if text != self._note:
            self._note = text
            self._show_words()

    def words(self) -> str:
        """Return what is said of the lesson: the note, or its result, or what is to be done."""
        return self._words.text().replace("\N{NO-BREAK SPACE}", " ")

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self.wish.set_theme(theme)

    def _lay_out(self, seen_as: PixelPicture) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        for place, (title, picture) in enumerate((("Seen as", seen_as), ("Wish", self.wish))):
            picture.setFixedSize(_PICTURE_PX, _PICTURE_PX)
            grid.addWidget(heading(title), 0, place)
            grid.addWidget(picture, 1, place, Qt.AlignmentFlag.AlignTop)
        caption = QLabel("It is a")
        caption.setBuddy(self.lesson_label)
        choice = QHBoxLayout()
        choice.setSpacing(6)
        choice.addWidget(caption)
        choice.addWidget(self.lesson_label, 1)
        lesson = QVBoxLayout()
        lesson.setSpacing(2)
        lesson.addLayout(choice)
        lesson.addWidget(self._words)
        grid.addWidget(heading("Teach it"), 0, 2)
        grid.addLayout(lesson, 1, 2)
        grid.setColumnStretch(2, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(3)
        for button in (self.walk, self.learn, self.undo):
            buttons.addWidget(button, button.sizeHint().width())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(grid)
        column.addLayout(buttons)

    @Slot()
    def _on_label(self) -> None:
        self._show_state()
        self.label_changed.emit(self.label)

    def _show_state(self) -> None:
        missing = self._missing()
        for button, tip, keys in (
            (self.walk, "See the lesson stage by stage; → goes on", "Ctrl+K"),
            (
                self.learn,
                "One forward pass, backward pass and update with this drawing only",
                "Ctrl+L",
            ),
        ):
            button.setEnabled(not missing)
            button.setToolTip(f"{missing or tip} ({keys})")
        self._show_words()

    def _missing(self) -> str:
        if not self._has_ink:
            return "Draw a digit first"
        return "Say which digit it is" if self.label is None else ""

    def _show_words(self) -> None:
        text = self._note or self._lesson or self._missing()
        if text != self._words.text():
            self._words.setText(text)
            self._words.setProperty("muted", self._note == self._lesson == "")
            self._words.style().polish(self._words)
            self._words.setToolTip(text)


def _figure(value: float, percent: bool) -> str:
    if not np.isfinite(value):
        return "NaN"
    # The space is one that no line is broken at.
    return f"{100 * value:.1f}\N{NO-BREAK SPACE}%" if percent else f"{value:.2g}"


def _button(name: str, text: str) -> QToolButton:
    button = named(QToolButton(), name, text)
    button.setText(text)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setFont(sized(button.font(), _FONT_PX))
    # Three of them in a narrow panel: less room beside the words than the program's style gives.
    button.setStyleSheet("padding: 3px 0")
    return button
