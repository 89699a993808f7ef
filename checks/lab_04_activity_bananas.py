"""What right answers to the exercises of lab 04 satisfy."""

import contextlib
import io
import tempfile
import time
from pathlib import Path

import keras
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

from checks import networks
from checks.mistakes import entropy, refuse
from checks.toys import tiny_gan
from helpers import images


def time_string(time_string):
    answer = time_string(3725)
    assert isinstance(answer, str), f"Return a string; yours is {answer!r}."
    assert answer.count(":") == 2, f"Hours, minutes and seconds with two colons; yours is {answer}."
    for asked, right, reason in (
        (45296, "12:34:56", "An hour has 3,600 seconds; minutes are what is left of it."),
        (2712, "0:45:12", "Less than an hour is 0 hours."),
        (3725, "1:02:05", "Minutes and seconds have two digits, also when they are below 10."),
        (6.6, "0:00:07", "Round to whole seconds first."),
        (59.7, "0:01:00", "Round first, and take it apart then: there is no second 60."),
        (100 * 3600 + 60, "100:01:00", "Hours may grow beyond 24: a long run is no time of day."),
    ):
        answer = time_string(asked)
        assert answer == right, f"{asked} seconds are {right}; yours says {answer}. {reason}"


def constants(constants):
    both = {"rows": 5, "columns": 5, "margin": 16, "latent_dim": 200, "batch_size": 32}
    quick = {"resolution": 1, "size": 32, "epochs": 40, "view": 8, "generator_width": 64}
    quick |= {"discriminator_width": 16, "dense_width": 128, "dropout": 0, "average": 0.98}
    full = {"resolution": 3, "size": 96, "epochs": 500, "view": 100, "generator_width": 256}
    full |= {"discriminator_width": 32, "dense_width": 128, "dropout": 0.25, "average": 0.999}
    quick, full = quick | {"learning_rate": 1e-3}, full | {"learning_rate": 1.5e-4}
    table = {"quick": quick | both, "full": full | both}
    for profile, right in table.items():
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            answer = constants(profile)
        assert isinstance(answer, dict), f"Return a dictionary; yours is a {type(answer).__name__}."
        missing = [name for name in right if name not in answer]
        assert not missing, f"These are missing: {', '.join(missing)}."
        wrong = [name for name in right if answer[name] != right[name]]
        assert not wrong, (
            f'In the profile "{profile}" compare {wrong[0]} with the table: yours is '
            f"{answer[wrong[0]]!r}."
        )
        lines = shown.getvalue().splitlines()
        silent = [n for n in right if not any(n in ln and str(answer[n]) in ln for ln in lines)]
        assert not silent, (
            f"Print each constant on a line of its own with its name, and the value as it is, "
            f"{{value}}: {silent[0]} and its value stand on no line together."
        )


def load_or_prepare(load_or_prepare):
    with tempfile.TemporaryDirectory() as temporary:
        calls, original = [], np.linspace(-1, 1, 24, dtype="float32").reshape(2, 2, 2, 3)

        def prepare_once() -> np.ndarray:
            calls.append(1)
            return original.copy()

        file = Path(temporary) / "new folder" / "another in it" / "small.npy"
        try:
            answer = load_or_prepare(file, prepare_once)
        except FileNotFoundError as error:
            assert not str(error), (
                "It fails where there is no file yet, or no folder for it: look with "
                "path.exists(), and make the folder with "
                "path.parent.mkdir(parents=True, exist_ok=True)."
            )
        assert calls, "There was no file: call prepare() to get the array."
        assert isinstance(answer, np.ndarray) and np.array_equal(answer, original), (
            "The first time, return what prepare() returned."
        )
        assert len(calls) == 1, "prepare() may take minutes: call it once and keep what it returns."
        assert file.exists(), "Nothing was saved at `path`: np.save(path, array)."
        answer = load_or_prepare(file, prepare_once)
        assert len(calls) == 1, (
            "The file is there, and still prepare() was called: look for it first."
        )
        assert isinstance(answer, np.ndarray) and np.array_equal(answer, original), (
            "The second time, return the array from the file: np.load(path)."
        )
        assert answer.dtype == np.float32, (
            f"The array was float32, from the file it is {answer.dtype}."
        )
        np.save(file, original + 1)
        assert np.array_equal(load_or_prepare(file, prepare_once), original + 1), (
            "Another file was put in its place, and you returned the old array: read the file."
        )
        try:
            load_or_prepare(file.with_name("other.npy"), prepare_once)
        except FileExistsError as error:
            assert not str(error), (
                "It fails where the folder is there already: mkdir(exist_ok=True)."
            )


