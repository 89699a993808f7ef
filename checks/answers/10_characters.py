# Right and wrong answers to lab 10; tests/test_answers.py says how they are used.

# %% right="bits_per_character"
def bits_per_character(logits, targets):
    entropy = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    return float(ops.mean(entropy)) / float(np.log(2))


# %% right="bits_per_character"
def bits_per_character(logits, targets):
    rows, came = logits.reshape(-1, logits.shape[-1]), targets.reshape(-1)
    prices = []
    for row, which in zip(rows, came, strict=True):
        shifted = row - row.max()
        prices.append(np.log2(np.exp(shifted).sum()) - shifted[which] / np.log(2))
    return np.mean(prices)


# %% right="bits_per_character"
def bits_per_character(logits, targets):
    one_hot = np.eye(logits.shape[-1])[targets]
    return -(one_hot * tf.nn.log_softmax(logits).numpy()).sum(-1).mean() * np.log2(np.e)


# %% wrong="bits_per_character" says="These are nats"
def bits_per_character(logits, targets):
    came = np.take_along_axis(log_softmax(logits, axis=-1), targets[..., None], axis=-1)
    return -came.mean()


# %% wrong="bits_per_character" says="minus the logarithm"
def bits_per_character(logits, targets):
    came = np.take_along_axis(log_softmax(logits, axis=-1), targets[..., None], axis=-1)
    return came.mean() / np.log(2)


# %% wrong="bits_per_character" says="Use scipy.special.log_softmax"
def bits_per_character(logits, targets):
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    came = np.take_along_axis(probabilities, targets[..., None], axis=-1)
    return -np.log2(came).mean()


# %% wrong="bits_per_character" says="1442.7 bits, not 29.8"
def bits_per_character(logits, targets):
    came = np.take_along_axis(softmax(logits, axis=-1), targets[..., None], axis=-1)
    return -np.log2(came + 1e-9).mean()


# %% wrong="bits_per_character" says="First the logarithm of each probability, then the mean"
def bits_per_character(logits, targets):
    came = np.take_along_axis(softmax(logits, axis=-1), targets[..., None], axis=-1)
    return -np.log2(came.mean())


# %% wrong="bits_per_character" says="not over all at once"
def bits_per_character(logits, targets):
    log_probabilities = log_softmax(logits)
    came = np.take_along_axis(log_probabilities, targets[..., None], axis=-1)
    return -came.mean() / np.log(2)


# %% wrong="bits_per_character" says="first take their softmax"
def bits_per_character(logits, targets):
    return -np.take_along_axis(logits, targets[..., None], axis=-1).mean() / np.log(2)


# %% wrong="bits_per_character" says="take the one that came"
def bits_per_character(logits, targets):
    return -log_softmax(logits, axis=-1).max(axis=-1).mean() / np.log(2)


# %% right="kneser_ney"
def kneser_ney(counts, lower, discounts):
    rows = []
    for row, shorter in zip(counts, lower, strict=True):
        total, row_out, bonus = sum(row), [], 0.0
        if total == 0:
            rows.append(list(shorter))
            continue
        for count in row:
            off = 0 if count == 0 else discounts[min(count, 3) - 1]
            bonus += off
            row_out.append((count - off) / total)
        rows.append([p + bonus / total * q for p, q in zip(row_out, shorter, strict=True)])
    return np.array(rows)


# %% right="kneser_ney"
def kneser_ney(counts, lower, discounts):
    taken = np.select([counts == 1, counts == 2, counts >= 3], discounts, 0.0)
    total = counts.sum(1, keepdims=True)
    with np.errstate(invalid="ignore"):
        left, share = (counts - taken) / total, taken.sum(1, keepdims=True) / total
    return np.where(total == 0, lower, left + share * lower)


# %% right="kneser_ney"
def kneser_ney(counts, lower, discounts):
    once, twice, more = ((counts == 1), (counts == 2), (counts > 2))
    out, seen = lower.copy(), counts.any(axis=1)
    taken = once * discounts[0] + twice * discounts[1] + more * discounts[2]
    given = np.einsum("nc,nd->nd", taken, lower) + counts - taken
    out[seen] = given[seen] / counts[seen].sum(axis=-1)[:, None]
    return out


# %% wrong="kneser_ney" says="discounts were cut to whole numbers"
def kneser_ney(counts, lower, discounts):
    taken = np.zeros_like(counts)
    taken[counts == 1], taken[counts == 2], taken[counts >= 3] = discounts
    total = counts.sum(axis=1, keepdims=True)
    seen = counts - taken + taken.sum(axis=1, keepdims=True) * lower
    return np.where(total > 0, seen / np.maximum(total, 1), lower)


