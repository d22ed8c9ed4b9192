"""The thin scroll bar that panels share."""


def scroll_style(handle: str, hovered: str, thickness_px: int) -> str:
    """Return the style sheet of thin scroll bars, whose handle has these colours."""
    return f"""
    QScrollBar {{ background: transparent; border: none; margin: 0; }}
    QScrollBar:horizontal {{ height: {thickness_px}px; }}
    QScrollBar:vertical {{ width: {thickness_px}px; }}
    QScrollBar::handle {{ background: {handle}; border-radius: {thickness_px // 2}px; }}
    QScrollBar::handle:horizontal {{ min-width: 30px; }}
    QScrollBar::handle:vertical {{ min-height: 30px; }}
    QScrollBar::handle:hover {{ background: {hovered}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
    """
