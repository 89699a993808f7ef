# Right and wrong answers to lab 09; tests/test_answers.py says how they are used.

# %% right="joined"
def joined(latent_dim, conditions, size):
    latent, condition = keras.Input(shape=(latent_dim,)), keras.Input(shape=(conditions,))
    embedded = keras.layers.Dense(size, activation=None, use_bias=False)(condition)
    both = keras.ops.concatenate([latent, embedded], 1)
    return keras.Model(inputs=[latent, condition], outputs=both)


# %% right="joined"
def joined(latent_dim, conditions, size):
    inputs = [keras.Input((latent_dim,)), keras.Input((conditions,))]
    table = keras.Sequential([keras.Input((conditions,)), keras.layers.Dense(size, use_bias=False)])
    return keras.Model(inputs, keras.layers.concatenate([inputs[0], table(inputs[1])], axis=-1))


# %% right="joined"
def joined(latent_dim, conditions, size):
    class Join(keras.Model):
        def __init__(self):
            super().__init__()
            self.embed = keras.layers.Dense(size, use_bias=False)

        def call(self, inputs):
            return keras.ops.concatenate([inputs[0], self.embed(inputs[1])], axis=-1)

    model = Join()
    model([keras.ops.zeros((1, latent_dim)), keras.ops.zeros((1, conditions))])
    return model


# %% wrong="joined" says="say use_bias=False"
def joined(latent_dim, conditions, size):
    latent, condition = keras.Input((latent_dim,)), keras.Input((conditions,))
    embedded = keras.layers.Dense(size)(condition)
    return keras.Model([latent, condition], keras.layers.Concatenate()([latent, embedded]))


# %% wrong="joined" says="The latent vector comes first"
def joined(latent_dim, conditions, size):
    latent, condition = keras.Input((latent_dim,)), keras.Input((conditions,))
    embedded = keras.layers.Dense(size, use_bias=False)(condition)
    return keras.Model([latent, condition], keras.layers.Concatenate()([embedded, latent]))


# %% wrong="joined" says="embed the condition by a Dense layer"
def joined(latent_dim, conditions, size):
    latent, condition = keras.Input((latent_dim,)), keras.Input((conditions,))
    return keras.Model([latent, condition], keras.layers.Concatenate()([latent, condition]))


# %% wrong="joined" says="without an activation"
def joined(latent_dim, conditions, size):
    latent, condition = keras.Input((latent_dim,)), keras.Input((conditions,))
    embedded = keras.layers.Dense(size, "relu", use_bias=False)(condition)
    return keras.Model([latent, condition], keras.layers.Concatenate()([latent, embedded]))


# %% wrong="joined" says="It should take the list [latent, condition]"
def joined(latent_dim, conditions, size):
    latent, condition = keras.Input((latent_dim,)), keras.Input((conditions,))
    embedded = keras.layers.Dense(size, use_bias=False)(condition)
    return keras.Model([condition, latent], keras.layers.Concatenate()([latent, embedded]))


# %% wrong="joined" says="not the output itself"
def joined(latent_dim, conditions, size):
    latent, condition = keras.Input((latent_dim,)), keras.Input((conditions,))
    embedded = keras.layers.Dense(size, use_bias=False)(condition)
    return keras.layers.Concatenate()([latent, embedded])


# %% right="projection"
def projection(features, conditions):
    pictures = keras.Input(features.input_shape[1:])
    condition = keras.Input((conditions,))
    phi = features(pictures)
    v = keras.layers.Dense(features.output_shape[-1], use_bias=False)(condition)
    logit = keras.layers.Add()([keras.layers.Dense(1)(phi), keras.layers.Dot(axes=1)([phi, v])])
    return keras.Model([pictures, condition], logit)


# %% right="projection"
def projection(features, conditions):
    condition, phi = keras.Input((conditions,)), features.outputs[0]
    v = keras.layers.Dense(phi.shape[1], use_bias=False)(condition)
    inner = keras.ops.einsum("nf,nf->n", phi, v)
    logit = keras.layers.Dense(1)(phi) + keras.ops.expand_dims(inner, -1)
    return keras.Model([features.inputs[0], condition], logit)


# %% right="projection"
def projection(features, conditions):
    class Pair(keras.Model):
        def __init__(self):
            super().__init__()
            self.features, self.judge = features, keras.layers.Dense(1)
            self.embed = keras.layers.Dense(features.output_shape[-1], use_bias=False)

        def call(self, inputs, training=False):
            seen = self.features(inputs[0], training=training)
            product = seen * self.embed(inputs[1])
            return self.judge(seen) + keras.ops.sum(product, axis=1, keepdims=True)

    model = Pair()
    shape = features.input_shape[1:]
    model([keras.ops.zeros((1, *shape)), keras.ops.zeros((1, conditions))])
    return model


