"""How the whole program looks: font, palette, and the style sheet of the plain controls."""

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from bpviz.resources import resource
from bpviz.views.theme import Theme

FONT_PX = 13


def load_font(app: QApplication) -> None:
    """Use the shipped font, so that the program looks the same on every system."""
    for weight in ("Regular", "Medium", "SemiBold"):
        QFontDatabase.addApplicationFont(str(resource(f"fonts/Inter-{weight}.otf")))
    font = QFont("Inter")
    font.setPixelSize(FONT_PX)
    # Digits of equal width: numbers that change do not jitter.
    font.setFeature(QFont.Tag("tnum"), 1)
    app.setFont(font)


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Give all plain controls a theme's colours."""
    palette = QPalette()
    role = QPalette.ColorRole
    for colour, roles in (
        (theme.panel, (role.Window, role.AlternateBase)),
        (theme.raised, (role.Base, role.Button, role.ToolTipBase)),
        (theme.text, (role.WindowText, role.Text, role.ButtonText, role.ToolTipText)),
        (theme.highlight, (role.Highlight, role.Link, role.Accent)),
        (theme.muted, (role.PlaceholderText,)),
        (theme.line, (role.Mid, role.Midlight, role.Dark)),
    ):
        for one in roles:
            palette.setColor(one, QColor(colour))
    palette.setColor(role.HighlightedText, QColor("#ffffff"))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(theme.no_gradient))
    app.setPalette(palette)
    app.setStyleSheet(_sheet(theme))


def _icon(name: str, theme: Theme) -> str:
    return f'"{resource(f"icons/{name}-{theme.name}.svg").as_posix()}"'


def _sheet(theme: Theme) -> str:
    return f"""
    QMainWindow {{ background: {theme.panel}; }}
    QSplitter::handle, #hairline {{ background: {theme.line}; }}
    #network_panel {{ background: {theme.ground}; }}
    QLabel[muted="true"] {{ color: {theme.muted}; }}
    QLabel[heading="true"] {{ color: {theme.muted}; font-weight: 600; font-size: 12px; }}
    QLabel[wordmark="true"] {{ font-weight: 600; font-size: 16px; padding-right: 6px; }}
    QLabel[trouble="true"] {{ color: {theme.not_finite}; }}
    QPushButton, QToolButton {{
        background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.line};
        border-radius: 7px; padding: 4px 10px; min-height: 18px;
    }}
    QToolButton {{ padding: 4px 6px; }}
    #example_menu {{ padding: 4px 0; }}
    QPushButton:hover, QToolButton:hover {{ border-color: {theme.muted}; }}
    QPushButton:pressed, QToolButton:pressed {{ background: {theme.line}; }}
    QPushButton:focus, QToolButton:focus {{ border-color: {theme.highlight}; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {theme.no_gradient}; }}
    QToolButton:checked {{ background: {theme.line}; border-color: {theme.muted}; }}
    QToolButton:checked:focus {{ border-color: {theme.highlight}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QToolButton[segment="true"] {{ border-radius: 0; margin-left: -1px; padding: 4px 11px; }}
    QToolButton[segment="true"]:checked {{
        background: {theme.accent}; color: {theme.on_accent}; border-color: {theme.accent};
    }}
    QToolButton[segment="true"]:focus {{ border-color: {theme.highlight}; }}
    QPushButton[primary="true"] {{
        background: {theme.accent}; color: {theme.on_accent}; border-color: {theme.accent};
        font-weight: 600; padding: 4px 14px;
    }}
    QPushButton[primary="true"]:focus {{ border: 2px solid {theme.highlight}; }}
    QPushButton[primary="true"]:disabled {{
        background: {theme.raised}; color: {theme.no_gradient}; border-color: {theme.line};
    }}
    QLineEdit, QSpinBox, QComboBox {{
        background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.line};
        border-radius: 6px; padding: 3px 8px; min-height: 18px;
    }}
    QLineEdit:focus, QSpinBox:focus, QComboBox:focus {{ border-color: {theme.highlight}; }}
    QSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; padding: 0; background: none; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox::down-arrow {{ image: url({_icon("down", theme)}); width: 12px; height: 12px; }}
    QSpinBox::up-button, QSpinBox::down-button {{ border: none; width: 18px; }}
    QSpinBox::up-arrow {{ image: url({_icon("up", theme)}); width: 12px; height: 12px; }}
    QSpinBox::down-arrow {{ image: url({_icon("down", theme)}); width: 12px; height: 12px; }}
    QComboBox QAbstractItemView {{
        background: {theme.raised}; border: 1px solid {theme.line}; padding: 4px;
        selection-background-color: {theme.line}; selection-color: {theme.text};
    }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {theme.line}; }}
    QSlider::sub-page:horizontal {{ border-radius: 2px; background: {theme.muted}; }}
    QSlider::handle:horizontal {{
        width: 14px; margin: -5px 0; border-radius: 7px; background: {theme.accent};
    }}
    QSlider::handle:horizontal:focus {{ background: {theme.highlight}; }}
    QCheckBox::indicator {{
        width: 12px; height: 12px; border: 1px solid {theme.muted}; border-radius: 3px;
        background: {theme.raised};
    }}
    QCheckBox::indicator:checked {{
        background: {theme.accent}; border-color: {theme.accent};
        image: url({_icon("check", theme)});
    }}
    QCheckBox:focus {{ color: {theme.highlight}; }}
    QToolTip {{
        background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.line};
        padding: 4px;
    }}
    QMenu {{ background: {theme.raised}; border: 1px solid {theme.line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 22px 5px 22px; border-radius: 5px; }}
    QMenu::item:selected {{ background: {theme.line}; }}
    QMenu::separator {{ height: 1px; background: {theme.line}; margin: 4px 8px; }}
    #settings_panel {{
        background: {theme.panel}; border: 1px solid {theme.line}; border-radius: 10px;
    }}
    """
