"""What right answers to the exercises of lab 03 satisfy."""

import keras
import numpy as np
import tensorflow as tf

from checks.mistakes import entropy, refuse
from checks.networks import first_difference, outline
from checks.toys import tiny_gan


def to_range(to_range):
    four = np.array([[0, 51], [204, 255]], "uint8")
    answer = to_range(four.copy())
    assert isinstance(answer, np.ndarray), (
        f"Return a numpy array; yours is of the type {type(answer).__name__}."
    )
    assert answer.shape == (2, 2), (
        f"Return the same shape as `pixels`, here (2, 2); yours has {answer.shape}."
    )
    assert not np.allclose(answer, four / 255), (
        "That is 0 to 1: black should be -1 and white 1. Stretch it to twice the width, then shift."
    )
    assert not np.allclose(answer, four - 127.5), "That is -127.5 to 127.5: divide by 127.5."
    assert not np.allclose(answer, 1 - four / 127.5), "Black is -1 and white is 1, not the reverse."
    assert answer[0, 0] == -1 and answer[1, 1] == 1, (
        f"Byte 0 should become -1 and byte 255 should become 1; yours become {answer[0, 0]:.4g} "
        f"and {answer[1, 1]:.4g}. Half of 255 is 127.5. And bytes wrap around below 0 and above "
        "255, so make them floats before you calculate."
    )
    assert np.allclose(answer, [[-1, -0.6], [0.6, 1]], atol=1e-3), (
        f"Bytes 51 and 204 should become -0.6 and 0.6; yours become {answer[0, 1]:.3f} and "
        f"{answer[1, 0]:.3f}. Bytes know no fractions and wrap around: make them floats first."
    )
    assert answer.dtype == np.float32, (
        f"The numbers are right; return them as float32, not {answer.dtype}: .astype('float32')."
    )


def make_batches(make_batches):
    numbered = np.arange(100, dtype="float32").reshape(100, 1)
    made = make_batches(numbered, 32, seed=1)
    assert isinstance(made, tf.data.Dataset), (
        f"Return the tf.data.Dataset itself; yours is of the type {type(made).__name__}."
    )
    assert isinstance(made.element_spec, tf.TensorSpec), (
        "An element should be a batch of images alone: hand `pictures`, and nothing else, to "
        "from_tensor_slices."
    )
    dimensions = made.element_spec.shape.rank
    assert dimensions != 1, "These are single images: join 32 of them with .batch(batch_size)."
    assert dimensions == 2, (
        f"A batch of these images has 2 dimensions, yours has {dimensions}: from_tensor_slices, "
        "which has one element for each image, and .batch once."
    )
    first, second = ([np.ravel(batch) for batch in made.take(9)] for _ in range(2))
    assert sum(map(len, first)) <= 100, (
        "One time through should use each image once, but yours goes on: leave out .repeat()."
    )
    assert [len(batch) for batch in first] == [32, 32, 32], (
        f"100 images should give batches of [32, 32, 32]; yours have {[len(b) for b in first]}. "
        ".batch(batch_size, drop_remainder=True) leaves out the rest."
    )
    one, two = np.concatenate(first), np.concatenate(second)
    assert len(set(one.tolist()) & set(range(100))) == 96, (
        "The batches should hold the images as they are, none of them twice."
    )
    assert not (np.array_equal(one, np.sort(one)) and np.array_equal(two, np.sort(two))), (
        "They come in their old order: .shuffle(len(pictures), …) before .batch."
    )
    assert not all(np.all(np.diff(batch) == 1) for batch in first), (
        "Whole batches are shuffled, but not the images in them: .shuffle comes before .batch."
    )
    again, other = (
        np.concatenate([np.ravel(batch) for batch in make_batches(numbered, 32, seed).take(9)])
        for seed in (1, 2)
    )
    assert np.array_equal(one, again), (
        "The same seed should give the same order: hand it to shuffle, seed=seed."
    )
    assert not np.array_equal(one, other), (
        "Another seed gives the same order: hand `seed` to shuffle, not a fixed number."
    )
    assert not np.array_equal(one, two), (
        "The second epoch has the order of the first. Let .shuffle mix, as it does it anew each "
        "time: without reshuffle_each_iteration=False, and with no .cache() after it."
    )
    # From a buffer of B the k-th image that comes out is one of the first B + k.
    early = max(np.max(order - np.arange(96)) for order in (one, two))
    assert early > 60, (
        "Late images never come early: make the shuffle buffer as large as the set, len(pictures)."
    )
    pair = make_batches(numbered[:2], 2, seed=1)
    assert {float(np.ravel(batch)[0]) for _ in range(12) for batch in pair} == {0, 1}, (
        "Of two images the second never came first in 12 epochs: the shuffle buffer is too small. "
        "Make it as large as the set, len(pictures)."
    )