# %% wrong="kneser_ney" says="taken off every zero, too"
def kneser_ney(counts, lower, discounts):
    taken = np.array(discounts)[np.minimum(counts, 3) - 1]
    total = counts.sum(axis=1, keepdims=True)
    seen = counts - taken + taken.sum(axis=1, keepdims=True) * lower
    return np.where(total > 0, seen / np.maximum(total, 1), lower)


# %% wrong="kneser_ney" says="A row without counts was divided by 0"
def kneser_ney(counts, lower, discounts):
    taken = np.array([0, *discounts])[np.minimum(counts, 3)]
    seen = counts - taken + taken.sum(axis=1, keepdims=True) * lower
    return seen / counts.sum(axis=1, keepdims=True)


# %% wrong="kneser_ney" says="A row without counts should be `lower`"
def kneser_ney(counts, lower, discounts):
    taken = np.array([0, *discounts])[np.minimum(counts, 3)]
    seen = counts - taken + taken.sum(axis=1, keepdims=True) * lower
    return seen / np.maximum(counts.sum(axis=1, keepdims=True), 1)


# %% wrong="kneser_ney" says="What is taken off in a row is handed out in that row"
def kneser_ney(counts, lower, discounts):
    taken = np.array([0, *discounts])[np.minimum(counts, 3)]
    total = counts.sum(axis=1, keepdims=True)
    seen = counts - taken + taken.sum() * lower
    return np.where(total > 0, seen / np.maximum(total, 1), lower)


# %% wrong="kneser_ney" says="not handed out again"
def kneser_ney(counts, lower, discounts):
    taken = np.array([0, *discounts])[np.minimum(counts, 3)]
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, (counts - taken) / np.maximum(total, 1), lower)


# %% wrong="kneser_ney" says="comes in only where the count is 0"
def kneser_ney(counts, lower, discounts):
    taken = np.array([0, *discounts])[np.minimum(counts, 3)]
    total = counts.sum(axis=1, keepdims=True)
    back = np.where(counts > 0, counts - taken, taken.sum(axis=1, keepdims=True) * lower)
    return np.where(total > 0, back / np.maximum(total, 1), lower)


# %% wrong="kneser_ney" says="One discount was taken off every count"
def kneser_ney(counts, lower, discounts):
    taken = discounts[0] * (counts > 0)
    total = counts.sum(axis=1, keepdims=True)
    seen = counts - taken + taken.sum(axis=1, keepdims=True) * lower
    return np.where(total > 0, seen / np.maximum(total, 1), lower)


# %% wrong="kneser_ney" says="work on a copy"
def kneser_ney(counts, lower, discounts):
    taken = np.array([0, *discounts])[np.minimum(counts, 3)]
    total = counts.sum(axis=1, keepdims=True)
    seen = total[:, 0] > 0
    lower *= np.where(total > 0, taken.sum(axis=1, keepdims=True) / np.maximum(total, 1), 1)
    lower[seen] += (counts - taken)[seen] / total[seen]
    return lower


# %% right="causal_convolution"
def causal_convolution(x, kernel):
    before = ops.zeros((ops.shape(x)[0], kernel.shape[0] - 1, x.shape[2]))
    padded = ops.concatenate([before, x], axis=1)
    return ops.conv(padded, kernel, strides=1, padding="valid")


# %% right="causal_convolution"
def causal_convolution(x, kernel):
    reach, length = kernel.shape[0], x.shape[1]
    total = ops.einsum("nlw,wf->nlf", x, kernel[-1])
    for back in range(1, min(reach, length)):
        moved = ops.pad(x[:, : length - back], [[0, 0], [back, 0], [0, 0]])
        total = total + ops.einsum("nlw,wf->nlf", moved, kernel[reach - 1 - back])
    return total


# %% right="causal_convolution"
def causal_convolution(x, kernel):
    reach = kernel.shape[0]
    padded = tf.pad(x, [[0, 0], [reach - 1, 0], [0, 0]])
    windows = tf.signal.frame(padded, reach, 1, axis=1)
    return tf.tensordot(windows, kernel, axes=[[2, 3], [0, 1]])


# %% wrong="causal_convolution" says="It looks ahead"
def causal_convolution(x, kernel):
    reach, length = kernel.shape[0], x.shape[1]
    padded = ops.pad(x, [[0, 0], [0, reach - 1], [0, 0]])
    return sum(ops.matmul(padded[:, k : k + length], kernel[k]) for k in range(reach))


