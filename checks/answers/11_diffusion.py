# Right and wrong answers to lab 11; tests/test_answers.py says how they are used.

# %% right="add_noise"
def add_noise(x0, noise, t):
    import tensorflow as tf

    shape = tf.concat([tf.shape(t), tf.ones(tf.rank(x0) - 1, "int32")], axis=0)
    return x0 + tf.reshape(t, shape) * (noise - x0)


# %% right="add_noise"
def add_noise(x0, noise, t):
    while len(t.shape) < len(x0.shape):
        t = t[..., None]
    return keras.ops.add(x0 * (1 - t), noise * t)


# %% right="add_noise"
def add_noise(x0, noise, t):
    turned = keras.ops.transpose(x0) * (1 - t) + keras.ops.transpose(noise) * t
    return keras.ops.transpose(turned)


# %% right="add_noise"
def add_noise(x0, noise, t):
    t = keras.ops.reshape(t, (x0.shape[0], *[1] * (len(x0.shape) - 1)))
    return (1 - t) * x0 + t * noise


# %% wrong="add_noise" says="Time runs the other way"
def add_noise(x0, noise, t):
    t = keras.ops.reshape(t, (-1, *[1] * (len(x0.shape) - 1)))
    return t * x0 + (1 - t) * noise


# %% wrong="add_noise" says="That is another mixture, with roots"
def add_noise(x0, noise, t):
    t = keras.ops.reshape(t, (-1, *[1] * (len(x0.shape) - 1)))
    return keras.ops.sqrt(1 - t) * x0 + keras.ops.sqrt(t) * noise


# %% wrong="add_noise" says="keeps the data whole"
def add_noise(x0, noise, t):
    t = keras.ops.reshape(t, (-1, *[1] * (len(x0.shape) - 1)))
    return x0 + t * noise


# %% wrong="add_noise" says="one axis of length 1 for each axis of x0 behind the first"
def add_noise(x0, noise, t):
    return (1 - t) * x0 + t * noise


# %% wrong="add_noise" says="one axis of length 1 for each axis of x0 behind the first"
def add_noise(x0, noise, t):
    t = t[:, None]
    return (1 - t) * x0 + t * noise


# %% wrong="add_noise" says="The times went along the last axis"
def add_noise(x0, noise, t):
    if x0.shape[-1] != len(t):
        t = keras.ops.reshape(t, (-1, *[1] * (len(x0.shape) - 1)))
    return (1 - t) * x0 + t * noise


# %% wrong="add_noise" says="All rows got one time"
def add_noise(x0, noise, t):
    return (1 - t[0]) * x0 + t[0] * noise


# %% wrong="add_noise" says="The arrays that you were handed were changed"
def add_noise(x0, noise, t):
    t = t.reshape(-1, *[1] * (x0.ndim - 1))
    x0 *= 1 - t
    x0 += t * noise
    return x0


# %% wrong="add_noise" says="not in a compiled step"
def add_noise(x0, noise, t):
    return np.array([(1 - at) * x + at * e for x, e, at in zip(x0, noise, t, strict=True)])


# %% wrong="add_noise" says="not in a compiled step"
def add_noise(x0, noise, t):
    t = np.reshape(t, (-1, *[1] * (len(x0.shape) - 1)))
    return (1 - t) * x0 + t * noise


# %% right="exact_clean"
def exact_clean(points, t, data):
    from scipy.spatial.distance import cdist

    exponents = cdist(points, (1 - t) * data, "sqeuclidean") / (-2 * t**2)
    weights = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ data


# %% right="exact_clean"
def exact_clean(points, t, data):
    means = []
    for point in points:
        exponents = np.array([-(np.linalg.norm(point - (1 - t) * row) ** 2) for row in data])
        weights = np.exp((exponents - max(exponents)) / (2 * t * t))
        means.append(np.average(data, axis=0, weights=weights))
    return np.array(means)


# %% right="exact_clean"
def exact_clean(points, t, data):
    away = keras.ops.expand_dims(points, 1) - (1 - t) * keras.ops.expand_dims(data, 0)
    exponents = -keras.ops.sum(keras.ops.square(away), axis=-1) / (2 * t**2)
    return keras.ops.matmul(keras.ops.softmax(exponents, axis=-1), data)


