# Right and wrong answers to lab 00; tests/test_answers.py says how they are used.

# %% right="standardise"
def standardise(points):
    return np.column_stack([(column - np.mean(column)) / np.std(column) for column in points.T])


# %% right="standardise"
def standardise(points):
    centered = points - np.mean(points, axis=0, keepdims=True)
    return centered / np.sqrt(np.mean(centered**2, axis=0))


# %% wrong="standardise" says="axis=0"
def standardise(points):
    return (points - points.mean()) / points.std()


# %% wrong="standardise" says="standard deviation 1"
def standardise(points):
    return (points - points.mean(axis=0)) / points.var(axis=0)


# %% wrong="standardise" says="standard deviation 1"
def standardise(points):
    return points - points.mean(axis=0)


# %% wrong="standardise" says="Leave the array"
def standardise(points):
    points -= points.mean(axis=0)
    points /= points.std(axis=0)
    return points


# %% wrong="standardise" says="in your line 2: return points - points.mean(axis=2)"
def standardise(points):
    return points - points.mean(axis=2)


# %% wrong="standardise" says="What was large should stay large"
def standardise(points):
    return (points.mean(axis=0) - points) / points.std(axis=0)


# %% right="fit_gaussian"
def fit_gaussian(points):
    return np.mean(points, axis=0), np.cov(points, rowvar=False, bias=True)


# %% right="fit_gaussian"
def fit_gaussian(points):
    mean = sum(points) / len(points)
    return mean, np.mean([np.outer(p - mean, p - mean) for p in points], axis=0)


# %% wrong="fit_gaussian" says="Divide by n, not by n - 1"
def fit_gaussian(points):
    return points.mean(axis=0), np.cov(points.T)


# %% wrong="fit_gaussian" says="2 by 2 matrix"
def fit_gaussian(points):
    return points.mean(axis=0), points.std(axis=0)


# %% wrong="fit_gaussian" says="Subtract the mean"
def fit_gaussian(points):
    return points.mean(axis=0), points.T @ points / len(points)


# %% wrong="fit_gaussian" says="divide it by n"
def fit_gaussian(points):
    centered = points - points.mean(axis=0)
    return points.mean(axis=0), centered.T @ centered


# %% wrong="fit_gaussian" says="one entry per column"
def fit_gaussian(points):
    return points.mean(), np.cov(points.T, bias=True)


# %% right="draw_points"
def draw_points(mean, covariance, n, rng):
    return rng.multivariate_normal(mean, covariance, size=n)


# %% right="draw_points"
def draw_points(mean, covariance, n, rng):
    values, vectors = np.linalg.eigh(covariance)
    z = rng.normal(size=(n, len(mean)))
    return mean + (z * np.sqrt(values)) @ vectors.T


# %% wrong="draw_points" says="Add the mean"
def draw_points(mean, covariance, n, rng):
    return rng.standard_normal((n, len(mean))) @ np.linalg.cholesky(covariance).T


# %% wrong="draw_points" says="not the covariance"
def draw_points(mean, covariance, n, rng):
    return mean + rng.standard_normal((n, len(mean))) @ covariance


# %% wrong="draw_points" says="x = z @ L.T"
def draw_points(mean, covariance, n, rng):
    return mean + rng.standard_normal((n, len(mean))) @ np.linalg.cholesky(covariance)


# %% wrong="draw_points" says="Two calls drew the same points"
def draw_points(mean, covariance, n, rng):
    return np.random.default_rng(0).multivariate_normal(mean, covariance, size=n)


# %% wrong="draw_points" says="use `rng` alone"
def draw_points(mean, covariance, n, rng):
    return np.random.multivariate_normal(mean, covariance, size=n)


# %% right="log_density"
def log_density(points, mean, covariance):
    precision = np.linalg.inv(covariance)
    distance = np.einsum("ni,ij,nj->n", points - mean, precision, points - mean)
    normalizer = np.log((2 * np.pi) ** len(mean) * np.linalg.det(covariance))
    return -(distance + normalizer) / 2


# %% right="log_density"
def log_density(points, mean, covariance):
    factor = np.linalg.cholesky(covariance)
    z = np.linalg.solve(factor, (points - mean).T)
    log_scale = np.log(np.diag(factor)).sum()
    return -0.5 * (z**2).sum(axis=0) - log_scale - 0.5 * len(mean) * np.log(2 * np.pi)


