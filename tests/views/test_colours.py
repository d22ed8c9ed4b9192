import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.views.colours import (
    HIGHEST,
    LOWEST,
    NO_GRADIENT,
    NOT_FINITE,
    NOTHING,
    ZERO,
    between,
    decade_above,
    magnitude_levels,
    magnitude_table,
    rgb,
    signed_levels,
    signed_table,
    strongest,
)
from bpviz.views.theme import DARK, LIGHT, Theme

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
F32 = np.finfo(np.float32)


def f32(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def lab(colours: NDArray[np.uint8] | NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b* (D65, 2 degrees) of sRGB: another space than the one the colours are made in."""
    srgb = np.asarray(colours, np.float64)[..., :3] / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = linear @ to_xyz.T / to_xyz.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack(
        [
            116 * f[..., 1] - 16,
            500 * (f[..., 0] - f[..., 1]),
            200 * (f[..., 1] - f[..., 2]),
        ],
        axis=-1,
    )


def distances(
    colours: NDArray[np.uint8], other: NDArray[np.uint8] | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Delta E 1976: 2 is hard to see, 10 is seen at a glance."""
    result: NDArray[np.float64] = np.linalg.norm(lab(colours) - lab(other), axis=-1)
    return result


@pytest.mark.parametrize("top", [1e-30, 3e-7, 1.0, 2e20])
@pytest.mark.parametrize("decades", [2.0, 3.0, 6.0])
def test_that_a_level_grows_with_the_magnitude(top: float, decades: float) -> None:
    values = (top * 10 ** np.linspace(-decades - 1, 0.5, 5000)).astype(np.float32)
    levels = magnitude_levels(values, top, decades).astype(int)
    assert (np.diff(levels) >= 0).all()
    assert levels[0] == LOWEST
    assert levels[-1] == HIGHEST
    assert set(levels) == set(range(LOWEST, HIGHEST + 1))
    np.testing.assert_array_equal(magnitude_levels(-values, top, decades), levels)


def test_that_equal_factors_are_equal_steps() -> None:
    levels = magnitude_levels(f32(1e-3, 1e-2, 1e-1, 1), 1.0, 3.0).astype(int)
    assert (levels[0], levels[-1]) == (LOWEST, HIGHEST)
    np.testing.assert_allclose(np.diff(levels), (HIGHEST - LOWEST) / 3, atol=1)


def test_that_values_beyond_the_scale_get_its_ends() -> None:
    levels = magnitude_levels(f32(1e-9, 1e-4, 2, 1e9), 1.0, 3.0)
    assert levels.tolist() == [LOWEST, LOWEST, HIGHEST, HIGHEST]


@pytest.mark.parametrize("top", [0.0, 1e-38, 1.0, 1e38])
def test_that_zero_and_what_is_not_finite_have_levels_of_their_own(top: float) -> None:
    values = f32(0, -0.0, np.nan, np.inf, -np.inf, top, -top)
    special = [ZERO, ZERO, NOT_FINITE, NOT_FINITE, NOT_FINITE]
    assert magnitude_levels(values, top, 3).tolist()[:5] == special
    assert signed_levels(values, top, 2).tolist()[:5] == special


def test_that_special_levels_are_no_levels_of_the_scale_and_differ() -> None:
    special = {NOTHING, ZERO, NO_GRADIENT, NOT_FINITE}
    assert len(special) == 4
    assert not special & set(range(LOWEST, HIGHEST + 1))
    assert NOTHING < ZERO < LOWEST, "zero must not be painted over what is not"
    assert max(special) == NOT_FINITE, "nothing may be painted over NaN"


def test_that_subnormal_numbers_keep_their_places_on_the_scale() -> None:
    top = 1e-40
    levels = magnitude_levels(f32(1e-43, 1e-42, 1e-41, 1e-40), top, 3.0).astype(int)
    np.testing.assert_allclose(np.diff(levels), (HIGHEST - LOWEST) / 3, atol=2)
    smallest = float(F32.smallest_subnormal)
    assert magnitude_levels(f32(smallest), smallest, 3.0)[0] == HIGHEST
    assert magnitude_levels(f32(smallest), 1.0, 3.0)[0] == LOWEST


def test_that_the_largest_numbers_keep_their_places_on_the_scale() -> None:
    top = decade_above(float(F32.max))
    levels = magnitude_levels(f32(float(F32.max), 1e37), top, 3.0)
    assert HIGHEST - 60 < levels[0] <= HIGHEST
    assert LOWEST < levels[1] < levels[0]
    assert signed_levels(f32(-float(F32.max)), float(F32.max), 2.0)[0] == HIGHEST - 1


def test_that_whatever_rises_above_a_top_of_zero_is_strong() -> None:
    assert magnitude_levels(f32(0, 1e-40, -1e-9, 5), 0.0, 3.0).tolist() == [ZERO] + [HIGHEST] * 3
    assert signed_levels(f32(0, -1e-9, 5), 0.0, 2.0).tolist() == [ZERO, HIGHEST - 1, HIGHEST]


def test_that_levels_have_the_shape_of_the_values() -> None:
    for shape in ((3, 4), (7,), (0,), (0, 4)):
        assert magnitude_levels(np.ones(shape, np.float32), 1.0, 3.0).shape == shape
        assert signed_levels(np.ones(shape, np.float32), 1.0, 2.0).shape == shape


def test_that_signed_levels_grow_with_the_magnitude_and_tell_the_sign() -> None:
    values = (10 ** np.linspace(-2.5, 0.2, 3000)).astype(np.float32)
    above = signed_levels(values, 1.0, 2.0).astype(int)
    below = signed_levels(-values, 1.0, 2.0).astype(int)
    assert (above % 2 == 1).all()
    np.testing.assert_array_equal(below, above - 1)
    assert (np.diff(above) >= 0).all()
    assert (above[0], above[-1]) == (LOWEST + 1, HIGHEST)
    assert (below[0], below[-1]) == (LOWEST, HIGHEST - 1)


def test_that_the_strongest_is_the_largest_finite_magnitude() -> None:
    arrays = [f32(1, -3), f32(np.nan, -np.inf, 0.5), f32(np.inf), f32(0, 0)]
    assert [strongest(array) for array in arrays] == [3, 0.5, np.inf, 0]


def test_that_a_scale_ends_at_the_next_half_power_of_ten() -> None:
    assert decade_above(0) == 0
    assert decade_above(1.0) == 1
    assert decade_above(0.5) == 1
    assert decade_above(0.2) == pytest.approx(10**-0.5)
    smallest = float(F32.smallest_subnormal)
    for value in [smallest, *np.geomspace(1e-44, float(F32.max), 999).tolist()]:
        assert 1 - 1e-9 <= decade_above(value) / value < 10**0.5 + 1e-9


@THEMES
@pytest.mark.parametrize("table_of", [magnitude_table, signed_table])
def test_that_special_values_look_unlike_the_scale_and_each_other(
    theme: Theme, table_of: type
) -> None:
    table = table_of(theme)
    scale = table[LOWEST : HIGHEST + 1]
    assert distances(scale, table[ZERO]).min() > 5
    assert distances(scale, table[NOT_FINITE]).min() > 15
    special = [table[ZERO], table[NO_GRADIENT], table[NOT_FINITE], rgb(theme.ground)]
    for i, one in enumerate(special):
        for other in special[:i]:
            assert distances(one, other) > 5


@THEMES
def test_that_no_gradient_yet_looks_unlike_any_gradient(theme: Theme) -> None:
    table = magnitude_table(theme)
    assert distances(table[LOWEST : HIGHEST + 1], table[NO_GRADIENT]).min() > 10


@THEMES
def test_that_nothing_is_transparent_and_all_else_opaque(theme: Theme) -> None:
    for table in (magnitude_table(theme), signed_table(theme)):
        assert table.shape == (256, 4)
        assert table.dtype == np.uint8
        assert table[NOTHING, 3] == 0
        assert (table[ZERO:, 3] == 255).all()


@THEMES
def test_that_stronger_magnitudes_stand_out_more_from_the_ground(theme: Theme) -> None:
    lightness = lab(magnitude_table(theme)[LOWEST : HIGHEST + 1])[:, 0]
    ground = lab(rgb(theme.ground))[0]
    contrast = np.abs(lightness - ground)
    assert (np.diff(contrast) > -0.3).all(), "falls by more than a rounded colour does"
    # No step is a jump, and no stretch of the scale looks all the same.
    assert np.diff(contrast).max() < 2
    assert np.diff(contrast[::25]).min() > 2
    assert contrast[0] > 5
    assert contrast[-1] > 75


@THEMES
def test_that_the_signed_colours_are_symmetric_and_never_red_against_green(theme: Theme) -> None:
    table = signed_table(theme)[LOWEST : HIGHEST + 1]
    below, above = lab(table[0::2]), lab(table[1::2])
    ground = lab(rgb(theme.ground))[0]
    assert np.abs(below[:, 0] - above[:, 0]).max() < 10
    for side in (below, above):
        assert (np.diff(np.abs(side[:, 0] - ground)) > -0.5).all()
    # b* is blue against yellow, which all but the rarest colour-blind eyes tell apart.
    assert (below[:, 2] < above[:, 2]).all()
    assert below[-1, 2] < -20
    assert above[-1, 2] > 20
    # Both signs rise in even steps, as large at the one end as at the other.
    for sign in (0, 1):
        colours = table[sign::2][::12]
        steps = distances(colours[1:], colours[:-1])
        assert steps.max() < 3 * steps.min()


@THEMES
def test_that_mixing_begins_and_ends_with_the_two_colours(theme: Theme) -> None:
    mixed = between(theme.negative, theme.positive, np.array([0.0, 0.5, 1.0]))
    np.testing.assert_allclose(mixed[0], rgb(theme.negative), atol=0.6)
    np.testing.assert_allclose(mixed[2], rgb(theme.positive), atol=0.6)
    assert ((mixed >= 0) & (mixed <= 255)).all()


def test_that_colours_are_read_as_red_green_blue() -> None:
    assert rgb("#01a0ff").tolist() == [1, 160, 255]