# %% right="exact_clean"
def exact_clean(points, t, data):
    from scipy.special import logsumexp

    faded = (1 - t) * data
    squares = (points**2).sum(1)[:, None] - 2 * points @ faded.T + (faded**2).sum(1)
    exponents = -0.5 * squares / t**2
    return np.exp(exponents - logsumexp(exponents, axis=1, keepdims=True)) @ data


# %% wrong="exact_clean" says="The data fade, too"
def exact_clean(points, t, data):
    squares = ((points[:, None] - data) ** 2).sum(axis=2)
    return softmax(-squares / (2 * t**2), axis=1) @ data


# %% wrong="exact_clean" says="a 2 is missing"
def exact_clean(points, t, data):
    squares = ((points[:, None] - (1 - t) * data) ** 2).sum(axis=2)
    return softmax(-squares / t**2, axis=1) @ data


# %% wrong="exact_clean" says="The distances are squared"
def exact_clean(points, t, data):
    distances = np.linalg.norm(points[:, None] - (1 - t) * data, axis=2)
    return softmax(-distances / (2 * t**2), axis=1) @ data


# %% wrong="exact_clean" says="Divide by t squared"
def exact_clean(points, t, data):
    squares = ((points[:, None] - (1 - t) * data) ** 2).sum(axis=2)
    return softmax(-squares / (2 * t), axis=1) @ data


# %% wrong="exact_clean" says="The nearest row takes all"
def exact_clean(points, t, data):
    squares = ((points[:, None] - (1 - t) * data) ** 2).sum(axis=2)
    return data[squares.argmin(axis=1)]


# %% wrong="exact_clean" says="The sign is turned"
def exact_clean(points, t, data):
    squares = ((points[:, None] - (1 - t) * data) ** 2).sum(axis=2)
    return softmax(squares / (2 * t**2), axis=1) @ data


# %% wrong="exact_clean" says="Say axis=1"
def exact_clean(points, t, data):
    squares = ((points[:, None] - (1 - t) * data) ** 2).sum(axis=2)
    return softmax(-squares / (2 * t**2)) @ data


# %% wrong="exact_clean" says="The softmax goes over the rows of data"
def exact_clean(points, t, data):
    squares = ((points[:, None] - (1 - t) * data) ** 2).sum(axis=2)
    return softmax(-squares / (2 * t**2), axis=0) @ data


# %% wrong="exact_clean" says="weigh the clean ones"
def exact_clean(points, t, data):
    faded = (1 - t) * data
    squares = ((points[:, None] - faded) ** 2).sum(axis=2)
    return softmax(-squares / (2 * t**2), axis=1) @ faded


# %% wrong="exact_clean" says="For t = 0.01 it is not finite"
def exact_clean(points, t, data):
    squares = ((points[:, None] - (1 - t) * data) ** 2).sum(axis=2)
    weights = np.exp(-squares / (2 * t**2))
    return weights / weights.sum(axis=1, keepdims=True) @ data


# %% wrong="exact_clean" says="the nearest faded row should take nearly all"
def exact_clean(points, t, data):
    squares = ((points[:, None] - (1 - t) * data) ** 2).sum(axis=2)
    weights = np.exp(-squares / (2 * t**2))
    return weights / (weights.sum(axis=1, keepdims=True) + 1e-12) @ data


# %% wrong="exact_clean" says="The arrays that you were handed were changed"
def exact_clean(points, t, data):
    clean = data.copy()
    data *= 1 - t
    squares = ((points[:, None] - data) ** 2).sum(axis=2)
    return softmax(-squares / (2 * t**2), axis=1) @ clean


# %% right="weighted_loss"
def weighted_loss(clean, answer, t, clip):
    import tensorflow as tf

    errors = tf.reduce_mean(tf.reshape((answer - clean) ** 2, (tf.shape(t)[0], -1)), axis=1)
    return tf.reduce_mean(errors * tf.minimum(clip, 1 / tf.square(t)))


# %% right="weighted_loss"
def weighted_loss(clean, answer, t, clip):
    squares = keras.ops.square(keras.ops.subtract(clean, answer))
    while len(squares.shape) > 1:
        squares = keras.ops.mean(squares, axis=-1)
    weights = keras.ops.where(1 / t**2 > clip, clip, 1 / t**2)
    return keras.ops.mean(weights * squares)


