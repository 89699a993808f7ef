// Tomatoes: lab 03's generator, directions of its latent space, a walk, the nearest training image.
import { $, begin, latest, load, paint, pixelsOf, randomness, say, shown, slider, wait } from "./shared.js";

const COUNT = 25;
const SIDE = 32;
const WORDS = {
  ripeness: ["more orange", "redder"],
  height: ["flatter", "taller"],
  star: ["bare", "with a star"],
  light_side: ["lit from the left", "lit from the right"],
  tilt: ["seen from the side", "seen from above"],
  lean: ["leaning right", "leaning left"],
  size: ["smaller", "larger"],
};

const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);

/** The latent vector a part `t` of the way from a to b, on the sphere. */
function onTheWay(a, b, t) {
  const angle = Math.acos(Math.min(1, dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))));
  if (angle < 1e-4) return a;
  const [one, other] = [Math.sin((1 - t) * angle), Math.sin(t * angle)];
  return a.map((value, k) => (one * value + other * b[k]) / Math.sin(angle));
}

/** What a direction changes most, in words: what it leads from, and to. */
function inWords(moves) {
  const known = Object.entries(moves).filter(([name]) => name in WORDS);
  const [name, change] = known.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))[0];
  return change > 0 ? WORDS[name] : [...WORDS[name]].reverse();
}

/** The nearest training picture and its distance; `sheet` holds them in rows. */
function nearestIn(sheet, count, picture) {
  const columns = sheet.width / SIDE;
  let best = { distance: Infinity };
  for (let k = 0; k < count; k++) {
    const corner = Math.floor(k / columns) * SIDE * sheet.width + (k % columns) * SIDE;
    for (const mirrored of [false, true]) {
      let sum = 0;
      for (let y = 0; y < SIDE && sum < best.distance; y++) {
        for (let x = 0; x < SIDE; x++) {
          const there = 4 * (corner + y * sheet.width + (mirrored ? SIDE - 1 - x : x));
          for (let c = 0; c < 3; c++) {
            const gap = picture[3 * (y * SIDE + x) + c] - (sheet.data[there + c] / 127.5 - 1);
            sum += gap * gap;
          }
        }
      }
      if (sum < best.distance) best = { distance: sum, corner, mirrored };
    }
  }
  return { ...best, distance: Math.sqrt(best.distance / (3 * SIDE * SIDE)) };
}

function showTraining(canvas, sheet, { corner, mirrored }) {
  const values = new Float32Array(3 * SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const x = mirrored ? SIDE - 1 - (i % SIDE) : i % SIDE;
    const there = 4 * (corner + Math.floor(i / SIDE) * sheet.width + x);
    for (let c = 0; c < 3; c++) values[3 * i + c] = sheet.data[there + c] / 127.5 - 1;
  }
  paint(canvas, values);
}

begin(async () => {
  const [network, sheet] = await Promise.all([
    load("dcgan_tomatoes_quick"),
    pixelsOf("tomatoes.webp"),
  ]);
  const { card } = network;
  const random = randomness();
  const length = card.inputs.latent.shape[1];
  const picturesOf = async (latent) => (await network.run({ latent })).picture;
  let latents = [];
  let picked; // where the sliders began
  let chosen;

  const show = latest(async () => {
    const picture = await picturesOf(chosen);
    paint($("chosen"), picture);
    const nearest = nearestIn(sheet, card.training_images, picture);
    showTraining($("nearest"), sheet, nearest);
    $("distance").textContent =
      `${nearest.distance.toFixed(2)} from the nearest training picture` +
      `${nearest.mirrored ? " (mirrored to fit)" : ""}. 0 would be a copy; ` +
      `an unseen real tomato is usually ${card.usual_distance.toFixed(2)} from its nearest.`;
  });

  function choose(latent) {
    picked = latent;
    chosen = Float32Array.from(latent);
    sliders.forEach((one, k) => one.set(dot(card.directions[k], chosen)));
    return show();
  }

  const sliders = card.directions.map((direction, k) => {
    const ends = inWords(card.moves[k]);
    return slider($("sliders"), {
      label: `Direction ${k + 1}, from ${ends.join(" to ")}`,
      ends,
      min: -4,
      max: 4,
      step: 0.1,
      value: 0,
      show: (value) => value.toFixed(1),
      change(value) {
        const gap = value - dot(direction, chosen);
        chosen = chosen.map((number, place) => number + gap * direction[place]);
        show();
      },
    });
  });

  const buttons = Array.from({ length: COUNT }, (_, k) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `Tomato ${k + 1}`);
    button.append(document.createElement("canvas"));
    button.addEventListener("click", () => pick(k));
    return button;
  });
  $("grid").append(...buttons);

  function pick(k) {
    buttons.forEach((button, place) => button.setAttribute("aria-pressed", place === k));
    return choose(latents[k]);
  }

  async function makeNew() {
    const all = random.normals(COUNT * length);
    latents = buttons.map((_, k) => all.slice(k * length, (k + 1) * length));
    const pictures = await picturesOf(all);
    buttons.forEach((button, k) => paint(button.firstChild, pictures, { at: k }));
    await pick(0);
    say("Twenty-five new tomatoes.");
  }
  $("new").addEventListener("click", makeNew);
  $("restore").addEventListener("click", () => choose(picked));
  await makeNew();

  const ends = [latents[0], latents[1]];
  const goTo = latest(async (t) => paint($("between"), await picturesOf(onTheWay(...ends, t))));
  const way = slider($("way"), {
    label: "On the way",
    min: 0,
    max: 1,
    step: 0.01,
    value: 0.5,
    show: (value) => `${Math.round(100 * value)} %`,
    change: goTo,
  });
  async function showEnds() {
    paint($("first"), await picturesOf(ends[0]));
    paint($("second"), await picturesOf(ends[1]));
    await goTo(way.get());
  }
  for (const [k, id] of [[0, "as-first"], [1, "as-second"]]) {
    $(id).addEventListener("click", () => {
      ends[k] = chosen;
      showEnds();
    });
  }
  let walking = false;
  $("walk").addEventListener("click", async () => {
    walking = !walking;
    $("walk").textContent = walking ? "■ Stop" : "▶ Walk";
    for (let step = 0; walking && step <= 100; step++) {
      way.set(step / 100);
      await goTo(step / 100);
      await wait(40);
    }
    walking = false;
    $("walk").textContent = "▶ Walk";
  });
  await showEnds();

  return {
    card,
    async draw(latent) {
      await choose(latent);
      return shown($("chosen"));
    },
  };
});
