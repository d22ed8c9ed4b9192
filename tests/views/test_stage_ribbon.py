import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from bpviz.engine import SGD, Network, Records, collect, stages
from bpviz.views.batch_view import BatchView
from bpviz.views.stage_formulas import formula
from bpviz.views.stage_progress import STAGES, StageName
from bpviz.views.stage_ribbon import StageRibbon
from bpviz.views.stage_words import Outcome, plain_words
from bpviz.views.theme import DARK, LIGHT, Theme

RULE = "w ← w − 0.1·∂L/∂w"
THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)


@pytest.fixture
def ribbon(qtbot: QtBot) -> StageRibbon:
    ribbon = StageRibbon()
    qtbot.addWidget(ribbon)
    ribbon.resize(1280, ribbon.sizeHint().height())
    set_theme(ribbon, DARK)
    ribbon.show()
    return ribbon


def set_theme(ribbon: StageRibbon, theme: Theme) -> None:
    """Give it the colours, and the panel to stand on that the window gives it."""
    ribbon.setPalette(QPalette(QColor(theme.panel)))
    ribbon.set_theme(theme)


def view_after(n_stages: int, sizes: tuple[int, ...] = (4, 5, 3)) -> BatchView:
    rng = np.random.default_rng(0)
    network = Network(sizes, rng)
    x = rng.random((6, sizes[0]), np.float32)
    labels = rng.integers(0, sizes[-1], 6)
    y = np.eye(sizes[-1], dtype=np.float32)[labels]
    steps = stages(network, x, y, SGD())
    records = Records(network.over(network.params.copy()), x, y)
    records = collect(records, [step for step, _ in zip(steps, range(n_stages), strict=False)])
    return BatchView(records, labels, tuple("0123456789"), np.arange(6))


def box(ribbon: StageRibbon, stage: StageName) -> QWidget:
    found: QWidget | None = ribbon.findChild(QWidget, f"stage_{stage}")
    assert found is not None
    return found


def picture(ribbon: StageRibbon, stage: StageName) -> QImage:
    """Return what a box looks like on a panel."""
    return ribbon.grab(box(ribbon, stage).geometry()).toImage()


def outline(ribbon: StageRibbon, stage: StageName) -> str:
    """Return the colour at the middle of a box's upper edge."""
    image = picture(ribbon, stage)
    return image.pixelColor(image.width() // 2, 0).name()


def near(name: str, other: str) -> bool:
    a, b = QColor(name), QColor(other)
    far = abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue())
    return max(far) < 60


@pytest.mark.parametrize("on", [False, True], ids=["words", "formulas"])
@pytest.mark.parametrize("n_stages", range(7))
def test_that_each_box_says_the_words_of_its_stage(
    ribbon: StageRibbon, n_stages: int, on: bool
) -> None:
    view, outcome = view_after(n_stages), Outcome(0.4, 0.3, True)
    ribbon.set_formulas(on)
    ribbon.show_stages(view, outcome, True, RULE)
    for stage in STAGES:
        text = formula(stage, view, RULE) if on else plain_words(stage, view, outcome)
        assert ribbon.text_of(stage) == text
        assert box(ribbon, stage).toolTip() == text
        assert box(ribbon, stage).accessibleDescription() == text


def test_that_it_says_at_first_how_to_walk_into_the_first_batch(ribbon: StageRibbon) -> None:
    assert "→" in ribbon.text_of("forward")
    ribbon.show_stages(view_after(3), None, True, RULE)
    ribbon.show_stages(None, None, True, RULE)
    assert "→" in ribbon.text_of("forward")


@THEMES
@pytest.mark.parametrize(
    ("n_stages", "at_work"),
    [(1, "forward"), (2, "forward"), (3, "loss"), (4, "backward"), (5, "backward"), (6, "update")],
)
def test_that_the_stage_done_last_stands_out_and_no_other(
    ribbon: StageRibbon, theme: Theme, n_stages: int, at_work: StageName
) -> None:
    set_theme(ribbon, theme)
    ribbon.show_stages(view_after(n_stages), None, True, RULE)
    for stage in STAGES:
        assert near(outline(ribbon, stage), theme.highlight) == (stage == at_work)
        assert box(ribbon, stage).accessibleName().endswith("at work") == (stage == at_work)


def test_that_no_stage_stands_out_while_playing(ribbon: StageRibbon) -> None:
    ribbon.show_stages(view_after(6), None, False, RULE)
    for stage in STAGES:
        assert not near(outline(ribbon, stage), DARK.highlight)
        assert box(ribbon, stage).accessibleName().endswith(": done")