# %% wrong="causal_convolution" says="Half of it looks ahead"
def causal_convolution(x, kernel):
    return ops.conv(x, kernel, strides=1, padding="same")


# %% wrong="causal_convolution" says="The matrices come in the wrong order"
def causal_convolution(x, kernel):
    reach, length = kernel.shape[0], x.shape[1]
    padded = ops.pad(x, [[0, 0], [reach - 1, 0], [0, 0]])
    total = 0
    for back in range(reach):
        start = reach - 1 - back
        total += ops.matmul(padded[:, start : start + length], kernel[back])
    return total


# %% wrong="causal_convolution" says="Each place should see itself, too"
def causal_convolution(x, kernel):
    reach, length = kernel.shape[0], x.shape[1]
    padded = ops.pad(x, [[0, 0], [reach, 0], [0, 0]])
    return sum(ops.matmul(padded[:, k : k + length], kernel[k]) for k in range(reach))


# %% wrong="causal_convolution" says="Before the first place there are zeros, not the last"
def causal_convolution(x, kernel):
    reach = kernel.shape[0]
    moved = [ops.roll(x, reach - 1 - k, axis=1) for k in range(reach)]
    return sum(ops.matmul(part, kernel[k]) for k, part in enumerate(moved))


# %% wrong="causal_convolution" says="n is not known then"
def causal_convolution(x, kernel):
    before = ops.zeros((x.shape[0], kernel.shape[0] - 1, x.shape[2]))
    padded = ops.concatenate([before, x], axis=1)
    return ops.conv(padded, kernel, strides=1, padding="valid")


# %% wrong="causal_convolution" says="which has a shape but no len"
def causal_convolution(x, kernel):
    padded = ops.pad(x, [[0, 0], [len(kernel) - 1, 0], [0, 0]])
    return ops.conv(padded, kernel, strides=1, padding="valid")


# %% wrong="causal_convolution" says="no gradient comes through it"
def causal_convolution(x, kernel):
    x, kernel = np.asarray(x), np.asarray(kernel)
    reach, length = kernel.shape[0], x.shape[1]
    padded = np.pad(x, [[0, 0], [reach - 1, 0], [0, 0]])
    return sum(padded[:, k : k + length] @ kernel[k] for k in range(reach))


# %% wrong="causal_convolution" says="shape (2, 6, 5)"
def causal_convolution(x, kernel):
    return ops.conv(x, kernel, strides=1, padding="valid")


# %% right="causal_attention"
def causal_attention(queries, keys, values, slopes):
    length, width = queries.shape[2], queries.shape[3]
    scores = ops.einsum("nhiw,nhjw->nhij", queries, keys) / np.sqrt(width).astype("float32")
    i, j = np.indices((length, length))
    scores = scores - ops.reshape(slopes, (1, -1, 1, 1)) * np.abs(i - j).astype("float32")
    scores = scores + np.where(j > i, -1e9, 0).astype("float32")
    return ops.einsum("nhij,nhjd->nhid", keras.activations.softmax(scores), values)


# %% right="causal_attention"
def causal_attention(queries, keys, values, slopes):
    seen = []
    for i in range(queries.shape[2]):
        upto = keys[:, :, : i + 1]
        back = ops.cast(ops.arange(i, -1, -1), "float32")
        scores = ops.sum(queries[:, :, i : i + 1] * upto, axis=-1) / queries.shape[-1] ** 0.5
        weights = ops.softmax(scores - slopes[:, None] * back, axis=-1)
        seen.append(ops.sum(weights[..., None] * values[:, :, : i + 1], axis=2))
    return ops.stack(seen, axis=2)


# %% right="causal_attention"
def causal_attention(queries, keys, values, slopes):
    n = queries.shape[2]
    scores = tf.matmul(queries * queries.shape[-1] ** -0.5, keys, transpose_b=True)
    place = tf.range(n, dtype="float32")
    scores += slopes[:, None, None] * (place[None, :] - place[:, None])
    mask = tf.linalg.band_part(tf.ones((n, n)), -1, 0)
    raised = tf.exp(scores - tf.reduce_max(scores, axis=-1, keepdims=True))
    raised *= mask
    return tf.matmul(raised / tf.reduce_sum(raised, axis=-1, keepdims=True), values)