def size_after(size_after):
    for size, kernel, stride, padding in (
        (32, 3, 1, "same"),
        (32, 3, 2, "same"),
        (25, 3, 2, "same"),
        (32, 4, 2, "same"),
        (32, 3, 1, "valid"),
        (32, 5, 1, "valid"),
        (32, 3, 2, "valid"),
        (7, 3, 2, "valid"),
        (10, 4, 3, "valid"),
    ):
        layer = keras.layers.Conv2D(1, kernel, strides=stride, padding=padding)
        right = layer.compute_output_shape((1, size, size, 1))[1]
        answer = size_after(size, kernel, stride, padding)
        reason = {
            "same": 'With "same" there is one place for each stride-th pixel, the first included: '
            "divide by the stride and round up. The kernel does not matter.",
            "valid": 'With "valid" the kernel can start at size - kernel + 1 places; of these, '
            "every stride-th counts, the first included.",
        }[padding]
        assert answer == right, (
            f'A {kernel}×{kernel} kernel with stride {stride} and "{padding}" makes {right} of '
            f"{size} pixels; yours says {answer}. {reason}"
        )
        assert isinstance(answer, int | np.integer), (
            f"A width is a whole number; yours is {answer!r}. // divides and rounds down; int(…) "
            "makes a whole number of what np.ceil and np.floor return."
        )
    read_from_a_file = "".join(["sa", "me"])
    assert size_after(32, 3, 1, read_from_a_file) == 32, (
        "Compare words with ==. `is` asks whether both are the same object in memory, and equal "
        "words need not be."
    )


def define_generator(define_generator):
    made = define_generator(5, 32, 8)
    assert isinstance(made, keras.Model), "Return the model: `return keras.Sequential([...])`."
    assert not any(isinstance(layer, keras.Model) for layer in made.layers), (
        "Put all layers directly into one model, not into models inside it: what follows goes "
        "through them one by one."
    )
    assert made.built and made.input_shape == (None, 5), (
        "The model should take latent vectors of length 5 and have its weights already: begin with "
        "keras.Input((latent_dim,))."
    )
    layers = outline(made)
    assert not any(layer.startswith("Conv2DTranspose") for layer in layers), (
        "Conv2DTranspose enlarges too, but here each block is UpSampling2D and then Conv2D, which "
        "the next section turns into a transposed convolution, exactly."
    )
    assert made.output_shape == (None, 32, 32, 3), (
        f"For size 32 the output should be (None, 32, 32, 3); yours is {made.output_shape}. From "
        "a Reshape to (4, 4, width), three times UpSampling2D(2); every convolution with "
        'padding="same"; the last one has 3 channels.'
    )
    large = define_generator(5, 96, 8)
    assert large.output_shape == (None, 96, 96, 3), (
        f"For size 96 the output should be (None, 96, 96, 3); yours is {large.output_shape}: one "
        "more block, which enlarges by size // 32, if size is more than 32."
    )
    middle = define_generator(5, 64, 8).output_shape
    assert middle == (None, 64, 64, 3), (
        f"For size 64 the output should be (None, 64, 64, 3); yours is {middle}: every size above "
        "32 has the fourth block, which enlarges by size // 32."
    )
    assert layers[-1] == "tanh", (
        f"The last layer should end in a tanh, so that pixels lie in [-1, 1]; yours ends in "
        f"{layers[-1]}. Conv2D(3, 3, …, activation='tanh')."
    )
    normalizing = sum(layer.startswith("BatchNormalization") for layer in layers)
    assert normalizing == 3, (
        f"For size 32 there are three blocks, so three BatchNormalization layers; yours has "
        f"{normalizing}. (The Dense and the output layer have none, and the fourth block is there "
        "only if size > 32.)"
    )
    assert "ReLU → BatchNormalization" not in " → ".join(layers), (
        "A block normalizes first and bends then: the ReLU is a layer of its own, after "
        "BatchNormalization, and the block's Conv2D has no activation."
    )

    def block(factor: int, channels: int) -> list[str]:
        repaint = f'Conv2D({channels}, 3, padding="same")'
        return [f"UpSampling2D({factor})", repaint, "BatchNormalization(momentum=0.8)", "ReLU"]

    first = ["Dense(128)", "ReLU", "Reshape((4, 4, 8))", *block(2, 8), *block(2, 8), *block(2, 4)]
    last = ['Conv2D(3, 3, padding="same")', "tanh"]
    wrong = first_difference(layers, first + last)
    assert not wrong, f"For size 32 and width 8, {wrong}. Compare with the table, line by line."
    wrong = first_difference(outline(large), first + block(3, 4) + last)
    assert not wrong, f"For size 96 and width 8, {wrong}. The fourth block is like the others."


