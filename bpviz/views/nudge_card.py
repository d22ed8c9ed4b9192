"""Where one parameter is moved by hand, to see what that does to the loss."""

import math

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton

from bpviz.views.framed import Framed
from bpviz.views.named import named
from bpviz.views.nudge_curve import LossCurve, same
from bpviz.views.nudge_plot import LEFT_PX, NudgePlot
from bpviz.views.nudge_reading import reading
from bpviz.views.nudge_slider import NudgeSlider
from bpviz.views.numbers import read_number, signed
from bpviz.views.plot_axes import RIGHT_PX
from bpviz.views.text_line import TextLine
from bpviz.views.theme import Theme

NOT_YET = "The curve is being worked out …"
NOT_A_NUMBER = "a number such as 0.1 or 1e-3"
_KEY_EVENTS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NudgeCard(Framed):
    """
    The loss along a parameter, a slider that moves the parameter, and a field for its value.

    The parameter has another value only while the slider is held, or while the slider (moved by
    keys) or the field (typed into) has the focus. After that it is put back; the value tried stays
    marked and can be kept by the button. Return keeps at once, Escape puts back and forgets.

    Signals
    -------
    nudged : float
        The parameter should have this value for the moment.
    released
        It should be put back as it was before the first `nudged`. Comes once after any number of
        these unless `kept` comes in its place; also when another parameter is shown meanwhile,
        the curve or the right to nudge is taken away, or the card is hidden.
    kept : float
        It should have this value for good.
    """

    nudged = Signal(float)
    released = Signal()
    kept = Signal(float)

    def __init__(self) -> None:
        super().__init__("nudge_card", "Nudge")
        self.setAccessibleName("Nudge")
        self.plot = NudgePlot()
        self.slider = NudgeSlider()
        self.field = named(
            QLineEdit(),
            "nudge_value",
            "Value of the weight",
            "Type a value such as 0.1 or 1e-3 to try it (Return keeps it, Esc puts it back)",
        )
        self.keep = named(
            QPushButton("Keep"),
            "nudge_keep",
            "Keep the value tried",
            "Give the parameter the value tried, and train on with it (Return in the field)",
        )
        self.slope_line = TextLine("nudge_slope")
        self.reading = TextLine("nudge_reading")

        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        row.addWidget(self.keep)
        self.body.addWidget(self.plot)
        self.body.addLayout(self.slider.below(LEFT_PX, RIGHT_PX))
        self.body.addWidget(self.slope_line)
        self.body.addWidget(self.reading)
        self.body.addLayout(row)

        self._name, self._symbol = "", "w"
        self._curve: LossCurve | None = None
        self._note = ""
        self._home: float | None = None  # its value when it is not nudged
        self._tried: float | None = None
        self._held = False
        self._refused = False

        self.slider.value_chosen.connect(self._on_slider)
        self.slider.sliderReleased.connect(self._put_back)
        self.field.textEdited.connect(self._on_typed)
        self.keep.clicked.connect(self._keep)
        for widget in (self.slider, self.field):
            widget.installEventFilter(self)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        super().set_theme(theme)
        for widget in (self.plot, self.slope_line, self.reading):
            widget.set_theme(theme)

    def show_parameter(self, name: str, value: float) -> None:
        """
        Say which parameter it is, and its value now. May be called at every frame.

        Parameters
        ----------
        name
            Its symbol, a comma, its place: ``"w, layer 2, neuron 3 → neuron 4"``.
        value
            While it is nudged this may be the nudged value; it is put back to the one before.
        """
        if name != self._name:
            self._forget()
            self._name, self._symbol = name, name.split(",")[0]
            self._home = None
            self.setAccessibleDescription(name)
            self.heading.setToolTip(name)
        if not self._held and not same(value, self._home):
            self._home = value
            self._refresh()

    def show_curve(self, curve: LossCurve | None) -> None:
        """Show the loss along the parameter; None if it is not known."""
        self._curve = curve
        self._refresh_access()

    def set_note(self, text: str) -> None:
        """Say why there is nothing to nudge now, such as "Pause to nudge"; empty to allow it."""
        if text != self._note:
            self._note = text
            self._refresh_access()

    @property
    def tried(self) -> float | None:
        """The value tried last, if it was neither kept nor forgotten."""
        return self._tried

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QFocusEvent) and kind == QEvent.Type.FocusOut:
            # The field's own menu takes the focus only for a moment.
            if event.reason() != Qt.FocusReason.PopupFocusReason:
                self._put_back()
        elif isinstance(event, QKeyEvent) and kind in _KEY_EVENTS:
            keeps = event.key() in _RETURN
            if keeps or (event.key() == Qt.Key.Key_Escape and self._can_forget()):
                event.accept()  # even where the window has a shortcut for it
                if kind == QEvent.Type.KeyPress:
                    (self._keep_now if keeps else self._forget)()
                return True
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._put_back()
        super().hideEvent(event)

    def _can_forget(self) -> bool:
        return self._held or self._refused or self._tried is not None

    def _on_slider(self, value: float) -> None:
        self.field.setModified(False)
        self._try(value)

    def _on_typed(self, text: str) -> None:
        value = read_number(text)
        if value is None:
            self._forget(refused=text)
        else:
            self._try(value)

    def _try(self, value: float) -> None:
        self._tried, self._held, self._refused = value, True, False
        self._refresh()
        self.nudged.emit(value)

    def _put_back(self) -> None:
        """End the nudge; the value tried stays marked."""
        self.field.setModified(False)
        self._refused = False
        was_held, self._held = self._held, False
        self.slider.setSliderDown(False)
        self._refresh()
        if was_held:
            self.released.emit()

    def _forget(self, refused: str = "") -> None:
        """End the nudge and drop the value tried; what cannot be read as one stays to be mended."""
        self._tried = None
        self._put_back()
        if refused:
            self._refused = True
            self.field.setText(refused)
            self.field.setModified(True)
            self._refresh()

    def _keep_now(self) -> None:
        # What stands in the field untouched is a rounded value, which must not be kept.
        if self._held:
            self._keep()

    def _keep(self) -> None:
        value = self._tried
        if value is None:
            return
        self._tried, self._held, self._home = None, False, value
        self.slider.setSliderDown(False)
        self.field.setModified(False)
        self._refresh()
        self.kept.emit(value)

    def _refresh_access(self) -> None:
        allowed = self._curve is not None and not self._note
        if not allowed:
            self._forget()
        for widget in (self.slider, self.field):
            widget.setEnabled(allowed)
        shown = self._curve if allowed else None
        self.plot.show_curve(shown, self._note or NOT_YET)
        slope = None if shown is None else shown.slope
        digits = 4 if shown is None else shown.digits
        caption = "slope of the line = gradient" if slope is not None else "no gradient yet"
        if shown is not None and shown.is_after:
            caption = "slope, after the update"
        self.slope_line.set_caption(caption if shown is not None else "")
        self.slope_line.show_text("" if slope is None else signed(slope, digits), slope)
        self._refresh()

    def _refresh(self) -> None:
        curve, home, tried = self._curve, self._home, self._tried
        value = tried if self._held else home
        digits = 4 if curve is None else curve.digits
        self.slider.place(curve, home, value)
        self.plot.show_now(home)
        point = None if tried is None else (tried, self._loss_at(tried))
        self.plot.show_tried(point, self._held)
        if value is not None and not self.field.isModified():
            text = signed(value, digits)
            if text != self.field.text():
                self.field.setText(text)
        keep = "Keep" if tried is None else f"Keep {signed(tried)}"
        if keep != self.keep.text():
            self.keep.setText(keep)
        self.keep.setEnabled(tried is not None and self.slider.isEnabled())
        about = value if tried is None else tried
        if self._refused:
            self.reading.show_text(NOT_A_NUMBER)
        elif about is not None:
            shown = None if self._note else curve
            text = reading(self._symbol, about, home, self._held, shown)
            self.reading.show_text(text)

    def _loss_at(self, value: float) -> float:
        return math.nan if self._curve is None else self._curve.loss_at(value)
