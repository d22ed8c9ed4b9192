from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bpviz.engine import Array, LayerArrays, Network
from bpviz.views import matrix_painter
from bpviz.views.colouring import Colouring
from bpviz.views.colours import Levels, magnitude_table
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.lettering import write
from bpviz.views.matrix_view import MatrixView
from bpviz.views.network_state import LayerState, NetworkState
from bpviz.views.quantities import QUANTITIES
from bpviz.views.theme import DARK, LIGHT, Theme

SIZES = (784, 16, 6, 10)
CLASSES = tuple("0123456789")
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def numbers(sizes: tuple[int, ...] = SIZES, seed: int = 0) -> NetworkState:
    """A network with a gradient for each weight, all different."""
    rng = np.random.default_rng(seed)
    network = Network(sizes, rng)
    gradient = network.split(rng.normal(size=len(network.params)).astype(np.float32))
    parameters = network.split(network.params)
    layers = [
        LayerState(np.zeros(n, np.float32), np.ones(n, np.float32), None, part, part, part)
        for n, part in zip(sizes[1:], gradient, strict=True)
    ]
    return NetworkState(parameters, parameters, np.ones(sizes[0], np.float32), layers)


def show(
    view: MatrixView,
    state: NetworkState,
    quantity: str = "gradient",
    inputs: tuple[str, ...] = (),
    theme: Theme = DARK,
) -> Colouring:
    colouring = Colouring()
    colouring.choose_quantity(quantity)
    colouring.rescale(state)
    view.set_theme(theme)
    view.show_state(state, inputs, tuple(map(str, range(len(state.parameters[-1].b)))), colouring)
    return colouring


@pytest.fixture
def view(qtbot: QtBot) -> MatrixView:
    view = MatrixView()
    qtbot.addWidget(view)
    view.resize(300, 400)
    view.show()
    show(view, numbers())
    return view


