// Characters: lab 10's transformer goes on with a text; the next character's probabilities.
import { $, begin, latest, load, plural, randomness, say, slider } from "./shared.js";

const BARS = 10;
const AT_ONCE = 300; // characters of one "Go on"
const START = "Catherine was not ";
const NAMES = { " ": "␣ space", "\n": "⏎ line" };

/** A sign that the novel lacks; one that cannot be seen, such as a tab, by its number. */
function named(sign) {
  if (/[\p{L}\p{N}\p{P}\p{S}]/u.test(sign)) return sign;
  return `U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

const either = new Intl.ListFormat("en", { type: "disjunction" });

begin(async () => {
  const network = await load("characters");
  const { window: reach } = network.card;
  const alphabet = Array.from(network.card.alphabet);
  const random = randomness();
  let logits = null; // none while the text has signs that the network does not know
  let going = false;

  /** The logits of what comes after codes. A short text is padded at its end, which causal
   *  attention does not look at. */
  async function after(codes) {
    const seen = codes.slice(-reach);
    const padded = Int32Array.from({ length: reach }, (_, k) => seen[k] ?? 0);
    const all = (await network.run({ codes: padded })).logits;
    const last = seen.length - 1;
    return all.slice(last * alphabet.length, (last + 1) * alphabet.length);
  }

  function probabilities() {
    const top = Math.max(...logits);
    const powers = Array.from(logits, (s) => Math.exp((s - top) / temperature.get()));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  }

  function emptyBars() {
    for (const { button, bar, share } of rows) {
      Object.assign(button, { disabled: true, textContent: "–" });
      button.setAttribute("aria-label", "No character");
      bar.style.width = 0;
      share.textContent = "";
    }
  }

  function showBars() {
    if (!logits) return emptyBars();
    const shares = probabilities();
    const order = alphabet.map((_, k) => k).sort((a, b) => shares[b] - shares[a]);
    order.slice(0, BARS).forEach((code, place) => {
      const { button, bar, share } = rows[place];
      const name = NAMES[alphabet[code]] ?? alphabet[code];
      const percent = `${(100 * shares[code]).toFixed(1)} %`;
      button.disabled = false;
      button.textContent = name;
      button.setAttribute("aria-label", `Write ${name}, probability ${percent}`);
      button.onclick = () => write(alphabet[code]);
      bar.style.width = `${100 * shares[code]}%`;
      share.textContent = percent;
    });
  }

  const look = latest(async () => {
    const characters = Array.from($("text").value.replaceAll("\r", "") || "\n");
    const unknown = [...new Set(characters.filter((one) => !alphabet.includes(one)))];
    for (const id of ["go", "one"]) $(id).disabled = unknown.length > 0;
    if (unknown.length > 0) {
      logits = null;
      showBars();
      const them = unknown.length > 1 ? "them" : "it";
      say(`The novel has no ${either.format(unknown.map(named))}: leave ${them} out.`);
      return;
    }
    if (!going) say("Ready.");
    logits = await after(characters.map((one) => alphabet.indexOf(one)));
    showBars();
  });

  async function write(character) {
    const text = $("text");
    text.value += character;
    text.scrollTop = text.scrollHeight;
    await look();
  }

  async function draw() {
    let rest = random.uniform();
    const shares = probabilities();
    const code = shares.findIndex((share) => (rest -= share) < 0);
    await write(alphabet[code < 0 ? 0 : code]);
  }

  const rows = Array.from({ length: BARS }, () => {
    const row = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button" });
    const space = document.createElement("span");
    const bar = document.createElement("div");
    const share = document.createElement("span");
    bar.className = "bar";
    share.className = "share";
    space.append(bar);
    row.append(button, space, share);
    $("bars").append(row);
    return { button, bar, share };
  });
  const temperature = slider($("temperature"), {
    label: "Temperature",
    min: 0.1,
    max: 2,
    step: 0.1,
    value: 0.8,
    show: (value) => value.toFixed(1),
    change: showBars,
  });

  $("go").addEventListener("click", async () => {
    going = !going;
    $("go").textContent = going ? "■ Stop" : "▶ Go on";
    if (!going) return;
    say("Writing …");
    const before = $("text").value.length;
    for (let k = 0; going && k < AT_ONCE && !$("go").disabled; k++) {
      await draw();
      await new Promise(requestAnimationFrame);
    }
    going = false;
    $("go").textContent = "▶ Go on";
    const written = $("text").value.slice(before);
    $("heard").textContent = written;
    if (logits) say(`${plural(written.length, "character")} written.`);
  });
  $("one").addEventListener("click", draw);
  $("again").addEventListener("click", () => {
    going = false;
    $("text").value = START;
    look();
  });
  $("text").addEventListener("input", look);
  await look();
  return { logits: async (codes) => Array.from(await after(codes)), look };
});