# %% right="weighted_loss"
def weighted_loss(clean, answer, t, clip):
    weight = keras.ops.clip(t**-2, 0, clip)
    turned = keras.ops.transpose(keras.ops.square(answer - clean)) * weight
    return keras.ops.mean(turned)


# %% wrong="weighted_loss" says="The weight is missing"
def weighted_loss(clean, answer, t, clip):
    return keras.ops.mean((answer - clean) ** 2)


# %% wrong="weighted_loss" says="The weight is not cut off"
def weighted_loss(clean, answer, t, clip):
    weight = keras.ops.reshape(1 / t**2, (-1, *[1] * (len(clean.shape) - 1)))
    return keras.ops.mean(weight * (answer - clean) ** 2)


# %% wrong="weighted_loss" says="That keeps the larger of both"
def weighted_loss(clean, answer, t, clip):
    weight = keras.ops.maximum(1 / t**2, clip)
    weight = keras.ops.reshape(weight, (-1, *[1] * (len(clean.shape) - 1)))
    return keras.ops.mean(weight * (answer - clean) ** 2)


# %% wrong="weighted_loss" says="Divide by t squared"
def weighted_loss(clean, answer, t, clip):
    weight = keras.ops.minimum(1 / t, clip)
    weight = keras.ops.reshape(weight, (-1, *[1] * (len(clean.shape) - 1)))
    return keras.ops.mean(weight * (answer - clean) ** 2)


# %% wrong="weighted_loss" says="large for little noise"
def weighted_loss(clean, answer, t, clip):
    weight = keras.ops.minimum(t**2, clip)
    weight = keras.ops.reshape(weight, (-1, *[1] * (len(clean.shape) - 1)))
    return keras.ops.mean(weight * (answer - clean) ** 2)


# %% wrong="weighted_loss" says="one axis of length 1 for each axis of the data behind the first"
def weighted_loss(clean, answer, t, clip):
    return keras.ops.mean(keras.ops.minimum(1 / t**2, clip) * (answer - clean) ** 2)


# %% wrong="weighted_loss" says="The weights went along the last axis"
def weighted_loss(clean, answer, t, clip):
    weight = keras.ops.minimum(1 / t**2, clip)
    if clean.shape[-1] != t.shape[0]:
        weight = keras.ops.reshape(weight, (-1, *[1] * (len(clean.shape) - 1)))
    return keras.ops.mean(weight * (answer - clean) ** 2)


# %% wrong="weighted_loss" says="That is the sum: take the mean over all entries"
def weighted_loss(clean, answer, t, clip):
    weight = keras.ops.minimum(1 / t**2, clip)
    weight = keras.ops.reshape(weight, (-1, *[1] * (len(clean.shape) - 1)))
    return keras.ops.sum(weight * (answer - clean) ** 2)


# %% wrong="weighted_loss" says="That is the sum over each row"
def weighted_loss(clean, answer, t, clip):
    axes = tuple(range(1, len(clean.shape)))
    errors = keras.ops.sum((answer - clean) ** 2, axis=axes)
    return keras.ops.mean(keras.ops.minimum(1 / t**2, clip) * errors)


# %% wrong="weighted_loss" says="That divides by the sum of the weights"
def weighted_loss(clean, answer, t, clip):
    weight = keras.ops.minimum(1 / t**2, clip)
    errors = keras.ops.mean((answer - clean) ** 2, axis=tuple(range(1, len(clean.shape))))
    return keras.ops.sum(weight * errors) / keras.ops.sum(weight)


# %% wrong="weighted_loss" says="each row has its own weight"
def weighted_loss(clean, answer, t, clip):
    weight = keras.ops.minimum(1 / t**2, clip)
    return keras.ops.mean(weight) * keras.ops.mean((answer - clean) ** 2)


# %% wrong="weighted_loss" says="before they are squared"
def weighted_loss(clean, answer, t, clip):
    weight = keras.ops.minimum(1 / t**2, clip)
    weight = keras.ops.reshape(weight, (-1, *[1] * (len(clean.shape) - 1)))
    return keras.ops.mean((weight * (answer - clean)) ** 2)


