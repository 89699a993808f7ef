# Right and wrong answers to lab 01; tests/test_answers.py says how they are used.

# %% right="ngram_sequences"


def ngram_sequences(texts):
    made = []
    for text in texts:
        for i in range(1, len(text)):
            made.append(text[: i + 1])
    return made


# %% right="ngram_sequences"
def ngram_sequences(texts):
    return [tuple(text[: n + 2]) for text in texts for n in range(len(text) - 1)]


# %% wrong="ngram_sequences" says="start with two"
def ngram_sequences(texts):
    return [text[:end] for text in texts for end in range(1, len(text) + 1)]


# %% wrong="ngram_sequences" says="its last token is a target as well"
def ngram_sequences(texts):
    return [text[:end] for text in texts for end in range(2, len(text))]


# %% wrong="ngram_sequences" says="Prefixes start at the first token"
def ngram_sequences(texts):
    return [
        text[start : start + n]
        for text in texts
        for n in range(2, len(text) + 1)
        for start in range(len(text) - n + 1)
    ]


# %% wrong="ngram_sequences" says="Expected [[5, 6], [5, 6, 7], [8, 9]]"
def ngram_sequences(texts):
    return [text[:end] for text in texts for end in range(len(text), 1, -1)]


# %% right="ngram_sequences"
def ngram_sequences(texts):
    return [np.array(text)[:end] for text in texts for end in range(2, len(text) + 1)]


# %% right="ngram_sequences"
def ngram_sequences(texts):
    made = []
    for text in texts:
        so_far = []
        for token in text:
            so_far.append(token)
            if len(so_far) >= 2:
                made.append(so_far.copy())
    return made


# %% right="ngram_sequences"
def ngram_sequences(texts):
    from itertools import accumulate

    grown = (list(accumulate([token] for token in text)) for text in texts)
    return [prefix for prefixes in grown for prefix in prefixes[1:]]


# %% right="ngram_sequences"
def ngram_sequences(texts):
    return list(text[:i] for text in texts for i, _ in enumerate(text, start=1) if i > 1)


# %% wrong="ngram_sequences" says="one flat list"
def ngram_sequences(texts):
    return [[text[:end] for end in range(2, len(text) + 1)] for text in texts]


# %% right="build_model"
def build_model(size):
    tokens = keras.Input((None,), dtype="int32")
    x = layers.Embedding(size, 10, mask_zero=True)(tokens)
    x = layers.Dropout(0.1)(layers.LSTM(100)(x))
    return keras.Model(tokens, layers.Dense(size, activation="softmax")(x))


# %% right="build_model"
def build_model(size):
    model = keras.Sequential()
    model.add(keras.Input((None,), dtype="int32"))
    model.add(layers.Embedding(size, 10, mask_zero=True))
    model.add(layers.LSTM(100))
    model.add(layers.Dropout(0.1))
    model.add(layers.Dense(size))
    model.add(layers.Activation("softmax"))
    return model


# %% wrong="build_model" says="Set mask_zero=True"
def build_model(size):
    return keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(size, 10),
            layers.LSTM(100),
            layers.Dropout(0.1),
            layers.Dense(size, activation="softmax"),
        ]
    )


# %% wrong="build_model" says="end with softmax"
def build_model(size):
    return keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(size, 10, mask_zero=True),
            layers.LSTM(100),
            layers.Dropout(0.1),
            layers.Dense(size),
        ]
    )


# %% wrong="build_model" says="Only the LSTM's last output is needed"
def build_model(size):
    return keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(size, 10, mask_zero=True),
            layers.LSTM(100, return_sequences=True),
            layers.Dropout(0.1),
            layers.Dense(size, activation="softmax"),
        ]
    )


# %% wrong="build_model" says="Dropout of 0.1 is missing"
def build_model(size):
    return keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(size, 10, mask_zero=True),
            layers.LSTM(100),
            layers.Dense(size, activation="softmax"),
        ]
    )


