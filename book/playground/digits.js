// Digits: the map of lab 05's VAE of two numbers; your drawing's code, reconstruction and price.
import { $, begin, latest, load, paint, randomness, say, shown, sigmoid, softplus } from "./shared.js";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const EDGE = 3.2; // the map's
const TILES = 15;
const DRAWS = 20;
const GREY = { side: SIDE, channels: 1 };

/** Probabilities of ink as pictures from -1 to 1, dark on white. */
const onPaper = (logits) => Float32Array.from(logits, (s) => 1 - 2 * sigmoid(s));

/** A drawing as MNIST has its digits: 20 pixels large, its weight in the middle, ink or none. */
function asPixels(pad) {
  const { width, height } = pad;
  const drawn = pad.getContext("2d").getImageData(0, 0, width, height).data;
  const box = [width, height, -1, -1];
  for (let k = 0; k < width * height; k++) {
    if (drawn[4 * k] > 127) continue; // white
    const [x, y] = [k % width, Math.floor(k / width)];
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  const [wide, high] = [box[2] - box[0] + 1, box[3] - box[1] + 1];
  if (wide <= 0) return null;
  const scale = 20 / Math.max(wide, high);
  const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  const inkAt = (left, top) => {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, SIDE, SIDE);
    context.imageSmoothingQuality = "high";
    context.drawImage(pad, box[0], box[1], wide, high, left, top, wide * scale, high * scale);
    const bytes = context.getImageData(0, 0, SIDE, SIDE).data;
    return Float32Array.from({ length: PIXELS }, (_, k) => 1 - bytes[4 * k] / 255);
  };
  const first = [(SIDE - wide * scale) / 2, (SIDE - high * scale) / 2];
  const ink = inkAt(...first);
  let [sum, x, y] = [0, 0, 0];
  ink.forEach((value, k) => {
    sum += value;
    x += value * ((k % SIDE) + 0.5);
    y += value * (Math.floor(k / SIDE) + 0.5);
  });
  const middle = SIDE / 2;
  return inkAt(
    first[0] + Math.round(middle - x / sum),
    first[1] + Math.round(middle - y / sum),
  ).map((value) => (value >= 0.5 ? 1 : 0));
}

/** 784 bits, packed into base64. */
function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Float32Array.from({ length: PIXELS }, (_, k) => (bytes[k >> 3] >> (7 - (k & 7))) & 1);
}