def numbers_at_the_end(numbers_at_the_end):
    answer = numbers_at_the_end(32, 16)
    mistakes = {
        "That is 4 × 4 places. After the second convolution the picture gets one more row and "
        "column, 8 → 9, and a stride of 2 leaves 5 of 9: 'same' rounds up.": 4 * 4 * 256,
        "That is the width and height; each place also has 16 · width channels.": 5 * 5,
        "The last convolution has 16 · width channels, not 16.": 5 * 5 * 16,
        "The last convolution has 16 · width channels; 4 · width is the third one's.": 5 * 5 * 64,
        "The last convolution has 16 · width channels, not 32 · width.": 5 * 5 * 512,
        "Only one side counted: the picture has 5 rows of 5.": 5 * 256,
        "Layers 4 and 5 have stride 1: they keep the size.": 2 * 2 * 256,
        "5 · 5 · 256 + 1 is the number of weights: the last one is the bias.": 5 * 5 * 256 + 1,
    }
    for reason, wrong in mistakes.items():
        assert answer != wrong, reason
    assert answer == 6400, (
        f"For 32 pixels and width 16: 32 → 16 → 8, padded 9 → 5 → 5 → 5, so 5 · 5 · 256 = 6400 "
        f"numbers; yours says {answer}."
    )
    assert numbers_at_the_end(96, 32) == 13 * 13 * 512, (
        "Right for 32 pixels and width 16, but not for every `size` and `width`. For 96 and 32: "
        "96 → 48 → 24, padded 25 → 13, so 13 · 13 · 512 = 86528; yours says "
        f"{numbers_at_the_end(96, 32)}."
    )
    assert isinstance(answer, int | np.integer), (
        f"That many, but as a whole number, not {answer!r}: // divides and rounds down."
    )


