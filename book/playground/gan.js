// Lab 02's GAN with its gradients written by hand: 122 weights make points, 101 judge them.
import { randomness, sigmoid, softplus } from "./shared.js";

export const BATCH = 128;
const LATENT = 5;

/** A network with one hidden layer of tanh; all its weights stand in one array. */
class Network {
  constructor(inputs, hidden, outputs, random, small = false) {
    Object.assign(this, { inputs, hidden, outputs });
    this.bias = inputs * hidden; // where these begin: first the matrix of the hidden layer, then …
    this.second = this.bias + hidden;
    this.last = this.second + hidden * outputs;
    this.weights = new Float64Array(this.last + outputs);
    this.gradient = new Float64Array(this.weights.length);
    const limits = [
      Math.sqrt(6 / (inputs + (small ? hidden : 0))), // Glorot's uniform, or He's
      Math.sqrt(6 / (hidden + outputs)),
    ];
    for (let k = 0; k < this.bias; k++) this.weights[k] = limits[0] * (2 * random.uniform() - 1);
    for (let k = this.second; k < this.last; k++) {
      this.weights[k] = limits[1] * (2 * random.uniform() - 1);
    }
  }

  /** n rows of x to n rows of answers; keeps what `back` needs. */
  forward(x, n, weights = this.weights) {
    const { inputs, hidden, outputs, bias, second, last } = this;
    const h = new Float64Array(n * hidden);
    const answers = new Float64Array(n * outputs);
    for (let row = 0; row < n; row++) {
      for (let j = 0; j < hidden; j++) {
        let sum = weights[bias + j];
        for (let i = 0; i < inputs; i++) sum += x[row * inputs + i] * weights[i * hidden + j];
        h[row * hidden + j] = 1 - 2 / (Math.exp(2 * sum) + 1); // tanh
      }
      for (let k = 0; k < outputs; k++) {
        let sum = weights[last + k];
        for (let j = 0; j < hidden; j++) sum += h[row * hidden + j] * weights[second + j * outputs + k];
        answers[row * outputs + k] = sum;
      }
    }
    this.kept = { x, h, n };
    return answers;
  }

  /** From the loss's slope for each answer to `gradient`, and to the slope for each input. */
  back(slopes) {
    const { inputs, hidden, outputs, bias, second, last, weights, gradient } = this;
    const { x, h, n } = this.kept;
    const slopesOfInputs = new Float64Array(n * inputs);
    gradient.fill(0);
    for (let row = 0; row < n; row++) {
      for (let k = 0; k < outputs; k++) gradient[last + k] += slopes[row * outputs + k];
      for (let j = 0; j < hidden; j++) {
        const value = h[row * hidden + j];
        let slope = 0;
        for (let k = 0; k < outputs; k++) {
          const from = slopes[row * outputs + k];
          gradient[second + j * outputs + k] += from * value;
          slope += from * weights[second + j * outputs + k];
        }
        slope *= 1 - value * value;
        gradient[bias + j] += slope;
        for (let i = 0; i < inputs; i++) {
          gradient[i * hidden + j] += slope * x[row * inputs + i];
          slopesOfInputs[row * inputs + i] += slope * weights[i * hidden + j];
        }
      }
    }
    return slopesOfInputs;
  }
}

/** Adam as Keras has it, with a running mean of the weights (momentum 0.998). */
class Adam {
  constructor(network, beta) {
    Object.assign(this, { network, beta, steps: 0 });
    this.mean = new Float64Array(network.weights.length);
    this.square = new Float64Array(network.weights.length);
    this.averaged = network.weights.slice();
  }

  apply(rate) {
    const { network, beta, mean, square, averaged } = this;
    this.steps += 1;
    const size = (rate * Math.sqrt(1 - 0.999 ** this.steps)) / (1 - beta ** this.steps);
    const keep = this.steps === 1 ? 0 : 0.998;
    for (let k = 0; k < mean.length; k++) {
      const slope = network.gradient[k];
      mean[k] += (1 - beta) * (slope - mean[k]);
      square[k] += 0.001 * (slope * slope - square[k]);
      network.weights[k] -= (size * mean[k]) / (Math.sqrt(square[k]) + 1e-7);
      averaged[k] += (1 - keep) * (network.weights[k] - averaged[k]);
    }
  }
}