# %% wrong="weighted_loss" says="Expected one number"
def weighted_loss(clean, answer, t, clip):
    weight = keras.ops.minimum(1 / t**2, clip)
    errors = keras.ops.mean((answer - clean) ** 2, axis=tuple(range(1, len(clean.shape))))
    return weight * errors


# %% wrong="weighted_loss" says="no gradient comes through it"
def weighted_loss(clean, answer, t, clip):
    weight = np.minimum(1 / np.array(t) ** 2, clip)
    weight = weight.reshape(-1, *[1] * (len(clean.shape) - 1))
    return np.mean(weight * (np.array(answer) - clean) ** 2)


# %% wrong="weighted_loss" says="not in a compiled step"
def weighted_loss(clean, answer, t, clip):
    weight = np.reshape(np.minimum(1 / t**2, clip), (-1, *[1] * (len(clean.shape) - 1)))
    return keras.ops.mean(weight * (answer - clean) ** 2)


# %% wrong="weighted_loss" says="not in a compiled step"
def weighted_loss(clean, answer, t, clip):
    losses = [
        min(1 / at**2, clip) * (a - c) ** 2 for c, a, at in zip(clean, answer, t, strict=True)
    ]
    return keras.ops.mean(keras.ops.stack(losses))


# %% right="as_clean"
def as_clean(answer, x_t, t, target):
    match target:
        case "clean":
            return answer
        case "noise":
            return x_t / (1 - t) - t / (1 - t) * answer
        case "velocity":
            return x_t - answer * t
        case "score":
            return (x_t + t**2 * answer) / (1 - t)


# %% right="as_clean"
def as_clean(answer, x_t, t, target):
    if target in ("noise", "score"):
        noise = answer if target == "noise" else np.multiply(-t, answer)
        answer, target = np.divide(x_t - t * noise, 1 - t), "clean"
    return x_t - t * answer if target == "velocity" else answer


# %% right="as_clean"
def as_clean(answer, x_t, t, target):
    ways = {
        "clean": lambda: answer,
        "noise": lambda: (x_t - t * answer) / (1 - t),
        "velocity": lambda: x_t + (1 - t) * answer - answer,
        "score": lambda: (x_t + t * t * answer) / (1 - t),
    }
    return keras.ops.convert_to_tensor(ways[target]())


# %% wrong="as_clean" says="The velocity leads from data to noise"
def as_clean(answer, x_t, t, target):
    if target == "clean":
        return answer
    if target == "velocity":
        return x_t + t * answer
    noise = answer if target == "noise" else -t * answer
    return (x_t - t * noise) / (1 - t)


# %% wrong="as_clean" says="the way is t long, not 1 - t"
def as_clean(answer, x_t, t, target):
    if target == "clean":
        return answer
    if target == "velocity":
        return x_t - (1 - t) * answer
    noise = answer if target == "noise" else -t * answer
    return (x_t - t * noise) / (1 - t)


# %% wrong="as_clean" says="mind its sign"
def as_clean(answer, x_t, t, target):
    if target == "clean":
        return answer
    if target == "velocity":
        return x_t - t * answer
    noise = answer if target == "noise" else t * answer
    return (x_t - t * noise) / (1 - t)


# %% wrong="as_clean" says="The score is no noise"
def as_clean(answer, x_t, t, target):
    if target == "clean":
        return answer
    if target == "velocity":
        return x_t - t * answer
    return (x_t - t * answer) / (1 - t)


# %% wrong="as_clean" says="so ε is -t times the score, with the t"
def as_clean(answer, x_t, t, target):
    if target == "clean":
        return answer
    if target == "velocity":
        return x_t - t * answer
    noise = answer if target == "noise" else -answer
    return (x_t - t * noise) / (1 - t)


# %% wrong="as_clean" says="still faded: divide by 1 - t"
def as_clean(answer, x_t, t, target):
    if target == "clean":
        return answer
    if target == "velocity":
        return x_t - t * answer
    noise = answer if target == "noise" else -t * answer
    return x_t - t * noise


# %% wrong="as_clean" says="came back as it was: translate it"
def as_clean(answer, x_t, t, target):
    if target == "velocity":
        return x_t - t * answer
    if target == "score":
        return (x_t + t**2 * answer) / (1 - t)
    return answer


