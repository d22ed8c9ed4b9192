import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from bpviz.engine import Network
from bpviz.views.colours import magnitude_table, signed_table
from bpviz.views.geometry import Edge, curve
from bpviz.views.network_panel import NetworkPanel
from bpviz.views.network_state import LayerState, NetworkState
from bpviz.views.quantities import QUANTITIES
from bpviz.views.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton


def state(share: float = 1.0) -> NetworkState:
    network = Network((4, 3, 2), np.random.default_rng(0))
    gradient = [np.array([0.009, 0.9][i], np.float32) for i in range(2)]
    parts = network.split(np.ones_like(network.params))
    for part, top in zip(parts, gradient, strict=True):
        part.W[:] = top * share
        part.b[:] = part.W[0] / 2
    parameters = network.split(network.params)
    layers = [LayerState(gradient=part, agreement=part, update=part) for part in parts]
    return NetworkState(parameters, parameters, None, layers)


def start_over(panel: NetworkPanel) -> None:
    panel.view.set_network((4, 3, 2), ("4", "3 ReLU", "2 softmax"), ("no", "yes"))
    panel.view.show_state(state(), None, "")


@pytest.fixture
def panel(qtbot: QtBot) -> NetworkPanel:
    panel = NetworkPanel()
    qtbot.addWidget(panel)
    panel.resize(1000, 500)
    panel.set_theme(DARK)
    start_over(panel)
    panel.show()
    panel.grab()
    return panel


def click(panel: NetworkPanel, name: str) -> None:
    button = panel.findChild(QToolButton, name)
    assert isinstance(button, QToolButton)
    QTest.mouseClick(button, LEFT)
    panel.grab()