def make_batches(make_batches):
    numbered = np.arange(100, dtype="float32").reshape(100, 1)
    made = make_batches(numbered, 32, seed=1)
    assert isinstance(made, tf.data.Dataset), "Return the tf.data.Dataset itself."
    first = [np.ravel(batch) for batch in made.take(9)]
    assert first, "There are no batches in it: does a step leave everything out?"
    assert len(first[0]) != 1, "These are single images: join them with .batch(batch_size)."
    assert [len(batch) for batch in first] == [32, 32, 32], (
        f"100 images should give batches of [32, 32, 32]; yours have {[len(b) for b in first]}. "
        "drop_remainder=True leaves out the rest; repeat() is not needed."
    )
    one = np.concatenate(first)
    assert len(set(one.tolist())) == 96, "Some images came twice in one epoch."
    assert not np.array_equal(one, np.sort(one)), "They come in their old order: .shuffle(...)."
    assert np.mean(np.abs(np.diff(one)) == 1) < 0.3, (
        "Whole batches are shuffled, but not the images in them: .shuffle comes before .batch."
    )
    assert one[:32].max() > 60, (
        "The first batch holds early images only: make the shuffle buffer as large as the set."
    )
    again, other = (
        np.concatenate([np.ravel(batch) for batch in make_batches(numbered, 32, seed=seed)])
        for seed in (1, 2)
    )
    assert np.array_equal(one, again), (
        "The same seed gave another order: hand `seed` to shuffle, or the GANs see other batches."
    )
    assert not np.array_equal(one, other), (
        "Another seed gave the same order, and so would every epoch: use `seed`."
    )
    pairs = [make_batches(numbered[:2], 2, seed=seed) for seed in range(12)]
    assert {float(np.ravel(batch)[0]) for pair in pairs for batch in pair} == {0, 1}, (
        "Of two images the second never came first, whatever the seed: the shuffle buffer is too "
        "small. Make it as large as the set."
    )


def dcgan_generator(dcgan_generator):
    made = dcgan_generator(5, 32, 8)
    assert isinstance(made, keras.Model), "Return the model: is there a `return`?"
    assert made.built and made.input_shape == (None, 5), (
        "It should take latent vectors of length 5 and have its weights already: begin with "
        "keras.Input((latent_dim,))."
    )
    for size in (32, 96, 64):
        large = dcgan_generator(5, size, 8)
        assert large.output_shape == (None, size, size, 3), (
            f"For size {size} it should return (None, {size}, {size}, 3), not "
            f'{large.output_shape}. Multiply your enlargements, and mind padding="same".'
        )
    kinds, inside = keras.layers, networks.layers_of(made)
    convolutions = [n for n in inside if isinstance(n, kinds.Conv2D | kinds.Conv2DTranspose)]
    assert len(convolutions) >= 3, (
        f"At least three convolutions should paint; yours has {len(convolutions)}."
    )
    units = [layer.units for layer in inside if isinstance(layer, kinds.Dense)]
    assert max(units, default=0) < 32 * 32 * 3, (
        f"A Dense layer makes {max(units, default=0)} numbers, as many as an image has or more. "
        "Let it make a small picture, such as 4×4, and enlarge that step by step."
    )
    assert dcgan_generator(5, 32, 16).count_params() > made.count_params(), (
        "A larger width should give more weights: use `width` for the channels."
    )
    networks.pixels(made, keras.random.normal((8, 5), seed=1))
    after = inside[inside.index(convolutions[0]) :]
    networks.activations(made, after, convolutions, len(convolutions))
    normal = [n for n in inside if isinstance(n, kinds.BatchNormalization)]
    assert len(normal) >= len(convolutions) - 1, (
        f"Batch normalization is missing between your {len(convolutions)} convolutions; yours has "
        f"{len(normal)}. Without it a DCGAN is hard to train."
    )
    networks.settings(inside, momentum=0.8)
    assert dcgan_generator(200, 32, 64).count_params() < 5e6, (
        "More than five million weights in the quick profile (200, 32, 64): fewer channels will do."
    )
    channels = networks.twice_the_width(
        lambda width: dcgan_generator(5, 64, width), 8, "filters", all_but_last=True
    )
    assert max(channels) == 8, (
        f"`width` says how many channels the widest convolution has, here 8; yours have {channels}."
    )