# %% wrong="causal_attention" says="n is not known then"
def causal_attention(queries, keys, values, slopes):
    length, width = queries.shape[-2:]
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    answers = []
    for q, k, v in zip(queries, keys, values, strict=True):
        scores = ops.matmul(q, ops.transpose(k, (0, 2, 1))) / width**0.5
        scores -= slopes[:, None, None] * ops.cast(distance, "float32")
        weights = ops.softmax(ops.where(distance >= 0, scores, -1e9), axis=-1)
        answers.append(ops.matmul(weights, v))
    return ops.stack(answers)


# %% wrong="causal_attention" says="The mask is missing"
def causal_attention(queries, keys, values, slopes):
    length, width = queries.shape[-2:]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / width**0.5
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores -= slopes[:, None, None] * ops.cast(distance, "float32")
    return ops.matmul(ops.softmax(scores, axis=-1), values)


# %% wrong="causal_attention" says="The mask is the wrong way round"
def causal_attention(queries, keys, values, slopes):
    length, width = queries.shape[-2:]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / width**0.5
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores -= slopes[:, None, None] * ops.cast(distance, "float32")
    weights = ops.softmax(ops.where(distance <= 0, scores, -1e9), axis=-1)
    return ops.matmul(weights, values)


# %% wrong="causal_attention" says="A score of 0 is no weight of 0"
def causal_attention(queries, keys, values, slopes):
    length, width = queries.shape[-2:]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / width**0.5
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores -= slopes[:, None, None] * ops.cast(distance, "float32")
    return ops.matmul(ops.softmax(ops.tril(scores), axis=-1), values)


# %% wrong="causal_attention" says="Mask before the softmax"
def causal_attention(queries, keys, values, slopes):
    length, width = queries.shape[-2:]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / width**0.5
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores -= slopes[:, None, None] * ops.cast(distance, "float32")
    return ops.matmul(ops.tril(ops.softmax(scores, axis=-1)), values)


# %% wrong="causal_attention" says="before the softmax"
def causal_attention(queries, keys, values, slopes):
    length = queries.shape[-2]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2))
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores -= slopes[:, None, None] * ops.cast(distance, "float32")
    weights = ops.softmax(ops.where(distance >= 0, scores, -1e9), axis=-1)
    return ops.matmul(weights, values)


# %% wrong="causal_attention" says="subtract slope · (i − j) after that"
def causal_attention(queries, keys, values, slopes):
    length, width = queries.shape[-2:]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2))
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores -= slopes[:, None, None] * ops.cast(distance, "float32")
    weights = ops.softmax(ops.where(distance >= 0, scores / width**0.5, -1e9), axis=-1)
    return ops.matmul(weights, values)


# %% wrong="causal_attention" says="The slope is added"
def causal_attention(queries, keys, values, slopes):
    length, width = queries.shape[-2:]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / width**0.5
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores += slopes[:, None, None] * ops.cast(distance, "float32")
    weights = ops.softmax(ops.where(distance >= 0, scores, -1e9), axis=-1)
    return ops.matmul(weights, values)


# %% wrong="causal_attention" says="The softmax goes over j"
def causal_attention(queries, keys, values, slopes):
    length, width = queries.shape[-2:]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / width**0.5
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores -= slopes[:, None, None] * ops.cast(distance, "float32")
    weights = ops.softmax(ops.where(distance >= 0, scores, -1e9), axis=-2)
    return ops.matmul(weights, values)


# %% wrong="causal_attention" says="far below 0, the places j > i still get"
def causal_attention(queries, keys, values, slopes):
    length, width = queries.shape[-2:]
    scores = ops.matmul(queries, ops.swapaxes(keys, -1, -2)) / width**0.5
    distance = ops.arange(length)[:, None] - ops.arange(length)[None]
    scores -= slopes[:, None, None] * ops.cast(distance, "float32")
    weights = ops.softmax(ops.where(distance >= 0, scores, -100.0), axis=-1)
    return ops.matmul(weights, values)


# %% right="leak"
def leak(predict, codes, position):
    logits = np.array(predict(codes[np.newaxis, :]))
    size = logits.shape[2]
    other = [code if place < position else (code + 1) % size for place, code in enumerate(codes)]
    return float(np.max(np.abs(np.array(predict(np.array([other]))) - logits)[:, :position]))


# %% right="leak"
def leak(predict, codes, position):
    one = tf.convert_to_tensor(predict(codes.reshape(1, -1)))[0, :position]
    later = np.arange(len(codes)) >= position
    size = one.shape[-1]
    two = predict(np.where(later, (codes + 1) % size, codes)[None])
    return ops.max(ops.abs(two[0][:position] - one))