def define_discriminator(define_discriminator):
    made = define_discriminator(96, 4, 0.3)
    assert isinstance(made, keras.Model), "Return the model: `return keras.Sequential([...])`."
    assert not any(isinstance(layer, keras.Model) for layer in made.layers), (
        "Put all layers directly into one model, not into models inside it."
    )
    assert made.built and made.input_shape == (None, 96, 96, 3), (
        "For size 96 the model should take images of 96×96×3 and have its weights already: begin "
        "with keras.Input((size, size, 3))."
    )
    assert made.output_shape == (None, 1), (
        f"One logit for each image: shape (None, 1); yours has {made.output_shape}. End with "
        "Flatten() and Dense(1)."
    )
    layers = outline(made)
    assert layers[-1] not in ("sigmoid", "tanh", "hard_sigmoid"), (
        f"Return the logit, without the {layers[-1]} at the end: the loss applies a sigmoid."
    )
    kinds = keras.layers
    convolutions = [n for n in made.layers if isinstance(n, kinds.Conv2D)]
    assert len(convolutions) == 5, f"Five Conv2D layers; yours has {len(convolutions)}."
    strides = [layer.strides[0] for layer in convolutions]
    assert strides == [2, 2, 2, 1, 1], f"The strides should be 2, 2, 2, 1, 1; yours are {strides}."
    assert all(layer.padding == "same" for layer in convolutions), (
        'A convolution without padding loses the border: padding="same".'
    )
    channels = [layer.filters for layer in convolutions]
    assert channels == [4, 8, 16, 32, 64], (
        f"For width 4 the channels should be 4, 8, 16, 32, 64; yours are {channels}."
    )
    normalizing = sum(layer.startswith("BatchNormalization") for layer in layers)
    assert normalizing == 4, (
        "Batch normalization belongs after convolutions 2 to 5, four times, not after the first; "
        f"yours has {normalizing}."
    )
    rates = [n.rate for n in made.layers if isinstance(n, kinds.Dropout)]
    assert rates == [0.3] * 5, f"Five Dropout layers with rate `dropout`; yours have {rates}."
    leaky = layers.count("LeakyReLU(0.2)")
    assert leaky == 5, (
        "LeakyReLU(0.2) follows each of the five convolutions (without the 0.2 Keras takes 0.3; a "
        "plain ReLU blocks the gradient of everything below 0); yours has "
        f"{[layer for layer in layers if 'ReLU' in layer]}."
    )
    assert "LeakyReLU(0.2) → BatchNormalization" not in " → ".join(layers), (
        "Normalize first and bend then: LeakyReLU comes after BatchNormalization."
    )
    assert any(layer.startswith("ZeroPadding2D") for layer in layers), (
        "ZeroPadding2D(((0, 1), (0, 1))) is missing after the second convolution."
    )
    expected = []
    for number, (channel, stride) in enumerate(zip(channels, strides, strict=True)):
        moves = f", strides={stride}" if stride > 1 else ""
        expected.append(f'Conv2D({channel}, 3{moves}, padding="same")')
        expected += ["ZeroPadding2D(((0, 1), (0, 1)))"] if number == 1 else []
        expected += ["BatchNormalization(momentum=0.8)"] if number > 0 else []
        expected += ["LeakyReLU(0.2)", "Dropout(0.3)"]
    wrong = first_difference(layers, [*expected, "Flatten()", "Dense(1)"])
    assert not wrong, f"For size 96 and width 4, {wrong}. Compare with the table, line by line."