# %% wrong="projection" says="The first part is missing"
def projection(features, conditions):
    pictures, condition = keras.Input(features.input_shape[1:]), keras.Input((conditions,))
    seen = features(pictures)
    v = keras.layers.Dense(seen.shape[-1], use_bias=False)(condition)
    logit = keras.ops.sum(seen * v, axis=-1, keepdims=True)
    return keras.Model([pictures, condition], logit)


# %% wrong="projection" says="The embedding of the condition has no bias"
def projection(features, conditions):
    pictures, condition = keras.Input(features.input_shape[1:]), keras.Input((conditions,))
    seen = features(pictures)
    v = keras.layers.Dense(seen.shape[-1])(condition)
    logit = keras.ops.sum(seen * v, axis=-1, keepdims=True)
    return keras.Model([pictures, condition], keras.layers.Dense(1)(seen) + logit)


# %% wrong="projection" says="shape (6, 1); yours have (6, 6)"
def projection(features, conditions):
    pictures, condition = keras.Input(features.input_shape[1:]), keras.Input((conditions,))
    seen = features(pictures)
    v = keras.layers.Dense(seen.shape[-1], use_bias=False)(condition)
    logit = keras.ops.sum(seen * v, axis=-1)
    return keras.Model([pictures, condition], keras.layers.Dense(1)(seen) + logit)


# %% wrong="projection" says="no activation on the embedded"
def projection(features, conditions):
    pictures, condition = keras.Input(features.input_shape[1:]), keras.Input((conditions,))
    seen = features(pictures)
    v = keras.layers.Dense(seen.shape[-1], "tanh", use_bias=False)(condition)
    logit = keras.ops.sum(seen * v, axis=-1, keepdims=True)
    return keras.Model([pictures, condition], keras.layers.Dense(1)(seen) + logit)


# %% wrong="projection" says="none at the end"
def projection(features, conditions):
    pictures, condition = keras.Input(features.input_shape[1:]), keras.Input((conditions,))
    seen = features(pictures)
    v = keras.layers.Dense(seen.shape[-1], use_bias=False)(condition)
    logit = keras.layers.Dense(1)(seen) + keras.ops.sum(seen * v, axis=-1, keepdims=True)
    return keras.Model([pictures, condition], keras.ops.sigmoid(logit))


# %% wrong="projection" says="multiply features and embedded condition"
def projection(features, conditions):
    pictures, condition = keras.Input(features.input_shape[1:]), keras.Input((conditions,))
    seen = features(pictures)
    v = keras.layers.Dense(seen.shape[-1], use_bias=False)(condition)
    logit = keras.ops.mean(seen * v, axis=-1, keepdims=True)
    return keras.Model([pictures, condition], keras.layers.Dense(1)(seen) + logit)


# %% wrong="projection" says="The first part is missing"
def projection(features, conditions):
    pictures, condition = keras.Input(features.input_shape[1:]), keras.Input((conditions,))
    both = keras.layers.Concatenate()([features(pictures), condition])
    return keras.Model([pictures, condition], keras.layers.Dense(1)(both))


# %% wrong="projection" says="leave `trainable` as it is"
def projection(features, conditions):
    features.trainable = False
    pictures, condition = keras.Input(features.input_shape[1:]), keras.Input((conditions,))
    seen = features(pictures)
    direction = keras.layers.Dense(seen.shape[-1], use_bias=False)(condition)
    agrees = keras.ops.sum(seen * direction, axis=-1, keepdims=True)
    return keras.Model([pictures, condition], keras.layers.Dense(1)(seen) + agrees)


# %% wrong="projection" says="Sum the products over the last axis"
def projection(features, conditions):
    pictures, condition = keras.Input(features.input_shape[1:]), keras.Input((conditions,))
    seen = features(pictures)
    direction = keras.layers.Dense(seen.shape[-1], use_bias=False)(condition)
    return keras.Model([pictures, condition], keras.layers.Dense(1)(seen) + seen * direction)


# %% right="conditional_losses"
def conditional_losses(generator, discriminator, real, condition, latent):
    fake = generator([latent, condition], training=True)
    real_logits, fake_logits = (
        discriminator([pictures, condition], training=True) for pictures in (real, fake)
    )
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = keras.ops.ones_like(real_logits), keras.ops.zeros_like(fake_logits)
    of_discriminator = cross_entropy(ones, real_logits) + cross_entropy(zeros, fake_logits)
    return cross_entropy(ones, fake_logits), of_discriminator


