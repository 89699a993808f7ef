// Diffusion: lab 11's network takes noise away step by step, by Euler's method as in the lab.
import { $, begin, load, paint, painted, plural, randomness, say, slider, wait } from "./shared.js";

const SIZE = 3 * 32 * 32;
const COMPARED = [5, 20, 50]; // steps
const SHOWN_FOR = 60; // milliseconds that a step is on view, at least

begin(async () => {
  const network = await load("diffusion_tomatoes_quick");
  const random = randomness();
  let noise;
  let film = [];
  let told = ["Ready."]; // what `tell` was given last
  let walk = 0; // counts walks: an older one stops where a newer one begins

  /** The network's belief, cut off to [-1, 1], about a noisy picture at time t. */
  async function believed(noisy, t) {
    const { clean } = await network.run({ noisy, time: Float32Array.of(t) });
    return clean.map((value) => Math.min(1, Math.max(-1, value)));
  }

  /** From noise to a picture in so many steps; `see` gets each step, and may end the walk. */
  async function sample(steps, see = () => true) {
    let x = noise;
    for (let k = 0; k < steps; k++) {
      const [t, s] = [1 - k / steps, 1 - (k + 1) / steps];
      const guess = await believed(x, t);
      if (!(await see({ x, guess, t }))) return null;
      x = x.map((value, place) => value + ((s - t) * (value - guess[place])) / t);
    }
    return x;
  }

  function show(place) {
    const { x, guess } = film[place];
    paint($("noisy"), x);
    paint($("guess"), guess);
  }

  const steps = slider($("steps"), {
    label: "Steps",
    min: 1,
    max: 50,
    step: 1,
    value: 20,
    change: () => tell(...told),
  });
  const moment = slider($("moment"), {
    label: "Moment of the walk",
    min: 0,
    max: 20,
    step: 1,
    value: 0,
    show: (place) => `t = ${(film[place]?.t ?? 1).toFixed(2)}`,
    change: (place) => show(Math.min(place, film.length - 1)),
  });

  /** Say something; of a walk of `count` steps, too, how many the next one takes, if others. */
  function tell(text, count = null) {
    const next = steps.get();
    told = [text, count];
    say(count === null || count === next ? text : `${text} The next walk takes ${plural(next, "step")}.`);
  }

  function see(frame) {
    film.push(frame);
    moment.input.max = film.length - 1;
    moment.set(film.length - 1);
    show(film.length - 1);
  }

  async function play() {
    const mine = ++walk;
    const count = steps.get();
    film = [];
    $("play").textContent = "■ Stop";
    tell(`Walking in ${plural(count, "step")} …`, count);
    const end = await sample(count, async (frame) => {
      if (mine !== walk) return false;
      see(frame);
      await wait(SHOWN_FOR);
      return mine === walk;
    });
    if (mine !== walk) return;
    see({ x: end, guess: end, t: 0 });
    stop();
    tell(`A tomato after ${plural(count, "step")}.`, count);
  }

  function stop() {
    walk += 1;
    $("play").textContent = "▶ Play";
  }

  async function begun() {
    stop();
    noise = random.normals(SIZE);
    film = [];
    see({ x: noise, guess: await believed(noise, 1), t: 1 });
    for (const count of COMPARED) paint($(`in-${count}`), noise);
  }

  $("play").addEventListener("click", () => {
    if ($("play").textContent.includes("Play")) return play();
    stop();
    return tell("Stopped.");
  });
  $("new").addEventListener("click", async () => {
    await begun();
    tell("New noise.");
  });
  $("compare").addEventListener("click", async () => {
    stop();
    const mine = ++walk;
    for (const count of COMPARED) {
      tell(`Walking in ${count} steps …`);
      const end = await sample(count, async ({ x }) => {
        if (mine !== walk) return false;
        paint($(`in-${count}`), x);
        await wait(0);
        return mine === walk;
      });
      if (mine !== walk) return;
      paint($(`in-${count}`), end);
    }
    tell("The same noise in 5, 20 and 50 steps.");
  });
  await begun();
  return {
    async draw({ noisy, time }) {
      const { clean } = await network.run({ noisy: Float32Array.from(noisy), time: Float32Array.from(time) });
      return painted(clean);
    },
  };
});