# %% wrong="build_model" says="10 numbers a word, the LSTM 100 units"
def build_model(size):
    return keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(size, 100, mask_zero=True),
            layers.LSTM(10),
            layers.Dropout(0.1),
            layers.Dense(size, activation="softmax"),
        ]
    )


# %% wrong="build_model" says="a row for each of `size` numbers"
def build_model(size):
    return keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(size + 1, 10, mask_zero=True),
            layers.LSTM(100),
            layers.Dropout(0.1),
            layers.Dense(size, activation="softmax"),
        ]
    )


# %% wrong="build_model" says="Dropout stands between"
def build_model(size):
    return keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(size, 10, mask_zero=True),
            layers.LSTM(100),
            layers.Dense(size, activation="softmax"),
            layers.Dropout(0.1),
        ]
    )


# %% right="build_model"
def build_model(size):
    model = keras.Sequential(
        [
            layers.Embedding(input_dim=size, output_dim=10, mask_zero=True),
            layers.LSTM(units=100, return_sequences=False),
            layers.Dropout(rate=0.1),
            layers.Dense(size),
            layers.Softmax(),
        ],
        name="writer",
    )
    model.build((None, None))
    return model


# %% right="build_model"
def build_model(size):
    reader = keras.Sequential([layers.Embedding(size, 10, mask_zero=True), layers.LSTM(100)])
    guess = keras.Sequential([layers.Dropout(0.1), layers.Dense(size, keras.activations.softmax)])
    return keras.Sequential([keras.Input((None,)), reader, guess])


# %% wrong="build_model" says="begin with keras.Input"
def build_model(size):
    return keras.Sequential(
        [
            layers.Embedding(size, 10, mask_zero=True),
            layers.LSTM(100),
            layers.Dropout(0.1),
            layers.Dense(size, activation="softmax"),
        ]
    )


# %% right="headline_loss"
def headline_loss(tokens, probabilities):
    targets = ops.where(tokens[:, 1:] == 1, 0, tokens[:, 1:])
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=0)
    return loss(targets, probabilities)


# %% right="headline_loss"
def headline_loss(tokens, probabilities):
    targets = ops.cast(tokens, "int32")[:, 1:]
    one_hot = ops.one_hot(targets, probabilities.shape[-1])
    surprise = -ops.sum(one_hot * ops.log(probabilities + 1e-9), axis=-1)
    scored = ops.cast(ops.logical_and(targets != 0, targets != 1), "float32")
    return ops.sum(surprise * scored) / ops.sum(scored)


# %% right="headline_loss"
def headline_loss(tokens, probabilities):
    import tensorflow as tf

    targets = tf.cast(tokens, "int32")[:, 1:]
    chosen = tf.gather(probabilities, targets, batch_dims=2)
    return tf.reduce_mean(-tf.math.log(1e-9 + tf.boolean_mask(chosen, targets >= 2)))


# %% right="headline_loss"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    nats = keras.losses.sparse_categorical_crossentropy(targets, probabilities)
    weights = ops.where(targets > 1, 1.0, 0.0)
    return ops.average(nats, weights=weights)


# %% wrong="headline_loss" says="The sign"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    nats = -ops.log(chosen + 1e-9)
    scored = ops.cast(targets > 1, "float32")
    return -ops.sum(nats * scored) / ops.sum(scored)


# %% wrong="headline_loss" says="this is the sum"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    nats = -ops.log(chosen + 1e-9)
    scored = ops.cast(targets > 1, "float32")
    return ops.sum(nats * scored)


# %% wrong="headline_loss" says="Padding is scored"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    nats = -ops.log(chosen + 1e-9)
    scored = ops.cast(targets != 1, "float32")
    return ops.sum(nats * scored) / ops.sum(scored)


