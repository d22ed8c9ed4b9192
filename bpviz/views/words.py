"""Headings, and lines of words in which a view says what goes on, or what is wrong."""

from PySide6.QtWidgets import QLabel


def say(label: QLabel, text: str, trouble: bool) -> None:
    """Show a text, quietly or in the colour of trouble, which the style sheet gives it."""
    label.setText(text)
    label.setProperty("muted", not trouble)
    label.setProperty("trouble", trouble)
    label.style().polish(label)


def heading(text: str) -> QLabel:
    """Return a small heading, which the style sheet makes look like one."""
    label = QLabel(text)
    label.setProperty("heading", True)
    return label