@THEMES
def test_that_stages_not_reached_stand_back(ribbon: StageRibbon, theme: Theme) -> None:
    set_theme(ribbon, theme)
    ribbon.show_stages(view_after(3), None, True, RULE)
    assert box(ribbon, "forward").accessibleName() == "Forward pass: done"
    assert box(ribbon, "backward").accessibleName() == "Backward pass: not done"
    bright = [
        sum(
            near(image.pixelColor(x, y).name(), theme.text)
            for x in range(image.width())
            for y in range(image.height())
        )
        for image in (picture(ribbon, stage) for stage in ("forward", "update"))
    ]
    assert bright[0] > 50
    assert bright[1] < bright[0] / 10


def dots(ribbon: StageRibbon, stage: StageName, n: int) -> list[bool]:
    """Return for each dot of a three-layer network whether it is filled."""
    image = picture(ribbon, stage)
    line = (ribbon.fontMetrics().height() + 1) // 2 + 8
    centres = [round(image.width() - 11 - (n - place - 0.5) * 13) for place in range(n)]
    return [near(image.pixelColor(x, line).name(), DARK.text) for x in centres]


def test_that_dots_fill_as_the_passes_go_through_the_layers(ribbon: StageRibbon) -> None:
    filled = []
    for n_stages in (1, 2, 3, 5, 6, 7):
        ribbon.show_stages(view_after(n_stages, (4, 3, 3, 2)), None, True, RULE)
        filled.append((dots(ribbon, "forward", 3), dots(ribbon, "backward", 3)))
    assert [sum(forward) for forward, _ in filled] == [1, 2, 3, 3, 3, 3]
    assert filled[0][0] == [True, False, False]
    # The blame comes from the right, as in the network.
    assert [backward for _, backward in filled[3:]] == [
        [False, False, True],
        [False, True, True],
        [True, True, True],
    ]


def test_that_the_dots_of_many_layers_stay_beside_the_title(ribbon: StageRibbon) -> None:
    ribbon.resize(ribbon.minimumSizeHint())
    ribbon.show_stages(view_after(30, (4, *[3] * 12, 2)), None, False, RULE)
    image = picture(ribbon, "forward")
    top = image.copy(0, 8, image.width(), ribbon.fontMetrics().height())
    inked = [
        any(near(top.pixelColor(x, y).name(), DARK.text) for y in range(top.height()))
        for x in range(top.width())
    ]
    # The dots take the right end; nothing but a gap is left of them.
    start = round(image.width() - 11 - 0.28 * image.width())
    assert any(inked[start:])
    assert not any(inked[start - 3 : start])


def test_that_a_click_switches_from_words_to_formulas_and_back(ribbon: StageRibbon) -> None:
    ribbon.show_stages(view_after(6), None, True, RULE)
    plain, height = ribbon.text_of("update"), ribbon.sizeHint().height()
    QTest.mouseClick(ribbon.formulas, Qt.MouseButton.LeftButton)
    assert ribbon.text_of("update").startswith(RULE)
    assert ribbon.sizeHint().height() == height, "nothing below moves"
    QTest.mouseClick(ribbon.formulas, Qt.MouseButton.LeftButton)
    assert ribbon.text_of("update") == plain
    assert ribbon.sizeHint().height() == height


def test_that_the_switch_names_its_shortcut(ribbon: StageRibbon) -> None:
    assert ribbon.formulas.objectName() == "show_formulas"
    assert ribbon.formulas.toolTip().endswith("(M)")
    assert ribbon.formulas.accessibleName()
    ribbon.set_formulas(True)
    assert ribbon.formulas.isChecked()


def test_that_new_words_lay_nothing_out_anew(ribbon: StageRibbon) -> None:
    before = [(box(ribbon, stage).geometry(), ribbon.sizeHint()) for stage in STAGES]
    ribbon.show_stages(view_after(6), Outcome(0.4, 0.3, False), False, RULE)
    assert [(box(ribbon, stage).geometry(), ribbon.sizeHint()) for stage in STAGES] == before


def test_that_words_longer_than_their_box_stay_inside_it(ribbon: StageRibbon) -> None:
    ribbon.show_stages(view_after(6), None, False, f"{RULE}, " * 20)
    ribbon.set_formulas(True)
    ribbon.resize(1280, ribbon.sizeHint().height())
    update = box(ribbon, "update")
    image = picture(ribbon, "update")
    margin = [
        image.pixelColor(x, y).name()
        for x in range(image.width() - 9, image.width() - 3)
        for y in range(12, image.height() - 12)
    ]
    below = [
        image.pixelColor(x, y).name()
        for x in range(20, image.width() - 20)
        for y in range(image.height() - 4, image.height() - 2)
    ]
    assert {*margin, *below} == {DARK.raised}
    assert update.toolTip().startswith(f"{RULE}, " * 20)