# %% wrong="headline_loss" says="Unknown next words are scored"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    nats = -ops.log(chosen + 1e-9)
    scored = ops.cast(targets > 0, "float32")
    return ops.sum(nats * scored) / ops.sum(scored)


# %% wrong="headline_loss" says="Padding and unknown words are scored"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    nats = -ops.log(chosen + 1e-9)
    return ops.mean(nats)


# %% wrong="headline_loss" says="not of all"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    nats = -ops.log(chosen + 1e-9)
    scored = ops.cast(targets > 1, "float32")
    return ops.mean(nats * scored)


# %% wrong="headline_loss" says="do not average each headline first"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    nats = -ops.log(chosen + 1e-9)
    scored = ops.cast(targets > 1, "float32")
    each = ops.sum(nats * scored, axis=1) / ops.sum(scored, axis=1)
    return ops.mean(each)


# %% wrong="headline_loss" says="Shift: the probabilities"
def headline_loss(tokens, probabilities):
    targets = tokens[:, :-1]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    nats = -ops.log(chosen + 1e-9)
    scored = ops.cast(targets > 1, "float32")
    return ops.sum(nats * scored) / ops.sum(scored)


# %% wrong="headline_loss" says="Shift the mask as well"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    nats = -ops.log(chosen + 1e-9)
    scored = ops.cast(tokens[:, :-1] > 1, "float32")
    return ops.sum(nats * scored) / ops.sum(scored)


# %% wrong="headline_loss" says="Take the logarithm of each probability first"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    -ops.log(chosen + 1e-9)
    scored = ops.cast(targets > 1, "float32")
    return -ops.log(ops.sum(chosen * scored) / ops.sum(scored))


# %% wrong="headline_loss" says="add 1e-9"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    nats = -ops.log(chosen)
    scored = ops.cast(targets > 1, "float32")
    return ops.sum(nats * scored) / ops.sum(scored)


# %% wrong="headline_loss" says="Return one number"
def headline_loss(tokens, probabilities):
    targets = tokens[:, 1:]
    chosen = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    nats = -ops.log(chosen + 1e-9)
    scored = ops.cast(targets > 1, "float32")
    return nats * scored


# %% wrong="headline_loss" says="No gradient passes"
def headline_loss(tokens, probabilities):
    tokens, probabilities = np.array(tokens, "int32"), np.array(probabilities)
    targets = tokens[:, 1:]
    chosen = np.take_along_axis(probabilities, targets[:, :, None], axis=-1)[..., 0]
    return -np.log(chosen[targets > 1] + 1e-9).mean()


# %% wrong="headline_loss" says="hands the tokens over as float32"
def headline_loss(tokens, probabilities):
    import tensorflow as tf

    targets = tokens[:, 1:]
    chosen = tf.gather(probabilities, targets, batch_dims=2)
    return tf.reduce_mean(-tf.math.log(1e-9 + tf.boolean_mask(chosen, targets >= 2)))


# %% right="generate"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    result = [*prompt]
    while True:
        if len(result) >= limit or result[-1] == end:
            return result
        p = np.array(next_word(result), dtype=float)
        if temperature:
            with np.errstate(divide="ignore"):
                logits = np.log(p) / temperature
            p = np.exp(logits - logits.max())
            result.append(int(rng.choice(len(p), p=p / p.sum())))
        else:
            result.append(int(p.argmax()))


# %% right="generate"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = np.array(prompt)
    for _ in range(limit - len(prompt)):
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            choice = max(range(len(p)), key=lambda i: p[i])
        else:
            cumulative = np.cumsum(p ** (1 / temperature))
            choice = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
        tokens = np.append(tokens, choice)
        if choice == end:
            break
    return tokens


# %% right="generate"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    made = list(prompt)
    token = None
    while token != end and len(made) < limit:
        p = np.power(next_word(made), 1 / temperature if temperature > 0 else 1.0)
        p = p / np.sum(p)
        token = np.argmax(p) if temperature == 0 else np.argmax(rng.multinomial(1, p))
        made = [*made, int(token)]
    return tuple(made)


