"""Where the experiment is set: what applies at once, and what begins a new network."""

import re
from dataclasses import fields, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from bpviz.engine import (
    HIDDEN_ACTIVATIONS,
    LOSSES,
    OUTPUT_ACTIVATIONS,
    USUAL_LEARNING_RATES,
)
from bpviz.session.settings import MAX_BATCH_SIZE, MAX_SEED, Settings, SettingsError
from bpviz.views.words import say

_RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1")
_DECAYS = ("0", "0.00001", "0.0001", "0.001", "0.01")
_OPTIMIZER_LABELS = {
    "sgd": "SGD",
    "momentum": "SGD with momentum",
    "nesterov": "SGD with Nesterov momentum",
    "rmsprop": "RMSProp",
    "adam": "Adam",
}
_INITIALIZER_LABELS = {"he": "He", "xavier": "Xavier", "normal": "normal, 0.1", "zeros": "zeros"}


def summary(sizes: tuple[int, ...], settings: Settings) -> str:
    """Return an experiment in one line, such as ``"784 · 16 · 16 · 10  ReLU  SGD 0.1"``."""
    layers = " · ".join(str(n) for n in sizes)
    activation = f"{HIDDEN_ACTIVATIONS[settings.activation].label}  " if settings.hidden else ""
    optimizer = _OPTIMIZER_LABELS[settings.optimizer].replace("SGD with ", "")
    return f"{layers}  {activation}{optimizer} {settings.learning_rate:g}"