def adversarial_losses(adversarial_losses):
    real_side, fake_side = np.float32([[2.0], [-1.0]]), np.float32([[-3.0], [0.5]])

    def reversed_entropy(logits, label):  # of logits as labels and a label as logit
        return np.mean(np.log1p(np.exp(label)) - label * logits)

    logits = tf.constant(real_side), tf.constant(fake_side)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        answer = adversarial_losses(*logits)
    assert isinstance(answer, tuple | list) and len(answer) == 2, (
        "Return two losses, the generator's and the discriminator's, in this order."
    )
    of_generator, of_discriminator = map(np.asarray, answer)
    assert of_generator.shape == () and of_discriminator.shape == (), (
        "Each loss is one number, a mean over the batch."
    )
    right = entropy(fake_side, 1), entropy(real_side, 1) + entropy(fake_side, 0)
    squashed = 1 / (1 + np.exp(-real_side)), 1 / (1 + np.exp(-fake_side))
    probability = keras.losses.BinaryCrossentropy()
    as_probability = [  # for labels 1 and 0
        float(probability(np.full_like(side, label), side))
        for side, label in ((fake_side, 1), (real_side, 1), (fake_side, 0))
    ]
    assert not np.allclose([of_generator, of_discriminator], right[::-1], rtol=1e-3), (
        "The two losses are in the wrong order: the generator's comes first."
    )
    mistakes = {
        "The generator's label is 1: its images should be called real.": entropy(fake_side, 0),
        "The generator's loss has the wrong sign: a cross-entropy is never negative.": -right[0],
        "That saturates: give the painted images the label 1 instead of turning the "
        "discriminator's loss around.": -entropy(fake_side, 0),
        "The generator's loss is computed from its own images' logits, `fake_logits`.": entropy(
            real_side, 1
        ),
        "These are logits, not probabilities: say from_logits=True.": as_probability[0],
        "The sigmoid is applied twice: hand the logits over as they are.": entropy(squashed[1], 1),
        "The loss takes the labels first, then the logits.": reversed_entropy(fake_side, 1),
        "Take the mean over the batch, not the sum: the generator's loss is too large.": (
            len(fake_side) * right[0]
        ),
    }
    refuse(of_generator, mistakes, rtol=1e-3)
    assert np.isclose(of_generator, right[0], rtol=1e-3), (
        f"For fake logits [-3, 0.5] the generator's loss should be {right[0]:.3f}; yours is "
        f"{of_generator:.3f}. It is the mean cross-entropy with the label 1."
    )
    mistakes = {
        "The discriminator's labels are swapped: real images are 1, painted ones 0.": (
            entropy(real_side, 0) + entropy(fake_side, 1)
        ),
        "Here the discriminator's loss is the sum of both parts, not their mean.": right[1] / 2,
        "The discriminator gave the label 1 to both: painted images are 0.": (
            entropy(real_side, 1) + entropy(fake_side, 1)
        ),
        "The discriminator's loss lacks the painted images.": entropy(real_side, 1),
        "The discriminator's loss lacks the real images.": entropy(fake_side, 0),
        "The discriminator's loss needs from_logits=True too.": sum(as_probability[1:]),
        "The discriminator's sigmoid is applied twice: hand the logits over as they are.": (
            entropy(squashed[0], 1) + entropy(squashed[1], 0)
        ),
        "The discriminator's parts are means over the batch; yours are sums.": (
            len(fake_side) * right[1]
        ),
        "The discriminator's parts are subtracted: add them.": (
            entropy(real_side, 1) - entropy(fake_side, 0)
        ),
    }
    refuse(of_discriminator, mistakes, rtol=1e-3)
    assert np.isclose(of_discriminator, right[1], rtol=1e-3), (
        f"For real logits [2, -1] and fake logits [-3, 0.5] the discriminator's loss should be "
        f"{right[1]:.3f}; yours is {of_discriminator:.3f}. It is the cross-entropy of the real "
        "ones with label 1 plus that of the painted ones with label 0."
    )
    assert all(
        tf.is_tensor(loss) and tape.gradient(loss, logits[1]) is not None for loss in answer
    ), (
        "The values are right, but no gradient comes back: calculate with keras.losses or "
        "keras.ops, not with numpy or float(…)."
    )
    far = [float(loss) for loss in adversarial_losses(*map(tf.constant, ([[-200.0]], [[200.0]])))]
    assert np.allclose(far, [0, 400], atol=0.1), (
        f"For logits of -200 and 200 the losses should be 0 and 400; yours are {far[0]:.4g} and "
        f"{far[1]:.4g}. A sigmoid rounds such logits to 0 or 1: hand the logits themselves to "
        "BinaryCrossentropy(from_logits=True)."
    )