# %% right="leak"
def leak(predict, codes, position):
    first = np.asarray(predict(codes[None]))[0, :position]
    tail = codes[position:] + 1
    tail = np.where(tail == first.shape[-1], 0, tail)
    second = predict(np.concatenate([codes[:position], tail])[None])
    return max(abs(a - b) for a, b in zip(np.ravel(first), np.ravel(second), strict=False))


# %% wrong="leak" says="AttributeError"
def leak(predict, codes, position):
    before = predict(codes[None])
    changed = codes.copy()
    changed[position:] = (codes[position:] + 1) % before.shape[-1]
    return (predict(changed[None]) - before)[0, :position].abs().max()


# %% wrong="leak" says="work on a copy"
def leak(predict, codes, position):
    before = np.asarray(predict(codes[None]))
    codes[position:] = (codes[position:] + 1) % before.shape[-1]
    after = np.asarray(predict(codes[None]))
    return np.abs(after - before)[0, :position].max()


# %% wrong="leak" says="A code outside of 0 to size − 1"
def leak(predict, codes, position):
    changed = codes.copy()
    changed[position:] += 1
    differences = np.asarray(predict(changed[None])) - np.asarray(predict(codes[None]))
    return np.abs(differences)[0, :position].max()


# %% wrong="leak" says="The size is the number of logits"
def leak(predict, codes, position):
    changed = codes.copy()
    changed[position:] = (codes[position:] + 1) % (codes.max() + 1)
    differences = np.asarray(predict(changed[None])) - np.asarray(predict(codes[None]))
    return np.abs(differences)[0, :position].max()


# %% wrong="leak" says="This predict never looks ahead"
def leak(predict, codes, position):
    before = np.asarray(predict(codes[None]))
    changed = codes.copy()
    changed[position:] = (codes[position:] + 1) % before.shape[-1]
    return np.abs(np.asarray(predict(changed[None])) - before).max()


# %% wrong="leak" says="From position on, and position itself"
def leak(predict, codes, position):
    before = np.asarray(predict(codes[None]))
    changed = codes.copy()
    changed[position + 1 :] = (codes[position + 1 :] + 1) % before.shape[-1]
    return np.abs(np.asarray(predict(changed[None])) - before)[0, :position].max()


# %% wrong="leak" says="From position on, and position itself"
def leak(predict, codes, position):
    before = np.asarray(predict(codes[None]))
    changed = codes.copy()
    changed[position] = (codes[position] + 1) % before.shape[-1]
    return np.abs(np.asarray(predict(changed[None])) - before)[0, :position].max()


# %% wrong="leak" says="Take absolute differences before the largest"
def leak(predict, codes, position):
    before = np.asarray(predict(codes[None]))
    changed = codes.copy()
    changed[position:] = (codes[position:] + 1) % before.shape[-1]
    return (np.asarray(predict(changed[None])) - before)[0, :position].max()


# %% wrong="leak" says="Take absolute differences before the largest"
def leak(predict, codes, position):
    before = np.asarray(predict(codes[None]))
    changed = codes.copy()
    changed[position:] = (codes[position:] + 1) % before.shape[-1]
    return (before - np.asarray(predict(changed[None])))[0, :position].max()


# %% wrong="leak" says="the place right before `position` counts, too"
def leak(predict, codes, position):
    before = np.asarray(predict(codes[None]))
    changed = codes.copy()
    changed[position:] = (codes[position:] + 1) % before.shape[-1]
    after = np.asarray(predict(changed[None]))
    return np.abs(after - before)[0, : position - 1].max(initial=0)


# %% right="residual_block"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    middle = keras.layers.Add()([attention(norm_1(x)), x])
    normalized = norm_2(middle)
    return keras.layers.Add()([feed_forward(normalized), middle])


# %% right="residual_block"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    for norm, layer in ((norm_1, attention), (norm_2, feed_forward)):
        x = ops.add(layer(norm(x)), x)
    return x


# %% wrong="residual_block" says="What came in is not added"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    return feed_forward(norm_2(attention(norm_1(x))))


# %% wrong="residual_block" says="The norms come after the sums"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    x = norm_1(x + attention(x))
    return norm_2(x + feed_forward(x))


# %% wrong="residual_block" says="Both sums add a norm"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    x = norm_1(x)
    x = x + attention(x)
    x = norm_2(x)
    return x + feed_forward(x)


# %% wrong="residual_block" says="The second sum adds x again"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    y = x + attention(norm_1(x))
    return x + feed_forward(norm_2(y))