def place(view: MatrixView, part: Part) -> QPoint:
    """Where the middle of a cell is."""
    layout, ratio = view.layout_px, view.devicePixelRatioF()
    if isinstance(part, Edge):
        x, y = layout.columns.place(part.end), layout.rows.place(part.start)
    else:
        x, y = layout.columns.place(part.row), layout.bias
    return QPoint(int(sum(x) // 2 / ratio), int(sum(y) // 2 / ratio))


def named(view: MatrixView) -> Part | None:
    return view.part


def shown(view: MatrixView) -> tuple[int, Part | None]:
    return view.layer, view.chosen


def move_to(view: MatrixView, at: QPoint) -> None:
    QTest.mouseMove(view, QPoint(2, 2))  # a mouse that stays where it was tells nothing
    QTest.mouseMove(view, at)


def turn_wheel(view: MatrixView, at: QPoint, notches: float) -> None:
    event = QWheelEvent(
        QPointF(at),
        view.mapToGlobal(QPointF(at)),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def pixel(view: MatrixView, at: QPoint) -> str:
    return view.grab().toImage().pixelColor(at).name()


def heard(signal: object) -> list[Part | None]:
    parts: list[Part | None] = []
    signal.connect(parts.append)  # type: ignore[attr-defined]
    return parts


def expected(colouring: Colouring, layer: int, values: Array, theme: Theme) -> str:
    (level,) = colouring.levels(layer, values.reshape(1))
    return QColor(*map(int, magnitude_table(theme)[level])).name()


def test_that_the_first_layer_is_shown_first(view: MatrixView) -> None:
    assert view.layer == 0
    assert view.layout_px.rows.n == 784
    assert view.layout_px.columns.n == 16
    assert "layer 1" in view.accessibleDescription()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_that_each_cell_has_the_colour_of_its_weight(view: MatrixView, theme: Theme) -> None:
    state = numbers()
    colouring = show(view, state, theme=theme)
    view.next_layer()
    gradient = state.layers[1].gradient
    assert gradient is not None
    for start, end in ((0, 0), (15, 5), (3, 4), (9, 0)):
        values = gradient.W[start, end]
        assert pixel(view, place(view, Edge(1, start, end))) == expected(
            colouring, 1, values, theme
        )
    for row in (0, 5):
        assert pixel(view, place(view, Neuron(2, row))) == expected(
            colouring, 1, gradient.b[row], theme
        )


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_that_the_strongest_of_a_pixel_gives_it_its_colour(qtbot: QtBot, quantity: str) -> None:
    view = MatrixView()
    qtbot.addWidget(view)
    view.resize(300, 400)
    state = numbers((900, 1000, 3))
    colouring = show(view, state, quantity)
    assert view.layout_px.per_pixel > 1
    layer = colouring.layers[0]
    assert layer is not None
    image = view.grab().toImage()
    rows, columns = view.layout_px[:2]
    for x, y in ((60, 50), (200, 300), (291, 339)):
        at = rows.at(y), columns.at(x)
        block = layer.W[np.ix_(*at)]
        strongest = block.ravel()[np.abs(block).argmax()]
        (level,) = colouring.levels(0, strongest.reshape(1))
        assert image.pixelColor(x, y) == QColor.fromRgb(view._scene(state).colour_table[level])


def test_that_before_there_is_a_gradient_the_cells_are_neutral(view: MatrixView) -> None:
    network = Network(SIZES, np.random.default_rng(0))
    parameters = network.split(network.params)
    show(view, NetworkState(parameters, parameters, None, [LayerState()] * 3))
    assert pixel(view, place(view, Edge(0, 400, 3))) == DARK.no_gradient
    assert pixel(view, place(view, Neuron(1, 3))) == DARK.no_gradient


def test_that_zero_and_nan_have_colours_of_their_own(view: MatrixView) -> None:
    state = numbers()
    gradient = state.layers[1].gradient
    assert gradient is not None
    gradient.W[0, 0], gradient.W[0, 1], gradient.W[0, 2] = 0, np.nan, np.inf
    show(view, state)
    view.next_layer()
    found = [pixel(view, place(view, Edge(1, 0, end))) for end in range(3)]
    assert found == [DARK.zero, DARK.not_finite, DARK.not_finite]


def test_that_a_nan_is_seen_among_a_thousand_weights(qtbot: QtBot) -> None:
    view = MatrixView()
    qtbot.addWidget(view)
    view.resize(300, 400)
    state = numbers((900, 1000, 3))
    gradient = state.layers[0].gradient
    assert gradient is not None
    gradient.W[511, 777] = np.nan
    show(view, state)
    assert pixel(view, place(view, Edge(0, 511, 777))) == DARK.not_finite


def test_that_there_is_a_thin_gap_between_large_cells_and_none_between_small_ones(
    view: MatrixView,
) -> None:
    def at_the_rim(part: Edge) -> str:
        end = view.layout_px.columns.place(part.end)[1]
        return pixel(view, QPoint(end - 1, place(view, part).y()))

    assert at_the_rim(Edge(0, 400, 3)) != DARK.ground
    view.next_layer()
    assert at_the_rim(Edge(1, 4, 3)) == DARK.ground


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is written."""
    texts: list[str] = []

    def noted(
        painter: QPainter, room: QRectF, side: Qt.AlignmentFlag, text: str, colour: str
    ) -> None:
        texts.append(text)
        write(painter, room, side, text, colour)

    monkeypatch.setattr(matrix_painter, "write", noted)
    return texts


def test_that_the_number_is_written_into_large_cells(view: MatrixView, texts: list[str]) -> None:
    state = numbers()
    state.parameters[1].W[8, 3] = 0.0123
    show(view, state, "weight")
    view.next_layer()
    view.grab()
    assert "+0.012" not in texts
    move_to(view, place(view, Edge(1, 8, 3)))
    for _ in range(20):
        turn_wheel(view, place(view, Edge(1, 8, 3)), 1)
    view.grab()
    assert "+0.012" in texts


def test_that_rows_and_columns_are_named(view: MatrixView, texts: list[str]) -> None:
    move_to(view, place(view, Edge(0, 13 * 28 + 8, 3)))
    view.grab()
    assert isinstance(view.part, Edge)
    row, column = divmod(view.part.start, 28)
    assert f"{row + 1},{column + 1}" in texts
    assert {"b", "rows: pixels  ·  columns: layer 1"} <= set(texts)
    assert any("one pixel stands for up to 3 weights" in text for text in texts)
    show(view, numbers((2, 3)), inputs=("i1", "i2"))
    texts.clear()
    view.grab()
    assert {"i1", "i2", "0", "1", "2", "rows: inputs  ·  columns: outputs"} <= set(texts)
    assert not any("stands for" in text for text in texts)


def test_that_a_long_name_in_the_middle_gets_its_room(view: MatrixView, texts: list[str]) -> None:
    state = numbers((4, 10))
    names = ("a", "b", "a very long name indeed", *"defghij")
    colouring = show(view, state)

    def written() -> list[str]:
        texts.clear()
        view.grab()
        return [text for text in texts if text in names]

    view.show_state(state, (), tuple("abcdefghij"), colouring)
    assert len(written()) == 10
    view.show_state(state, (), names, colouring)
    assert len(written()) < 4


def test_that_hovering_names_the_strongest_weight_under_the_mouse(view: MatrixView) -> None:
    parts = heard(view.part_hovered)
    view.next_layer()
    for part in (Edge(1, 8, 3), Neuron(2, 4)):
        move_to(view, place(view, part))
        assert view.part == part
    move_to(view, QPoint(5, 200))
    assert named(view) is None
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert [part for part in parts if part] == [Edge(1, 8, 3), Neuron(2, 4)]
    assert parts[-1] is None


def test_that_hiding_it_lets_go_of_what_was_under_the_mouse(view: MatrixView) -> None:
    move_to(view, place(view, Edge(0, 400, 3)))
    assert view.part is not None
    parts = heard(view.part_hovered)
    view.hide()
    assert parts == [None]


def test_that_numbers_that_go_leave_nothing_under_the_mouse(view: MatrixView) -> None:
    move_to(view, place(view, Edge(0, 400, 3)))
    parts = heard(view.part_hovered)
    view.show_state(None, (), CLASSES, Colouring())
    assert parts == [None]
    assert view.part is None


def test_that_what_is_under_a_resting_mouse_is_named_after_every_move_of_the_picture(
    view: MatrixView,
) -> None:
    view.next_layer()
    move_to(view, place(view, Edge(1, 0, 0)))
    turn_wheel(view, place(view, Edge(1, 0, 0)), 8)
    near = named(view)
    view.choose(Edge(1, 15, 5))
    assert not view.layout_px.rows.sees(0)
    assert named(view) not in {None, near}
    view.fit()
    assert named(view) == Edge(1, 0, 0)


def test_that_hidden_it_tells_nothing_and_catches_up_when_shown(view: MatrixView) -> None:
    for _ in range(20):
        view.zoom(1.25)
    assert not view.layout_px.rows.sees(700)
    view.next_layer()
    told: list[tuple[int, int, int]] = []
    view.layer_shown.connect(lambda *args: told.append(args))
    view.hide()
    for part in (Edge(2, 0, 0), Edge(0, 3, 3), None):
        view.point_at(part)
    view.choose(Edge(0, 700, 12))
    assert told == []
    assert not view.layout_px.rows.sees(700)
    view.show()
    assert told == [(0, 784, 16)]
    assert view.layout_px.rows.sees(700)
    assert view.layout_px.columns.sees(12)


def test_that_hovering_shows_a_card_and_marks_the_cell(view: MatrixView) -> None:
    view.next_layer()
    before = view.grab().toImage()
    at = place(view, Edge(1, 3, 3))
    move_to(view, at)
    after = view.grab().toImage()
    corner = view.layout_px.columns.place(3)[0] - 2, at.y()
    assert after.pixelColor(*corner).name() == DARK.highlight
    assert before.pixelColor(*corner).name() != DARK.highlight
    below = at + QPoint(0, 60)
    assert after.pixelColor(below.x(), below.y()) != before.pixelColor(below.x(), below.y())


@pytest.mark.parametrize("part", [Edge(0, 400, 3), Neuron(1, 7)])
def test_that_a_click_chooses(view: MatrixView, part: Part) -> None:
    parts = heard(view.part_chosen)
    at = place(view, part)
    QTest.mouseClick(view, LEFT, NONE, at)
    assert len(parts) == 1
    assert parts[0] == view.chosen
    assert isinstance(parts[0], type(part))
    QTest.mouseClick(view, LEFT, NONE, QPoint(3, 200))
    assert parts[1:] == [None]


def test_that_dragging_moves_and_does_not_choose(view: MatrixView) -> None:
    parts = heard(view.part_chosen)
    turn_wheel(view, QPoint(150, 200), 20)
    before = view.layout_px.columns.start
    QTest.mousePress(view, LEFT, NONE, QPoint(150, 200))
    QTest.mouseMove(view, QPoint(160, 200))
    QTest.mouseMove(view, QPoint(190, 200))
    QTest.mouseRelease(view, LEFT, NONE, QPoint(190, 200))
    assert view.layout_px.columns.start == before + 40
    assert parts == []


def test_that_a_double_click_fits(view: MatrixView) -> None:
    turn_wheel(view, QPoint(150, 200), 5)
    assert view.layout_px.lens.zoom > 1
    QTest.mouseDClick(view, LEFT, NONE, QPoint(150, 200))
    assert view.layout_px.lens.zoom == 1


def test_that_the_wheel_zooms_down_to_single_weights(view: MatrixView) -> None:
    assert view.layout_px.per_pixel > 1
    turn_wheel(view, QPoint(150, 200), 40)
    assert view.layout_px.per_pixel == 1
    assert len(view.layout_px.rows.blocks.bounds) < 10
    turn_wheel(view, QPoint(150, 200), -60)
    assert view.layout_px.lens.zoom == 1


def test_that_the_layers_follow_each_other_round_and_round(view: MatrixView) -> None:
    told: list[tuple[int, int, int]] = []
    view.layer_shown.connect(lambda *args: told.append(args))
    for _ in range(3):
        view.next_layer()
    view.previous_layer()
    assert told == [(1, 16, 6), (2, 6, 10), (0, 784, 16), (2, 6, 10)]


def test_that_each_layer_keeps_its_zoom(view: MatrixView) -> None:
    turn_wheel(view, QPoint(150, 200), 3)
    kept = view.layout_px
    view.next_layer()
    assert view.layout_px.lens.zoom == 1
    view.previous_layer()
    assert view.layout_px == kept


def test_that_the_layer_of_what_is_chosen_elsewhere_is_shown(view: MatrixView) -> None:
    parts = heard(view.part_chosen)
    view.choose(Edge(2, 5, 9))
    assert view.layer == 2
    assert view.chosen == Edge(2, 5, 9)
    view.choose(Neuron(2, 5))
    assert view.layer == 2  # where the neuron is an input, and its row is marked
    view.choose(Neuron(1, 5))
    assert view.layer == 0
    view.choose(None)
    assert shown(view) == (0, None)
    assert parts == []


def test_that_what_is_hovered_elsewhere_is_marked_and_its_layer_shown_as_long(
    view: MatrixView,
) -> None:
    parts = heard(view.part_hovered)
    view.point_at(Edge(1, 3, 3))
    assert view.layer == 1
    rim = QPoint(view.layout_px.columns.place(3)[0] - 2, place(view, Edge(1, 3, 3)).y())
    assert pixel(view, rim) == DARK.highlight
    view.point_at(None)
    assert view.layer == 0
    assert parts == []


def test_that_what_is_chosen_is_brought_into_sight(view: MatrixView) -> None:
    view.choose(Edge(0, 10, 3))
    for _ in range(20):
        view.zoom(1.25)
    assert not view.layout_px.rows.sees(700)
    view.choose(Edge(0, 700, 12))
    assert view.layout_px.rows.sees(700)
    assert view.layout_px.columns.sees(12)


def test_that_the_keys_work_where_the_focus_is(view: MatrixView, qtbot: QtBot) -> None:
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    parts = heard(view.part_chosen)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        QTest.keyClick(view, key)
    assert parts == [Edge(0, 0, 0), Edge(0, 0, 1), Edge(0, 1, 1), Edge(0, 1, 0)]
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.layout_px.lens.zoom == 1.25
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.layout_px.lens.zoom == 1
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_F)
    assert view.layout_px.lens.zoom == 1
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert view.layer == 1
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert view.layer == 0


@pytest.mark.parametrize("key", [Qt.Key.Key_F, Qt.Key.Key_Minus, Qt.Key.Key_Right])
def test_that_keys_with_shift_are_left_to_the_window(view: MatrixView, key: Qt.Key) -> None:
    view.zoom(2)
    before = view.layout_px
    QApplication.sendEvent(view, key_event(key))
    assert view.layout_px == before
    asked = key_event(key, QEvent.Type.ShortcutOverride)
    asked.ignore()
    QApplication.sendEvent(view, asked)
    assert not asked.isAccepted()
    assert view.chosen is None


def test_that_a_plus_may_need_shift(view: MatrixView) -> None:
    QApplication.sendEvent(view, key_event(Qt.Key.Key_Plus))
    assert view.layout_px.lens.zoom == 1.25


def key_event(key: Qt.Key, kind: QEvent.Type = QEvent.Type.KeyPress) -> QKeyEvent:
    return QKeyEvent(kind, key, Qt.KeyboardModifier.ShiftModifier)


def test_that_a_click_does_not_take_the_focus(view: MatrixView) -> None:
    view.clearFocus()
    QTest.mouseClick(view, LEFT, NONE, place(view, Edge(0, 400, 3)))
    assert not view.hasFocus()


def test_that_another_network_begins_with_its_first_layer(view: MatrixView) -> None:
    view.choose(Edge(2, 5, 9))
    show(view, numbers((2, 3)))
    assert shown(view) == (0, None)
    assert view.layout_px.rows.n == 2


def test_that_the_same_network_trained_anew_keeps_layer_and_zoom(view: MatrixView) -> None:
    view.next_layer()
    view.zoom(2)
    before = view.layout_px
    view.show_state(None, (), CLASSES, Colouring())
    view.grab()
    show(view, numbers(seed=1))
    assert view.layer == 1
    assert view.layout_px == before


def test_that_nothing_can_be_done_before_there_is_a_network(qtbot: QtBot) -> None:
    view = MatrixView()
    qtbot.addWidget(view)
    view.show()
    view.choose(None)
    view.next_layer()
    view.fit()
    view.zoom(2)
    turn_wheel(view, QPoint(100, 100), 1)
    move_to(view, QPoint(100, 100))
    QTest.mouseClick(view, LEFT, NONE, QPoint(100, 100))
    assert view.part is None
    assert pixel(view, QPoint(100, 100)) == DARK.ground


@pytest.fixture
def levelled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the values whose level is found."""
    counts: list[int] = []
    levels = Colouring.levels

    def counted(self: Colouring, layer: int, values: NDArray[np.floating]) -> Levels:
        counts.append(values.size)
        return levels(self, layer, values)

    monkeypatch.setattr(Colouring, "levels", counted)
    return counts


@pytest.mark.parametrize("sizes", [(2, 3), (784, 1024), (2000, 2000)])
def test_that_work_per_frame_is_bounded_by_the_window(
    view: MatrixView, levelled: list[int], sizes: tuple[int, int]
) -> None:
    state = numbers(sizes)
    show(view, state, "weight")
    for _ in range(12):
        levelled.clear()
        view.show_state(state, (), view._classes, view._colouring)
        view.grab()
        # Cells in sight, and once more those large enough for a number.
        assert 0 < sum(levelled) <= 2 * view.width() * view.height()
        turn_wheel(view, QPoint(150, 200), 2)


def test_that_moving_the_mouse_colours_nothing_anew(view: MatrixView, levelled: list[int]) -> None:
    view.grab()
    levelled.clear()
    for start, end in pairwise(range(10)):
        move_to(view, place(view, Edge(0, 40 * start, end)))
        view.grab()
    assert levelled == []


def test_that_a_hidden_matrix_colours_nothing(view: MatrixView, levelled: list[int]) -> None:
    view.hide()
    QApplication.processEvents()
    levelled.clear()
    for seed in range(3):
        show(view, numbers(seed=seed))
        QApplication.processEvents()
    assert levelled == []


def test_that_a_layer_not_computed_yet_is_neutral_beside_others(view: MatrixView) -> None:
    state = numbers()
    layers = [state.layers[0]._replace(gradient=None), *state.layers[1:]]
    show(view, NetworkState(state.parameters, state.parameters, state.x, layers))
    assert pixel(view, place(view, Edge(0, 400, 3))) == DARK.no_gradient
    move_to(view, place(view, Edge(0, 400, 3)))
    assert isinstance(view.part, Edge)
    view.next_layer()
    assert pixel(view, place(view, Edge(1, 4, 3))) != DARK.no_gradient
    assert isinstance(state.layers[1].gradient, LayerArrays)


def test_that_a_window_that_is_drawn_without_being_shown_names_its_layer_too(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    view, told = MatrixView(window), list[tuple[int, int, int]]()
    view.layer_shown.connect(lambda *layer: told.append(layer))
    show(view, numbers())
    assert told == [(0, *numbers().parameters[0].W.shape)]