# %% wrong="log_density" says="That is the density"
def log_density(points, mean, covariance):
    centered = points - mean
    distance = np.sum(centered @ np.linalg.inv(covariance) * centered, axis=1)
    return np.exp(-distance / 2) / np.sqrt((2 * np.pi) ** 2 * np.linalg.det(covariance))


# %% wrong="log_density" says="d·log 2π"
def log_density(points, mean, covariance):
    centered = points - mean
    distance = np.sum(centered @ np.linalg.inv(covariance) * centered, axis=1)
    return -0.5 * (distance + np.linalg.slogdet(covariance)[1])


# %% wrong="log_density" says="the logarithm of its determinant"
def log_density(points, mean, covariance):
    centered = points - mean
    distance = np.sum(centered @ np.linalg.inv(covariance) * centered, axis=1)
    return -0.5 * (distance + len(mean) * np.log(2 * np.pi))


# %% wrong="log_density" says="use the inverse"
def log_density(points, mean, covariance):
    centered = points - mean
    distance = np.sum(centered @ covariance * centered, axis=1)
    log_det = np.linalg.slogdet(covariance)[1]
    return -0.5 * (distance + log_det + len(mean) * np.log(2 * np.pi))


# %% wrong="log_density" says="r²/2 nats below the center"
def log_density(points, mean, covariance):
    centered = points - mean
    distance = np.sum(centered @ np.linalg.inv(covariance) * centered, axis=1)
    log_det = np.linalg.slogdet(covariance)[1]
    return -(distance + log_det + len(mean) * np.log(2 * np.pi))


# %% wrong="log_density" says="One number per point"
def log_density(points, mean, covariance):
    centered = points - mean
    distance = centered @ np.linalg.inv(covariance) @ centered.T
    log_det = np.linalg.slogdet(covariance)[1]
    return -0.5 * (distance + log_det + len(mean) * np.log(2 * np.pi))


# %% right="standardise"
def standardise(points):
    from scipy.stats import zscore

    return zscore(points, axis=0)


# %% right="standardise"
def standardise(points):
    from sklearn.preprocessing import StandardScaler

    return StandardScaler().fit_transform(points)


# %% right="standardise"
def standardise(points):
    result = np.empty_like(points)
    for j in range(points.shape[1]):
        column = points[:, j]
        result[:, j] = (column - np.average(column)) / np.var(column) ** 0.5
    return result


# %% right="standardise"
def standardise(points):
    points = points.copy()
    points -= points.mean(0)
    points /= points.std(0)
    return points


# %% wrong="standardise" says="pandas and ddof=1"
def standardise(points):
    return (points - points.mean(axis=0)) / points.std(axis=0, ddof=1)


# %% wrong="standardise" says="not DataFrame" same_values="a table of the right numbers"
def standardise(points):
    import pandas as pd

    table = pd.DataFrame(points)
    return (table - table.mean()) / table.std(ddof=0)


# %% wrong="standardise" says="is `return` missing?"
def standardise(points):
    (points - points.mean(axis=0)) / points.std(axis=0)


# %% right="fit_gaussian"
def fit_gaussian(points):
    mean = points.mean(axis=0)
    return [mean, np.einsum("ni,nj->ij", points - mean, points - mean) / len(points)]


# %% right="fit_gaussian"
def fit_gaussian(points):
    from sklearn.covariance import EmpiricalCovariance

    fitted = EmpiricalCovariance().fit(points)
    return fitted.location_, fitted.covariance_


# %% right="fit_gaussian"
def fit_gaussian(points):
    n, d = points.shape
    mean, covariance = np.zeros(d), np.zeros((d, d))
    for point in points:
        mean += point / n
    for point in points:
        covariance += np.outer(point - mean, point - mean) / n
    return mean, covariance


# %% right="fit_gaussian"
def fit_gaussian(points):
    second = points.T @ points / len(points)
    mean = points.mean(axis=0)
    return mean, second - np.outer(mean, mean)


# %% right="fit_gaussian"
def fit_gaussian(points):
    n = len(points)
    return points.mean(axis=0), np.cov(points.T) * (n - 1) / n


# %% wrong="fit_gaussian" says="Leave the array"
def fit_gaussian(points):
    mean = points.mean(axis=0)
    points -= mean
    return mean, points.T @ points / len(points)


# %% right="draw_points"
def draw_points(mean, covariance, n, rng):
    from scipy.stats import multivariate_normal

    return multivariate_normal(mean, covariance).rvs(n, random_state=rng)