# %% wrong="residual_block" says="before the feed-forward network gets it"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    return x + attention(norm_1(x)) + feed_forward(norm_2(x))


# %% wrong="residual_block" says="The same norm was used twice"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    x = x + attention(norm_1(x))
    return x + feed_forward(norm_1(x))


# %% wrong="residual_block" says="add by + or by keras.ops"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    x = tf.add(x, attention(norm_1(x)))
    return tf.add(x, feed_forward(norm_2(x)))


# %% wrong="residual_block" says="once is enough"
def residual_block(x, norm_1, attention, norm_2, feed_forward):
    return x + attention(norm_1(x)) + feed_forward(norm_2(x + attention(norm_1(x))))


# %% right="next_probabilities"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scaled = logits / temperature
    scaled = np.exp(scaled - scaled.max())
    p = scaled / scaled.sum()
    if top_k is not None:
        stays = sorted(range(len(p)), key=lambda i: p[i], reverse=True)[:top_k]
        p = np.array([p[i] if i in stays else 0 for i in range(len(p))])
        p = p / p.sum()
    if top_p is not None:
        total, kept = 0.0, np.zeros_like(p)
        for i in np.argsort(p)[::-1]:
            if total >= top_p:
                break
            kept[i] = p[i]
            total += p[i]
        p = kept / kept.sum()
    return p


# %% right="next_probabilities"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits / temperature
    order = scores.argsort()[::-1]
    stay = len(scores) if top_k is None else min(top_k, len(scores))
    likeliest = ops.convert_to_numpy(ops.softmax(scores[order[:stay]]))
    if top_p is not None:
        stay = min(int(np.searchsorted(np.cumsum(likeliest), top_p)) + 1, stay)
    result = np.zeros(len(scores))
    result[order[:stay]] = softmax(scores[order[:stay]])
    return result


# %% right="next_probabilities"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = np.array(logits, "float64") / temperature
    if top_k is not None and top_k < scores.size:
        scores[scores < np.sort(scores)[-top_k]] = -np.inf
    if top_p is not None:
        p = softmax(scores)
        above = np.array([p[p > one].sum() for one in p])
        scores = np.where(above < top_p, scores, -np.inf)
    return softmax(scores)


# %% wrong="next_probabilities" says="this multiplies"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = softmax(logits * temperature)
    order = np.argsort(-p)
    if top_k is not None:
        p[order[top_k:]] = 0
        p /= p.sum()
    if top_p is not None:
        p[order[np.cumsum(p[order]) - p[order] >= top_p]] = 0
    return p / p.sum()


# %% wrong="next_probabilities" says="divide what stays by its sum"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = softmax(logits / temperature)
    order = np.argsort(-p)
    if top_k is not None:
        p[order[top_k:]] = 0
    if top_p is not None:
        p[order[np.cumsum(p[order]) - p[order] >= top_p]] = 0
    return p


# %% wrong="next_probabilities" says="after top_k scale to the sum 1, then top_p chooses"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = softmax(logits / temperature)
    order = np.argsort(-p)
    if top_k is not None:
        p[order[top_k:]] = 0
    if top_p is not None:
        p[order[np.cumsum(p[order]) - p[order] >= top_p]] = 0
    return p / p.sum()


# %% wrong="next_probabilities" says="after top_k scale to the sum 1, then top_p chooses"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = softmax(logits / temperature)
    order = np.argsort(-p)
    if top_p is not None:
        p[order[np.cumsum(p[order]) - p[order] >= top_p]] = 0
    if top_k is not None:
        p[order[top_k:]] = 0
    return p / p.sum()


# %% wrong="next_probabilities" says="yours stop one too early"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = softmax(logits / temperature)
    order = np.argsort(-p)
    if top_k is not None:
        p[order[top_k:]] = 0
        p /= p.sum()
    if top_p is not None:
        stays = np.cumsum(p[order]) <= top_p
        stays[0] = True
        p[order[~stays]] = 0
    return p / p.sum()


# %% wrong="next_probabilities" says="The likeliest stay"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = softmax(logits / temperature)
    order = np.argsort(p)
    if top_k is not None:
        p[order[top_k:]] = 0
        p /= p.sum()
    if top_p is not None:
        p[order[np.cumsum(p[order]) - p[order] >= top_p]] = 0
    return p / p.sum()


# %% wrong="next_probabilities" says="yours stop one too early"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = softmax(logits / temperature)
    order = np.argsort(-p)
    if top_k is not None:
        p[order[top_k:]] = 0
        p /= p.sum()
    if top_p is not None:
        p[order[np.cumsum(p[order]) > top_p]] = 0
    return p / p.sum()


