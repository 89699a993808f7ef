// What the pages of the playground share: networks, pictures, random numbers, sliders, sentences.

const here = (path) => new URL(path, import.meta.url).href;
export const $ = (id) => document.getElementById(id);

/** An error whose message is a sentence for the reader. */
class Sentence extends Error {}

/** Say something in the page's line of status, which screen readers read out. */
export function say(text) {
  const line = $("status");
  if (line.textContent !== text) line.textContent = text;
}

/** Run a page; what `main` returns is `window.playground`, for tests and for the curious. */
export async function begin(main) {
  try {
    window.playground = await main();
    say("Ready.");
    document.documentElement.dataset.playground = "ready";
  } catch (error) {
    say(error instanceof Sentence ? error.message : `This page has failed: ${error.message}.`);
    document.documentElement.dataset.playground = "failed"; // hides what would not work
  }
}

async function fetched(path) {
  const answer = await fetch(here(path)).catch(() => null);
  if (!answer?.ok) {
    throw new Sentence(`${path} could not be loaded: check the connection, and load the page again.`);
  }
  return answer;
}

let runtime;

/** ONNX Runtime on one thread, from this host; loaded when the first network is. */
function started() {
  runtime ??= (async () => {
    const binary = fetched("ort/ort-wasm-simd-threaded.wasm").then((a) => a.arrayBuffer());
    const ort = await import(here("ort/ort.wasm.min.mjs"));
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmPaths = here("ort/");
    ort.env.wasm.wasmBinary = await binary;
    return ort;
  })();
  return runtime;
}

/** A network and its card. `run` takes arrays by name, any number of rows, and returns arrays. */
export async function load(name) {
  if (typeof WebAssembly === "undefined") {
    throw new Sentence(
      "This page computes in your browser by WebAssembly, which this browser lacks or forbids.",
    );
  }
  const [ort, card, file] = await Promise.all([
    started(),
    fetched(`models/${name}.json`).then((answer) => answer.json()),
    fetched(`models/${name}.onnx`).then((answer) => answer.arrayBuffer()),
  ]);
  const session = await ort.InferenceSession.create(new Uint8Array(file));
  let last = Promise.resolve();
  async function runNow(inputs) {
    const feeds = {};
    for (const [key, values] of Object.entries(inputs)) {
      const [, ...rest] = card.inputs[key].shape;
      const rows = values.length / rest.reduce((a, b) => a * b, 1);
      const type = card.inputs[key].type === "int32" ? "int32" : "float32";
      feeds[key] = new ort.Tensor(type, values, [rows, ...rest]);
    }
    const found = await session.run(feeds);
    return Object.fromEntries(Object.keys(card.outputs).map((key) => [key, found[key].data]));
  }
  return {
    card,
    run: (inputs) => (last = last.then(() => runNow(inputs))), // one after the other
  };
}

/** The picture models/`path` as the bytes of its pixels, four a pixel. */
export async function pixelsOf(path) {
  const picture = await createImageBitmap(await (await fetched(`models/${path}`)).blob());
  const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, picture.width, picture.height);
}

/** Paint rows of pictures from -1 to 1 on a canvas, in `columns`, with `gap` pixels between. */
export function paint(canvas, values, { side = 32, channels = 3, columns = 1, gap = 0, at = 0 } = {}) {
  const size = side * side * channels;
  const count = at === 0 && columns > 1 ? values.length / size : 1;
  const rows = Math.ceil(count / columns);
  canvas.width = Math.min(count, columns) * (side + gap) - gap;
  canvas.height = rows * (side + gap) - gap;
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < side * side; i++) {
      for (let c = 0; c < 3; c++) {
        const value = values[(at + k) * size + i * channels + (channels === 3 ? c : 0)];
        image.data[4 * i + c] = (value + 1) * 127.5; // rounded and cut off by the array
      }
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, (k % columns) * (side + gap), Math.floor(k / columns) * (side + gap));
  }
}

/** The red, green and blue bytes that a canvas shows. */
export function shown(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from(data).filter((_, place) => place % 4 < 3);
}

/** The bytes that a canvas would show of pictures. */
export function painted(values, options) {
  const canvas = document.createElement("canvas");
  paint(canvas, values, options);
  return shown(canvas);
}

export const sigmoid = (s) => 1 / (1 + Math.exp(-s));
export const softplus = (s) => Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));

/** Random numbers that begin alike for the same seed. */
export function randomness(seed = (Math.random() * 2 ** 32) >>> 0) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal, normals: (n) => Float32Array.from({ length: n }, normal) };
}

/** Calls of slow work: while one runs, only the newest of the others is kept. */
export function latest(work) {
  let busy = false;
  let waiting = null;
  return async function call(...given) {
    if (busy) {
      waiting = given;
      return;
    }
    busy = true;
    try {
      await work(...given);
    } finally {
      busy = false;
    }
    if (waiting) {
      const next = waiting;
      waiting = null;
      await call(...next);
    }
  };
}

/** A labeled slider at the end of `parent`; `show` makes the text of a value. With `ends`, words for
 *  both, these stand beside it, and the label is only heard. */
export function slider(parent, { label, ends, min, max, step, value, show = String, change }) {
  const row = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "range", min, max, step });
  const output = document.createElement("output");
  const set = (to) => {
    input.value = to;
    output.textContent = show(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    set(input.value);
    change(Number(input.value));
  });
  const name = document.createElement("span");
  name.textContent = ends ? ends[0] : label;
  row.className = `play-slider${ends ? " ends" : ""}`;
  row.append(name, input, output);
  if (ends) {
    input.setAttribute("aria-label", label);
    const end = document.createElement("span");
    end.textContent = ends[1];
    output.replaceWith(end);
  }
  parent.append(row);
  set(value);
  return { set, get: () => Number(input.value), input };
}

/** Such as "1 step" and "20 steps". */
export const plural = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

export const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