# %% right="conditional_losses"
def conditional_losses(generator, discriminator, real, condition, latent):
    drawn = generator((latent, condition), training=True)
    s = discriminator((real, condition), training=True)
    t = discriminator((drawn, condition), training=True)
    softplus, mean = tf.nn.softplus, tf.reduce_mean
    return [mean(softplus(-t)), mean(softplus(-s) + softplus(t))]


# %% wrong="conditional_losses" says="each picture, real or drawn, beside its condition"
def conditional_losses(generator, discriminator, real, condition, latent):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    others = tf.roll(condition, 1, axis=0)
    drawn = generator([latent, condition], training=True)
    of_real = discriminator([real, condition], training=True)
    of_drawn = discriminator([drawn, others], training=True)
    return mean(softplus(-of_drawn)), mean(softplus(-of_real)) + mean(softplus(of_drawn))


# %% wrong="conditional_losses" says="paint once, for both losses"
def conditional_losses(generator, discriminator, real, condition, latent):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    first = discriminator([generator([latent, condition], training=True), condition], training=True)
    second = discriminator(
        [generator([latent, condition], training=True), condition], training=True
    )
    of_real = discriminator([real, condition], training=True)
    return mean(softplus(-first)), mean(softplus(-of_real)) + mean(softplus(second))


# %% wrong="conditional_losses" says="The discriminator comes second"
def conditional_losses(generator, discriminator, real, condition, latent):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    drawn = generator([latent, condition], training=True)
    of_real = discriminator([real, condition], training=True)
    of_drawn = discriminator([drawn, condition], training=True)
    return mean(softplus(-of_real)) + mean(softplus(of_drawn)), mean(softplus(-of_drawn))


# %% wrong="conditional_losses" says="training=True"
def conditional_losses(generator, discriminator, real, condition, latent):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    drawn = generator([latent, condition])
    of_real = discriminator([real, condition])
    of_drawn = discriminator([drawn, condition])
    return mean(softplus(-of_drawn)), mean(softplus(-of_real)) + mean(softplus(of_drawn))


# %% wrong="conditional_losses" says="The list is [latent, condition]"
def conditional_losses(generator, discriminator, real, condition, latent):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    drawn = generator([condition, latent], training=True)
    of_real = discriminator([real, condition], training=True)
    of_drawn = discriminator([drawn, condition], training=True)
    return mean(softplus(-of_drawn)), mean(softplus(-of_real)) + mean(softplus(of_drawn))


# %% wrong="conditional_losses" says="That is the saturating loss"
def conditional_losses(generator, discriminator, real, condition, latent):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    drawn = generator([latent, condition], training=True)
    of_real = discriminator([real, condition], training=True)
    of_drawn = discriminator([drawn, condition], training=True)
    return -mean(softplus(of_drawn)), mean(softplus(-of_real)) + mean(softplus(of_drawn))


# %% wrong="conditional_losses" says="judged with conditions of 0"
def conditional_losses(generator, discriminator, real, condition, latent):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    drawn = generator([latent, condition], training=True)
    of_real = discriminator([real, condition], training=True)
    of_drawn = discriminator([drawn, 0 * condition], training=True)
    return mean(softplus(-of_drawn)), mean(softplus(-of_real)) + mean(softplus(of_drawn))


# %% wrong="conditional_losses" says="No gradient of the generator's loss"
def conditional_losses(generator, discriminator, real, condition, latent):
    softplus, mean = keras.ops.softplus, keras.ops.mean
    drawn = keras.ops.stop_gradient(generator([latent, condition], training=True))
    of_real = discriminator([real, condition], training=True)
    of_drawn = discriminator([drawn, condition], training=True)
    return mean(softplus(-of_drawn)), mean(softplus(-of_real)) + mean(softplus(of_drawn))


# %% wrong="conditional_losses" says="Each loss is one number"
def conditional_losses(generator, discriminator, real, condition, latent):
    softplus = keras.ops.softplus
    drawn = generator([latent, condition], training=True)
    of_real = discriminator([real, condition], training=True)
    of_drawn = discriminator([drawn, condition], training=True)
    return softplus(-of_drawn), softplus(-of_real) + softplus(of_drawn)