# %% wrong="next_probabilities" says="2 of the five should stay; in yours 3 do"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = softmax(logits / temperature)
    order = np.argsort(-p)
    if top_k is not None:
        p[order[top_k:]] = 0
        p /= p.sum()
    if top_p is not None and top_p > p.max():
        p[order[np.searchsorted(np.cumsum(p[order]), top_p) + 2 :]] = 0
    elif top_p is not None:
        p[order[1:]] = 0
    return p / p.sum()


# %% wrong="next_probabilities" says="the temperature comes first"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = softmax(logits)
    order = np.argsort(-p)
    if top_k is not None:
        p[order[top_k:]] = 0
        p /= p.sum()
    if top_p is not None:
        p[order[np.cumsum(p[order]) - p[order] >= top_p]] = 0
    p = p ** (1 / temperature)
    return p / p.sum()


# %% wrong="next_probabilities" says="The likeliest stay, in their places"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = softmax(logits / temperature)
    if top_k is not None:
        p = np.sort(p)[::-1]
        p[top_k:] = 0
        p /= p.sum()
    if top_p is not None:
        order = np.argsort(-p)
        p[order[np.cumsum(p[order]) - p[order] >= top_p]] = 0
    return p / p.sum()


# %% wrong="next_probabilities" says="an exponential that is too large"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = np.exp(logits / temperature) / np.exp(logits / temperature).sum()
    order = np.argsort(-p)
    if top_k is not None:
        p[order[top_k:]] = 0
        p /= p.sum()
    if top_p is not None:
        p[order[np.cumsum(p[order]) - p[order] >= top_p]] = 0
    return p / p.sum()


# %% wrong="next_probabilities" says="work on a copy"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    logits /= temperature
    p = softmax(logits)
    order = np.argsort(-p)
    if top_k is not None:
        p[order[top_k:]] = 0
        p /= p.sum()
    if top_p is not None:
        p[order[np.cumsum(p[order]) - p[order] >= top_p]] = 0
    return p / p.sum()


# %% right="cached_attention"
def cached_attention(query, key, value, cache, slopes, room):
    keys = np.append(cache[0], key[:, np.newaxis], axis=1)
    values = np.append(cache[1], value[:, np.newaxis], axis=1)
    keys, values = (part[:, max(part.shape[1] - room, 0) :] for part in (keys, values))
    answer = np.zeros_like(query)
    for head, slope in enumerate(slopes):
        scores = keys[head] @ query[head] / len(query[head]) ** 0.5
        scores -= slope * np.arange(len(scores) - 1, -1, -1)
        weights = np.exp(scores - scores.max())
        answer[head] = weights @ values[head] / weights.sum()
    return answer, (keys, values)


# %% right="cached_attention"
def cached_attention(query, key, value, cache, slopes, room):
    keys, values = (
        np.concatenate([old, np.expand_dims(new, 1)], axis=1)
        for old, new in zip(cache, (key, value), strict=True)
    )
    while keys.shape[1] > room:
        keys, values = keys[:, 1:], values[:, 1:]
    scores = np.einsum("hw,hnw->hn", query, keys) * query.shape[-1] ** -0.5
    scores = scores + np.outer(slopes, np.arange(1 - keys.shape[1], 1))
    weights = tf.nn.softmax(scores.astype("float32"), axis=-1).numpy()
    return np.einsum("hn,hnw->hw", weights, values), [keys, values]


# %% wrong="cached_attention" says="too many: keep the last"
def cached_attention(query, key, value, cache, slopes, room):
    keys = np.concatenate([cache[0], key[:, None]], axis=1)
    values = np.concatenate([cache[1], value[:, None]], axis=1)
    distance = np.arange(keys.shape[1])[::-1]
    scores = (keys @ query[:, :, None])[..., 0] / np.sqrt(query.shape[1])
    weights = softmax(scores - slopes[:, None] * distance, axis=1)
    return (weights[:, None] @ values)[:, 0], (keys, values)


# %% wrong="cached_attention" says="throw away the oldest"
def cached_attention(query, key, value, cache, slopes, room):
    keys = np.concatenate([cache[0], key[:, None]], axis=1)[:, :room]
    values = np.concatenate([cache[1], value[:, None]], axis=1)[:, :room]
    distance = np.arange(keys.shape[1])[::-1]
    scores = (keys @ query[:, :, None])[..., 0] / np.sqrt(query.shape[1])
    weights = softmax(scores - slopes[:, None] * distance, axis=1)
    return (weights[:, None] @ values)[:, 0], (keys, values)