def dcgan_discriminator(dcgan_discriminator):
    made = dcgan_discriminator(32, 4, 0.3)
    assert isinstance(made, keras.Model), "Return the model: is there a `return`?"
    assert made.built and made.input_shape == (None, 32, 32, 3), (
        "It should take images of 32×32×3 and have its weights already: begin with "
        "keras.Input((size, size, 3))."
    )
    assert made.output_shape == (None, 1), (
        f"One logit for each image: shape (None, 1); yours has {made.output_shape}."
    )
    assert dcgan_discriminator(96, 4, 0.3).input_shape == (None, 96, 96, 3), "Use `size`."
    kinds, inside = keras.layers, networks.layers_of(made)
    convolutions = [n for n in inside if isinstance(n, kinds.Conv2D | kinds.SeparableConv2D)]
    assert len(convolutions) >= 3, f"At least three convolutions; yours has {len(convolutions)}."
    assert any(max(layer.strides) > 1 for layer in convolutions), (
        "Nothing shrinks the picture: give some convolutions strides=2."
    )
    assert dcgan_discriminator(32, 8, 0.3).count_params() > made.count_params(), (
        "A larger width should give more weights: use `width` for the channels."
    )
    networks.logits(made, keras.random.normal((8, 32, 32, 3), seed=1))
    networks.activations(made, inside, convolutions, len(convolutions))
    networks.settings(inside, momentum=0.8, dropout=0.3)
    assert dcgan_discriminator(32, 16, 0.3).count_params() < 5e6, (
        "More than five million weights in the quick profile (32, 16): fewer channels will do."
    )
    channels = networks.twice_the_width(
        lambda width: dcgan_discriminator(32, width, 0), 4, "filters"
    )
    assert channels[0] == 4, (
        f"`width` says how many channels the first convolution has, here 4; yours: {channels[0]}."
    )
    side = max(convolutions[-1].output.shape[1:3])
    assert side <= 8, (
        f"32 pixels are still {side} after the last convolution: shrink by strides to a quarter or "
        "less, or the last layer sees only small patches."
    )
    looked_at = dcgan_discriminator(32, 4, 0)
    image = keras.random.normal((4, 32, 32, 3), seed=2)
    with tf.GradientTape() as tape:
        tape.watch(image)
        total = tf.reduce_sum(looked_at(image))
    unseen = np.abs(tape.gradient(total, image)).max(axis=(0, 3)) == 0
    assert not unseen.any(), (
        f"{unseen.sum()} of 1024 pixels do not change the logit, so a generator may paint anything "
        'there. padding="same" keeps the border, and a stride should not be wider than its kernel.'
    )


def vanilla_generator(vanilla_generator):
    made = vanilla_generator(5, 32, 8)
    assert isinstance(made, keras.Model), "Return the model: is there a `return`?"
    assert made.built and made.input_shape == (None, 5), (
        "It should take latent vectors of length 5 and have its weights already: begin with "
        "keras.Input((latent_dim,))."
    )
    for size in (32, 96, 64):
        shape = vanilla_generator(5, size, 8).output_shape
        assert shape == (None, size, size, 3), (
            f"For size {size} it should return (None, {size}, {size}, 3), not {shape}: as many "
            "units as an image has numbers, and Reshape after them."
        )
    inside = networks.layers_of(made)
    assert not any("Conv" in type(layer).__name__ for layer in inside), (
        "A vanilla GAN has no convolutions: Dense layers only."
    )
    dense = [n for n in inside if isinstance(n, keras.layers.Dense)]
    assert len(dense) >= 3, (
        f"Two hidden layers or more and one for the pixels; yours has {len(dense)} Dense layers."
    )
    assert vanilla_generator(5, 32, 16).count_params() > made.count_params(), (
        "A larger width should give more weights: use `width` for the units."
    )
    latent = keras.random.normal((8, 5), seed=1)
    made(latent, training=True)  # lets batch normalization measure something
    before, straight = (
        np.arctanh(np.clip(made(z), -0.999, 0.999)) for z in (latent, (latent + latent[::-1]) / 2)
    )
    middle = (before + before[::-1]) / 2
    assert np.abs(straight - middle).max() > 0.01 * np.abs(middle).max(), (
        "Without activations the layers add up to a straight-line map: LeakyReLU(0.2) after each "
        "hidden one."
    )
    networks.pixels(made, latent)
    normal = [n for n in inside if isinstance(n, keras.layers.BatchNormalization)]
    assert len(normal) >= len(dense) - 2, (
        f"Batch normalization is missing between your {len(dense) - 1} hidden layers; yours has "
        f"{len(normal)}. The DCGAN has it too: otherwise you would compare normalization."
    )
    networks.settings(inside, momentum=0.8)
    networks.activations(made, inside, dense, len(dense))
    assert vanilla_generator(200, 32, 128).count_params() < 5e6, (
        "More than five million weights in the quick profile (200, 32, 128): fewer units will do."
    )
    units = networks.twice_the_width(
        lambda width: vanilla_generator(5, 32, width), 8, "units", all_but_last=True
    )
    assert units[0] == 8, (
        f"`width` says how many units the first hidden layer has, here 8; yours has {units[0]}."
    )


