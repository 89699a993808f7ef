// Parabola: lab 02's GAN trains in the page; points, losses, the discriminator's field.
import { Gan, coverage, rmse } from "./gan.js";
import { $, begin, say, slider } from "./shared.js";

const [LEFT, RIGHT, LOW, HIGH] = [-0.75, 0.75, -0.3, 0.5]; // of the plot
const CELLS = [60, 32]; // of the field
const EVERY = 20; // steps between two points of the curves of losses
const RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1];
const USUAL = 3; // the place of 0.003
const CHANGES = {
  none: [{}, "The lab's run: after some thousands of steps the points lie on the curve."],
  hasty: [{}, "The generator collapses: it puts all points where they pass at the moment, and runs on."],
  beta: [{ beta: 0.9 }, "A longer memory of gradients: yesterday's direction is soon wrong."],
  small: [{ small: true }, "Small first weights hardly tell points apart that lie close together."],
  minimax: [{ minimax: true }, "The generator makes log(1 − D) small. On this parabola it does as well."],
};
const OWN = "Your learning rates hold; all else is as it was.";

const colors = { real: "#009e73", averaged: "#d55e00", last: "#e69f00", discriminator: "#0072b2" };

/** The context of a canvas of as many pixels as the screen has there, in CSS pixels. */
function fresh(canvas) {
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = width * scale;
  canvas.height = height * scale;
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  context.font = "12px system-ui, sans-serif";
  return [context, width, height];
}

const ink = () => getComputedStyle(document.body).color;
/** Red, green and blue of a color of playground.css, which differs between light and dark. */
const ofTheme = (name) => getComputedStyle($("plot")).getPropertyValue(name).trim().split(" ");

function drawField(context, width, height, gan) {
  const [columns, rows] = CELLS;
  const places = new Float64Array(2 * columns * rows);
  for (let k = 0; k < columns * rows; k++) {
    places[2 * k] = LEFT + (((k % columns) + 0.5) / columns) * (RIGHT - LEFT);
    places[2 * k + 1] = HIGH - ((Math.floor(k / columns) + 0.5) / rows) * (HIGH - LOW);
  }
  const small = new OffscreenCanvas(columns, rows);
  const image = new ImageData(columns, rows);
  const [real, madeUp] = ["--play-looks-real", "--play-looks-made-up"].map(ofTheme);
  gan.probability(places).forEach((p, k) => {
    image.data.set([...(p > 0.5 ? real : madeUp), Math.min(1, 4 * Math.abs(p - 0.5)) * 215], 4 * k);
  });
  small.getContext("2d").putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(small, 0, 0, width, height);
}

function drawPlot(gan, latent, real) {
  const [context, width, height] = fresh($("plot"));
  const at = (x, y) => [((x - LEFT) / (RIGHT - LEFT)) * width, ((HIGH - y) / (HIGH - LOW)) * height];
  drawField(context, width, height, gan);
  context.fillStyle = context.strokeStyle = ink();
  context.globalAlpha = 0.75;
  for (const x of [-0.5, 0, 0.5]) context.fillText(`x = ${x}`, at(x, 0)[0] + 3, height - 6);
  for (const y of [0, 0.25]) context.fillText(`y = ${y}`, 4, at(0, y)[1] - 3);
  context.globalAlpha = 0.2;
  context.beginPath();
  for (const x of [-0.5, 0, 0.5]) context.rect(at(x, 0)[0], 0, 0, height);
  for (const y of [0, 0.25]) context.rect(0, at(0, y)[1], width, 0);
  context.stroke();
  const clouds = [
    [real, colors.real, 2],
    [gan.points(latent, false), colors.last, 1.6],
    [gan.points(latent, true), colors.averaged, 2.2],
  ];
  for (const [points, color, size] of clouds) {
    context.fillStyle = color;
    context.globalAlpha = 0.8;
    for (let k = 0; k < points.length; k += 2) {
      const [x, y] = at(points[k], points[k + 1]);
      context.fillRect(x - size, y - size, 2 * size, 2 * size);
    }
  }
}

