import pytest
from PySide6.QtGui import QFont, QTextLayout
from pytestqt.qtbot import QtBot

from bpviz.views.lettering import sized
from bpviz.views.wrapped_text import wrapped


@pytest.fixture
def font(qtbot: QtBot) -> QFont:
    return sized(QFont(), 13)


def lines(layout: QTextLayout) -> list[str]:
    places = (layout.lineAt(n) for n in range(layout.lineCount()))
    text = layout.text()
    return [text[line.textStart() : line.textStart() + line.textLength()] for line in places]


def test_that_a_short_text_keeps_its_lines_and_its_size(font: QFont) -> None:
    layout = wrapped("a = 1\nb", font, 300, 16, 3)
    assert [line.strip("\u2028") for line in lines(layout)] == ["a\u00a0=\u00a01", "b"]
    assert layout.font().pixelSize() == 13


def test_that_a_sign_stays_beside_its_number(font: QFont) -> None:
    layout = wrapped("word " * 12 + "= 0.5", font, 120, 16, 99)
    assert not any(line.strip().endswith("=") for line in lines(layout))


def test_that_a_longer_text_becomes_smaller_before_it_is_cut_off(font: QFont) -> None:
    sizes, texts = [], []
    for n_words in range(1, 40):
        layout = wrapped("words " * n_words, font, 200, 16, 2)
        assert layout.lineCount() <= 2
        sizes.append(layout.font().pixelSize())
        texts.append(layout.text())
    assert sizes == sorted(sizes, reverse=True)
    assert {*sizes} == {13, 12, 11}
    assert texts[-1].endswith("…")
    assert all(size == 11 for size, text in zip(sizes, texts, strict=True) if "…" in text)