def adversarial_step(adversarial_step):
    toy = tiny_gan(latent_dim=3)
    points, latent = keras.random.normal((8, 2), seed=1), keras.random.normal((8, 3), seed=2)
    networks = {"generator": toy.generator, "discriminator": toy.discriminator}
    with tf.GradientTape(persistent=True) as tape:
        logits = toy.discriminator(points), toy.discriminator(toy.generator(latent))
        both = toy.adversarial_losses(*logits)
    right = {
        name: tape.gradient(loss, network.trainable_variables)
        for (name, network), loss in zip(networks.items(), both, strict=True)
    }
    expected = [float(loss) for loss in both]
    earlier = {name: len(calls) for name, calls in toy.called_with_training.items()}
    try:
        answer = adversarial_step(toy, points, latent)
    except RuntimeError as error:
        assert "non-persistent" not in str(error), (
            "A tape gives gradients only once: generator_tape those of the generator's loss, "
            "discriminator_tape those of the discriminator's."
        )
        raise
    modes = {name: calls[earlier[name] :] for name, calls in toy.called_with_training.items()}
    assert len(modes["generator"]) == 1, (
        "Call gan.generator once: both networks learn from the same painted images. Calls in "
        f"yours: {len(modes['generator'])}."
    )
    assert len(modes["discriminator"]) == 2, (
        "Call gan.discriminator twice, once on the real and once on the painted images, and use "
        f"these logits for both losses. Calls in yours: {len(modes['discriminator'])}."
    )
    for name, calls in modes.items():
        assert all(calls), (
            f"Call gan.{name} with training=True, every time: batch normalization and dropout "
            "depend on it."
        )
    assert isinstance(answer, tuple | list) and len(answer) == 4, (
        "Return four tensors: the generator's loss, the discriminator's loss, the real logits, the "
        "painted ones. (If you keep both losses in one tuple, *losses unpacks it.)"
    )
    shapes = [tuple(np.shape(got)) for got in answer]
    assert shapes == [(), (), (8, 1), (8, 1)], (
        "Return two losses, one number each, and then two batches of logits, the real ones first; "
        f"for 8 images yours have the shapes {shapes}."
    )
    losses = [float(loss) for loss in answer[:2]]
    swapped = [float(loss) for loss in toy.adversarial_losses(*logits[::-1])]
    assert not np.allclose(losses, swapped, rtol=1e-3), (
        "gan.adversarial_losses takes the real logits first, then the painted ones."
    )
    assert np.allclose(losses, expected, rtol=1e-3), (
        f"The losses should be {expected[0]:.3f} and {expected[1]:.3f}, the generator's first; "
        f"yours are {losses[0]:.3f} and {losses[1]:.3f}."
    )
    for got, logit, kind in zip(answer[2:], logits, ("real", "painted"), strict=True):
        assert np.allclose(got, logit, atol=1e-4), (
            f"The logits of the {kind} images are not those the losses were computed from: the "
            "order is real, painted."
        )
    optimizers = {
        "generator": toy.generator_optimizer,
        "discriminator": toy.discriminator_optimizer,
    }
    for name, optimizer in optimizers.items():
        assert optimizer.given is not None, (
            f"The {name} did not learn: hand its gradients to gan.{name}_optimizer.apply. (Each "
            "network has an optimizer of its own.)"
        )
    for name, optimizer in optimizers.items():
        assert not optimizer.foreign, (
            f"gan.{name}_optimizer got variables of the other network: give it gradients for "
            f"gan.{name}.trainable_variables, and these variables."
        )
        assert all(gradient is not None for gradient in optimizer.given), (
            f"Some of the {name}'s gradients are None: paint, judge and compute the losses inside "
            "the tapes, all of it, and ask for gradients by the variables that the loss depends on."
        )
        pairs = list(zip(optimizer.given, right[name], strict=False))
        fits = [a.shape == b.shape for a, b in pairs]
        assert all(fits) and len(optimizer.given) == len(right[name]), (
            f"gan.{name}_optimizer should get one gradient for each of "
            f"gan.{name}.trainable_variables, in their order."
        )
        assert not all(np.allclose(a, -b, atol=1e-5) for a, b in pairs), (
            f"The {name}'s gradients have the wrong sign: hand them on as they are."
        )
        assert all(np.allclose(a, b, atol=1e-5) for a, b in pairs), (
            f"The {name} got other gradients than those of its own loss: it learns from its own "
            "tape, its own loss and its own variables."
        )
    try:
        tf.function(lambda: adversarial_step(toy, points, latent), autograph=False)()
    except Exception as error:
        raise AssertionError(
            "It works, but not inside `fit`, which compiles it: no float(…), .numpy() or np "
            f"functions on tensors, please. TensorFlow says: {str(error).strip().splitlines()[-1]}"
        ) from error


