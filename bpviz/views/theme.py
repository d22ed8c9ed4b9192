"""The two sets of colours that every view paints with."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Theme:
    """
    Colours of one appearance, each as ``"#rrggbb"``.

    Attributes
    ----------
    ground
        Behind the network and between the panels.
    panel, raised
        Surfaces: a quiet panel, and a control that stands on it.
    line
        Hairlines and outlines of controls.
    text, muted
        Words that matter, and words that accompany.
    accent, on_accent
        The one filled button, and what is written on it.
    highlight
        What is hovered, selected or at work; keyboard focus.
    paper, ink
        Pictures of digits: 0 is paper, 255 is ink.
    no_gradient
        Edges before the first backward pass.
    zero
        Values that are exactly zero, and the middle of signed ones.
    negative, positive
        The ends of the one map for signed values.
    not_finite
        NaN and infinity.
    batch_loss, validation, accuracy
        Curves of the loss plot. The last two are orange and blue, which no common colour
        blindness confuses.
    """

    name: Literal["dark", "light"]
    ground: str
    panel: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    highlight: str
    paper: str
    ink: str
    no_gradient: str
    zero: str
    negative: str
    positive: str
    not_finite: str
    batch_loss: str
    validation: str
    accuracy: str


DARK = Theme(
    name="dark",
    ground="#0e1016",
    panel="#14171f",
    raised="#1d212c",
    line="#2a2f3d",
    text="#e9ebf3",
    muted="#9096a8",
    accent="#e4e6fa",
    on_accent="#14171f",
    highlight="#e0609a",
    paper="#000000",
    ink="#ffffff",
    no_gradient="#3a4052",
    zero="#262b38",
    negative="#5cb3ff",
    positive="#ffb04d",
    not_finite="#35e0d0",
    batch_loss="#6b707f",
    validation="#f0a04b",
    accuracy="#62b0f5",
)

LIGHT = Theme(
    name="light",
    ground="#fbfbfd",
    panel="#f3f4f8",
    raised="#ffffff",
    line="#d5d8e2",
    text="#171a24",
    muted="#5a6072",
    accent="#2a2f4a",
    on_accent="#ffffff",
    highlight="#b8256e",
    paper="#ffffff",
    ink="#10121a",
    no_gradient="#c3c8d6",
    zero="#e2e5ee",
    negative="#0a58c2",
    positive="#b04a00",
    not_finite="#00857a",
    batch_loss="#888c9a",
    validation="#b45a00",
    accuracy="#1668b8",
)
