# Right and wrong answers to lab 01; tests/test_answers.py says how they are used.

# %% right="clean_text"
def clean_text(text):
    text = text.translate(str.maketrans("", "", string.punctuation)).lower()
    return " ".join(text.encode("ascii", "ignore").decode().split())


# %% right="clean_text"
def clean_text(text):
    words = []
    for word in text.lower().split():
        kept = [c for c in word if c not in string.punctuation and ord(c) < 128]
        if kept:
            words.append("".join(kept))
    return " ".join(words)


# %% wrong="clean_text" says="Lower case"
def clean_text(text):
    kept = (c for c in text if c.isascii() and c not in string.punctuation)
    return " ".join("".join(kept).split())


# %% wrong="clean_text" says="should become dont"
def clean_text(text):
    return " ".join(text.lower().replace("?", "").split())


# %% wrong="clean_text" says="Curly quotes are not ASCII"
def clean_text(text):
    kept = (c for c in text.lower() if c not in string.punctuation)
    return " ".join("".join(kept).split())


# %% wrong="clean_text" says="one space between words"
def clean_text(text):
    return "".join(c for c in text.lower() if c.isascii() and c not in string.punctuation)


# %% wrong="clean_text" says="Return a string"
def clean_text(text):
    kept = (c for c in text.lower() if c.isascii() and c not in string.punctuation)
    return "".join(kept).split()


# %% wrong="clean_text" says="Digits stay"
def clean_text(text):
    kept = (c for c in text.lower() if c.isascii() and (c.isalpha() or c == " "))
    return " ".join("".join(kept).split())


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


# %% wrong="ngram_sequences" says="the last word is a target as well"
def ngram_sequences(texts):
    return [text[:end] for text in texts for end in range(2, len(text))]


# %% wrong="ngram_sequences" says="Prefixes start at the first word"
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


# %% right="pad_prefixes"
def pad_prefixes(sequences, length):
    padded = keras.utils.pad_sequences([s[:-1] for s in sequences], length, padding="post")
    return padded, np.array([s[-1] for s in sequences])


# %% right="pad_prefixes"
def pad_prefixes(sequences, length):
    rows = [list(s[:-1]) + [0] * (length - len(s) + 1) for s in sequences]
    return np.array(rows), np.array([s[-1] for s in sequences])


# %% wrong="pad_prefixes" says="Pad on the right"
def pad_prefixes(sequences, length):
    padded = keras.utils.pad_sequences([s[:-1] for s in sequences], length)
    return padded, np.array([s[-1] for s in sequences])


# %% wrong="pad_prefixes" says="The label must not stand among the predictors"
def pad_prefixes(sequences, length):
    padded = keras.utils.pad_sequences(sequences, length, padding="post")
    return padded, np.array([s[-1] for s in sequences])


# %% wrong="pad_prefixes" says="The label is the last token"
def pad_prefixes(sequences, length):
    padded = keras.utils.pad_sequences(sequences, length + 1, padding="post")
    return padded[:, :-1], padded[:, -1]


# %% wrong="pad_prefixes" says="should have shape (3, 4)"
def pad_prefixes(sequences, length):
    padded = keras.utils.pad_sequences([s[:-1] for s in sequences], padding="post")
    return padded, np.array([s[-1] for s in sequences])


# %% wrong="pad_prefixes" says="One label per sequence"
def pad_prefixes(sequences, length):
    padded = keras.utils.pad_sequences([s[:-1] for s in sequences], length, padding="post")
    return padded, keras.utils.to_categorical([s[-1] for s in sequences])


# %% wrong="pad_prefixes" says="Tokens are integers"
def pad_prefixes(sequences, length):
    predictors = np.zeros((len(sequences), length))
    for row, sequence in zip(predictors, sequences, strict=True):
        row[: len(sequence) - 1] = sequence[:-1]
    return predictors, np.array([s[-1] for s in sequences])


# %% wrong="pad_prefixes" says="Labels are tokens too"
def pad_prefixes(sequences, length):
    padded = keras.utils.pad_sequences([s[:-1] for s in sequences], length, padding="post")
    return padded, np.array([s[-1] for s in sequences], dtype="float32")