def vanilla_discriminator(vanilla_discriminator):
    made = vanilla_discriminator(32, 4, 0.3)
    assert isinstance(made, keras.Model), "Return the model: is there a `return`?"
    assert made.built and made.input_shape == (None, 32, 32, 3), (
        "It should take images of 32×32×3 and have its weights already: begin with "
        "keras.Input((size, size, 3))."
    )
    inside = networks.layers_of(made)
    assert not any("Conv" in type(layer).__name__ for layer in inside), (
        "A vanilla GAN has no convolutions: Dense layers only."
    )
    dense = [n for n in inside if isinstance(n, keras.layers.Dense)]
    assert dense and dense[0].kernel.shape[0] == 32 * 32 * 3, (
        "The first Dense layer should see all 3,072 numbers of an image: Flatten comes first. "
        "Without it, Dense works on each pixel alone, and its output is hundreds of times larger."
    )
    assert len(dense) >= 3, (
        f"Two hidden layers or more and one for the logit; yours has {len(dense)} Dense layers."
    )
    assert made.output_shape == (None, 1), (
        f"One logit for each image: shape (None, 1); yours has {made.output_shape}."
    )
    assert vanilla_discriminator(96, 4, 0.3).input_shape == (None, 96, 96, 3), "Use `size`."
    assert vanilla_discriminator(32, 8, 0.3).count_params() > made.count_params(), (
        "A larger width should give more weights: use `width` for the units."
    )
    networks.logits(made, keras.random.normal((8, 32, 32, 3), seed=1))
    networks.activations(made, inside, dense, len(dense) - 1)
    networks.settings(inside, momentum=0.8, dropout=0.3)
    assert vanilla_discriminator(32, 128, 0.3).count_params() < 5e6, (
        "More than five million weights in the quick profile (32, 128): fewer units will do."
    )
    networks.twice_the_width(
        lambda width: vanilla_discriminator(32, width, 0), 4, "units", all_but_last=True
    )


def latent_vectors(latent_vectors):
    answer = np.asarray(latent_vectors(2000, 5, 1))
    assert answer.shape == (2000, 5), f"Expected the shape (2000, 5); yours is {answer.shape}."
    assert abs(answer.mean()) < 0.05 and abs(answer.std() - 1) < 0.05, (
        f"Expected mean 0 and standard deviation 1; yours have {answer.mean():.2f} and "
        f"{answer.std():.2f}."
    )
    assert np.abs(answer).max() > 2.5, "This is not a normal distribution: keras.random.normal."
    assert np.array_equal(answer, latent_vectors(2000, 5, 1)), (
        "The same number as seed should give the same vectors: hand `seed` on."
    )
    assert not np.array_equal(answer, latent_vectors(2000, 5, 2)), (
        "Another seed gave the same vectors: use `seed`."
    )
    growing = keras.random.SeedGenerator(1)
    drawn = tf.function(lambda: latent_vectors(4, 5, growing))
    assert not np.array_equal(drawn(), drawn()), (
        "With a SeedGenerator, each call should give new vectors, in compiled code too: hand it to "
        "keras.random.normal as it is."
    )