# %% right="draw_points"
def draw_points(mean, covariance, n, rng):
    L = np.linalg.cholesky(covariance)
    return np.array([mean + L @ rng.standard_normal(len(mean)) for _ in range(n)])


# %% right="draw_points"
def draw_points(mean, covariance, n, rng):
    z = rng.normal(0, 1, (len(mean), n))
    return (np.linalg.cholesky(covariance) @ z).T + mean[None, :]


# %% right="draw_points"
def draw_points(mean, covariance, n, rng):
    from scipy.linalg import sqrtm

    return mean + rng.standard_normal((n, mean.size)) @ sqrtm(covariance).real


# %% wrong="draw_points" says="not list" same_values="a list of the right points"
def draw_points(mean, covariance, n, rng):
    L = np.linalg.cholesky(covariance)
    return [mean + L @ rng.standard_normal(len(mean)) for _ in range(n)]


# %% right="log_density"
def log_density(points, mean, covariance):
    from scipy.stats import multivariate_normal

    return np.atleast_1d(multivariate_normal(mean, covariance).logpdf(points))


# %% right="log_density"
def log_density(points, mean, covariance):
    d = len(mean)
    result = np.empty(len(points))
    for i, point in enumerate(points):
        away = point - mean
        result[i] = away @ np.linalg.solve(covariance, away)
    return -0.5 * (result + np.log(np.linalg.det(covariance)) + d * np.log(2 * np.pi))


# %% right="log_density"
def log_density(points, mean, covariance):
    values, vectors = np.linalg.eigh(covariance)
    z = (points - mean) @ vectors / np.sqrt(values)
    each = -0.5 * z**2 - 0.5 * np.log(2 * np.pi * values)
    return each.sum(axis=-1)


# %% right="log_density"
def log_density(points, mean, covariance):
    centered = points - mean
    distance = np.diag(centered @ np.linalg.inv(covariance) @ centered.T)
    return -0.5 * (distance + np.linalg.slogdet(2 * np.pi * covariance).logabsdet)


# %% wrong="log_density" says="np.atleast_1d"
def log_density(points, mean, covariance):
    from scipy.stats import multivariate_normal

    return multivariate_normal(mean, covariance).logpdf(points)


# %% wrong="log_density" says="compute its logarithm without it"
def log_density(points, mean, covariance):
    centered = points - mean
    distance = np.sum(centered @ np.linalg.inv(covariance) * centered, axis=1)
    norm = np.sqrt((2 * np.pi) ** len(mean) * np.linalg.det(covariance))
    return np.log(np.exp(-distance / 2) / norm)


# %% wrong="log_density" says="Leave the array"
def log_density(points, mean, covariance):
    points -= mean
    distance = np.sum(points @ np.linalg.inv(covariance) * points, axis=1)
    log_det = np.linalg.slogdet(covariance)[1]
    return -0.5 * (distance + log_det + len(mean) * np.log(2 * np.pi))


# %% wrong="standardise" says="Four points of three columns"
def standardise(points):
    a, b = points[:, 0], points[:, 1]
    return np.column_stack([(a - a.mean()) / a.std(), (b - b.mean()) / b.std()])


# %% wrong="fit_gaussian" says="do not count on two columns"
def fit_gaussian(points):
    x, y = points[:, 0], points[:, 1]
    between = np.mean((x - x.mean()) * (y - y.mean()))
    return np.array([x.mean(), y.mean()]), np.array([[x.var(), between], [between, y.var()]])


# %% wrong="draw_points" says="use `n` and len(mean)"
def draw_points(mean, covariance, n, rng):
    return mean + rng.standard_normal((n, 2)) @ np.linalg.cholesky(covariance).T


# %% wrong="draw_points" says="those are not standard normal"
def draw_points(mean, covariance, n, rng):
    z = rng.uniform(-(3**0.5), 3**0.5, (n, len(mean)))
    return mean + z @ np.linalg.cholesky(covariance).T


# %% wrong="log_density" says="d is len(mean)"
def log_density(points, mean, covariance):
    centered = points - mean
    distance = np.sum(centered @ np.linalg.inv(covariance) * centered, axis=1)
    return -0.5 * (distance + np.linalg.slogdet(covariance)[1]) - np.log(2 * np.pi)


# %% wrong="log_density" says="take no mean"
def log_density(points, mean, covariance):
    centered = points - mean
    distance = np.sum(centered @ np.linalg.inv(covariance) * centered)
    return -0.5 * (distance + np.linalg.slogdet(covariance)[1] + len(mean) * np.log(2 * np.pi))