# %% wrong="as_clean" says="that is the noise: asked for are the clean data"
def as_clean(answer, x_t, t, target):
    if target == "clean":
        return answer
    if target == "velocity":
        return x_t + (1 - t) * answer
    noise = answer if target == "noise" else -t * answer
    return (x_t - t * noise) / (1 - t)


# %% wrong="as_clean" says="the time 1 is allowed"
def as_clean(answer, x_t, t, target):
    if target == "clean":
        return answer
    if target == "velocity":
        noise = x_t + (1 - t) * answer
        return (x_t - t * noise) / max(1 - t, 1e-6)
    noise = answer if target == "noise" else -t * answer
    return (x_t - t * noise) / (1 - t)


# %% wrong="as_clean" says="The arrays that you were handed were changed"
def as_clean(answer, x_t, t, target):
    if target == "clean":
        return answer
    if target == "score":
        answer *= -t
    if target != "velocity":
        answer = (x_t - answer) / (1 - t)
    x_t -= t * answer
    return x_t


# %% right="euler_step"
def euler_step(x_t, clean, t, s):
    return s / t * x_t + (1 - s / t) * clean


# %% right="euler_step"
def euler_step(x_t, clean, t, s):
    velocity = np.subtract(x_t, clean) / t
    return x_t - (t - s) * velocity


# %% right="euler_step"
def euler_step(x_t, clean, t, s):
    return keras.ops.add(clean, keras.ops.multiply(s / t, x_t - clean))


# %% wrong="euler_step" says="The step went towards more noise"
def euler_step(x_t, clean, t, s):
    return x_t + (t - s) * (x_t - clean) / t


# %% wrong="euler_step" says="The step went towards more noise"
def euler_step(x_t, clean, t, s):
    return x_t + (s - t) * (clean - x_t) / t


# %% wrong="euler_step" says="Divide by t"
def euler_step(x_t, clean, t, s):
    return x_t + (s - t) * (x_t - clean)


# %% wrong="euler_step" says="That goes all the way"
def euler_step(x_t, clean, t, s):
    return x_t - t * (x_t - clean) / t


# %% wrong="euler_step" says="That is the velocity"
def euler_step(x_t, clean, t, s):
    return (x_t - clean) / t


# %% wrong="euler_step" says="not by s"
def euler_step(x_t, clean, t, s):
    return x_t + (s - t) * (x_t - clean) / s


# %% wrong="euler_step" says="x_t is no pure noise"
def euler_step(x_t, clean, t, s):
    return (1 - s) * clean + s * x_t


# %% wrong="euler_step" says="The arrays that you were handed were changed"
def euler_step(x_t, clean, t, s):
    x_t += (s - t) * (x_t - clean) / t
    return x_t


# %% right="ddim_step"
def ddim_step(x_t, clean, t, s, eta, fresh):
    import math

    fade = (1 - t) / (1 - s)
    spread = eta * (s / t) * math.sqrt(max(0.0, t * t - fade * fade * s * s))
    kept = math.sqrt(max(0.0, s * s - spread * spread))
    return (1 - s) * clean + kept * (x_t - (1 - t) * clean) / t + spread * fresh


# %% right="ddim_step"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s * np.sqrt(np.clip(1 - ((1 - t) * s / ((1 - s) * t)) ** 2, 0, None))
    noise = np.divide(x_t - (1 - t) * clean, t)
    parts = [(1 - s, clean), (np.sqrt(np.clip(s**2 - spread**2, 0, None)), noise), (spread, fresh)]
    return sum(weight * part for weight, part in parts)


# %% right="ddim_step"
def ddim_step(x_t, clean, t, s, eta, fresh):
    def root(square):
        return max(square, 0) ** 0.5

    spread = eta * s / t * root(t**2 - (s * (1 - t) / (1 - s)) ** 2)
    noise = keras.ops.convert_to_tensor(x_t - clean) / t + clean
    return clean + s * (noise - clean) + (root(s**2 - spread**2) - s) * noise + spread * fresh


# %% wrong="ddim_step" says="not x_t"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    return (1 - s) * clean + np.sqrt(max(s**2 - spread**2, 0)) * x_t + spread * fresh