def pick(panel: NetworkPanel, box: QComboBox, row: int) -> None:
    """Choose with the keyboard, as a user does."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(row):
        QTest.keyClick(box, Qt.Key.Key_Down)
    panel.grab()


def test_that_the_legend_explains_the_colours_from_the_start(panel: NetworkPanel) -> None:
    assert panel.legend.texts()[0] == "|∂L/∂w|"
    assert "strongest of its layer" in panel.legend.texts()[2]


def test_that_the_switch_colours_by_weight_and_by_gradient(panel: NetworkPanel) -> None:
    click(panel, "quantity_weight")
    assert panel.view.scale.signed
    assert panel.legend.texts()[0] == "w"
    click(panel, "quantity_gradient")
    assert not panel.view.scale.signed
    assert panel.legend.texts()[0] == "|∂L/∂w|"


def test_that_the_switch_scales_by_layer_and_by_network(panel: NetworkPanel) -> None:
    assert panel.view.scale.tops == pytest.approx((0.01, 1))
    pick(panel, panel.mode, 1)
    assert panel.view.scale.tops == pytest.approx((1, 1))
    assert panel.legend.texts() == ("|∂L/∂w|", "≤ 10⁻⁶", "1")
    pick(panel, panel.mode, 0)
    assert panel.view.scale.tops == pytest.approx((0.01, 1))


def test_that_the_switch_locks_the_scale(panel: NetworkPanel) -> None:
    pick(panel, panel.mode, 1)
    pick(panel, panel.mode, 2)
    assert panel.legend.texts()[0] == "|∂L/∂w|, locked"
    panel.view.show_state(state(1e-4), None, "")
    panel.grab()
    assert panel.view.scale.tops == pytest.approx((1, 1))
    pick(panel, panel.mode, 1)
    assert panel.view.scale.tops == pytest.approx((1e-4, 1e-4))
    assert panel.legend.texts()[2] == "10⁻⁴"


def test_that_buttons_zoom_and_fit(panel: NetworkPanel) -> None:
    def width() -> float:
        columns = panel.view.layout_px.columns
        return columns[-1].x - columns[0].x

    whole = width()
    click(panel, "zoom_in")
    click(panel, "zoom_in")
    assert width() == pytest.approx(1.25**2 * whole)
    click(panel, "zoom_out")
    assert width() == pytest.approx(1.25 * whole)
    click(panel, "zoom_in")
    click(panel, "fit")
    assert width() == pytest.approx(whole)


def test_that_every_button_has_a_name_and_a_tool_tip_with_its_key(panel: NetworkPanel) -> None:
    buttons = panel.findChildren(QToolButton)
    assert len(buttons) == 5 + 3 + 3
    for button in buttons:
        assert button.objectName()
        assert button.accessibleName()
        assert "(" in button.toolTip()
    for box in (panel.mode, panel.label_filter):
        assert box.objectName()
        assert box.accessibleName()
        assert "(" in box.toolTip()
    assert panel.objectName() == "network_panel"


def test_that_a_theme_paints_all_of_it(panel: NetworkPanel) -> None:
    dark = panel.grab().toImage()
    panel.set_theme(LIGHT)
    light = panel.grab().toImage()
    centre = panel.view.mapTo(panel, QPoint(0, 0))
    assert dark.pixelColor(centre.x() + 2, centre.y() + 200).name() == DARK.ground
    assert light.pixelColor(centre.x() + 2, centre.y() + 200).name() == LIGHT.ground
    assert panel.zoom_in.icon().isNull() is False


@pytest.mark.parametrize("key", QUANTITIES)
def test_that_each_quantity_has_a_button(panel: NetworkPanel, key: str) -> None:
    click(panel, "quantity_weight")
    click(panel, f"quantity_{key}")
    assert panel.view.scale.quantity.key == key
    assert panel.legend.texts()[0] == QUANTITIES[key].name


def test_that_the_filter_offers_all_and_each_class(panel: NetworkPanel) -> None:
    panel.set_classes(("0", "1", "2"))
    box = panel.label_filter
    assert [box.itemText(i) for i in range(box.count())] == [
        "All digits",
        "0s only",
        "1s only",
        "2s only",
    ]
    assert box.isVisible()
    assert (box.objectName(), box.accessibleName()) == ("label_filter", "Whose wishes")


def test_that_a_chosen_label_is_told(panel: NetworkPanel) -> None:
    panel.set_classes(("0", "1", "2"))
    heard: list[int | None] = []
    panel.label_chosen.connect(heard.append)
    pick(panel, panel.label_filter, 2)
    assert heard[-1] == 1
    QTest.keyClick(panel.label_filter, Qt.Key.Key_Home)
    assert heard[-1] is None
    QTest.keyClicks(panel.label_filter, "2")
    assert heard[-1] == 2


def test_that_a_filter_shown_is_not_told(panel: NetworkPanel) -> None:
    panel.set_classes(("0", "1", "2"))
    heard: list[int | None] = []
    panel.label_chosen.connect(heard.append)
    for label, text in ((2, "2s only"), (None, "All digits")):
        panel.show_filter(label)
        assert panel.label_filter.currentText() == text
    assert heard == []


def test_that_the_filter_needs_no_more_room_when_it_comes(panel: NetworkPanel) -> None:
    panel.set_classes(None)
    least = panel.minimumSizeHint()
    panel.set_classes(("0", "1", "2"))
    assert panel.minimumSizeHint() == least


def test_that_without_classes_there_is_no_filter(panel: NetworkPanel) -> None:
    panel.set_classes(("0", "1"))
    panel.set_classes(None)
    assert not panel.label_filter.isVisible()


def test_that_it_fits_into_a_narrow_window(panel: NetworkPanel) -> None:
    panel.set_classes(tuple("0123456789"))
    panel.resize(640, 400)
    panel.grab()
    right = max(
        each.mapTo(panel, each.rect().topRight()).x()
        for each in (panel.mode, panel.label_filter, panel.zoom_in, panel.legend)
    )
    assert panel.minimumSizeHint().width() <= 640
    assert right < panel.width()


# --- the matrix beside the graph ------------------------------------------------------------------


def toggle_matrix(panel: NetworkPanel) -> None:
    click(panel, "matrix_shown")
    QApplication.processEvents()  # a splitter makes room later


@pytest.fixture
def beside(panel: NetworkPanel) -> NetworkPanel:
    toggle_matrix(panel)
    return panel


def test_that_the_matrix_is_hidden_until_its_button_is_pressed(panel: NetworkPanel) -> None:
    assert not panel.matrix.isVisible()
    alone = panel.view.width()
    toggle_matrix(panel)
    assert panel.matrix.isVisible()
    assert panel.view.width() < 0.7 * alone
    toggle_matrix(panel)
    assert not panel.matrix.isVisible()
    assert panel.view.width() == alone


def test_that_both_fit_into_the_middle_of_a_window_of_1280_pixels(beside: NetworkPanel) -> None:
    beside.resize(650, 400)
    assert beside.minimumSizeHint().width() <= 650
    assert beside.matrix.view.width() >= 200


def test_that_the_heading_names_the_layer_and_its_buttons_lead_round(beside: NetworkPanel) -> None:
    texts = [beside.matrix.heading.text()]
    for name in ("matrix_next", "matrix_next", "matrix_previous"):
        click(beside, name)
        texts.append(beside.matrix.heading.text())
    first, second = "<b>layer 1</b> · W: 4 × 3", "<b>layer 2</b> · W: 3 × 2"
    assert texts == [first, second, first, second]


def cell(panel: NetworkPanel, edge: Edge) -> QPoint:
    layout = panel.matrix.view.layout_px
    rows, columns = layout.rows.place(edge.start), layout.columns.place(edge.end)
    return QPoint(sum(columns) // 2, sum(rows) // 2)


def line(panel: NetworkPanel, edge: Edge) -> QPoint:
    x, y = curve(panel.view.layout_px, edge)[20]
    return QPoint(round(x), round(y))


def move_to(view: QWidget, at: QPoint) -> None:
    QTest.mouseMove(view, QPoint(1, 1))
    QTest.mouseMove(view, at)


def test_that_hovering_a_cell_highlights_its_line(beside: NetworkPanel) -> None:
    # The rings around its two ends.
    start = beside.view.layout_px.columns[0]
    ring = QPoint(round(start.x - start.radius - 3), round(float(start.y[2])))
    for edge, is_marked in ((Edge(0, 2, 1), True), (Edge(0, 0, 0), False)):
        move_to(beside.matrix.view, cell(beside, edge))
        assert beside.matrix.view.part == edge
        image = beside.view.grab().toImage()
        assert (image.pixelColor(ring).name() == DARK.highlight) is is_marked


def test_that_hovering_a_line_marks_its_cell(beside: NetworkPanel) -> None:
    move_to(beside.view, line(beside, Edge(1, 2, 0)))
    assert beside.view.part == Edge(1, 2, 0)
    assert beside.matrix.view.layer == 1
    at = cell(beside, Edge(1, 2, 0))
    left = beside.matrix.view.layout_px.columns.place(0)[0]
    image = beside.matrix.view.grab().toImage()
    assert image.pixelColor(left - 2, at.y()).name() == DARK.highlight


def test_that_a_cell_and_its_line_find_each_other_after_a_restart(beside: NetworkPanel) -> None:
    at = cell(beside, Edge(0, 2, 1))
    move_to(beside.matrix.view, at)
    start_over(beside)
    QTest.mouseMove(beside.matrix.view, at + QPoint(1, 1))
    start = beside.view.layout_px.columns[0]
    ring = QPoint(round(start.x - start.radius - 3), round(float(start.y[2])))
    assert beside.matrix.view.part == Edge(0, 2, 1)
    assert beside.view.grab().toImage().pixelColor(ring).name() == DARK.highlight


def test_that_a_cell_clicked_is_chosen_in_the_graph(beside: NetworkPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(beside.view.part_chosen) as chosen:
        QTest.mouseClick(beside.matrix.view, LEFT, pos=cell(beside, Edge(0, 2, 1)))
    assert chosen.args == [Edge(0, 2, 1)]
    assert beside.view.chosen == Edge(0, 2, 1)


def test_that_a_line_clicked_is_chosen_in_the_matrix(beside: NetworkPanel) -> None:
    QTest.mouseClick(beside.view, LEFT, pos=line(beside, Edge(1, 2, 0)))
    assert beside.matrix.view.chosen == Edge(1, 2, 0)
    assert beside.matrix.view.layer == 1


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("mode", ["layer", "network"])
def test_that_what_is_bright_in_the_graph_is_bright_in_the_matrix(
    beside: NetworkPanel, quantity: str, mode: str
) -> None:
    click(beside, f"quantity_{quantity}")
    beside.mode.choose(mode)
    matrix, view = beside.matrix.view, beside.view
    image = matrix.grab().toImage()
    colouring = view.colouring
    layer = colouring.layers[0]
    if layer is None:
        expected = DARK.no_gradient
    else:
        (level,) = colouring.levels(0, layer.W[3, 2].reshape(1))
        table = (signed_table if colouring.scale.signed else magnitude_table)(DARK)
        expected = QColor(*map(int, table[level])).name()
    # A number is written into the middle.
    at = cell(beside, Edge(0, 3, 2)) + QPoint(-20, -20)
    assert image.pixelColor(at).name() == expected
