"""The ribbon: the four stages of a batch, how far they got, and what they did, in words."""

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from bpviz.views.batch_view import BatchView
from bpviz.views.named import named
from bpviz.views.network_state import Working
from bpviz.views.stage_box import StageBox
from bpviz.views.stage_formulas import formula
from bpviz.views.stage_progress import STAGES, StageName, reached
from bpviz.views.stage_words import Outcome, plain_words
from bpviz.views.theme import Theme


class StageRibbon(QWidget):
    """
    Four boxes side by side, one a stage.

    Attributes
    ----------
    formulas
        Checked while formulas stand in place of plain words.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "stage_ribbon", "Stages of the batch")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._shown: tuple[BatchView | None, Outcome | None, bool, str] = (None, None, True, "")
        self._boxes = {stage: StageBox(stage) for stage in STAGES}
        self.formulas = named(
            QToolButton(),
            "show_formulas",
            "Formulas",
            "Formulas with this batch's numbers, in place of words (M)",
        )
        self.formulas.setText("f(x)")
        self.formulas.setCheckable(True)
        self.formulas.toggled.connect(self.set_formulas)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 6)
        layout.setSpacing(6)
        for box in self._boxes.values():
            layout.addWidget(box, 1)
        layout.addWidget(self.formulas)
        self._say()

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        for box in self._boxes.values():
            box.set_theme(theme)

    def set_formulas(self, on: bool) -> None:
        """Show formulas with the batch's numbers, or plain words."""
        self.formulas.setChecked(on)
        self._say()

    def show_stages(
        self, view: BatchView | None, outcome: Outcome | None, walking: bool, rule: str
    ) -> None:
        """
        Show how far a batch got and what its stages did.

        Parameters
        ----------
        view
            The batch and whose mean is looked at; None before the first batch.
        outcome
            What the update does to the batch's loss; None if nobody knows.
        walking
            Whether it is walked through stage by stage: the stage done last stands out then.
        rule
            The optimiser's formula, such as ``"w ← w − 0.1·∂L/∂w"``.
        """
        self._shown = view, outcome, walking, rule
        self._say()

    def text_of(self, stage: StageName) -> str:
        """Return the words in a stage's box; where they lack room, their end is not painted."""
        return self._boxes[stage].text

    def _say(self) -> None:
        view, outcome, walking, rule = self._shown
        last = view.records.last if view is not None and walking else None
        working = Working.of(last).kind if last is not None else None
        for stage, box in self._boxes.items():
            layers = len(view.records.network.layers) if view is not None else 0
            box.show_stage(
                formula(stage, view, rule)
                if self.formulas.isChecked()
                else plain_words(stage, view, outcome),
                reached(stage, view) if view is not None else 0,
                layers if stage in ("forward", "backward") else 1,
                stage == working,
            )