# %% wrong="conditional_losses" says="batch normalization would mix them"
def conditional_losses(generator, discriminator, real, condition, latent):
    softplus, mean, join = keras.ops.softplus, keras.ops.mean, keras.ops.concatenate
    drawn = generator([latent, condition], training=True)
    pairs = [join([real, drawn], axis=0), join([condition, condition], axis=0)]
    of_real, of_drawn = keras.ops.split(discriminator(pairs, training=True), 2)
    return mean(softplus(-of_drawn)), mean(softplus(-of_real)) + mean(softplus(of_drawn))


# %% wrong="agreement" says="go through the digits asked for"
def agreement(asked, probabilities):
    right = probabilities.argmax(axis=1) == asked
    return right.mean(), min(right[asked == digit].mean() for digit in range(10))


# %% right="agreement"
def agreement(asked, probabilities):
    named, shares, total = np.argmax(probabilities, axis=-1), {}, 0
    for digit in range(10):
        mine = [name == digit for name, wish in zip(named, asked, strict=True) if wish == digit]
        if mine:
            shares[digit] = sum(mine) / len(mine)
            total += sum(mine)
    return total / len(asked), min(shares.values())


# %% right="agreement"
def agreement(asked, probabilities):
    table = pd.Series(probabilities.argmax(1) == asked).groupby(asked).mean()
    return [np.mean(probabilities.argmax(1) == asked), table.min()]


# %% wrong="agreement" says="The share of all comes first"
def agreement(asked, probabilities):
    right = probabilities.argmax(axis=1) == asked
    return min(right[asked == digit].mean() for digit in np.unique(asked)), right.mean()


# %% wrong="agreement" says="take the likeliest of all eleven"
def agreement(asked, probabilities):
    right = probabilities[:, :10].argmax(axis=1) == asked
    return right.mean(), min(right[asked == digit].mean() for digit in np.unique(asked))


# %% wrong="agreement" says="That is the mean over classes"
def agreement(asked, probabilities):
    right = probabilities.argmax(axis=1) == asked
    shares = [right[asked == digit].mean() for digit in np.unique(asked)]
    return np.mean(shares), min(shares)


# %% wrong="agreement" says="ask, of those asked for, how many agree"
def agreement(asked, probabilities):
    named = probabilities.argmax(axis=1)
    right = named == asked
    return right.mean(), min(right[named == k].mean() for k in np.unique(named) if k < 10)


# %% wrong="agreement" says="A mean over no picture is NaN"
def agreement(asked, probabilities):
    right = probabilities.argmax(axis=1) == asked
    return right.mean(), np.min([right[asked == digit].mean() for digit in range(10)])


# %% wrong="agreement" says="That is the best class"
def agreement(asked, probabilities):
    right = probabilities.argmax(axis=1) == asked
    return right.mean(), max(right[asked == digit].mean() for digit in np.unique(asked))


# %% wrong="agreement" says="Return two numbers"
def agreement(asked, probabilities):
    return (probabilities.argmax(axis=1) == asked).mean()


# %% right="diversity_within"
def diversity_within(images, asked, real, shown):
    def spread(group):
        flat = np.reshape(group, (len(group), -1))
        distances = [np.linalg.norm(a - b) for n, a in enumerate(flat) for b in flat[:n]]
        return np.mean(distances)

    kinds = set(np.asarray(asked).tolist())
    return np.mean([spread(images[asked == k]) / spread(real[shown == k]) for k in kinds])


# %% right="diversity_within"
def diversity_within(images, asked, real, shown):
    total, kinds = 0.0, np.unique(asked)
    for kind in kinds:
        a, b = (x.reshape(len(x), -1) for x in (images[asked == kind], real[shown == kind]))
        d = [
            np.linalg.norm(x[:, None] - x[None], axis=-1).sum() / len(x) / (len(x) - 1)
            for x in (a, b)
        ]
        total += d[0] / d[1]
    return total / len(kinds)


# %% wrong="diversity_within" says="only those of one class"
def diversity_within(images, asked, real, shown):
    return pdist(images.reshape(len(images), -1)).mean() / pdist(real.reshape(len(real), -1)).mean()


# %% wrong="diversity_within" says="leave out distances of 0 to itself"
def diversity_within(images, asked, real, shown):
    ratios = []
    for digit in np.unique(asked):
        spread = []
        for group in (images[asked == digit], real[shown == digit]):
            flat = group.reshape(len(group), -1)
            spread.append(np.linalg.norm(flat[:, None] - flat[None], axis=-1).mean())
        ratios.append(spread[0] / spread[1])
    return np.mean(ratios)


# %% wrong="diversity_within" says="Divide by the same of the real images"
def diversity_within(images, asked, real, shown):
    groups = [images[asked == digit] for digit in np.unique(asked)]
    return np.mean([pdist(group.reshape(len(group), -1)).mean() for group in groups])