/** The game of both networks. `change`: beta (0.5), small (false), minimax (false). */
export class Gan {
  constructor(seed, { beta = 0.5, small = false, minimax = false } = {}) {
    this.random = randomness(seed);
    this.minimax = minimax;
    this.generator = new Network(LATENT, 15, 2, this.random, small);
    this.discriminator = new Network(2, 25, 1, this.random, small);
    this.forGenerator = new Adam(this.generator, beta);
    this.forDiscriminator = new Adam(this.discriminator, beta);
    this.losses = [Math.LN2, Math.LN2];
  }

  get steps() {
    return this.forGenerator.steps;
  }

  /** Points of y = x², x from -0.5 to 0.5, as x, y, x, y … */
  real(n) {
    const points = new Float64Array(2 * n);
    for (let k = 0; k < n; k++) {
      const x = this.random.uniform() - 0.5;
      points[2 * k] = x;
      points[2 * k + 1] = x * x;
    }
    return points;
  }

  latent(n) {
    return Float64Array.from({ length: n * LATENT }, this.random.normal);
  }

  /** One step of the discriminator, then one of the generator, at these learning rates. */
  step(rateOfGenerator, rateOfDiscriminator) {
    const both = new Float64Array(4 * BATCH);
    both.set(this.real(BATCH));
    both.set(this.generator.forward(this.latent(BATCH), BATCH), 2 * BATCH);
    let logits = this.discriminator.forward(both, 2 * BATCH);
    const ofDiscriminator = logits.reduce((sum, s, k) => sum + softplus(k < BATCH ? -s : s), 0);
    const slopes = logits.map((s, k) => (sigmoid(s) - (k < BATCH ? 1 : 0)) / (2 * BATCH));
    this.discriminator.back(slopes);
    this.forDiscriminator.apply(rateOfDiscriminator);

    const fake = this.generator.forward(this.latent(BATCH), BATCH);
    logits = this.discriminator.forward(fake, BATCH);
    const ofGenerator = logits.reduce((sum, s) => sum + (this.minimax ? -softplus(s) : softplus(-s)), 0);
    const pulls = logits.map((s) => (this.minimax ? -sigmoid(s) : sigmoid(s) - 1) / BATCH);
    this.generator.back(this.discriminator.back(pulls));
    this.forGenerator.apply(rateOfGenerator);
    this.losses = [ofDiscriminator / (2 * BATCH), ofGenerator / BATCH];
  }

  /** What the generator makes, by its weights or by their running mean. */
  points(latent, averaged) {
    const weights = averaged ? this.forGenerator.averaged : this.generator.weights;
    return this.generator.forward(latent, latent.length / LATENT, weights);
  }

  /** The probability of being real that the discriminator gives to points. */
  probability(points) {
    return this.discriminator.forward(points, points.length / 2).map(sigmoid);
  }
}

/** Root mean square of y - x². */
export function rmse(points) {
  let sum = 0;
  for (let k = 0; k < points.length; k += 2) sum += (points[k + 1] - points[k] ** 2) ** 2;
  return Math.sqrt((2 * sum) / points.length);
}

/** The share of 20 bins of x, from -0.5 to 0.5, that hold at least a quarter of an even share of the
 *  points, as lab 02 has it. */
export function coverage(points) {
  const counts = new Array(20).fill(0);
  for (let k = 0; k < points.length; k += 2) {
    const bin = Math.floor((points[k] + 0.5) * 20);
    if (bin >= 0 && bin < 20) counts[bin] += 1;
  }
  const even = points.length / 2 / 20; // points out of range count, too
  return counts.filter((count) => count >= even / 4).length / 20;
}
