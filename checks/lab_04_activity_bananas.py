"""What right answers to the exercises of lab 04 satisfy."""

import inspect
import re
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from checks import networks
from checks.mistakes import entropy, refuse
from checks.toys import tiny_gan


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
    for seed in range(3):
        few = next(iter(make_batches(numbered, 10, seed=seed)))
        assert np.max(few) > 40, (
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


LATENT = np.random.default_rng(1).normal(size=(8, 5)).astype("float32")
IMAGES = np.random.default_rng(2).normal(size=(8, 32, 32, 3)).astype("float32")
NO_CONVOLUTIONS = "A vanilla GAN has no convolutions: Dense layers only."


def dcgan_generator(dcgan_generator):
    one = dcgan_generator(5, 32, 8)
    networks.made(one, (5,), (32, 32, 3), "latent vectors of length 5")
    sides = networks.products(one, (5,)).sides
    networks.enough(one, (5,), "convolutions", least=3)
    assert len(set(sides)) > 1, (
        f"All convolutions paint pictures of {sides[0]}×{sides[0]}: begin with a small one, such "
        "as 4×4, and enlarge that step by step."
    )
    _generator(one, dcgan_generator)
    networks.small_enough(dcgan_generator(200, 32, 64), "dcgan_generator(200, 32, 64)")


def dcgan_discriminator(dcgan_discriminator):
    one = dcgan_discriminator(32, 4, 0.0)
    networks.made(one, (32, 32, 3), (1,), "images of 32×32×3")
    sides = networks.products(one, (32, 32, 3)).sides
    networks.enough(one, (32, 32, 3), "convolutions", least=3)
    assert min(sides) <= 8, (
        f"32 pixels are still {min(sides)} where they are fewest: shrink step by step, by strides, "
        "to a quarter or less."
    )
    _discriminator(one, dcgan_discriminator)
    networks.small_enough(dcgan_discriminator(32, 16, 0.3), "dcgan_discriminator(32, 16, …)")


def vanilla_generator(vanilla_generator):
    one = vanilla_generator(5, 32, 8)
    networks.made(one, (5,), (32, 32, 3), "latent vectors of length 5")
    assert not networks.products(one, (5,)).sides, NO_CONVOLUTIONS
    networks.enough(one, (5,), "Dense layers", least=3)
    _generator(one, vanilla_generator)
    networks.small_enough(vanilla_generator(200, 32, 128), "vanilla_generator(200, 32, 128)")


def vanilla_discriminator(vanilla_discriminator):
    one = vanilla_discriminator(32, 4, 0.0)
    networks.made(one, (32, 32, 3), (1,), "images of 32×32×3")
    found = networks.products(one, (32, 32, 3))
    assert not found.sides, NO_CONVOLUTIONS
    assert found.inputs and found.inputs[0] == 32 * 32 * 3, (
        "The first Dense layer should see all 3,072 numbers of an image: Flatten comes first. "
        "Without it, Dense works on each pixel alone, and its output is hundreds of times larger."
    )
    networks.enough(one, (32, 32, 3), "Dense layers", least=3)
    _discriminator(one, vanilla_discriminator)
    networks.small_enough(vanilla_discriminator(32, 128, 0.3), "vanilla_discriminator(32, 128, …)")


def _generator(one, make):
    """What both generators are asked, whatever paints; `one` is make(5, 32, 8)."""
    for size in (96, 64):
        networks.made(make(5, size, 8), (5,), (size, size, 3), "latent vectors of length 5")
    networks.grows(one, make(5, 32, 64))
    networks.gradients_arrive(one, LATENT)
    networks.pixels(one, LATENT)
    networks.batch_normalized(one, least=1, momentum=0.8)


def _discriminator(one, make):
    """What both discriminators are asked, whatever looks; `one` is make(32, 4, 0.0)."""
    for size in (96, 64):
        networks.made(make(size, 4, 0.3), (size, size, 3), (1,), f"images of {size}×{size}×3")
    networks.grows(one, make(32, 64, 0.3))
    networks.gradients_arrive(one, IMAGES)
    networks.sees_all(one, IMAGES)
    networks.drops_out(one, make(32, 4, 0.6), IMAGES)
    networks.logits(one, IMAGES)
    networks.batch_normalized(one, least=0, momentum=0.8)


def save_images(save_images):
    with tempfile.TemporaryDirectory() as temporary:
        kinds = keras.layers  # a stand-in paints each latent vector as a square of that color
        painter = [keras.Input((3,)), kinds.Reshape((1, 1, 3)), kinds.UpSampling2D(4)]
        in_range = kinds.Activation(lambda values: keras.ops.clip(values, -1, 1))
        painter = keras.Sequential([*painter, kinds.Dropout(0.9, seed=1), in_range])
        colors = np.array(
            [[-1, -1, -1], [1, -1, -1], [-1, 1, 0], [0, 0, 1], [0.5, 0, -0.5]], "float32"
        )
        file = Path(temporary) / "new folder" / "sheet.png"
        answer = save_images(painter, tf.constant(colors), 3, 2, file)
        assert file.exists(), "There is no file at `path`. images.save_png(picture, path) makes it."
        assert isinstance(answer, np.ndarray), "Return the sheet that you saved, as a numpy array."
        assert answer.dtype == np.uint8, f"A picture holds bytes, uint8; yours is {answer.dtype}."
        _on_white(answer, colors, 3, 2)
        assert np.array_equal(np.asarray(Image.open(file).convert("RGB")), answer), (
            "The file holds another picture than the one you return."
        )
        _on_white(save_images(painter, tf.constant(colors), 2, 1, file), colors, 2, 1)


def _on_white(sheet, colors, columns, margin):
    """Squares of 4×4 in these colors, row by row, and nothing but white around them.

    Between two images one margin or two: both have a margin around each image.
    """
    rows = -(-len(colors) // columns)
    steps = {
        (rows * step + rest, columns * step + rest, 3): step
        for step, rest in ((4 + margin, margin), (4 + 2 * margin, 0))
    }
    high, wide, _ = next(iter(steps))
    assert sheet.shape[1::-1] not in [shape[:2] for shape in steps], (
        f"Rows and columns are swapped, or `columns` does not count: {columns} images in a row, "
        f"{rows} rows."
    )
    assert sheet.shape in steps, (
        f"{len(colors)} images of 4×4, columns={columns} and margin={margin}: {rows} rows, so "
        f"{rows}·(4+{margin})+{margin} = {high} pixels high, and {wide} wide, shape "
        f"({high}, {wide}, 3); yours is {sheet.shape}."
    )
    step, rest = steps[sheet.shape], sheet.copy()
    for number, color in enumerate(colors):
        top, left = (margin + step * place for place in divmod(number, columns))
        square = (slice(top, top + 4), slice(left, left + 4))
        right = (color + 1) * 127.5
        assert np.ptp(sheet[square].astype(int), axis=(0, 1)).max() == 0, (
            f"Image {number} is not where it should be, or was painted with training=True: it "
            f"starts {top} pixels from the top and {left} from the left."
        )
        assert np.abs(sheet[top, left] - right).max() <= 1, (
            f"Image {number} of color {color.tolist()} should be painted with the bytes "
            f"{right.round().astype(int).tolist()}, row by row; yours has "
            f"{sheet[top, left].tolist()}. -1 becomes 0 and 1 becomes 255."
        )
        rest[square] = 255
    assert rest.min() == 255, "Everything around the images should be white, 255."


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
        "Labels come first, then logits: bce(labels, logits).": (
            keras.losses.BinaryCrossentropy(from_logits=True)(fake_side, np.ones_like(fake_side))
        ),
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


def train_step(train_step):
    toy = tiny_gan(latent_dim=3)
    points, latent = keras.random.normal((8, 2), seed=1), keras.random.normal((8, 3), seed=2)
    networks = {"generator": toy.generator, "discriminator": toy.discriminator}
    optimizers = (toy.generator_optimizer, toy.discriminator_optimizer)
    at_start = [network.get_weights() for network in networks.values()]
    right = _gradients(toy, points, latent)
    later = []  # the gradients of one network where the other one has learned already
    for number in (0, 1):
        optimizer, network = optimizers[number], list(networks.values())[number]
        optimizer.apply(right[number][1], network.trainable_variables)
        later.append(_gradients(toy, points, latent)[1 - number])
        network.set_weights(at_start[number])
    optimizers[0].given = optimizers[1].given = None
    real_logits, order = np.asarray(toy.discriminator(points)), []
    modes = toy.called_with_training
    for calls in modes.values():
        calls.clear()

    def losses(real, fake):
        order.append(np.allclose(fake, real_logits, atol=1e-4))
        return toy.adversarial_losses(real, fake)

    try:
        answer = train_step(*networks.values(), optimizers, losses, points, latent)
    except RuntimeError as error:
        assert "non-persistent" not in str(error), (
            "A tape gives gradients only once: take two tapes, or GradientTape(persistent=True)."
        )
        raise
    assert not any(order), "`losses` takes the real logits first, then those of painted images."
    assert len(modes["discriminator"]) != 1, (
        "Judge real and painted images in two calls: mixed in one batch, batch normalization would "
        "blend them."
    )
    for name, optimizer, (_, gradients) in zip(networks, optimizers, right, strict=True):
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
        assert not optimizer.foreign, (
            f"The {name}'s optimizer got variables of the other network: optimizers[0] is the "
            "generator's, optimizers[1] the discriminator's."
        )
        pairs_of = list(zip(given, gradients, strict=True))
        assert all(a.shape == b.shape for a, b in pairs_of), (
            f"The {name}'s optimizer should get the gradients for {name}.trainable_variables, in "
            "their order."
        )
        assert not all(np.allclose(a, -b, atol=1e-5) for a, b in pairs_of), (
            f"The {name}'s gradients have the wrong sign: hand them on as they are."
        )
    # Both from the same weights, or one after the other: the second sees what the first learned.
    orders = [right, [right[0], later[0]], [later[1], right[1]]]
    fits = [
        [all(map(_close, optimizer.given, gradients)) for optimizer, (_, gradients) in pairs]
        for pairs in (list(zip(optimizers, order, strict=True)) for order in orders)
    ]
    assert any(map(all, fits)), (
        f"The {[*networks][int(any(fit[0] for fit in fits))]} got other gradients than those of "
        "its own loss: it learns from its own loss and its own variables, and both from images "
        "painted from `latent`."
    )
    assert isinstance(answer, tuple | list) and len(answer) == 2, (
        "Return two things: the generator's loss and the discriminator's."
    )
    got = [float(loss) for loss in answer]
    known = [
        [losses[number] for (losses, _) in (right[number], later[1 - number])] for number in (0, 1)
    ]
    assert all(np.isclose(one, of, rtol=1e-3).any() for one, of in zip(got, known, strict=True)), (
        f"The losses should be {known[0][0]:.3f} and {known[1][0]:.3f}, the generator's first; "
        f"yours are {got[0]:.3f} and {got[1]:.3f}."
    )
    assert all(modes["generator"]) and all(modes["discriminator"]), (
        "Call the networks with training=True: batch normalization and dropout depend on it."
    )


def _close(first, second):
    return np.allclose(first, second, atol=1e-5)


def _gradients(toy, points, latent):
    """(both losses, gradients) of the toy's generator and of its discriminator, as they are now."""
    with tf.GradientTape(persistent=True) as tape:
        both = toy.adversarial_losses(
            toy.discriminator(points), toy.discriminator(toy.generator(latent))
        )
    losses = [float(loss) for loss in both]
    return [
        (losses, tape.gradient(loss, network.trainable_variables))
        for loss, network in zip(both, (toy.generator, toy.discriminator), strict=True)
    ]


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
        assert isinstance(row, dict) and names <= set(row), (
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


SCORES = (
    *("swd_pixels", "swd_scaled", "patch_share", "density"),
    *("coverage", "nearest_ratio", "moved_ratio", "diversity"),
)
SHORT = {"": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}  # as in 3.86M


def comparison_table(comparison_table):
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
        after = re.sub(r"(?<=\d)[,_'\u202f](?=\d{3})", "", found[0].split(quantity, 1)[1])
        written = re.findall(r"(-?\d+\.?\d*(?:[eE][-+]?\d+)?) ?([kKMG]?)(?![^\W\d_])", after)
        numbers = [float(number) * SHORT[unit] for number, unit in written]
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


def ablation(ablation):
    """Stand-in recipes, whose numbers are no lab's: what is not changed must come from them."""

    def maker(name):
        def make():
            raise AssertionError("ablation only hands makers on: it need not call one.")

        make.__name__ = name
        return make

    recipes = {
        name: {
            "generator": maker(f"{name} generator"),
            "discriminator": maker(f"{name} discriminator"),
            "generator_rate": 0.0007,
            "discriminator_rate": 0.0007,
            "beta_1": 0.45,
        }
        for name in ("DCGAN", "vanilla")
    }
    before = {name: dict(recipe) for name, recipe in recipes.items()}
    answer = ablation(recipes)
    assert isinstance(answer, dict), f"Return a dictionary; yours is a {type(answer).__name__}."
    parts = ["base", "changed", "score", "expected", "because"]
    missing = [part for part in parts if part not in answer]
    assert not missing, f"These are missing: {', '.join(missing)}."
    base, changed = answer["base"], answer["changed"]
    assert base in recipes, f'"base" names the GAN to change, "DCGAN" or "vanilla", not {base!r}.'
    assert recipes == before, (
        "The recipe itself was changed, so there is nothing left to compare with: change a copy, "
        '{**recipes["vanilla"], …}.'
    )
    assert isinstance(changed, dict) and set(changed) == set(before[base]), (
        f'"changed" is a whole recipe, with {", ".join(before[base])}.'
    )
    differs = [part for part in changed if changed[part] != before[base][part]]
    assert differs, f'"changed" is the same as the recipe of {base}: change one entry.'
    assert len(differs) == 1, (
        f"{len(differs)} entries differ from the recipe of {base}: {', '.join(differs)}. Change "
        "one alone, or you cannot tell which of them did it."
    )
    for part in ("generator", "discriminator"):
        assert not isinstance(changed[part], keras.Model), (
            f'"{part}" is a network here: hand in a function that makes one, lambda: …, so that '
            "each seed begins with a new one."
        )
        other = {"generator": "discriminator", "discriminator": "generator"}[part]
        wrong = [recipe[other] for recipe in before.values()]
        assert callable(changed[part]) and changed[part] not in wrong, (
            f'"{part}" is a function without arguments that makes a {part}.'
        )
        try:
            inspect.signature(changed[part]).bind()
        except TypeError as error:
            raise AssertionError(
                f'"{part}" is called without arguments, and yours needs some: lambda: '
                f"{getattr(changed[part], '__name__', 'make')}(…)."
            ) from error
    for part in ("generator_rate", "discriminator_rate"):
        assert isinstance(changed[part], int | float) and 0 < changed[part] < 1, (
            f'"{part}" is a number between 0 and 1, not {changed[part]!r}.'
        )
    assert isinstance(changed["beta_1"], int | float) and 0 <= changed["beta_1"] < 1, (
        f'"beta_1" is a number from 0 to below 1, not {changed["beta_1"]!r}.'
    )
    assert answer["score"] in SCORES, (
        f'"score" names one of the scores: {", ".join(SCORES)}; yours is {answer["score"]!r}.'
    )
    assert answer["expected"] in ("higher", "lower", "the same"), (
        f'"expected" is "higher", "lower" or "the same", not {answer["expected"]!r}.'
    )
    because = answer["because"]
    assert isinstance(because, str) and len(because.split()) >= 5, (
        '"because" holds your reason: a sentence of five words or more.'
    )