def save_images(save_images):
    with tempfile.TemporaryDirectory() as temporary:
        kinds = (
            keras.layers
        )  # a stand-in: paints each latent vector as a plain square of that color
        painter = [keras.Input((3,)), kinds.Reshape((1, 1, 3)), kinds.UpSampling2D(4)]
        painter = keras.Sequential([*painter, kinds.Dropout(0.9, seed=1)])
        colors = np.array(
            [[-1, -1, -1], [1, -1, -1], [-1, 1, 0], [0, 0, 1], [0.5, 0, -0.5]], "float32"
        )
        file = Path(temporary) / "new folder" / "sheet.png"
        answer = save_images(painter, tf.constant(colors), 3, 2, file)
        assert file.exists(), "There is no file at `path`. images.save_png(picture, path) makes it."
        assert isinstance(answer, np.ndarray), "Return the sheet that you saved, as a numpy array."
        assert answer.shape != (20, 14, 3), (
            "Rows and columns are swapped: 3 images in a row, 2 rows."
        )
        assert answer.shape == (14, 20, 3), (
            "5 images of 4×4, 3 in a row, with margins of 2: 2 rows, so 2·(4+2)+2 = 14 pixels "
            f"high, and 3·(4+2)+2 = 20 wide, shape (14, 20, 3); yours is {answer.shape}."
        )
        assert answer.dtype == np.uint8, f"A picture holds bytes, uint8; yours is {answer.dtype}."
        for number, color in enumerate(colors):
            top, left = 2 + 6 * (number // 3), 2 + 6 * (number % 3)
            square, right = answer[top : top + 4, left : left + 4], (color + 1) * 127.5
            assert np.ptp(square.astype(int), axis=(0, 1)).max() == 0, (
                f"Image {number} is not where it should be, or was painted with training=True: it "
                f"starts {top} pixels from the top and {left} from the left."
            )
            assert np.abs(square[0, 0] - right).max() <= 1, (
                f"Image {number} of color {color.tolist()} should be painted with the bytes "
                f"{right.round().astype(int).tolist()}, row by row; yours has "
                f"{square[0, 0].tolist()}. -1 becomes 0 and 1 becomes 255."
            )
        white = answer.copy()
        white[2:6, 2:6] = white[2:6, 8:12] = white[2:6, 14:18] = white[8:12, 2:6] = 255
        white[8:12, 8:12] = 255
        assert white.min() == 255, "Everything around the images should be white, 255."
        assert np.array_equal(np.asarray(Image.open(file).convert("RGB")), answer), (
            "The file holds another picture than the one you return."
        )
        answer = save_images(painter, tf.constant(colors), 2, 1, file)
        assert answer.shape == (16, 11, 3), (
            "With columns=2 and margin=1 the sheet has 3 rows of 2, so the shape (16, 11, 3); "
            f"yours has {answer.shape}. Use `columns` and `margin`, not fixed numbers."
        )


def decision(decision):
    kinds = keras.layers  # a stand-in: its logit is the sum of a picture's numbers
    adder = keras.Sequential([keras.Input((2, 2, 3)), kinds.Flatten(), kinds.Dropout(0.5, seed=1)])
    adder.add(kinds.Dense(1, kernel_initializer="ones"))
    pictures = np.full((4, 2, 2, 3), 1 / 12, "float32") * np.reshape([0, 1, -2, 60], (4, 1, 1, 1))
    answer = decision(adder, pictures.astype("float32"))
    assert isinstance(answer, np.ndarray), (
        f"Return a numpy array, not a {type(answer).__name__}: np.asarray makes one of a tensor."
    )
    assert answer.size == 4, f"One probability for each of 4 pictures; yours are {answer.size}."
    assert answer.min() >= 0 and answer.max() <= 1, (
        f"A probability lies between 0 and 1; yours reach {answer.min():.2f} and "
        f"{answer.max():.2f}. The sigmoid squashes logits."
    )
    flat = np.ravel(answer)
    right = 1 / (1 + np.exp([0.0, -1.0, 2.0, -60.0]))
    assert not np.allclose(flat, 1, atol=1e-4), (
        "All are 1: softmax shares out one among several numbers, here there is one. Use a sigmoid."
    )
    assert not np.allclose(flat, 1 - right, atol=1e-4), (
        "That is the probability of being painted: high logits mean real."
    )
    assert np.allclose(flat, right, atol=1e-4), (
        f"Logits 0, 1, -2, 60 are probabilities {right.round(3).tolist()}; yours are "
        f"{flat.round(3).tolist()}. Call it with training=False, and apply the sigmoid once."
    )
    assert answer.shape == (4,), f"Expected the shape (4,); yours is {answer.shape}: take column 0."


def adversarial_losses(adversarial_losses):
    real_side, fake_side = np.float32([[2.0], [-1.0]]), np.float32([[-3.0], [0.5]])

    answer = adversarial_losses(tf.constant(real_side), tf.constant(fake_side))
    assert isinstance(answer, tuple | list) and len(answer) == 2, (
        "Return two losses, the generator's and the discriminator's, in this order."
    )
    of_generator, of_discriminator = map(np.asarray, answer)
    assert of_generator.shape == () and of_discriminator.shape == (), (
        "Each loss is one number, a mean over the batch."
    )
    right = entropy(fake_side, 1), entropy(real_side, 1) + entropy(fake_side, 0)
    assert not np.allclose([of_generator, of_discriminator], right[::-1], rtol=1e-3), (
        "The two losses are in the wrong order: the generator's comes first."
    )
    squashed = 1 / (1 + np.exp(-fake_side))
    mistakes = {
        "That is the saturating loss, log(1 - D): use the label 1 in place of the minus sign.": (
            -entropy(fake_side, 0)
        ),
        "The generator's label is 1: its images should be called real.": entropy(fake_side, 0),
        "The generator's loss is computed from its own images' logits, `fake_logits`.": entropy(
            real_side, 1
        ),
        "These are logits, not probabilities: say from_logits=True.": (
            keras.losses.BinaryCrossentropy()(np.ones_like(fake_side), fake_side)
        ),
        "The sigmoid is applied twice: hand the logits over as they are.": entropy(squashed, 1),
    }
    refuse(of_generator, mistakes, rtol=1e-3)
    assert np.isclose(of_generator, right[0], rtol=1e-3), (
        f"For fake logits [-3, 0.5] the generator's loss should be {right[0]:.3f}; yours is "
        f"{of_generator:.3f}."
    )
    mistakes = {
        "The discriminator's labels are swapped: real images are 1, painted ones 0.": (
            entropy(real_side, 0) + entropy(fake_side, 1)
        ),
        "The discriminator's loss is the sum of both parts, not their mean.": right[1] / 2,
        "The discriminator gave the label 1 to both: painted images are 0.": (
            entropy(real_side, 1) + entropy(fake_side, 1)
        ),
        "The discriminator's loss lacks the painted images.": entropy(real_side, 1),
        "The discriminator's loss lacks the real images.": entropy(fake_side, 0),
    }
    refuse(of_discriminator, mistakes, rtol=1e-3)
    assert np.isclose(of_discriminator, right[1], rtol=1e-3), (
        f"For real logits [2, -1] and fake logits [-3, 0.5] the discriminator's loss should be "
        f"{right[1]:.3f}; yours is {of_discriminator:.3f}."
    )


def make_optimizers(make_optimizers):
    small = [keras.Sequential([keras.Input((n,)), keras.layers.Dense(n)]) for n in (2, 3)]
    pair = make_optimizers(*small, 0.004)
    assert isinstance(pair, tuple | list) and len(pair) == 2, "Return two optimizers."
    assert all(isinstance(one, keras.optimizers.Adam) for one in pair), (
        "Both should be keras.optimizers.Adam."
    )
    assert pair[0] is not pair[1], "Each network needs an optimizer of its own: make two."
    for one, network, whose in zip(pair, small, ("generator", "discriminator"), strict=True):
        rate = float(one.learning_rate)
        assert np.isclose(rate, 0.004), (
            f"The {whose}'s learning rate should be `learning_rate`, here 0.004, not {rate:g}."
        )
        assert np.isclose(one.beta_1, 0.5), f"The {whose}'s beta_1 should be 0.5, not {one.beta_1}."
        assert one.built, f"Build it at once: optimizer.build({whose}.trainable_variables)."
        before = network.get_weights()
        try:
            variables = network.trainable_variables
            one.apply([keras.ops.ones_like(variable) for variable in variables], variables)
        except ValueError as error:
            assert not str(error), (
                f"The first optimizer is the generator's, the second the discriminator's; the "
                f"{whose}'s was not built on {whose}.trainable_variables."
            )
        moved = [np.abs(a - b).max() for a, b in zip(network.get_weights(), before, strict=True)]
        assert min(moved) > 0, f"The {whose}'s optimizer does not move all of its weights."


def train_step(train_step):
    toy = tiny_gan(latent_dim=3)
    points, latent = keras.random.normal((8, 2), seed=1), keras.random.normal((8, 3), seed=2)
    networks = {"generator": toy.generator, "discriminator": toy.discriminator}
    optimizers = (toy.generator_optimizer, toy.discriminator_optimizer)
    with tf.GradientTape(persistent=True) as tape:
        both = toy.adversarial_losses(
            toy.discriminator(points), toy.discriminator(toy.generator(latent))
        )
    right = [
        tape.gradient(loss, network.trainable_variables)
        for loss, network in zip(both, networks.values(), strict=True)
    ]
    modes = toy.called_with_training
    for calls in modes.values():
        calls.clear()
    answer = train_step(*networks.values(), optimizers, toy.adversarial_losses, points, latent)
    assert len(modes["discriminator"]) != 1, (
        "Judge real and painted images in two calls: mixed in one batch, batch normalization would "
        "blend them."
    )
    for name, optimizer, gradients in zip(networks, optimizers, right, strict=True):
        given = optimizer.given
        assert given is not None, (
            f"The {name} did not learn: hand its gradients to its optimizer's apply. "
            "(optimizers[0] is the generator's, optimizers[1] the discriminator's.)"
        )
        assert len(given) == len(gradients), (
            f"The {name}'s optimizer should get a gradient for each of {name}.trainable_variables: "
            f"{len(gradients)}, not {len(given)}."
        )
        assert all(gradient is not None for gradient in given), (
            f"Some of the {name}'s gradients are None: paint, judge and compute the losses inside "
            "the tapes, all of it."
        )
        pairs_of = list(zip(given, gradients, strict=True))
        assert not all(np.allclose(a, -b, atol=1e-5) for a, b in pairs_of), (
            f"The {name}'s gradients have the wrong sign: hand them on as they are."
        )
        assert all(np.allclose(a, b, atol=1e-5) for a, b in pairs_of), (
            f"The {name} got other gradients than those of its own loss: it learns from its own "
            "tape, its own loss and its own variables, and both from the same painted images."
        )
    assert isinstance(answer, tuple | list) and len(answer) == 2, (
        "Return two things: the generator's loss and the discriminator's."
    )
    got, expected = ([float(loss) for loss in pair] for pair in (answer, both))
    assert np.allclose(got, expected, rtol=1e-3), (
        f"The losses should be {expected[0]:.3f} and {expected[1]:.3f}, the generator's first; "
        f"yours are {got[0]:.3f} and {got[1]:.3f}."
    )
    assert all(modes["generator"]) and all(modes["discriminator"]), (
        "Call the networks with training=True: batch normalization and dropout depend on it."
    )


def train(train):
    asked, stepped, rows = [], [], []  # stand-ins, which only note how they are called

    def pretend_step(batch):
        stepped.append(batch)
        time.sleep(0.01)
        return tf.constant(float(batch)), tf.constant(10.0 * batch)

    def pretend_batches(epoch):
        asked.append(epoch)
        return [10 * epoch + 1, 10 * epoch + 2, 10 * epoch + 6]

    def note_row(epoch, row):
        rows.append((epoch, row, len(stepped)))
        time.sleep(0.1)

    begin = time.perf_counter()
    train(pretend_step, pretend_batches, 2, 5, note_row)
    elapsed = time.perf_counter() - begin
    assert asked, "batches_of was never called: it gives the batches of an epoch."
    assert asked == [2, 3, 4], (
        f"From first=2 until 5 epochs are done, these are the epochs 2, 3 and 4; you asked for the "
        f"batches of {asked}."
    )
    assert stepped == [21, 22, 26, 31, 32, 36, 41, 42, 46], (
        f"Each batch of an epoch should be handed to `step` once, in its order; you called it with "
        f"{stepped}."
    )
    assert len(rows) == 3, f"Call after_epoch once in each epoch: 3 times, not {len(rows)}."
    assert [epoch for epoch, _, _ in rows] == [2, 3, 4], (
        f"after_epoch should get the epochs 2, 3, 4; yours got {[e for e, _, _ in rows]}."
    )
    assert [steps for _, _, steps in rows] == [3, 6, 9], "Call after_epoch *after* its batches."
    for epoch, row, _ in rows:
        names = {"generator_loss", "discriminator_loss", "seconds"}
        assert isinstance(row, dict) and set(row) == names, (
            f"after_epoch should get a dictionary with {', '.join(sorted(names))}."
        )
        mean, got = 10 * epoch + 3, [float(row["generator_loss"]), float(row["discriminator_loss"])]
        assert not np.allclose(got, [10 * epoch + 6, 100 * epoch + 60]), (
            "These are the losses of the last batch: take the mean over the epoch."
        )
        assert not np.allclose(got, [3 * mean, 30 * mean]), "That is the sum: take the mean."
        assert np.allclose(got, [mean, 10 * mean], rtol=1e-3), (
            f"The mean losses of epoch {epoch} should be {mean} and {10 * mean}; yours are {got}. "
            "Does each epoch begin with an empty list? The generator's comes first."
        )
        assert row["seconds"] >= 0.029, (
            f"Three steps of 10 ms took {1000 * row['seconds']:.0f} ms, you say: stop the watch "
            "after the last batch."
        )
        assert row["seconds"] <= elapsed, (
            f"Epoch {epoch} took {row['seconds']:.2f} seconds, you say, but all took {elapsed:.2f} "
            "together: seconds are the end minus the start, of the same clock."
        )
    assert sum(row["seconds"] for _, row, _ in rows) <= elapsed - len(rows) * 0.09, (
        "Your seconds hold more than the steps of their own epoch: start the watch anew in each, "
        "and stop it before after_epoch."
    )


def comparison_table(comparison_table):
    import re

    asked = {
        "first": {"patches": 0.01734, "coverage": 0.92, "weights": 3864320.0, "seconds": 61.25},
        "second": {"patches": 0.2173, "coverage": 0.0, "weights": 705.0, "seconds": 1234.0},
    }
    answer = comparison_table(asked)
    assert isinstance(answer, str), f"Return the text; yours is a {type(answer).__name__}."
    lines = answer.splitlines()
    heads = [line for line in lines if {"first", "second"} <= set(re.findall(r"\w+", line))]
    assert heads, "A line at the top should name the columns: first and second, with space between."
    assert heads[0].index("first") < heads[0].index("second"), "Keep the order of the columns."
    for quantity in asked["first"]:
        found = [line for line in lines if quantity in line]
        assert len(found) == 1, f"There should be one line for {quantity}; yours has {len(found)}."
        after = found[0].split(quantity, 1)[1].replace(",", "").replace("_", "")
        numbers = [float(x) for x in re.findall(r"-?\d+\.?\d*(?:[eE][-+]?\d+)?", after)]
        right = [asked[name][quantity] for name in asked]
        assert len(numbers) == 2, (
            f"The line of {quantity} should hold two numbers, one for each column; yours is: "
            f"{found[0].strip()}"
        )
        assert not np.allclose(numbers, right[::-1], rtol=6e-3, atol=1e-9), (
            f"In the line of {quantity} the columns are swapped."
        )
        assert np.allclose(numbers, right, rtol=6e-3, atol=1e-9), (
            f"The line of {quantity} should show {right[0]:g} and {right[1]:g}, to at least three "
            f"significant digits (0.0173, not 0.017); yours is: {found[0].strip()}"
        )


def comparison_figure(comparison_figure):
    asked = {
        "alpha": {"patches": 0.11, "density": 1.32, "coverage": 0.83},
        "omega": {"patches": 0.24, "density": 0.55, "coverage": 0.46},
    }
    answer = comparison_figure(asked)
    plt.close("all")
    assert isinstance(answer, matplotlib.figure.Figure), (
        f"Return the figure, as plt.figure() or plt.subplots() make it; yours is a "
        f"{type(answer).__name__}."
    )
    wide, high = answer.get_size_inches()
    assert 3 <= wide <= 15 and 2 <= high <= 12, (
        f"A figure of {wide:g} by {high:g} inches does not fit a page, or nobody can read it: "
        "figsize=(8, 4) or so."
    )
    images.pixels(answer)  # draws it, which makes the labels of the axes
    texts = [t.get_text() for t in answer.findobj(matplotlib.text.Text) if t.get_visible()]
    drawn = []  # (axis that the mark stands on, where, its value on the other axis)
    for ax in answer.axes:
        bars = [bar for bar in ax.patches if hasattr(bar, "get_height")]
        for bar in bars:
            drawn.append((ax.xaxis, bar.get_x() + bar.get_width() / 2, bar.get_height()))
            drawn.append((ax.yaxis, bar.get_y() + bar.get_height() / 2, bar.get_width()))
        dots = [line.get_xydata() for line in ax.lines]
        for x, y in (xy for group in ax.collections for xy in group.get_offsets()):
            dots.append([[x, y]])
        for x, y in (xy for group in dots for xy in group):
            drawn += [(ax.xaxis, x, y), (ax.yaxis, y, x)]
        boxes = [bar.get_window_extent().padded(-1) for bar in bars]  # one pixel is no overlap
        boxes = [box for box in boxes if max(box.width, box.height) > 0]
        assert all(min(box.width, box.height) > 0 for box in boxes), (
            "Some bars are only a pixel or two thick: nobody sees them."
        )
        hidden = [n for n, box in enumerate(boxes) if box.count_overlaps(boxes) > 1]
        assert not hidden, (
            f"{len(hidden)} bars overlap, and hide one another: give each GAN places of its own, "
            "such as np.arange(3) - 0.2 and np.arange(3) + 0.2 for bars as thick as 0.4."
        )
    for name, row in asked.items():
        for score, value in row.items():
            marks = [mark for mark in drawn if np.isclose(mark[2], value, rtol=0.01)]
            assert marks, (
                f"No bar or dot shows the {score} of {name}, {value}: draw the values of all GANs."
            )
            for axis, where, _ in marks:
                ticks = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)
                ticks = {place: label.get_text() for place, label in ticks}
                ticks = {p: t for p, t in ticks.items() if any(s in t for s in [*asked, *row])}
                if ticks:
                    nearest = ticks[min(ticks, key=lambda place: abs(place - where))]
                    assert score in nearest or name in nearest, (
                        f"The {score} of {name} is drawn beside the name {nearest}: put marks and "
                        "ticks at the same places."
                    )
    for name in [*asked, *asked["alpha"]]:
        assert any(name in text for text in texts), (
            f"A reader does not find {name}: name the GANs (label=…, then ax.legend()) and the "
            "scores (as labels of an axis, or titles)."
        )
    titles = [ax.get_title() for ax in answer.axes] + [answer.get_suptitle()]
    assert any(titles), "It has no title: ax.set(title=…) or figure.suptitle(…)."
    named = [ax.get_xlabel() or ax.get_ylabel() for ax in answer.axes]
    assert any([*named, answer.get_supxlabel(), answer.get_supylabel()]), (
        "No axis has a name: ax.set(xlabel=…) or ylabel."
    )
