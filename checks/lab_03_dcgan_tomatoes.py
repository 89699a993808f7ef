"""What right answers to the exercises of lab 03 satisfy."""

import keras
import numpy as np
import tensorflow as tf

from checks.mistakes import refuse
from checks.networks import first_difference, layers_of, outline, same_function
from checks.toys import tiny_gan


def size_after(size_after):
    for size, kernel, stride, padding in (
        (32, 3, 1, "same"),
        (32, 3, 2, "same"),
        (25, 3, 2, "same"),
        (32, 4, 1, "same"),
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


def _generator(latent_dim: int, size: int, width: int, use_bias: bool) -> keras.Model:
    """The network of the table, with or without biases in front of the normalizations."""
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(4 * 4 * width, activation="relu"),
        keras.layers.Reshape((4, 4, width)),
    ]
    blocks = [(2, width), (2, width), (2, width // 2)]
    for factor, channels in [*blocks, *[(size // 32, width // 2)] * (size > 32)]:
        layers += [
            keras.layers.UpSampling2D(factor),
            keras.layers.Conv2D(channels, 3, padding="same", use_bias=use_bias),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.ReLU(),
        ]
    layers.append(keras.layers.Conv2D(3, 3, padding="same", activation="tanh"))
    return keras.Sequential(layers)


def define_generator(define_generator):
    made = define_generator(5, 32, 8)
    assert isinstance(made, keras.Model), "Return the model: `return keras.Sequential([...])`."
    latent = keras.random.normal((3, 5), seed=1)
    if all(
        same_function(define_generator(5, size, width), latent, _generator, 5, size, width)
        for size, width in ((32, 8), (64, 6), (96, 8))
    ):
        return  # in whatever style it was written
    assert made.built and made.weights, (
        "The model should have its weights already: begin with keras.Input((latent_dim,))."
    )
    assert isinstance(made, keras.Sequential) or hasattr(made, "output_shape"), (
        "It does not compute what the table says, layer by layer."
    )
    assert made.input_shape == (None, 5), (
        f"The model should take latent vectors of length 5: keras.Input((latent_dim,)); yours "
        f"takes {made.input_shape}."
    )
    layers = outline(made)
    assert not any(layer.startswith("Conv2DTranspose") for layer in layers), (
        "Conv2DTranspose enlarges too, but here each block is UpSampling2D and then Conv2D."
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


def _discriminator(size: int, width: int, dropout: float, use_bias: bool) -> keras.Model:
    """The network of the table, with or without biases in front of the normalizations."""
    layers = [keras.Input((size, size, 3))]
    for number, stride in enumerate([2, 2, 2, 1, 1]):
        layers.append(
            keras.layers.Conv2D(
                width * 2**number, 3, stride, padding="same", use_bias=use_bias or number == 0
            )
        )
        layers += [keras.layers.ZeroPadding2D(((0, 1), (0, 1)))] * (number == 1)
        layers += [keras.layers.BatchNormalization(momentum=0.8)] * (number > 0)
        layers += [keras.layers.LeakyReLU(0.2), keras.layers.Dropout(dropout)]
    return keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(1)])


def define_discriminator(define_discriminator):
    made = define_discriminator(96, 4, 0.3)
    assert isinstance(made, keras.Model), "Return the model: `return keras.Sequential([...])`."
    rates = [n.rate for n in layers_of(made) if isinstance(n, keras.layers.Dropout)]
    takes = getattr(made, "input_shape", (None, 96, 96, 3))  # a subclass does not say it
    if (
        takes == (None, 96, 96, 3)
        and rates == [0.3] * 5
        and all(
            same_function(
                define_discriminator(size, width, 0.0),
                keras.random.uniform((3, size, size, 3), -1, 1, seed=1),
                _discriminator,
                size,
                width,
                0.0,
            )
            for size, width in ((96, 4), (32, 2))
        )
    ):
        return  # in whatever style it was written
    assert made.built and made.weights, (
        "The model should have its weights already: begin with keras.Input((size, size, 3))."
    )
    assert hasattr(made, "output_shape"), "It does not compute what the table says."
    assert made.input_shape == (None, 96, 96, 3), (
        "For size 96 the model should take images of 96×96×3: begin with "
        f"keras.Input((size, size, 3)); yours takes {made.input_shape}."
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
    convolutions = [n for n in layers_of(made) if isinstance(n, kinds.Conv2D)]
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
    assert modes["generator"], "Paint: call gan.generator(latent, training=True)."
    assert len(modes["discriminator"]) >= 2, (
        "Call gan.discriminator separately, once on the real and once on the painted images: each "
        "batch is normalized by itself."
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
    assert np.isclose(losses[0], expected[0], rtol=1e-3) or not np.isclose(
        losses[1], expected[1], rtol=1e-3
    ), (
        "The discriminator's loss is right, the generator's is another: both come from the same "
        "painting and the same two batches of logits, before either network moves."
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
            "loss and its own variables, and both gradients are taken before either network moves."
        )
    try:
        tf.function(lambda: adversarial_step(toy, points, latent), autograph=False)()
    except Exception as error:
        raise AssertionError(
            "It works, but not inside `fit`, which compiles it: no float(…), .numpy() or np "
            f"functions on tensors, please. TensorFlow says: {str(error).strip().splitlines()[-1]}"
        ) from error


def move_average(move_average):
    def network(seed: int) -> keras.Model:
        made = keras.Sequential(
            [
                keras.Input((2,)),
                keras.layers.Dense(3),
                keras.layers.BatchNormalization(),
                keras.layers.Dense(2),
            ]
        )
        rng = np.random.default_rng(seed)
        made.set_weights([rng.uniform(1, 2, w.shape) for w in made.get_weights()])
        return made

    averaged, generator = network(1), network(2)
    averaged.trainable = False  # as in the lab
    old, new = averaged.get_weights(), generator.get_weights()
    move_average(averaged, generator, 0.75)
    found = averaged.get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(generator.get_weights(), new, strict=True)), (
        "The generator itself was changed: assign to the weights of `averaged` only."
    )
    mistakes = {
        "Nothing moved. Does the loop go through averaged.weights (the average does not learn, so "
        "its list of trainable weights is empty), and does it assign: old.assign(…)? `old = …` "
        "only gives a name to a new number.": old,
        "That copies the generator: keep a share of the old average, keep * old.": new,
        "The wrong way round: `keep` is the share of the old average, 1 - keep that of the "
        "generator.": [0.25 * a + 0.75 * b for a, b in zip(old, new, strict=True)],
        "The old average should count keep times: keep * old + (1 - keep) * new.": [
            a + 0.25 * b for a, b in zip(old, new, strict=True)
        ],
    }
    for reason, wrong in mistakes.items():
        assert not all(np.allclose(a, b) for a, b in zip(found, wrong, strict=True)), reason
    right = [0.75 * a + 0.25 * b for a, b in zip(old, new, strict=True)]
    fits = [np.allclose(a, b, rtol=1e-4) for a, b in zip(found, right, strict=True)]
    moves = [v.path for v in generator.non_trainable_variables]
    statistics = [weight.path in moves for weight in generator.weights]
    assert all(fits) or not all(
        fit or measured for fit, measured in zip(fits, statistics, strict=True)
    ), (
        "The weights that training moves are right, but what batch normalization measured is not: "
        "go through averaged.weights and generator.weights, which list both."
    )
    assert all(fits), (
        "For keep = 0.75, each number should become 0.75 · old + 0.25 · the generator's; of yours "
        f"{sum(fits)} of {len(fits)} lists of numbers did."
    )
    averaged.set_weights(old)
    try:

        def compiled(keep):
            move_average(averaged, generator, keep)

        tf.function(compiled, autograph=False)(tf.constant(0.75))
    except Exception as error:
        raise AssertionError(
            "It works, but not inside `fit`, which compiles it: use weight.assign(…), no numpy, "
            f"float(…) or set_weights. TensorFlow says: {str(error).strip().splitlines()[-1]}"
        ) from error
    again = zip(averaged.get_weights(), right, strict=True)
    assert all(np.allclose(a, b, rtol=1e-4) for a, b in again), (
        "It works when called, but not inside `fit`, which compiles it: use weight.assign(…), no "
        "numpy or set_weights."
    )


def train_epoch(train_epoch):
    seen: list = []

    def step(pictures, latent):
        seen.append((np.asarray(pictures), np.asarray(latent)))
        n = float(len(seen))
        logits = tf.zeros((len(pictures), 1))
        return tf.constant(n), tf.constant(10 * n * n), logits, logits

    numbered = np.arange(12, dtype="float32").reshape(12, 1)
    batches = tf.data.Dataset.from_tensor_slices(numbered).batch(4)
    answer = train_epoch(step, batches, 50)
    assert seen, "No step was made: call step(pictures, latent) for each batch."
    assert len(seen) == 3, (
        f"Three batches should give three steps; yours made {len(seen)}. Go through `batches` once."
    )
    shapes = [latent.shape for _, latent in seen]
    assert shapes[0] != (4, 1), "The step takes the images first: step(pictures, latent)."
    assert shapes == [(4, 50)] * 3, (
        f"For 4 images and latent_dim 50 the latent vectors should have the shape (4, 50); yours "
        f"have {shapes[0]}."
    )
    for number, (pictures, _) in enumerate(seen):
        assert np.array_equal(pictures, numbered[4 * number : 4 * number + 4]), (
            "Hand each batch to the step, whole and as it is: step(pictures, latent), in this "
            "order."
        )
    drawn = np.stack([latent for _, latent in seen])
    assert len(np.unique(drawn.round(5), axis=0)) == 3, (
        "Each batch needs new latent vectors; yours are the same again: draw them inside the loop, "
        "without a fixed seed."
    )
    assert abs(drawn.mean()) < 0.2 and 0.85 < drawn.std() < 1.15, (
        f"Latent vectors are standard normal, mean 0 and standard deviation 1; yours have "
        f"{drawn.mean():.2f} and {drawn.std():.2f}: keras.random.normal."
    )
    assert isinstance(answer, tuple | list | np.ndarray) and len(answer) == 2, (
        "Return two numbers, the mean losses of the generator and of the discriminator."
    )
    assert all(np.shape(value) == () for value in answer), (
        f"Return one mean loss for each network; yours have the shapes "
        f"{[np.shape(value) for value in answer]}."
    )
    means = [float(value) for value in answer]
    mistakes = {
        "These are the losses of the last step: return the means over all steps.": [3, 90],
        "These are the losses of the first step: return the means over all steps.": [1, 10],
        "These are sums: divide by the number of steps.": [6, 140],
        "The generator's mean loss comes first.": [140 / 3, 2],
    }
    refuse(means, mistakes, rtol=1e-3)
    assert np.allclose(means, [2, 140 / 3], rtol=1e-3), (
        "For generator's losses 1, 2, 3 and discriminator's 10, 40, 90 the means are 2 and 46.7; "
        f"yours are {means[0]:.3g} and {means[1]:.3g}."
    )
    seen.clear()
    train_epoch(step, batches.take(1), 3)
    assert [latent.shape for _, latent in seen] == [(4, 3)], (
        "One batch should give one step, with latent vectors of length latent_dim."
    )


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
    assert not np.allclose(answer[[0, -1]], [shrunk * a, b]) and not np.allclose(
        answer[[0, -1]], [a, shrunk * b]
    ), "sin ω stands under both terms: put brackets around their sum."
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
        "The steps should be equally wide, by the formula with the sines and an evenly spaced t. "
        "(A straight line that is stretched to the right length has unequal ones.)"
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
        f"{answer.astype(float).round(3).tolist()}. Is each image one row, "
        ".reshape(len(training_set), -1), before you take the norm along axis=1?"
    )
    many, others = np.zeros((800, 16, 16, 3), "float32"), np.ones((80, 16, 16, 3), "float32")
    tracemalloc.start()
    try:
        nearest_distance(many, others)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert peak < 150, (
        f"Right, but all differences at once take {peak:.0f} MB even for 800 small pictures; for "
        "large ones it would be gigabytes. Go through the pictures in a loop, one by one or in "
        "portions of up to 100."
    )