# %% wrong="diversity_within" says="The ratio is turned"
def diversity_within(images, asked, real, shown):
    ratios = []
    for digit in np.unique(asked):
        drawn, true = images[asked == digit], real[shown == digit]
        spread = [pdist(group.reshape(len(group), -1)).mean() for group in (drawn, true)]
        ratios.append(spread[1] / spread[0])
    return np.mean(ratios)


# %% wrong="diversity_within" says="Divide class by class"
def diversity_within(images, asked, real, shown):
    spread = np.zeros(2)
    for digit in np.unique(asked):
        drawn, true = images[asked == digit], real[shown == digit]
        spread += [pdist(group.reshape(len(group), -1)).mean() for group in (drawn, true)]
    return spread[0] / spread[1]


# %% wrong="diversity_within" says="Return one number"
def diversity_within(images, asked, real, shown):
    ratios = []
    for digit in np.unique(asked):
        drawn, true = images[asked == digit], real[shown == digit]
        spread = [pdist(group.reshape(len(group), -1)).mean() for group in (drawn, true)]
        ratios.append(spread[0] / spread[1])
    return np.array(ratios)


# %% right="attribute_agreement"
def attribute_agreement(asked, read, middle):
    columns = zip(np.transpose(asked), np.transpose(read), middle, strict=True)
    return [np.mean([(a > m) == (r > m) for a, r in zip(x, y, strict=True)]) for x, y, m in columns]


# %% right="attribute_agreement"
def attribute_agreement(asked, read, middle):
    upper_asked, upper_read = np.greater(asked, middle), np.greater(read, middle)
    return 1 - np.logical_xor(upper_asked, upper_read).sum(axis=0) / len(asked)


# %% wrong="attribute_agreement" says="return one for each attribute"
def attribute_agreement(asked, read, middle):
    return ((asked > middle) == (read > middle)).mean()


# %% wrong="attribute_agreement" says="two lower halves agree, too"
def attribute_agreement(asked, read, middle):
    return ((asked > middle) & (read > middle)).mean(axis=0)


# %% wrong="attribute_agreement" says="read wrongly"
def attribute_agreement(asked, read, middle):
    return ((asked > middle) != (read > middle)).mean(axis=0)


# %% wrong="attribute_agreement" says="The middle itself belongs to the lower half"
def attribute_agreement(asked, read, middle):
    return ((asked >= middle) == (read >= middle)).mean(axis=0)


# %% wrong="attribute_agreement" says="Return a share for each of two attributes"
def attribute_agreement(asked, read, middle):
    return ((asked > middle) == (read > middle)).mean(axis=1)


# %% right="sweep"
def sweep(latent, condition, which, values):
    conditions = []
    for value in values:
        row = list(condition)
        row[which] = value
        conditions.append(row)
    return np.array([latent] * len(values)), np.array(conditions, "float32")


# %% right="sweep"
def sweep(latent, condition, which, values):
    k = len(values)
    latents, conditions = np.repeat([latent], k, axis=0), np.repeat([condition], k, axis=0)
    conditions[:, which] = values
    return [latents, conditions]


# %% right="sweep"
def sweep(latent, condition, which, values):
    chosen = np.arange(len(condition)) == which
    conditions = np.where(chosen, np.reshape(values, (-1, 1)), condition)
    return np.broadcast_to(latent, (len(values), len(latent))), conditions


# %% wrong="sweep" says="What you were handed was changed"
def sweep(latent, condition, which, values):
    rows = []
    for value in values:
        condition[which] = value
        rows.append(condition.copy())
    return np.tile(latent, (len(values), 1)), np.array(rows)


# %% wrong="sweep" says="The values replace the entry"
def sweep(latent, condition, which, values):
    conditions = np.tile(condition, (len(values), 1))
    conditions[:, which] += values
    return np.tile(latent, (len(values), 1)), conditions


# %% wrong="sweep" says="The latent vectors come first"
def sweep(latent, condition, which, values):
    conditions = np.tile(condition, (len(values), 1))
    conditions[:, which] = values
    return conditions, np.tile(latent, (len(values), 1))


# %% wrong="sweep" says="The noise is the same in each row"
def sweep(latent, condition, which, values):
    conditions = np.tile(condition, (len(values), 1))
    conditions[:, which] = values
    return np.random.normal(size=(len(values), len(latent))), conditions


# %% wrong="sweep" says="expected the shapes"
def sweep(latent, condition, which, values):
    conditions = np.tile(condition, (len(values), 1))
    conditions[:, which] = values
    return latent, conditions