# %% wrong="generate" says="Return the prompt too"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = list(prompt)
    while len(tokens) < limit and tokens[-1] != end:
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = p ** (1 / temperature)
            tokens.append(int(rng.choice(len(p), p=weights / weights.sum())))
    return tokens[len(prompt) :]


# %% wrong="generate" says="use np.argmax"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = list(prompt)
    while len(tokens) < limit and tokens[-1] != end:
        p = next_word(tokens)
        tokens.append(next(i for i in range(len(p)) if i == p.any()))
    return tokens


# %% wrong="generate" says="changed the prompt"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = prompt
    while len(tokens) < limit and tokens[-1] != end:
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = p ** (1 / temperature)
            tokens.append(int(rng.choice(len(p), p=weights / weights.sum())))
    return tokens


# %% wrong="generate" says="Pass all tokens so far"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = list(prompt)
    while len(tokens) < limit and tokens[-1] != end:
        p = np.asarray(next_word(tokens[-1:]), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = p ** (1 / temperature)
            tokens.append(int(rng.choice(len(p), p=weights / weights.sum())))
    return tokens


# %% wrong="generate" says="and you wrote on"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = list(prompt)
    while len(tokens) < limit:
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = p ** (1 / temperature)
            tokens.append(int(rng.choice(len(p), p=weights / weights.sum())))
    return tokens


# %% wrong="generate" says="belongs to what you return"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = list(prompt)
    while len(tokens) < limit and tokens[-1] != end:
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = p ** (1 / temperature)
            tokens.append(int(rng.choice(len(p), p=weights / weights.sum())))
    return tokens[:-1] if tokens[-1] == end else tokens


# %% wrong="generate" says="counts the prompt's tokens"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = list(prompt)
    while len(tokens) < limit + len(prompt) and tokens[-1] != end:
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = p ** (1 / temperature)
            tokens.append(int(rng.choice(len(p), p=weights / weights.sum())))
    return tokens


# %% wrong="generate" says="you take the most probable there, too"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = list(prompt)
    while len(tokens) < limit and tokens[-1] != end:
        tokens.append(int(np.argmax(next_word(tokens))))
    return tokens


# %% wrong="generate" says="the weights are p ** (1 / T)"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = list(prompt)
    while len(tokens) < limit and tokens[-1] != end:
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = p**temperature
            tokens.append(int(rng.choice(len(p), p=weights / weights.sum())))
    return tokens


# %% wrong="generate" says="and not with //"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = list(prompt)
    while len(tokens) < limit and tokens[-1] != end:
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = p ** (1 // temperature)
            tokens.append(int(rng.choice(len(p), p=weights / weights.sum())))
    return tokens


# %% wrong="generate" says="a softmax of p / T"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = list(prompt)
    while len(tokens) < limit and tokens[-1] != end:
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = np.exp(p / temperature)
            tokens.append(int(rng.choice(len(p), p=weights / weights.sum())))
    return tokens


# %% wrong="generate" says="not with np.random"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens = list(prompt)
    while len(tokens) < limit and tokens[-1] != end:
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = p ** (1 / temperature)
            tokens.append(int(np.random.choice(len(p), p=weights / weights.sum())))
    return tokens


# %% wrong="generate" says="not with one of your own"
def generate(prompt, next_word, end, temperature=0.0, rng=None, limit=20):
    tokens, rng = list(prompt), np.random.default_rng(7)
    while len(tokens) < limit and tokens[-1] != end:
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = p ** (1 / temperature)
            tokens.append(int(rng.choice(len(p), p=weights / weights.sum())))
    return tokens


# %% right="perplexity"
def perplexity(probabilities):
    return float(np.prod(np.asarray(probabilities) ** (-1 / len(probabilities))))


# %% right="perplexity"
def perplexity(probabilities):
    return 2 ** -np.mean(np.log2(probabilities))


# %% wrong="perplexity" says="mean of the logarithms, not of the probabilities"
def perplexity(probabilities):
    return 1 / np.mean(probabilities)


# %% wrong="perplexity" says="mean of the logarithms, not of 1 / p"
def perplexity(probabilities):
    return np.mean(1 / probabilities)


# %% wrong="perplexity" says="natural logarithm, mean, minus, exp"
def perplexity(probabilities):
    return -np.mean(np.log(probabilities))


# %% wrong="perplexity" says="natural logarithm, mean, minus, exp"
def perplexity(probabilities):
    return np.exp(-np.sum(np.log(probabilities)))


# %% wrong="perplexity" says="natural logarithm, mean, minus, exp"
def perplexity(probabilities):
    return np.exp(-np.mean(np.log2(probabilities)))


# %% right="perplexity"
def perplexity(probabilities):
    nats = [-np.log(p) for p in probabilities]
    return np.e ** (sum(nats) / len(nats))


# %% right="perplexity"
def perplexity(probabilities):
    return ops.exp(ops.mean(-ops.log(ops.convert_to_tensor(probabilities))))


# %% right="perplexity"
def perplexity(probabilities):
    from scipy.stats import gmean

    return 1 / gmean(probabilities)


# %% right="bigram_table"
def bigram_table(counts, fallback, discount):
    table = np.zeros(counts.shape)
    for v, row in enumerate(counts):
        total = row.sum()
        if total == 0:
            table[v] = fallback
        else:
            kept = np.clip(row - discount, 0, None) / total
            table[v] = kept + discount * np.count_nonzero(row) / total * fallback
    return table


# %% right="bigram_table"
def bigram_table(counts, fallback, discount):
    kept = np.where(counts > 0, counts - discount, 0) / np.fmax(counts.sum(1), 1)[:, None]
    return kept + np.outer(1 - kept.sum(axis=1), fallback)


# %% right="bigram_table"
def bigram_table(counts, fallback, discount):
    c = counts.sum(axis=1)[:, np.newaxis]
    t = np.sum(counts != 0, axis=1)[:, np.newaxis]
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.maximum(counts - discount, 0) / c + discount * t / c * fallback[np.newaxis]
    return np.where(c == 0, fallback, p)


# %% wrong="bigram_table" says="is not a number"
def bigram_table(counts, fallback, discount):
    total = counts.sum(axis=1, keepdims=True)
    kinds = (counts > 0).sum(axis=1, keepdims=True)
    given_away = discount * kinds / total
    return np.maximum(counts - discount, 0) / total + given_away * fallback


# %% wrong="bigram_table" says="should be the fallback"
def bigram_table(counts, fallback, discount):
    total = counts.sum(axis=1, keepdims=True)
    kinds = (counts > 0).sum(axis=1, keepdims=True)
    given_away = discount * kinds / np.maximum(total, 1)
    return np.maximum(counts - discount, 0) / np.maximum(total, 1) + given_away * fallback


# %% wrong="bigram_table" says="The second term is missing"
def bigram_table(counts, fallback, discount):
    total = counts.sum(axis=1, keepdims=True)
    kinds = (counts > 0).sum(axis=1, keepdims=True)
    np.where(total > 0, discount * kinds / np.maximum(total, 1), 1)
    return np.maximum(counts - discount, 0) / np.maximum(total, 1) + (total == 0) * fallback


# %% wrong="bigram_table" says="unseen pairs stay impossible"
def bigram_table(counts, fallback, discount):
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.maximum(total, 1), fallback)


# %% wrong="bigram_table" says="t(v) is the number of different words"
def bigram_table(counts, fallback, discount):
    total = counts.sum(axis=1, keepdims=True)
    (counts > 0).sum(axis=1, keepdims=True)
    given_away = np.where(total > 0, discount / np.maximum(total, 1), 1)
    return np.maximum(counts - discount, 0) / np.maximum(total, 1) + given_away * fallback


# %% wrong="bigram_table" says="A probability is negative"
def bigram_table(counts, fallback, discount):
    total = counts.sum(axis=1, keepdims=True)
    kinds = (counts > 0).sum(axis=1, keepdims=True)
    given_away = np.where(total > 0, discount * kinds / np.maximum(total, 1), 1)
    return (counts - discount) / np.maximum(total, 1) + given_away * fallback


# %% wrong="bigram_table" says="not of a column"
def bigram_table(counts, fallback, discount):
    total = counts.sum(axis=0, keepdims=True)
    kinds = (counts > 0).sum(axis=0, keepdims=True)
    given_away = np.where(total > 0, discount * kinds / np.maximum(total, 1), 1)
    return np.maximum(counts - discount, 0) / np.maximum(total, 1) + given_away * fallback


# %% wrong="bigram_table" says="use `discount`"
def bigram_table(counts, fallback, discount):
    discount = 0.5
    total = counts.sum(axis=1, keepdims=True)
    kinds = (counts > 0).sum(axis=1, keepdims=True)
    given_away = np.where(total > 0, discount * kinds / np.maximum(total, 1), 1)
    return np.maximum(counts - discount, 0) / np.maximum(total, 1) + given_away * fallback


# %% wrong="bigram_table" says="changed the counts"
def bigram_table(counts, fallback, discount):
    total = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    counts -= np.minimum(counts, discount)
    kept = counts / total
    return kept + (1 - kept.sum(axis=1, keepdims=True)) * fallback


# %% wrong="bigram_table" says="Each row should sum to 1"
def bigram_table(counts, fallback, discount):
    total = counts.sum(axis=1, keepdims=True)
    kinds = (counts >= 0).sum(axis=1, keepdims=True)
    given_away = np.where(total > 0, discount * kinds / np.maximum(total, 1), 1)
    return np.maximum(counts - discount, 0) / np.maximum(total, 1) + given_away * fallback


# %% right="best_weight"
def best_weight(network, table):
    from scipy.optimize import minimize_scalar

    def nats(w):
        return -np.log(w * network + (1 - w) * table).mean()

    return minimize_scalar(nats, bounds=(0, 1), method="bounded").x


# %% right="best_weight"
def best_weight(network, table):
    best, lowest = 0, np.inf
    for percent in range(0, 101, 5):
        w = percent / 100
        value = np.exp(-np.mean(np.log(w * network + (1 - w) * table)))
        if value < lowest:
            best, lowest = w, value
    return best


# %% right="best_weight"
def best_weight(network, table):
    w = np.linspace(0, 1, 101)[:, None]
    return np.linspace(0, 1, 101)[np.log(w * network + (1 - w) * table).sum(axis=1).argmax()]


# %% right="best_weight"
def best_weight(network, table):
    w = 0.5
    for _ in range(2000):  # expectation-maximization: who is to be thanked for each word?
        w = np.mean(w * network / (w * network + (1 - w) * table))
    return w


# %% wrong="best_weight" says="This is the table's weight"
def best_weight(network, table):
    weights = np.linspace(0, 1, 21)
    tried = [np.mean(np.log(w * table + (1 - w) * network)) for w in weights]
    return weights[np.argmax(tried)]


# %% wrong="best_weight" says="not the mean of the probabilities"
def best_weight(network, table):
    weights = np.linspace(0, 1, 21)
    tried = [np.mean(w * network + (1 - w) * table) for w in weights]
    return weights[np.argmax(tried)]


# %% wrong="best_weight" says="the lowest perplexity is the best"
def best_weight(network, table):
    weights = np.linspace(0, 1, 21)
    tried = [np.mean(np.log(w * network + (1 - w) * table)) for w in weights]
    return weights[np.argmin(tried)]


# %% wrong="best_weight" says="Return the weight itself"
def best_weight(network, table):
    weights = np.linspace(0, 1, 21)
    tried = [np.mean(np.log(w * network + (1 - w) * table)) for w in weights]
    return np.argmax(tried)


# %% wrong="best_weight" says="Try several weights"
def best_weight(network, table):
    return 0.5


# %% wrong="best_weight" says="try up to 1"
def best_weight(network, table):
    weights = np.linspace(0, 0.9, 19)
    tried = [np.mean(np.log(w * network + (1 - w) * table)) for w in weights]
    return weights[np.argmax(tried)]


# %% wrong="best_weight" says="try from 0"
def best_weight(network, table):
    weights = np.linspace(0.1, 1, 19)
    tried = [np.mean(np.log(w * network + (1 - w) * table)) for w in weights]
    return weights[np.argmax(tried)]


# %% wrong="best_weight" says="Return one number"
def best_weight(network, table):
    weights = np.linspace(0, 1, 21)
    [np.mean(np.log(w * network + (1 - w) * table)) for w in weights]
    return None


# %% right="copied_share"
def copied_share(made, training, n=4, unknown=1):
    known = set()
    for text in training:
        for i in range(len(text) - n + 1):
            known.add(tuple(text[i : i + n]))
    copied = total = 0
    for text in made:
        for i in range(len(text) - n + 1):
            run = tuple(text[i : i + n])
            if unknown in run:
                continue
            total += 1
            copied += run in known
    return copied / total


# %% right="copied_share"
def copied_share(made, training, n=4, unknown=1):
    def ngrams(text):
        return list(zip(*(text[i:] for i in range(n)), strict=False))

    known = {run for text in training for run in ngrams(text)}
    runs = [run for text in made for run in ngrams(text) if unknown not in run]
    return sum(run in known for run in runs) / len(runs)


# %% right="copied_share"
def copied_share(made, training, n=4, unknown=1):
    def as_text(run):
        return " " + " ".join(map(str, run)) + " "

    everything = "|".join(as_text(text) for text in training)
    runs = [text[i : i + n] for text in made for i in range(max(0, len(text) - n + 1))]
    found = [as_text(run) in everything for run in runs if unknown not in run]
    return np.mean(found)


# %% right="copied_share"
def copied_share(made, training, n=4, unknown=1):
    from collections import Counter

    def windows(texts):
        return Counter(tuple(t[i : i + n]) for t in texts for i in range(len(t) - n + 1))

    mine, theirs = windows(made), windows(training)
    mine = {run: count for run, count in mine.items() if unknown not in run}
    return sum(count for run, count in mine.items() if run in theirs) / sum(mine.values())


# %% wrong="copied_share" says="counted as original"
def copied_share(made, training, n=4, unknown=1):
    def runs(texts):
        return [tuple(t[i : i + n]) for t in texts for i in range(len(t) - n + 1)]

    known = set(runs(training))
    return np.mean([run in known for run in runs(made)])


# %% wrong="copied_share" says="no set of made runs"
def copied_share(made, training, n=4, unknown=1):
    def runs(texts):
        return [tuple(t[i : i + n]) for t in texts for i in range(len(t) - n + 1)]

    known = set(runs(training))
    return np.mean([run in known for run in set(runs(made)) if unknown not in run])


# %% wrong="copied_share" says="compare runs, not sets of words"
def copied_share(made, training, n=4, unknown=1):
    def runs(texts):
        return [frozenset(t[i : i + n]) for t in texts for i in range(len(t) - n + 1)]

    known = set(runs(training))
    return np.mean([run in known for run in runs(made) if unknown not in run])


# %% wrong="copied_share" says="go text by text"
def copied_share(made, training, n=4, unknown=1):
    text = [token for text in training for token in text]
    known = {tuple(text[i : i + n]) for i in range(len(text) - n + 1)}
    runs = [tuple(t[i : i + n]) for t in made for i in range(len(t) - n + 1)]
    return np.mean([run in known for run in runs if unknown not in run])


# %% wrong="copied_share" says="Use `n`"
def copied_share(made, training, n=4, unknown=1):
    n = 4

    def runs(texts):
        return [tuple(t[i : i + n]) for t in texts for i in range(len(t) - n + 1)]

    known = set(runs(training))
    return np.mean([run in known for run in runs(made) if unknown not in run])


# %% wrong="copied_share" says="do not average text by text"
def copied_share(made, training, n=4, unknown=1):
    def runs(t):
        return [tuple(t[i : i + n]) for i in range(len(t) - n + 1)]

    known = {run for text in training for run in runs(text)}
    return np.mean([np.mean([r in known for r in runs(t) if unknown not in r]) for t in made])


# %% wrong="copied_share" says="so 1/2 is wanted"
def copied_share(made, training, n=4, unknown=1):
    def runs(texts):
        return [tuple(t[i : i + n]) for t in texts for i in range(len(t) - n)]

    known = set(runs(training))
    return np.mean([run in known for run in runs(made) if unknown not in run])


# %% wrong="copied_share" says="copied whole"
def copied_share(made, training, n=4, unknown=1):
    def runs(texts):
        return [tuple(t[i : i + n]) for t in texts for i in range(len(t) - n + 1)]

    known = set(runs(training))
    return np.mean([run not in known for run in runs(made) if unknown not in run])


# %% wrong="generate" says="changed the probabilities that next_word returned"
def generate(prompt, next_word, end, temperature=0, rng=None, limit=20):
    made = list(prompt)
    while len(made) < limit and made[-1] != end:
        p = next_word(made)
        if temperature == 0:
            made.append(int(np.argmax(p)))
            continue
        p **= 1 / temperature
        p /= p.sum()
        made.append(int(rng.choice(len(p), p=p)))
    return made


# %% right="generate"
def generate(prompt, next_word, end, temperature=0, rng=None, limit=20):
    if len(prompt) >= limit or prompt[-1] == end:
        return list(prompt)
    p = np.asarray(next_word(prompt), dtype=float)
    if temperature == 0:
        word = int(p.argmax())
    else:
        weights = p ** (1 / temperature)
        word = int(rng.choice(len(p), p=weights / weights.sum()))
    return generate([*prompt, word], next_word, end, temperature, rng, limit)


# %% wrong="generate" says="in a branch of its own"
def generate(prompt, next_word, end, temperature=0, rng=None, limit=20):
    made = list(prompt)
    while len(made) < limit and made[-1] != end:
        weights = next_word(made) ** (1 / temperature)
        made.append(int(rng.choice(len(weights), p=weights / weights.sum())))
    return made


# %% wrong="perplexity" says="Return one number"
def perplexity(probabilities):
    np.exp(-np.mean(np.log(probabilities)))


# %% wrong="bigram_table" says="must be columns"
def bigram_table(counts, fallback, discount):
    total, kinds = counts.sum(axis=1), (counts > 0).sum(axis=1)
    safe = np.maximum(total, 1)
    kept = np.maximum(counts - discount, 0) / safe
    return kept + np.where(total > 0, discount * kinds / safe, 1) * fallback


# %% wrong="copied_share" says="not the word itself"
def copied_share(made, training, n=4):
    def runs(text):
        return [tuple(text[i : i + n]) for i in range(len(text) - n + 1)]

    known = {run for text in training for run in runs(list(text))}
    found = [run for text in made for run in runs([t for t in text if t != 1])]
    return float(np.mean([run in known for run in found])) if found else 0.0


# %% wrong="build_model" says="One layer of each kind"
def build_model(size):
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(size, 10, mask_zero=True),
            layers.LSTM(100, return_sequences=True),
            layers.LSTM(100),
            layers.Dropout(0.1),
            layers.Dense(size, activation="softmax"),
        ]
    )
