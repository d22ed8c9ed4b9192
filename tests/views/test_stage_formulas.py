import math

import numpy as np
from stage_batches import echo, mazur, view_of

from bpviz.views.stage_formulas import formula

RULE = "w ← w − 0.5·∂L/∂w"


def test_that_before_the_first_batch_each_stage_has_its_formula() -> None:
    assert formula("update", None, RULE) == RULE
    assert "f′(z)" in formula("backward", None, RULE)


def test_that_the_worked_example_of_mazur_is_shown_with_eight_digits() -> None:
    y = [[0.01, 0.99]]
    view = view_of(mazur(), [[0.05, 0.10]], y, 1)
    assert formula("forward", view, RULE) == (
        "z = a·W + b, a = sigmoid(z)\n"
        "Layer 1: z₂ = 0.05·0.25 + 0.1·0.3 + 0.35 = 0.3925, a₂ = 0.59688438"
    )
    view = view_of(mazur(), [[0.05, 0.10]], y, 4)
    assert formula("loss", view, RULE) == (
        "L = ½·Σ(a − y)²\nL = ½·((0.75136507 − 0.01)² + (0.77292847 − 0.99)²) = 0.29837111"
    )
    assert formula("backward", view, RULE) == (
        "δ = ∂L/∂z = f′(z)·(a − y)\n“0”: δ = 0.1868156·(0.75136507 − 0.01) = +0.13849856"
    )
    view = view_of(mazur(), [[0.05, 0.10]], y)
    assert formula("backward", view, RULE) == (
        "δ = f′(z)·Σ w·δ, ∂L/∂w = mean(a·δ)\n"
        "Layer 1: δ₂ = 0.24061342·(0.45·0.13849856 + 0.55·(-0.038098237)) = +0.0099542547"
    )
    assert formula("update", view, RULE) == (
        f"{RULE}\nLayer 2, 2 → “0”, ∂L/∂w = +0.082667628: w ← 0.45 − 0.041333814 = 0.40866619"
    )


def test_that_formulas_of_a_batch_show_how_its_mean_is_made() -> None:
    view = view_of(echo(2), [[0, 0]] * 4 + [[3, 0]], [0, 0, 0, 0, 1])
    loss = (4 * math.log(2) + math.log(1 + math.exp(3))) / 5
    first, second = formula("loss", view, RULE).split("\n")
    assert first == "L = mean(−ln p), p of the right class"
    assert second == f"L = (0.6931 + 3.049 + …) / 5 = {loss:.4g}"
    last = view_of(echo(2), [[1, 0], [3, 0]], [1, 0])
    mean = np.mean(last.records.backwards[0].delta, axis=0)
    assert formula("backward", last, RULE).endswith(f"/ 2 = {mean[np.abs(mean).argmax()]:+.4g}")
    assert "mean z = " in formula("forward", last, RULE)


def test_that_one_sample_s_cross_entropy_is_the_log_of_what_its_class_got() -> None:
    view = view_of(echo(2), [[1, 0]], [0])
    assert formula("loss", view, RULE) == "L = −ln p, p of the right class\nL = −ln 0.7311 = 0.3133"
    assert formula("backward", view, RULE).split("\n")[1] == "“0”: δ = 0.7311 − 1 = -0.2689"


def test_that_the_formula_of_the_update_shows_its_weight_before_the_update_is_done() -> None:
    ahead = view_of(mazur(), [[0.05, 0.10]], [[0.01, 0.99]], 5)
    assert formula("update", ahead, RULE) == (
        f"{RULE}\nLayer 2, 2 → “0”: w = 0.45, ∂L/∂w = +0.082667628"
    )