class SettingsPanel(QFrame):
    """
    A form that lies over the network.

    Signals
    -------
    live_settings_changed : Settings
        Something that applies at once was changed.
    restart_requested : Settings
        A new network is wanted.
    closed
    """

    live_settings_changed = Signal(object)
    restart_requested = Signal(object)
    closed = Signal()

    def __init__(self, settings: Settings, n_in: int, n_out: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("settings_panel")
        self.setAccessibleName("Settings")
        self.setFixedWidth(344)
        self._settings = settings
        self._ends = (n_in, n_out)
        self._batch = 0

        self.optimizer = _choice(
            "optimizer", _OPTIMIZER_LABELS, "What makes steps of gradients; brings its usual rate"
        )
        self.learning_rate = _number("learning_rate", _RATES, "How far each step goes, η")
        self.weight_decay = _number("weight_decay", _DECAYS, "Share by which weights shrink, λ")
        self.batch_size = QSpinBox()
        self.batch_size.setObjectName("batch_size")
        # Too large or small a number is told in words, not changed while it is typed.
        self.batch_size.setRange(-100 * MAX_BATCH_SIZE, 100 * MAX_BATCH_SIZE)
        self.batch_size.setToolTip("Pictures per batch, from the next one on")
        # Typing 128 must not train with 1 and with 12 on the way.
        self.batch_size.setKeyboardTracking(False)
        self.hidden = QLineEdit()
        self.hidden.setObjectName("hidden")
        self.hidden.setToolTip("Neurons of each hidden layer, such as 16, 16, or none")
        self.hidden.setPlaceholderText("none")
        self.activation = _choice(
            "activation",
            {name: f.label for name, f in HIDDEN_ACTIVATIONS.items()},
            "What hidden neurons make of their weighted input, a = f(z)",
        )
        self.output = _choice(
            "output",
            {name: f.label for name, f in OUTPUT_ACTIVATIONS.items()},
            "What outputs make of their weighted input, a = f(z)",
        )
        self.loss = _choice(
            "loss", {name: loss.label for name, loss in LOSSES.items()}, "How a mistake is measured"
        )
        self.initializer = _choice(
            "initializer", _INITIALIZER_LABELS, "How the starting weights are drawn"
        )
        self.seed = QSpinBox()
        self.seed.setObjectName("seed")
        self.seed.setRange(0, MAX_SEED)
        self.seed.setToolTip("Of the starting weights and of the order of the pictures")
        self.restart = QPushButton("Start new network")
        self.restart.setObjectName("restart")
        self.restart.setProperty("primary", True)
        self.restart.setToolTip("Begin again with these settings (Ctrl+Return)")
        self.message = QLabel()
        self.message.setObjectName("settings_message")
        self.message.setWordWrap(True)
        self.message.setMinimumHeight(52)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)

        for box in (self.batch_size, self.seed):
            # A style sheet's padding does not reach it.
            box.lineEdit().setTextMargins(6, 0, 0, 0)
        self._lay_out()
        self.show_settings(settings)
        self.optimizer.activated.connect(self._on_optimizer)
        self.batch_size.valueChanged.connect(self._on_live)
        for number in (self.learning_rate, self.weight_decay):
            number.activated.connect(self._on_live)
            line = number.lineEdit()
            assert line is not None
            line.editingFinished.connect(self._on_live)
        self.hidden.textChanged.connect(self._on_structure)
        self.seed.valueChanged.connect(self._on_structure)
        for choice in (self.activation, self.output, self.loss, self.initializer):
            choice.currentIndexChanged.connect(self._on_structure)
        self.restart.clicked.connect(self._on_restart)

    def show_settings(self, settings: Settings) -> None:
        """Show what is set, in place of what was typed and not used."""
        self._settings = settings
        for field in fields(settings):
            widget, value = getattr(self, field.name), getattr(settings, field.name)
            blocked = widget.blockSignals(True)
            if isinstance(widget, QSpinBox):
                widget.setValue(value)
            elif isinstance(widget, QLineEdit):
                widget.setText(", ".join(str(width) for width in value))
            elif widget.isEditable():
                # The shortest text that is read as the same number: 1, not 1.0.
                widget.setEditText(repr(float(value)).removesuffix(".0"))
            else:
                widget.setCurrentIndex(widget.findData(value))
            widget.blockSignals(blocked)
        self._on_structure()

    def show_batch(self, batch: int) -> None:
        """Take note how many batches a new network would drop."""
        self._batch = batch
        if self.restart.isEnabled() and not self.isHidden():
            self._on_structure()

    def read(self) -> Settings:
        """
        Return what the form says.

        Raises
        ------
        SettingsError
            If it says something that cannot be used.
        """
        live = self._read_live(self._settings)
        settings = replace(
            live,
            hidden=_widths(self.hidden.text()),
            activation=self.activation.currentData(),
            output=self.output.currentData(),
            loss=self.loss.currentData(),
            initializer=self.initializer.currentData(),
            seed=self.seed.value(),
        )
        settings.sizes(*self._ends)
        return settings

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            # What was typed and not entered is dropped, before losing the focus would enter it.
            self.show_settings(self._settings)
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.restart.click()
        else:
            super().keyPressEvent(event)

    def _read_live(self, settings: Settings) -> Settings:
        return replace(
            settings,
            optimizer=self.optimizer.currentData(),
            learning_rate=_float(self.learning_rate.currentText(), "learning rate"),
            weight_decay=_float(self.weight_decay.currentText(), "weight decay"),
            batch_size=self.batch_size.value(),
        )

    def _on_optimizer(self) -> None:
        self.learning_rate.setEditText(f"{USUAL_LEARNING_RATES[self.optimizer.currentData()]:g}")
        self._on_live()

    def _on_live(self) -> None:
        try:
            settings = self._read_live(self._settings)
            settings.sizes(*self._ends)
        except SettingsError as error:
            self.restart.setEnabled(False)
            say(self.message, str(error), trouble=True)
            return
        if settings != self._settings:
            self._settings = settings
            self.live_settings_changed.emit(settings)
        self._on_structure()

    def _on_structure(self) -> None:
        try:
            settings = self.read()
        except SettingsError as error:
            self.restart.setEnabled(False)
            say(self.message, str(error), trouble=True)
            return
        differs = bool(self._settings.needs_new_network(settings))
        self.restart.setEnabled(differs)
        if not differs:
            say(self.message, "Nothing here needs a new network.", trouble=False)
        elif self._batch:
            plural = "es" if self._batch > 1 else ""
            dropped = f"the {self._batch:,} batch{plural} trained so far will be dropped"
            say(self.message, f"This needs a new network: {dropped}.", trouble=False)
        else:
            say(self.message, "This needs a new network.", trouble=False)

    def _on_restart(self) -> None:
        # A number may have been typed and not entered.
        self._on_structure()
        if self.restart.isEnabled():
            self.restart_requested.emit(self.read())

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        for heading, rows in (
            (
                "Applies at once",
                (
                    ("&Optimiser", self.optimizer),
                    ("&Learning rate", self.learning_rate),
                    ("Weight &decay", self.weight_decay),
                    ("&Batch size", self.batch_size),
                ),
            ),
            (
                "Needs a new network",
                (
                    ("&Hidden layers", self.hidden),
                    ("&Activation", self.activation),
                    ("O&utput", self.output),
                    ("Lo&ss", self.loss),
                    ("Start we&ights", self.initializer),
                    ("S&eed", self.seed),
                ),
            ),
        ):
            label = QLabel(heading)
            label.setProperty("heading", True)
            layout.addWidget(label)
            form = QFormLayout()
            form.setHorizontalSpacing(14)
            form.setVerticalSpacing(6)
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            for name, widget in rows:
                form.addRow(name, widget)
                widget.setAccessibleName(name.replace("&", ""))
                key = name[name.index("&") + 1].upper()
                widget.setToolTip(f"{widget.toolTip()} (Alt+{key})")
            layout.addLayout(form)
        layout.addWidget(self.message)
        layout.addWidget(self.restart)


def _choice(name: str, labels: dict[str, str], tip: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setToolTip(tip)
    for key, label in labels.items():
        box.addItem(label, key)
    return box


def _number(name: str, presets: tuple[str, ...], tip: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    # Or else Enter after "0.00" means the preset that begins so, 0.001.
    box.setCompleter(None)  # type: ignore[arg-type]  # None is missing in Qt's stubs
    box.addItems(list(presets))
    box.setToolTip(tip)
    return box


def _float(text: str, what: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise SettingsError(f"the {what} must be a number such as 0.1, not “{text}”") from None


def _widths(text: str) -> tuple[int, ...]:
    text = text.strip()
    if text in ("", "none"):
        return ()
    try:
        # A comma at the end is on the way to the next number; two of them lack one in between.
        return tuple(int(part) for part in re.split(r"\s*[,·]\s*|\s+", text.removesuffix(",")))
    except ValueError:
        raise SettingsError(
            f"hidden layers are whole numbers such as “16, 16”, or “none”, not “{text}”"
        ) from None