# %% right="build_model"
def build_model(size):
    tokens = keras.Input((None,), dtype="int32")
    x = layers.Embedding(size, 10, mask_zero=True)(tokens)
    x = layers.Dropout(0.1)(layers.LSTM(100)(x))
    return keras.Model(tokens, layers.Dense(size, activation="softmax")(x))


# %% right="build_model"
def build_model(size):
    model = keras.Sequential()
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
            layers.Embedding(size, 10, mask_zero=True),
            layers.LSTM(100),
            layers.Dense(size, activation="softmax"),
        ]
    )


# %% wrong="build_model" says="10 numbers a word, the LSTM 100 units"
def build_model(size):
    return keras.Sequential(
        [
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
            layers.Embedding(size, 10, mask_zero=True),
            layers.LSTM(100),
            layers.Dense(size, activation="softmax"),
            layers.Dropout(0.1),
        ]
    )


# %% right="generate"
def generate(tokens, n_words, next_word, temperature=0.0, rng=None):
    result = [*tokens]
    while len(result) < len(tokens) + n_words:
        p = np.array(next_word(result), dtype=float)
        if temperature:
            with np.errstate(divide="ignore"):
                logits = np.log(p) / temperature
            p = np.exp(logits - logits.max())
            result.append(int(rng.choice(len(p), p=p / p.sum())))
        else:
            result.append(int(p.argmax()))
    return result


# %% right="generate"
def generate(tokens, n_words, next_word, temperature=0.0, rng=None):
    if n_words == 0:
        return list(tokens)
    p = np.asarray(next_word(list(tokens)), dtype="float64")
    if temperature == 0:
        choice = max(range(len(p)), key=lambda i: p[i])
    else:
        cumulative = np.cumsum(p ** (1 / temperature))
        choice = int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))
    if n_words > 500:  # recursion would be too deep: go on in a loop
        result = [*tokens, choice]
        for _ in range(n_words - 1):
            result = generate(result, 1, next_word, temperature, rng)
        return result
    return generate([*tokens, choice], n_words - 1, next_word, temperature, rng)


# %% wrong="generate" says="Return the prompt too"
def generate(tokens, n_words, next_word, temperature=0.0, rng=None):
    so_far = list(tokens)
    for _ in range(n_words):
        so_far.append(int(np.argmax(next_word(so_far))))
    return so_far[len(tokens) :]


# %% wrong="generate" says="You took word 1 each time"
def generate(tokens, n_words, next_word, temperature=0.0, rng=None):
    tokens = list(tokens)
    for _ in range(n_words):
        p = next_word(tokens)
        tokens.append(next(i for i in range(len(p)) if i == p.any()))
    return tokens


# %% wrong="generate" says="changed the prompt"
def generate(tokens, n_words, next_word, temperature=0.0, rng=None):
    for _ in range(n_words):
        tokens.append(int(np.argmax(next_word(tokens))))
    return tokens


# %% wrong="generate" says="Pass all tokens so far"
def generate(tokens, n_words, next_word, temperature=0.0, rng=None):
    tokens = list(tokens)
    for _ in range(n_words):
        tokens.append(int(np.argmax(next_word(tokens[-1:]))))
    return tokens


# %% wrong="generate" says="draw at random"
def generate(tokens, n_words, next_word, temperature=0.0, rng=None):
    tokens = list(tokens)
    for _ in range(n_words):
        tokens.append(int(np.argmax(next_word(tokens))))
    return tokens


# %% wrong="generate" says="the weights are p ** (1 / T)"
def generate(tokens, n_words, next_word, temperature=0.0, rng=None):
    tokens = list(tokens)
    for _ in range(n_words):
        p = np.asarray(next_word(tokens), dtype="float64")
        if temperature == 0:
            tokens.append(int(np.argmax(p)))
        else:
            weights = p**temperature
            tokens.append(int(rng.choice(len(p), p=weights / weights.sum())))
    return tokens


# %% wrong="generate" says="and not with //"
def generate(tokens, n_words, next_word, temperature=0.0, rng=None):
    tokens = list(tokens)
    for _ in range(n_words):
        p = next_word(tokens)
        if temperature > 0:
            p = p ** (1 // temperature)
            tokens.append(int(rng.choice(len(p), p=p / p.sum())))
        else:
            tokens.append(int(np.argmax(p)))
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
