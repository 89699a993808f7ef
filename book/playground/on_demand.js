// On demand: lab 09's generators draw the digit, or the tomato, that is asked for.
import { $, begin, latest, load, paint, painted, randomness, say, slider } from "./shared.js";

const COUNT = 8;
const LABELS = {
  height: ["Height ÷ width", "flat", "tall"],
  ripeness: ["Ripeness: 0 orange, 1 red", "orange", "red"],
  light_side: ["Light from the left or right", "from the left", "from the right"],
  star: ["With a star", "bare", "with a star"],
};
const START = [0.84, 0.85, -15, 1];
// The halves of the measures that training left out: 1 is above the middle. See section 8 of the lab.
const UNSEEN = ["1000", "0110", "1101", "0011"];

/** Of a row on this screen. */
const columns = () => (window.innerWidth < 600 ? COUNT / 2 : COUNT);

function valueOf(key, value) {
  if (key !== "light_side") return value.toFixed(2);
  const degrees = Math.round(Math.abs(value));
  return degrees === 0 ? "0°" : `${degrees}° ${value < 0 ? "left" : "right"}`;
}

/** A labeled box to check, as a slider between 0 and 1. */
function box(parent, { label, value, change }) {
  const row = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "checkbox" });
  const set = (to) => (input.checked = to > 0.5);
  input.addEventListener("change", change);
  row.className = "play-box";
  row.append(input, label);
  parent.append(row);
  set(value);
  return { set, get: () => Number(input.checked) };
}

/** The same condition for all pictures. */
const repeated = (condition) =>
  Float32Array.from({ length: COUNT * condition.length }, (_, k) => condition[k % condition.length]);

begin(async () => {
  const names = ["conditional_digits", "conditional_tomatoes"];
  const [ofDigits, ofTomatoes] = await Promise.all(names.map(load));
  const random = randomness();
  const noise = () => random.normals(COUNT * ofDigits.card.inputs.latent.shape[1]);
  const latent = { digits: noise(), tomatoes: noise() };

  // Digits are ink on paper: 1 is ink.
  const digitsOf = async (inputs) => (await ofDigits.run(inputs)).picture.map((ink) => -ink);
  let digit = 3;
  const showDigits = latest(async () => {
    const condition = repeated(Array.from({ length: 10 }, (_, k) => (k === digit ? 1 : 0)));
    const pictures = await digitsOf({ latent: latent.digits, condition });
    paint($("digits"), pictures, { side: 28, channels: 1, columns: columns(), gap: 2 });
    $("digits").setAttribute("aria-label", `Eight drawings of the digit ${digit}`);
  });
  const buttons = Array.from({ length: 10 }, (_, k) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: k });
    button.addEventListener("click", () => ask(k));
    return button;
  });
  $("asked").append(...buttons);
  async function ask(which) {
    digit = which;
    buttons.forEach((button, k) => button.setAttribute("aria-pressed", k === digit));
    await showDigits();
    say(`Eight drawings of the digit ${digit}.`);
  }

  const { measures, spans, middle, deviation } = ofTomatoes.card;
  const sliders = measures.map((key, k) => {
    const [label] = LABELS[key];
    const given = { label, value: START[k], change: () => showTomatoes() };
    if (key === "star") return box($("measures"), given);
    const [min, max] = spans[k];
    const show = (value) => valueOf(key, value);
    return slider($("measures"), { ...given, min, max, step: (max - min) / 40, show });
  });
  const [tall, red] = ["height", "ripeness"].map((key) => middle[measures.indexOf(key)].toFixed(2));
  $("middles").textContent =
    `Flat becomes tall at ${tall}, orange becomes red at ${red}: ` +
    "half of the lab's training tomatoes lie on either side.";
  for (const halves of UNSEEN) {
    const said = Array.from(halves, (half, k) => LABELS[measures[k]][1 + Number(half)]).join(", ");
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: said });
    button.addEventListener("click", () => {
      sliders.forEach((one, k) => {
        const half = Number(halves[k]);
        one.set(measures[k] === "star" ? half : (middle[k] + spans[k][half]) / 2);
      });
      showTomatoes();
    });
    $("unseen").append(button);
  }
  const showTomatoes = latest(async () => {
    const values = sliders.map((one) => one.get());
    const condition = repeated(values.map((value, k) => (value - middle[k]) / deviation[k]));
    const { picture } = await ofTomatoes.run({ latent: latent.tomatoes, condition });
    paint($("tomatoes"), picture, { columns: columns(), gap: 2 });
    const halves = values.map((value, k) => (value > middle[k] ? 1 : 0));
    const said = halves.map((half, k) => LABELS[measures[k]][1 + half]).join(", ");
    $("known").textContent = UNSEEN.includes(halves.join(""))
      ? `Ordered: ${said}. This combination was never shown in training.`
      : `Ordered: ${said}.`;
    $("tomatoes").setAttribute("aria-label", `Eight tomatoes as ordered: ${said}`);
  });

  $("other-digits").addEventListener("click", () => {
    latent.digits = noise();
    showDigits();
  });
  $("other-tomatoes").addEventListener("click", () => {
    latent.tomatoes = noise();
    showTomatoes();
  });
  await ask(digit);
  await showTomatoes();
  const draw = async (network, side, channels, inputs) => {
    const { picture } = await network.run({
      latent: Float32Array.from(inputs.latent),
      condition: Float32Array.from(inputs.condition),
    });
    return painted(picture, { side, channels });
  };
  return {
    drawDigit: (inputs) => draw(ofDigits, 28, 1, inputs),
    drawTomato: (inputs) => draw(ofTomatoes, 32, 3, inputs),
  };
});