begin(async () => {
  const names = ["vae_digits_encoder", "vae_digits_decoder"];
  const [encoder, decoder] = await Promise.all(names.map(load));
  const decode = async (latent) => (await decoder.run({ latent })).logits;
  const noise = randomness(1).normals(2 * DRAWS);
  const pad = $("pad");
  const pen = pad.getContext("2d", { willReadFrequently: true });
  let point = [0, 0];

  function place(mark, [x, y]) {
    mark.style.left = `${(50 * (x + EDGE)) / EDGE}%`;
    mark.style.top = `${(50 * (EDGE - y)) / EDGE}%`;
  }

  const showPoint = latest(async () => {
    place($("dot"), point);
    $("where").textContent = `The point is at (${point.map((z) => z.toFixed(2)).join(", ")}).`;
    paint($("decoded"), onPaper(await decode(Float32Array.from(point))), GREY);
  });

  function moveTo(x, y) {
    point = [x, y].map((z) => Math.min(EDGE, Math.max(-EDGE, z)));
    return showPoint();
  }

  function follow(event) {
    const box = $("map").getBoundingClientRect();
    const [across, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    moveTo(EDGE * (2 * across - 1), EDGE * (1 - 2 * down));
  }
  $("map").addEventListener("pointerdown", (event) => {
    $("map").setPointerCapture(event.pointerId);
    $("dot").focus();
    event.preventDefault();
    follow(event);
  });
  $("map").addEventListener("pointermove", (event) => event.buttons && follow(event));
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  $("dot").addEventListener("keydown", (event) => {
    if (!(event.key in arrows)) return;
    event.preventDefault();
    const [x, y] = arrows[event.key].map((way) => way * (event.shiftKey ? 0.5 : 0.1));
    moveTo(point[0] + x, point[1] + y);
  });

  /** Price pixels as the lab does: reconstruction by draws of the code, and KL. */
  const judge = latest(async (pixels) => {
    $("code").hidden = !pixels;
    const seen = pixels ?? new Float32Array(PIXELS);
    paint($("seen"), seen.map((value) => 1 - 2 * value), GREY);
    if (!pixels) {
      paint($("back"), new Float32Array(PIXELS).fill(1), GREY);
      $("price").textContent = "Nothing is drawn yet.";
      return;
    }
    const { mean, log_variance: logVariance } = await encoder.run({ pixels });
    const deviation = logVariance.map((value) => Math.exp(value / 2));
    place($("code"), mean);
    $("code").style.width = `${(100 * deviation[0]) / EDGE}%`;
    $("code").style.height = `${(100 * deviation[1]) / EDGE}%`;
    paint($("back"), onPaper(await decode(mean)), GREY);
    const codes = noise.map((value, k) => mean[k % 2] + deviation[k % 2] * value);
    const logits = await decode(codes);
    const total = logits.reduce((sum, s, k) => sum + softplus(s) - pixels[k % PIXELS] * s, 0);
    const kl = mean.reduce((sum, m, k) => sum + (m * m + Math.exp(logVariance[k]) - 1 - logVariance[k]) / 2, 0);
    const usual = encoder.card.held_out_nats;
    $("price").textContent =
      `Code (${Array.from(mean, (z) => z.toFixed(2)).join(", ")}). Price: ${(total / DRAWS).toFixed(1)} ` +
      `for the image, given its code, + ${kl.toFixed(1)} for the code = ` +
      `${(total / DRAWS + kl).toFixed(1)} nats. A digit that the network never saw costs ` +
      `${(usual.reconstruction + usual.kl).toFixed(0)} on average.`;
  });

  function clear() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, pad.width, pad.height);
  }

  /** Put pixels on the pad, enlarged, and judge just them. */
  function put(pixels) {
    clear();
    pen.fillStyle = "#000";
    pixels.forEach((value, k) => value && pen.fillRect(10 * (k % SIDE), 10 * Math.floor(k / SIDE), 10, 10));
    return judge(pixels);
  }

  let before = null;
  function draw(event) {
    const box = pad.getBoundingClientRect();
    const scale = pad.width / box.width;
    const now = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    Object.assign(pen, { lineCap: "round", lineJoin: "round", lineWidth: 22, strokeStyle: "#000" });
    pen.beginPath();
    pen.moveTo(...(before ?? now));
    pen.lineTo(...now);
    pen.stroke();
    before = now;
    judge(asPixels(pad));
  }
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    before = null;
    draw(event);
  });
  pad.addEventListener("pointermove", (event) => event.buttons && draw(event));
  $("clear").addEventListener("click", () => {
    clear();
    judge(null);
  });
  $("take").addEventListener("click", async () => {
    put((await decode(Float32Array.from(point))).map((s) => (s > 0 ? 1 : 0)));
  });
  encoder.card.examples.forEach((bits, digit) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: digit });
    button.setAttribute("aria-label", `A written ${digit}`);
    button.addEventListener("click", () => put(unpacked(bits)));
    $("examples").append(button);
  });

  const ticks = Array.from({ length: TILES }, (_, k) => ((2 * k) / (TILES - 1) - 1) * 3);
  const plane = ticks.toReversed().flatMap((y) => ticks.flatMap((x) => [x, y]));
  const tiles = onPaper(await decode(Float32Array.from(plane)));
  paint($("plane"), tiles, { ...GREY, columns: TILES, gap: 1 });
  clear();
  await judge(null);
  await moveTo(0.5, 0.5);
  say("Ready.");
  return {
    encoder,
    async draw(latent) {
      await moveTo(...latent);
      return shown($("decoded"));
    },
    encode: (pixels) => encoder.run({ pixels: Float32Array.from(pixels) }),
  };
});