# %% wrong="ddim_step" says="The clean data fade by 1 - s"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    return (1 - t) * clean + np.sqrt(max(s**2 - spread**2, 0)) * noise + spread * fresh


# %% wrong="ddim_step" says="The noise weighs s, the time of arrival"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + np.sqrt(max(t**2 - spread**2, 0)) * noise + spread * fresh


# %% wrong="ddim_step" says="For eta = 0 no fresh noise comes in"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + np.sqrt(max(s**2 - spread**2, 0)) * noise + spread * fresh


# %% wrong="ddim_step" says="No fresh noise came in"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + np.sqrt(max(s**2 - spread**2, 0)) * noise


# %% wrong="ddim_step" says="The old noise must give way"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + s * noise + spread * fresh


# %% wrong="ddim_step" says="both squared"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + (s - spread) * noise + spread * fresh


# %% wrong="ddim_step" says="it is no variance"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0)
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + np.sqrt(max(s**2 - spread**2, 0)) * noise + spread * fresh


# %% wrong="ddim_step" says="not (s / t)²"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * (s / t) ** 2 * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + np.sqrt(max(s**2 - spread**2, 0)) * noise + spread * fresh


# %% wrong="ddim_step" says="lacks its factor s / t"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + np.sqrt(max(s**2 - spread**2, 0)) * noise + spread * fresh


# %% wrong="ddim_step" says="changed places"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    if eta == 0:
        return (1 - s) * clean + s * noise
    return (1 - s) * clean + spread * noise + np.sqrt(max(s**2 - spread**2, 0)) * fresh


# %% wrong="ddim_step" says="a negative root"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * np.sqrt(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2)
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + np.sqrt(s**2 - spread**2) * noise + spread * fresh


# %% wrong="ddim_step" says="complex"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * (s / t) * (t**2 - ((1 - t) / (1 - s)) ** 2 * s**2) ** 0.5
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + (s**2 - spread**2) ** 0.5 * noise + spread * fresh


# %% wrong="ddim_step" says="The arrays that you were handed were changed"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    x_t -= (1 - t) * clean
    return (1 - s) * clean + np.sqrt(max(s**2 - spread**2, 0)) * x_t / t + spread * fresh


# %% wrong="ddim_step" says="Under the root of the old noise, the spread is squared"
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    return (1 - s) * clean + np.sqrt(max(s**2 - spread, 0)) * noise + spread * fresh


# %% wrong="ddim_step" says="weighs the root of s² - spread²."
def ddim_step(x_t, clean, t, s, eta, fresh):
    spread = eta * s / t * np.sqrt(max(t**2 - ((1 - t) / (1 - s)) ** 2 * s**2, 0))
    noise = (x_t - (1 - t) * clean) / t
    if eta == 0:
        return (1 - s) * clean + s * noise
    return (1 - s) * clean + max(s**2 - spread**2, 0) * noise + spread * fresh


# %% right="guide"
def guide(conditional, unconditional, strength):
    return strength * conditional + (1 - strength) * unconditional


# %% right="guide"
def guide(conditional, unconditional, strength):
    direction = np.subtract(conditional, unconditional)
    return np.add(conditional, (strength - 1) * direction)


# %% right="guide"
def guide(conditional, unconditional, strength):
    return keras.ops.tensordot([strength, 1 - strength], [conditional, unconditional], 1)


# %% wrong="guide" says="Strength 1 should give the conditional answer"
def guide(conditional, unconditional, strength):
    return conditional + strength * (conditional - unconditional)


# %% wrong="guide" says="The difference is conditional minus unconditional"
def guide(conditional, unconditional, strength):
    return unconditional + strength * (unconditional - conditional)


# %% wrong="guide" says="Both answers changed places"
def guide(conditional, unconditional, strength):
    return conditional + strength * (unconditional - conditional)


# %% wrong="guide" says="Add to the unconditional answer"
def guide(conditional, unconditional, strength):
    return strength * (conditional - unconditional)


# %% wrong="guide" says="goes on along the line, beyond"
def guide(conditional, unconditional, strength):
    return unconditional + min(strength, 1) * (conditional - unconditional)


# %% wrong="guide" says="The arrays that you were handed were changed"
def guide(conditional, unconditional, strength):
    conditional -= unconditional
    return unconditional + strength * conditional
