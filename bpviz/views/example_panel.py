"""The left of the window while a worked example trains: what to compare, and every number."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bpviz.data import Task
from bpviz.engine import Array, Records
from bpviz.views.batch_view import BatchView
from bpviz.views.example_neurons import ExampleNeurons
from bpviz.views.example_samples import ExampleSamples
from bpviz.views.figure_table import set_font_px, set_name_px
from bpviz.views.lettering import sized
from bpviz.views.named import named
from bpviz.views.parameter_model import decimals
from bpviz.views.parameter_table import ParameterTable
from bpviz.views.scroll_style import scroll_style
from bpviz.views.theme import DARK, Theme
from bpviz.views.words import heading, say

_MARGIN_PX = 10
_WIDE_PX = 352
_HINT = "Double-click a row to type another value."


class ExamplePanel(QWidget):
    """
    What a worked example is about, its samples, neurons and parameters, number by number.

    Signals
    -------
    value_typed : int, float
        A parameter's index in the flat array, and the number that it is to be.
    parameter_requested : int
        The user chose the row of this parameter.
    reset_requested
        The example is wanted as it was at its start.
    back_requested
        The digits are wanted back.
    """

    value_typed = Signal(int, float)
    parameter_requested = Signal(int)
    reset_requested = Signal()
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "example_panel", "Worked example")
        self.title = _label("example_title")
        self.text = _label("example_text")
        self.source = _label("example_source")
        self.samples = ExampleSamples()
        self.neurons = ExampleNeurons()
        self.parameters = ParameterTable()
        self.message = _label("example_message")
        self.loss = _label("example_loss")
        self.loss_note = _label("example_loss_note")
        self.textbook_values = QPushButton("Textbook values")
        self.textbook_values.setObjectName("textbook_values")
        self.textbook_values.setToolTip(
            "Begin this example again with the weights that it came with (Ctrl+R)"
        )
        self.back_to_digits = QPushButton("Back to the digits")
        self.back_to_digits.setObjectName("back_to_digits")
        self.back_to_digits.setToolTip("Leave the example and train on handwritten digits (Alt+0)")
        for button in (self.textbook_values, self.back_to_digits):
            button.setMinimumWidth(60)  # the pad, in whose place it stands, is narrower
        self.headings = [heading(text) for text in ("Samples", "Neurons", "Weights and biases")]
        self._lay_out()

        self.parameters.value_typed.connect(self.value_typed)
        self.parameters.value_refused.connect(self._show_message)
        self.parameters.parameter_requested.connect(self.parameter_requested)
        self.textbook_values.clicked.connect(self.reset_requested)
        self.back_to_digits.clicked.connect(self.back_requested)
        self.set_theme(DARK)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        for table in (self.samples, self.neurons, self.parameters):
            table.set_theme(theme)
        self._scroll.setStyleSheet(scroll_style(theme.line, theme.muted, 7))

    def show_example(
        self,
        title: str,
        text: str,
        source: str,
        task: Task,
        hidden_names: Sequence[str],
        parameter_names: Sequence[str],
    ) -> None:
        """
        Begin with another example, of which nothing is computed yet.

        Parameters
        ----------
        title, text, source
            What it is, what to compare, and where it can be read.
        task
            Its samples, which all fit in one batch, with the names of the inputs and outputs.
        hidden_names
            Of the hidden neurons, the first layer first.
        parameter_names
            In the order of the flat array.
        """
        self.title.setText(title)
        self.text.setText(text)
        self.source.setText(f"From: {source}")
        self.samples.show_task(task)
        self.loss_note.setText(
            "mean of the samples" if len(task.train) > 1 else "sum of the outputs"
        )
        self.loss_note.setVisible(len(task.train) > 1 or task.n_out > 1)
        self.neurons.set_names((*hidden_names, *task.classes))
        self.parameters.set_parameters(parameter_names)
        self._show_message("")
        self._show_neurons(None)
        self._show_loss(None)
        self._fit_columns()

    def show_batch(
        self, view: BatchView | None, parameters: Array, step: Array | None = None
    ) -> None:
        """
        Show what is known of a batch.

        Parameters
        ----------
        view
            The batch; None before there is one.
        parameters : (n_params,)
            As they are now.
        step : (n_params,)
            What the update will add to them, if that is known before it.
        """
        records = None if view is None else view.records
        self.samples.show_records(records)
        self._show_loss(records)
        self._show_neurons(view)
        updated = records is not None and records.update is not None
        used: Array = parameters
        new: Array | None = None if step is None else parameters + step
        if records is not None and updated:
            used, new = records.network.params, parameters
        self.parameters.show_values(
            used.tolist(),
            None if records is None else _flat_gradient(records),
            None if new is None else new.tolist(),
            updated,
        )

    def select(self, index: int | None) -> None:
        """Mark the row of a parameter and bring it into sight; None marks none."""
        self.parameters.select(index)
        if index is not None:
            cell = self.parameters.visualRect(self.parameters.currentIndex())
            at = self.parameters.viewport().mapTo(self._content, cell.center())
            self._scroll.ensureVisible(0, at.y(), 0, cell.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_columns()

    def _show_neurons(self, view: BatchView | None) -> None:
        whose, whole = "", ""
        if view is not None and len(view) > 1:
            whole = ", of the whole batch"
            whose = f", mean of {len(view.rows)} samples"
            if view.sample is not None:
                whose = f", for {view.name(view.sample)}"
        self.headings[1].setText(f"Neurons{whose}")
        self.headings[2].setText(f"Weights and biases{whole}")
        self.neurons.show_batch(view)

    def _show_loss(self, records: Records | None) -> None:
        loss = None if records is None or records.loss is None else records.loss.value
        self.loss.setText(f"E = {decimals(loss, 9)}")

    @Slot(str)
    def _show_message(self, message: str) -> None:
        say(self.message, message or _HINT, trouble=bool(message))

    def _fit_columns(self) -> None:
        wide = self.width() >= _WIDE_PX
        for table in (self.samples, self.neurons, self.parameters):
            set_font_px(table, 12 if wide else 11)
        for table in (self.neurons, self.parameters):
            set_name_px(table, 52 if wide else 46)

    def _lay_out(self) -> None:
        for label, px in ((self.title, 15), (self.loss, 13)):
            label.setFont(sized(label.font(), px, QFont.Weight.DemiBold))
        for quiet in (self.source, self.loss_note):
            quiet.setProperty("muted", True)

        loss = QHBoxLayout()
        loss.addWidget(self.loss)
        loss.addWidget(self.loss_note, 1)
        self._content = QWidget()
        rows = QVBoxLayout(self._content)
        rows.setContentsMargins(0, 0, 4, 0)
        rows.setSpacing(4)
        rows.addWidget(self.text)
        for title, table in zip(
            self.headings, (self.samples, self.neurons, self.parameters), strict=True
        ):
            rows.addSpacing(8)
            rows.addWidget(title)
            rows.addWidget(table)
            if table is self.samples:
                rows.addLayout(loss)
        rows.addSpacing(8)
        rows.addWidget(self.source)
        rows.addStretch()

        self._scroll = QScrollArea()
        self._scroll.setObjectName("example_scroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._content)
        buttons = QHBoxLayout()
        buttons.addWidget(self.textbook_values, 1)
        buttons.addWidget(self.back_to_digits, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[_MARGIN_PX] * 4)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.message)  # in sight wherever the rest is scrolled to
        column.addLayout(buttons)


def _flat_gradient(records: Records) -> list[float | None]:
    """Return dL/d(parameters) : (n_params,), None where the backward pass has not been."""
    flat: list[float | None] = []
    for layer, gradient in zip(records.network.layers, records.gradients(), strict=True):
        if gradient is None:
            flat += [None] * (layer.W.size + layer.b.size)
        else:
            flat += [*gradient.W.ravel().tolist(), *gradient.b.tolist()]
    return flat


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
