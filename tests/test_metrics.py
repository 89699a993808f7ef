"""Each metric on cases whose answer is known."""

import numpy as np
import pytest

from helpers import metrics


def test_points_on_the_curve_have_no_residual():
    x = np.linspace(-0.5, 0.5, 11)
    assert metrics.residual_rmse(np.column_stack([x, x**2]), np.square) == 0


def test_residuals_are_squared_averaged_and_rooted():
    points = np.array([[0.0, 0.3], [0.5, 0.25], [-0.5, -0.15], [0.2, 0.04]])  # 0.3, 0, -0.4, 0
    assert metrics.residual_rmse(points, np.square) == pytest.approx(0.25)


def test_one_point_repeated_has_no_residual_but_covers_one_bin():
    points = np.zeros((100, 2))
    assert metrics.residual_rmse(points, np.square) == 0
    assert metrics.coverage(points[:, 0], -0.5, 0.5) == pytest.approx(1 / 20)


def test_even_values_cover_everything_and_half_of_them_half():
    even = np.linspace(-0.499, 0.499, 1000)
    assert metrics.coverage(even, -0.5, 0.5) == 1
    assert metrics.coverage(even[even < 0], -0.5, 0.5) == pytest.approx(0.5)


@pytest.mark.parametrize(("in_first", "expected"), [(24, 0.5), (25, 1.0)])
def test_a_bin_counts_from_a_quarter_of_what_is_expected(in_first, expected):
    values = np.repeat([0.25, 0.75], [in_first, 200 - in_first])  # 100 expected in each of 2 bins
    assert metrics.coverage(values, 0, 1, bins=2) == expected


def test_values_out_of_range_fill_no_bin_but_count():
    values = np.concatenate([np.linspace(0.001, 0.999, 100), np.full(900, 7.0)])
    assert metrics.coverage(values, 0, 1) == 0
    assert metrics.share_outside(values, 0, 1) == pytest.approx(0.9)


def test_the_ends_of_the_range_are_inside():
    assert metrics.share_outside(np.array([-0.5, 0.5]), -0.5, 0.5) == 0


def test_energy_distance_of_a_cloud_to_itself_is_zero():
    cloud = np.random.default_rng(1).normal(size=(300, 2))
    assert metrics.energy_distance(cloud, cloud) == pytest.approx(0, abs=1e-12)


def test_energy_distance_of_two_single_points_is_twice_their_distance():
    assert metrics.energy_distance(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])) == (
        pytest.approx(10)
    )


def test_energy_distance_by_hand():
    # pairs between: |0-1|, |2-1| → mean 1; within the first: 0, 2, 2, 0 → mean 1; second: 0
    assert metrics.energy_distance(np.array([[0.0], [2.0]]), np.array([[1.0]])) == pytest.approx(1)


def test_energy_distance_does_not_depend_on_the_order_or_on_blocks(monkeypatch):
    rng = np.random.default_rng(2)
    first, second = rng.normal(size=(50, 3)), rng.normal(1, 2, size=(70, 3))
    whole = metrics.energy_distance(first, second)
    assert metrics.energy_distance(second, first) == pytest.approx(whole)
    monkeypatch.setattr(metrics, "_PAIRS_AT_ONCE", 200)
    assert metrics.energy_distance(first, second) == pytest.approx(whole)


def test_energy_distance_of_the_same_source_is_near_its_floor_and_of_another_above():
    rng = np.random.default_rng(3)
    n, draws = 400, [rng.uniform(size=(400, 1)) for _ in range(40)]
    same = [metrics.energy_distance(a, b) for a, b in zip(draws[::2], draws[1::2], strict=True)]
    floor = 2 / n / 3  # (1/n + 1/m)·E|X - X'|, and two uniform numbers are 1/3 apart
    assert np.mean(same) == pytest.approx(floor, rel=0.5)
    assert metrics.energy_distance(draws[0], draws[1] / 2) > 10 * floor
    assert metrics.energy_distance(draws[0], rng.choice(draws[1][:5], n)) > 5 * floor


@pytest.mark.parametrize(
    "bad", [np.zeros((0, 2)), np.zeros(3), np.full((3, 2), np.nan), np.full((3, 2), np.inf)]
)
def test_points_that_cannot_be_measured_are_refused(bad):
    with pytest.raises(ValueError, match=r"Expected points|NaN"):
        metrics.residual_rmse(bad, np.square)
    with pytest.raises(ValueError, match=r"Expected points|NaN"):
        metrics.energy_distance(np.zeros((3, 2)), bad)


def test_other_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="low < high"):
        metrics.coverage(np.zeros(3), 1, 1)
    with pytest.raises(ValueError, match="coordinates"):
        metrics.energy_distance(np.zeros((3, 2)), np.zeros((3, 1)))
    with pytest.raises(ValueError, match="NaN"):
        metrics.share_outside(np.array([np.nan]), 0, 1)
    with pytest.raises(ValueError, match="Expected points"):
        metrics.residual_rmse(np.zeros((3, 5)), np.square)