function drawLosses(history) {
  const [context, width, height] = fresh($("losses"));
  const at = (k, loss) => [
    30 + (k / Math.max(100, history.length - 1)) * (width - 34),
    height - 6 - ((Math.min(1, Math.max(0.4, loss)) - 0.4) / 0.6) * (height - 12),
  ];
  context.fillStyle = context.strokeStyle = ink();
  for (const loss of [0.5, 0.7, 0.9]) context.fillText(loss, 4, at(0, loss)[1] + 4);
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(30, at(0, Math.LN2)[1]);
  context.lineTo(width, at(0, Math.LN2)[1]);
  context.stroke();
  context.setLineDash([]);
  [colors.discriminator, colors.averaged].forEach((color, which) => {
    context.strokeStyle = color;
    context.beginPath();
    history.forEach((losses, k) => context.lineTo(...at(k, losses[which])));
    context.stroke();
  });
}

begin(async () => {
  let gan;
  let latent;
  let real;
  let history;
  let changed = "none"; // which of CHANGES the run has
  let running = false;
  let speed = { steps: 0, since: 0 };
  const rates = ["generator", "discriminator"].map((name) =>
    slider($("rates"), {
      label: `Learning rate, ${name}`,
      min: 0,
      max: RATES.length - 1,
      step: 1,
      value: USUAL,
      show: (place) => String(RATES[place]),
      change: own,
    }),
  );

  function train(steps) {
    const [ofGenerator, ofDiscriminator] = rates.map((one) => RATES[one.get()]);
    for (let k = 0; k < steps; k++) {
      gan.step(ofGenerator, ofDiscriminator);
      if (gan.steps % EVERY === 0) history.push(gan.losses);
      if (history.length > 1000) history = history.filter((_, place) => place % 2 === 0);
    }
  }

  function numbers() {
    const averaged = gan.points(latent, true);
    return { step: gan.steps, averaged: rmse(averaged), last: rmse(gan.points(latent, false)), coverage: coverage(averaged) };
  }

  function show() {
    const now = numbers();
    drawPlot(gan, latent.subarray(0, 5 * 400), real);
    drawLosses(history);
    $("step").textContent = now.step.toLocaleString("en");
    $("of-discriminator").textContent = gan.losses[0].toFixed(3);
    $("of-generator").textContent = gan.losses[1].toFixed(3);
    $("averaged").textContent = now.averaged.toFixed(4);
    $("last").textContent = now.last.toFixed(4);
    $("coverage").textContent = `${Math.round(100 * now.coverage)} %`;
    return now;
  }

  function summary() {
    const { step, averaged, coverage: share } = show();
    say(`Step ${step.toLocaleString("en")}: RMSE ${averaged.toFixed(4)}, ${Math.round(100 * share)} % covered.`);
  }

  /** The run goes on, at the reader's learning rates. */
  function own() {
    $("broken").value = "own";
    $("meaning").textContent = OWN;
  }

  function reset(seed) {
    const isOwn = $("broken").value === "own";
    if (!isOwn) changed = $("broken").value;
    const [change, meaning] = CHANGES[changed];
    gan = new Gan(seed, change);
    latent = gan.latent(1000);
    real = gan.real(150);
    history = [];
    speed = { steps: 0, since: performance.now() };
    if (!isOwn) {
      rates[0].set(changed === "hasty" ? USUAL + 2 : USUAL);
      rates[1].set(USUAL);
    }
    $("meaning").textContent = isOwn ? OWN : meaning;
    show();
    if (!running) say("Ready.");
  }

  function frame() {
    if (!running) return;
    const start = performance.now();
    while (performance.now() - start < 12) train(5); // and the rest of the frame for drawing
    const passed = (start - speed.since) / 1000;
    if (passed > 1) {
      $("speed").textContent = Math.round((gan.steps - speed.steps) / passed).toLocaleString("en");
      speed = { steps: gan.steps, since: start };
    }
    show();
    requestAnimationFrame(frame);
  }

  function play(on) {
    running = on;
    $("play").textContent = on ? "❚❚ Pause" : "▶ Play";
    speed = { steps: gan.steps, since: performance.now() };
    if (!on) return summary();
    say("Training …");
    requestAnimationFrame(frame);
  }

  $("play").addEventListener("click", () => play(!running));
  $("one").addEventListener("click", () => {
    train(100);
    if (!running) summary();
  });
  $("reset").addEventListener("click", () => reset());
  $("broken").addEventListener("change", () => reset());
  new MutationObserver(show).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  new ResizeObserver(show).observe($("plot"));
  reset();
  return {
    reset,
    show,
    train(steps) {
      train(steps);
      return numbers();
    },
  };
});
