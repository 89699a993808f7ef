"""Each metric on cases whose answer is known."""

import numpy as np
import pytest

from helpers import metrics, rivals


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
        metrics.energy_distance(np.zeros((3, 2)), bad)


def test_other_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="coordinates"):
        metrics.energy_distance(np.zeros((3, 2)), np.zeros((3, 1)))


# ── vectors and images ──────────────────────────────────────────────────────────────────────────


def blobs(n: int, seed: int, size: int = 16) -> np.ndarray:
    """White images with a shaded red disc of random place and radius: a data set in miniature."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5)
    left, top = rng.uniform(0.35, 0.65, (2, n, 1, 1)) * size
    radius = rng.uniform(0.2, 0.33, (n, 1, 1)) * size
    inside = np.clip(radius - np.hypot(x - left, y - top), 0, 1)[..., None]
    shade = 0.9 - 0.8 * (y / size)[None, ..., None]
    color = np.array([0.8, -0.7, -0.8]) * shade
    return np.float32(1 - inside + inside * color)


def noise(n: int, size: int = 16) -> np.ndarray:
    drawn = np.random.default_rng(99).uniform(-1, 1, (n, size, size, 3))
    return drawn.astype(np.float32)


def test_sliced_wasserstein_of_a_cloud_to_itself_is_zero_in_any_order():
    cloud = np.random.default_rng(1).normal(size=(100, 5))
    assert metrics.sliced_wasserstein(cloud, cloud[::-1]) == pytest.approx(0, abs=1e-12)


def test_sliced_wasserstein_on_a_line_is_the_distance_of_sorted_values():
    # 0 → 1 and 2 → 5: moves of 1 and 3, root mean square √5
    distance = metrics.sliced_wasserstein(np.array([[2.0], [0.0]]), np.array([[1.0], [5.0]]))
    assert distance == pytest.approx(np.sqrt(5))


def test_sliced_wasserstein_pairs_quantiles_when_sizes_differ():
    # Each point twice is the same cloud; and 0, 0, 0, 4 against 0, 4 moves one point of four by 4.
    cloud = np.random.default_rng(1).normal(size=(50, 3))
    twice = np.repeat(cloud, 2, axis=0)
    assert metrics.sliced_wasserstein(cloud, twice) == pytest.approx(0, abs=1e-12)
    uneven = metrics.sliced_wasserstein(np.array([[0.0], [0], [0], [4]]), np.array([[0.0], [4]]))
    assert uneven == pytest.approx(2)


def test_sliced_wasserstein_of_a_shift_is_its_length_over_the_root_of_the_dimension():
    cloud = np.random.default_rng(2).normal(size=(60, 9)).astype(np.float32)
    shift = np.zeros(9, np.float32)
    shift[:2] = 3, 4
    distance = metrics.sliced_wasserstein(cloud, cloud + shift, directions=4000)
    assert distance == pytest.approx(5 / 3, rel=0.05)


def test_sliced_wasserstein_of_two_gaussians_is_the_difference_of_their_widths():
    drawn = np.random.default_rng(3).normal(size=(4000, 4))
    assert metrics.sliced_wasserstein(drawn, 3 * drawn[::-1]) == pytest.approx(2, rel=0.05)


def test_sliced_wasserstein_depends_on_seed_alone_and_not_on_blocks(monkeypatch):
    rng = np.random.default_rng(4)
    first, second = rng.normal(size=(40, 6)), rng.normal(1, 1, size=(70, 6))
    whole = metrics.sliced_wasserstein(first, second)
    assert metrics.sliced_wasserstein(second, first) == pytest.approx(whole)
    assert metrics.sliced_wasserstein(first, second, seed=2) != whole
    monkeypatch.setattr(metrics, "_PROJECTED_AT_ONCE", 700)
    assert metrics.sliced_wasserstein(first, second) == pytest.approx(whole)


def test_scaled_distance_is_0_for_real_1_for_untrained_and_compares_equal_numbers():
    seen = []

    def distance(first, second):
        seen.append((len(first), len(second)))
        return abs(first.mean() - second.mean())

    training, held_out, untrained = np.full(30, 1.0), np.zeros(20), np.full(40, 5.0)
    arguments = training, held_out, untrained
    assert metrics.scaled_distance(distance, np.full(50, 1.0), *arguments) == 0
    assert metrics.scaled_distance(distance, np.full(50, 5.0), *arguments) == 1
    assert metrics.scaled_distance(distance, np.full(50, 3.0), *arguments) == 0.5
    assert set(seen) == {(30, 20)}
    with pytest.raises(ValueError, match="as near"):
        metrics.scaled_distance(distance, held_out, untrained, held_out, training)


def test_patches_are_cut_out_of_their_images():
    pictures = np.arange(2 * 5 * 6 * 3).reshape(2, 5, 6, 3)
    cut = metrics.patches(pictures, size=2, per_image=40)
    assert cut.shape == (80, 12)
    possible = [
        {
            tuple(picture[r : r + 2, c : c + 2].transpose(2, 0, 1).ravel())
            for r in range(4)
            for c in range(5)
        }
        for picture in pictures
    ]
    for number, vector in enumerate(cut):
        assert tuple(vector) in possible[number // 40]
    assert len(np.unique(cut[:40], axis=0)) > 10, "at different places"
    assert len(metrics.patches(pictures, size=5)) == 2 * 32, "as large as the image allows"
    with pytest.raises(ValueError, match="≥7"):
        metrics.patches(pictures)


def test_density_and_coverage_by_hand():
    real = np.array([[0.0], [1], [3], [7]])  # nearest neighbors at 1, 1, 2, 4; each ball holds two
    assert metrics.density_and_coverage(real, real, k=1) == (2, 1)
    # 2 lies in the balls of 1 and 3 (both ends count); 100 in none
    assert metrics.density_and_coverage(real, np.array([[2.0], [100]]), k=1) == (1, 0.5)
    with pytest.raises(ValueError, match="at least 5 real"):
        metrics.density_and_coverage(real, real, k=4)


def test_density_and_coverage_of_the_same_source_are_what_theory_says():
    rng = np.random.default_rng(5)
    pairs = [rng.normal(size=(2, 200, 8)) for _ in range(20)]
    density, coverage = np.mean([metrics.density_and_coverage(*pair) for pair in pairs], axis=0)
    assert density == pytest.approx(1, abs=0.1)
    assert coverage == pytest.approx(1 - 2**-5, abs=0.02)


def test_density_falls_far_away_and_coverage_where_something_is_missing():
    rng = np.random.default_rng(6)
    real, same = rng.normal(size=(2, 300, 4))
    assert metrics.density_and_coverage(real, same + 50) == (0, 0)
    density, coverage = metrics.density_and_coverage(real, same[same[:, 0] > 0])
    assert density > 0.7 and coverage < 0.75


def test_edge_features_see_edges_and_not_plain_areas():
    plain = np.full((2, 16, 16, 3), [-1.0, 0.5, 0.9])
    assert metrics.edge_features(plain).max() < 1e-5
    plain[1, :8, :8][::2] = 1  # stripes, top left
    features = metrics.edge_features(plain).reshape(2, 4, 64)
    assert features[0].max() < 1e-5 and features[1, 0].mean() > 10 * features[1, 3].mean()
    large = np.repeat(np.repeat(blobs(3, 1, 32), 3, axis=1), 3, axis=2)
    assert metrics.edge_features(large) == pytest.approx(
        metrics.edge_features(blobs(3, 1, 32)), abs=1e-5
    )


def test_copies_are_at_no_distance_from_training_and_real_images_at_the_usual_one():
    training, held_out = blobs(60, 1), blobs(60, 2)
    rng = np.random.default_rng(1)
    assert metrics.nearest_ratio(rivals.copies(training, 5, 40, rng), training, held_out) == 0
    assert metrics.nearest_ratio(blobs(60, 3), training, held_out) == pytest.approx(1, abs=0.3)
    assert metrics.nearest_ratio(noise(20), training, held_out) > 3
    with pytest.raises(ValueError, match="hold out"):
        metrics.nearest_ratio(held_out, training, training[:3])


def test_nearest_ratio_by_hand():
    def dots(*values):
        return np.array(values, float).reshape(-1, 1, 1, 1)

    # generated: 0.1 and 0.2 from the nearest, held-out: 0.5
    assert metrics.nearest_ratio(dots(0.1, 0.8), dots(0, 1), dots(-0.5)) == pytest.approx(0.3)


def test_nearest_moved_finds_what_was_mirrored_or_moved():
    training, rng = blobs(40, 1), np.random.default_rng(1)
    assert (metrics.nearest_moved(rivals.mirrored(training, 40, rng), training) == 0).all()
    for pixels in (1, 2):
        shifted = rivals.moved(training, 60, rng, pixels)
        assert (metrics.nearest_moved(shifted, training, pixels) == 0).all()
    assert metrics.nearest_moved(rivals.moved(training, 60, rng, 3), training, 1).mean() > 0.5
    assert metrics.nearest_ratio(rivals.mirrored(training, 40, rng), training, blobs(20, 2)) > 0.5
    assert metrics.nearest_moved(blobs(20, 2), training).min() > 0


def test_nearest_moved_by_hand():
    image, training = np.ones((1, 4, 5, 1)), np.ones((2, 4, 5, 1))
    image[0, 1:3, 2, 0] = 0.4, 0.2
    training[0, 2:4, 1, 0] = 0.5, 0.2  # one down and one to the left, and 0.1 off
    training[1, :, 2] = -1
    assert metrics.nearest_moved(image, training, 1) == pytest.approx([0.1])
    for pixels in (0, 2):
        with pytest.raises(ValueError, match="No middle"):
            metrics.nearest_moved(image, training, pixels)


def test_share_of_untrained_is_even_where_the_scaled_distance_is_not():
    floor, far = 0.1, 2.0
    seen = [np.hypot(e, floor) for e in (0.02, 0.04, far)]
    shares = [metrics.share_of_untrained(found, floor, seen[2]) for found in seen]
    assert shares == pytest.approx([0.01, 0.02, 1])
    assert (seen[1] - floor) / (seen[0] - floor) > 3.8, "twice as far, nearly four times the score"
    assert metrics.share_of_untrained(floor, floor, far) == 0
    assert metrics.share_of_untrained(0.08, floor, far) == pytest.approx(-0.06 / 1.9975, rel=1e-3)
    with pytest.raises(ValueError, match="as near"):
        metrics.share_of_untrained(0.5, 0.5, 0.5)


def test_share_of_untrained_grows_with_the_distance_of_two_samples():
    rng = np.random.default_rng(2)
    training, held_out, other = rng.normal(size=(3, 4000, 5))
    shift = np.array([1.0, 0, 0, 0, 0])
    d = [metrics.sliced_wasserstein(other + s * shift, held_out) for s in (0.2, 0.4, 8)]
    real = metrics.sliced_wasserstein(training, held_out)
    assert metrics.share_of_untrained(d[0], real, d[2]) == pytest.approx(0.2 / 8, rel=0.15)
    assert metrics.share_of_untrained(d[1], real, d[2]) == pytest.approx(0.4 / 8, rel=0.15)


def discs(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """As `blobs`, with what they were drawn with: place, radius, and a number that is not in it."""
    rng = np.random.default_rng(seed)
    left, top = rng.uniform(0.35, 0.65, (2, n)) * 16
    radius = rng.uniform(0.2, 0.33, n) * 16
    return blobs(n, seed), np.stack([left, top, radius, rng.normal(size=n)], axis=1)


def test_attributes_are_read_back_and_what_is_not_in_the_picture_is_not():
    images, attributes = discs(200, 1)
    others, drawn = discs(100, 2)
    reader = metrics.attribute_reader(images, attributes)
    read = reader.predict(others)
    assert read.shape == drawn.shape
    unexplained = np.square(read - drawn).mean(axis=0) / drawn.var(axis=0)
    assert (unexplained[:3] < 0.05).all() and unexplained[3] == pytest.approx(1, abs=0.15)
    again = metrics.attribute_reader(images, attributes).predict(others)
    assert np.array_equal(read, again)
    with pytest.raises(ValueError, match="inconsistent"):
        metrics.attribute_reader(images, attributes[:9])


def test_new_combinations_are_0_for_copies_in_disguise_and_1_for_other_images():
    (training, attributes), rng = discs(150, 1), np.random.default_rng(4)
    held_out = blobs(80, 2)
    reader = metrics.attribute_reader(training, attributes)

    def found(images):
        return metrics.new_combinations(images, training, held_out, reader, pixels=1)

    assert found(rivals.copies(training, 9, 40, rng)) == pytest.approx(0, abs=0.02)
    assert found(rivals.mirrored(training, 40, rng)) == pytest.approx(0, abs=0.02)
    assert found(rivals.moved(training, 60, rng, 1)) == pytest.approx(0, abs=0.02)
    assert found(blobs(80, 3)) == pytest.approx(1, abs=0.25)


def test_diversity_by_hand():
    def dots(*values):
        return np.array(values, float).reshape(-1, 1, 1, 1)

    # distances 0.1, 0.1, 0.2 on one side, 0.4 on the other
    assert metrics.diversity(dots(0, 0.1, 0.2), dots(0, 0.4)) == pytest.approx(1 / 3)
    assert metrics.diversity(dots(0.3, 0.3), dots(0, 1)) == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="all the same"):
        metrics.diversity(dots(0, 1), dots(0, 0))
    with pytest.raises(ValueError, match="two images"):
        metrics.diversity(dots(0), dots(0, 1))


def test_rivals_are_what_they_say():
    training, rng = blobs(40, 1), np.random.default_rng(7)
    assert (rivals.mean_image(training, 3) == training.mean(axis=0)).all()
    copied = rivals.copies(training, 4, 100, rng).reshape(100, -1)
    assert len(np.unique(copied, axis=0)) == 4
    assert metrics.nearest_ratio(copied.reshape(-1, 16, 16, 3), training, blobs(5, 2)) == 0
    for rival in (rivals.mean_image(training, 3), rivals.pca_gaussian(training, 5, 3, rng)):
        assert rival.shape == (3, 16, 16, 3) and rival.dtype == np.float32
        assert np.abs(rival).max() <= 1
    with pytest.raises(ValueError, match="1 to 39"):
        rivals.pca_gaussian(training, 40, 3, rng)


def test_pca_gaussian_has_the_mean_and_covariance_of_its_training_images():
    rng = np.random.default_rng(8)
    # Small values, so that nothing is cut off; 12 coordinates of very different spread.
    training = rng.normal(size=(500, 12)) * np.linspace(0.01, 0.2, 12) ** 1.5 + 0.2
    drawn = rivals.pca_gaussian(training.reshape(-1, 2, 2, 3), 12, 20000, rng).reshape(-1, 12)
    assert drawn.mean(axis=0) == pytest.approx(training.mean(axis=0), abs=0.003)
    assert np.cov(drawn.T) == pytest.approx(np.cov(training.T), abs=3e-4)
    few = rivals.pca_gaussian(training.reshape(-1, 2, 2, 3), 2, 200, rng).reshape(-1, 12)
    assert np.linalg.matrix_rank(few - few.mean(axis=0), tol=1e-3) == 2


def test_judge_images_calls_real_images_real_and_each_rival_by_its_weakness():
    training, held_out, rng = blobs(128, 1), blobs(64, 2), np.random.default_rng(9)

    def judge(images):
        return metrics.judge_images(images, training, held_out, noise(128))

    real = judge(blobs(128, 3))
    assert abs(real["swd_pixels"]) < 0.05 and abs(real["swd_scaled"]) < 0.05
    assert real["density"] == pytest.approx(1, abs=0.3) and real["coverage"] > 0.9
    assert real["nearest_ratio"] == pytest.approx(1, abs=0.2)
    assert real["diversity"] == pytest.approx(1, abs=0.1)
    assert real["moved_ratio"] == pytest.approx(1, abs=0.3) and abs(real["patch_share"]) < 0.2

    worst = judge(noise(128))
    assert worst["swd_pixels"] == worst["swd_scaled"] == worst["patch_share"] == 1
    assert worst["density"] == worst["coverage"] == 0 and worst["nearest_ratio"] > 3

    same = judge(rivals.mean_image(training, 128))
    assert same["diversity"] == pytest.approx(0, abs=1e-3) and same["coverage"] < 0.1

    copied = judge(rivals.copies(training, 5, 128, rng))
    assert copied["nearest_ratio"] == copied["moved_ratio"] == 0 and copied["coverage"] < 0.7
    flipped = judge(rivals.mirrored(training, 128, rng))
    assert flipped["moved_ratio"] == 0 and flipped["nearest_ratio"] > 0.5
    assert judge(rivals.pca_gaussian(training, 5, 128, rng))["density"] < 0.8


def test_judge_images_gives_the_same_numbers_twice_and_takes_few_images():
    sides = blobs(7, 1), blobs(9, 2), blobs(8, 3), noise(6)
    assert metrics.judge_images(*sides) == metrics.judge_images(*sides)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (np.zeros((4, 16, 16)), "Expected images"),
        (np.zeros((0, 16, 16, 3)), "Expected images"),
        (np.full((8, 16, 16, 3), 255, np.uint8), "127.5"),
        (np.full((8, 16, 16, 3), np.nan), "NaN"),
        (np.zeros((8, 12, 12, 3)), "differ in size"),
    ],
)
def test_images_that_cannot_be_judged_are_refused(bad, reason):
    with pytest.raises(ValueError, match=reason):
        metrics.judge_images(bad, blobs(8, 1), blobs(8, 2), noise(8))


def test_vectors_that_cannot_be_compared_are_refused():
    with pytest.raises(ValueError, match="coordinates"):
        metrics.sliced_wasserstein(np.zeros((3, 2)), np.zeros((3, 1)))
    with pytest.raises(ValueError, match="NaN"):
        metrics.density_and_coverage(np.zeros((9, 2)), np.full((9, 2), np.inf))


# ── texts ───────────────────────────────────────────────────────────────────────────────────────


def test_copied_share():
    training = [[1, 2, 3, 4, 5]]
    assert metrics.copied_share([[1, 2, 3, 4, 5]], training) == 1
    assert metrics.copied_share([[1, 2, 3, 4, 9]], training) == 0.5
    assert metrics.copied_share([[5, 4, 3, 2, 1]], training) == 0
    assert metrics.copied_share([[2, 3, 9]], training, n=2) == 0.5
    with pytest.raises(ValueError, match="has 4 words"):
        metrics.copied_share([[1, 2, 3]], training)