# %% wrong="cached_attention" says="With room for 1"
def cached_attention(query, key, value, cache, slopes, room):
    keys, values = (part[:, -(room - 1) :] for part in cache)
    keys = np.concatenate([keys, key[:, None]], axis=1)
    values = np.concatenate([values, value[:, None]], axis=1)
    distance = np.arange(keys.shape[1])[::-1]
    scores = (keys @ query[:, :, None])[..., 0] / np.sqrt(query.shape[1])
    weights = softmax(scores - slopes[:, None] * distance, axis=1)
    return (weights[:, None] @ values)[:, 0], (keys, values)


# %% wrong="cached_attention" says="What is far away counts more in yours"
def cached_attention(query, key, value, cache, slopes, room):
    keys = np.concatenate([cache[0], key[:, None]], axis=1)[:, -room:]
    values = np.concatenate([cache[1], value[:, None]], axis=1)[:, -room:]
    distance = np.arange(keys.shape[1])
    scores = (keys @ query[:, :, None])[..., 0] / np.sqrt(query.shape[1])
    weights = softmax(scores - slopes[:, None] * distance, axis=1)
    return (weights[:, None] @ values)[:, 0], (keys, values)


# %% wrong="cached_attention" says="Divide the inner products by the square root of width"
def cached_attention(query, key, value, cache, slopes, room):
    keys = np.concatenate([cache[0], key[:, None]], axis=1)[:, -room:]
    values = np.concatenate([cache[1], value[:, None]], axis=1)[:, -room:]
    distance = np.arange(keys.shape[1])[::-1]
    scores = (keys @ query[:, :, None])[..., 0]
    weights = softmax(scores - slopes[:, None] * distance, axis=1)
    return (weights[:, None] @ values)[:, 0], (keys, values)


# %% wrong="cached_attention" says="attend over the new cache"
def cached_attention(query, key, value, cache, slopes, room):
    keys = np.concatenate([cache[0], key[:, None]], axis=1)
    values = np.concatenate([cache[1], value[:, None]], axis=1)
    distance = np.arange(keys.shape[1])[::-1]
    scores = (keys @ query[:, :, None])[..., 0] / np.sqrt(query.shape[1])
    weights = softmax(scores - slopes[:, None] * distance, axis=1)
    return (weights[:, None] @ values)[:, 0], (keys[:, -room:], values[:, -room:])


# %% wrong="cached_attention" says="The newest of the keys belongs at the end"
def cached_attention(query, key, value, cache, slopes, room):
    keys = np.concatenate([key[:, None], cache[0]], axis=1)[:, :room]
    values = np.concatenate([value[:, None], cache[1]], axis=1)[:, :room]
    scores = (keys @ query[:, :, None])[..., 0] / np.sqrt(query.shape[1])
    weights = softmax(scores - slopes[:, None] * np.arange(keys.shape[1]), axis=1)
    return (weights[:, None] @ values)[:, 0], (keys, values)


# %% wrong="cached_attention" says="Return a numpy array" same_values="right numbers, as tensors"
def cached_attention(query, key, value, cache, slopes, room):
    keys = ops.concatenate([cache[0], key[:, None]], axis=1)[:, -room:]
    values = ops.concatenate([cache[1], value[:, None]], axis=1)[:, -room:]
    distance = ops.cast(ops.flip(ops.arange(keys.shape[1])), "float32")
    scores = ops.einsum("hnw,hw->hn", keys, query) / query.shape[1] ** 0.5
    weights = ops.softmax(scores - slopes[:, None] * distance, axis=1)
    return ops.einsum("hn,hnw->hw", weights, values), (keys, values)


# %% wrong="cached_attention" says="work on a copy"
def cached_attention(query, key, value, cache, slopes, room):
    keys, values = cache
    if keys.shape[1] == room:  # no new memory: what is old moves up
        keys[:, :-1], values[:, :-1] = keys[:, 1:].copy(), values[:, 1:].copy()
        keys[:, -1], values[:, -1] = key, value
    else:
        keys = np.concatenate([keys, key[:, None]], axis=1)[:, -room:]
        values = np.concatenate([values, value[:, None]], axis=1)[:, -room:]
    distance = np.arange(keys.shape[1])[::-1]
    scores = (keys @ query[:, :, None])[..., 0] / np.sqrt(query.shape[1])
    weights = softmax(scores - slopes[:, None] * distance, axis=1)
    return (weights[:, None] @ values)[:, 0], (keys, values)