def walk(walk):
    a, b = np.float32([2, 0, 0]), np.float32([1, np.sqrt(3), 0])  # 60 degrees apart
    answer = np.asarray(walk(a, b, 3))
    assert answer.ndim == 2, (
        f"3 steps of 3 numbers each should have the shape (3, 3); yours has {answer.shape}. "
        "Give t the shape (steps, 1), so that it multiplies whole vectors."
    )
    answer = np.asarray(walk(a, b, 5))
    assert answer.shape == (5, 3), (
        f"5 steps of 3 numbers each should have the shape (5, 3); yours has {answer.shape}: "
        "np.linspace(0, 1, steps)."
    )
    assert np.isfinite(answer).all(), (
        "Some numbers are not finite. Is the cosine of ω between -1 and 1? Divide a·b by the "
        "length of a and by that of b, and take the arccos."
    )
    assert not (np.allclose(answer[0], b) and np.allclose(answer[-1], a)), (
        "That goes from b to a: t = 0 should give a."
    )
    shrunk = np.sin(np.pi / 3)
    assert not np.allclose(answer[[0, -1]], [shrunk * a, shrunk * b]), (
        "The ends should be a and b, but yours are shorter: divide by sin ω."
    )
    assert not np.allclose(answer[[0, -1]], [a / 2, b / 2]), (
        "The ends should be a and b themselves, not vectors of length 1: the lengths are needed "
        "for the angle alone."
    )
    assert np.allclose(answer[0], a) and np.allclose(answer[-1], b), (
        "The walk should begin at a (t = 0) and end at b (t = 1): np.linspace(0, 1, steps)."
    )
    middle = np.linalg.norm(answer[2])
    assert not np.isclose(middle, np.sqrt(3)), (
        "That is the straight line: in the middle its length is 1.73 instead of 2. Use the formula "
        "with the sines."
    )
    assert np.allclose(np.linalg.norm(answer, axis=1), 2), (
        "Between two vectors of length 2 every step should have the length 2; the middle of yours "
        f"has {middle:.2f}. Is ω in radians, the arccos of a·b / (|a| |b|)?"
    )
    turns = np.einsum("ij,ij->i", answer[1:], answer[:-1])
    assert np.allclose(turns, turns[0], rtol=1e-4), (
        "The steps should be equally wide: t evenly spaced."
    )
    c = np.float32([3, 4, 0])  # longer, and cos ω = 0.6
    assert np.allclose(walk(a, c, 3)[1], (a + c) / 2 / np.sqrt(0.8), rtol=1e-4), (
        "Right for two vectors of equal length, but not for lengths 2 and 5: a·b / (|a| |b|) gives "
        "the cosine of ω, and the formula takes a and b as they are."
    )


def nearest_distance(nearest_distance):
    import tracemalloc

    known = np.zeros((3, 2, 2, 3), "float32")
    known[1], known[2] = 0.5, -1
    asked = np.zeros((2, 2, 2, 3), "float32")
    asked[0, 0, 0, 0], asked[1] = 0.3, 0.6
    answer = np.asarray(nearest_distance(asked, known))
    assert answer.shape == (2,), (
        f"One distance for each of 2 pictures, shape (2,); yours has {answer.shape}. For each "
        "picture take the smallest of its 3 distances, each over all numbers of the two images."
    )
    right = np.array([0.3, np.sqrt(12 * 0.01)])
    gaps = (asked[:, np.newaxis] - known).reshape(2, 3, 12)
    mistakes = {
        "That is the distance to the farthest training image: take the smallest.": (
            np.linalg.norm(gaps, axis=2).max(axis=1)
        ),
        "That is the mean distance to all training images: take the smallest.": (
            np.linalg.norm(gaps, axis=2).mean(axis=1)
        ),
        "That is one distance to all training images together: in np.linalg.norm say axis=1, then "
        "take the smallest.": np.linalg.norm(gaps, axis=(1, 2)),
        "That is the number of the nearest training image (argmin): return its distance (min).": (
            np.linalg.norm(gaps, axis=2).argmin(axis=1)
        ),
        "Take the square root: the Euclidean distance is √ of the sum of squares.": right**2,
        "That is the mean over the pixels: sum the squares over all numbers of an image.": (
            right / np.sqrt(12)
        ),
        "That is the mean of the squares: sum them over all numbers of an image, then take the "
        "square root.": right**2 / 12,
        "Those are sums of absolute differences: the Euclidean distance is √ of the sum of "
        "squares.": np.abs(gaps).sum(axis=2).min(axis=1),
        "That is the smallest difference of single pixels: take the norm over all numbers of an "
        "image, then the smallest over the training images.": np.abs(gaps).min(axis=(1, 2)),
    }
    refuse(answer, mistakes, rtol=1e-3)
    assert np.allclose(answer, right, rtol=1e-3), (
        f"For these two pictures expected {right.round(3).tolist()}; yours is "
        f"{answer.round(3).tolist()}. Is each image one row, .reshape(len(training_set), -1), "
        "before you take the norm along axis=1?"
    )
    many, others = np.zeros((60, 16, 16, 3), "float32"), np.ones((80, 16, 16, 3), "float32")
    tracemalloc.start()
    try:
        nearest_distance(many, others)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert peak < 8, (
        f"Right, but all differences at once take {peak:.0f} MB even for 60 small pictures; for "
        "all of ours it would be gigabytes. Go through the pictures one by one, in a loop."
    )
