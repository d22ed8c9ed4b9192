"""What every widget is called: by tests, by a screen reader, and by the tool tip."""

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str, accessible_name: str, tool_tip: str = "") -> W:
    """Give a widget its object name, accessible name and tool tip, and return it."""
    widget.setObjectName(name)
    widget.setAccessibleName(accessible_name)
    widget.setToolTip(tool_tip)
    return widget
