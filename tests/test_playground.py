"""The playground: files of the shipped weights; pages answer as Keras does, to key and pointer."""

import hashlib
import json

import numpy as np
import pytest
from conftest import ROOT, Browser

from tools.book import pages

FOLDER = ROOT / "book" / "playground"
CARDS = {path.stem: json.loads(path.read_text()) for path in (FOLDER / "models").glob("*.json")}
PAGES = [page.partition("/")[2] for page in pages.playground(FOLDER).values()]


def sha256(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", CARDS)
def test_the_file_was_made_of_the_weights_that_ship(name):
    card, file = CARDS[name], FOLDER / "models" / f"{name}.onnx"
    again = f"{card['weights']} has changed since: make export"
    assert card["weights_sha256"] == sha256(ROOT / "datasets" / "weights" / card["weights"]), again
    assert card["sha256"] == sha256(file), f"{file.name} is not the one of its card: make export"
    assert file.stat().st_size <= 3.5e6
    assert card["largest_difference"]["float32"] <= 1e-4
    assert card["largest_difference"].get("float16", 0) <= 2 / 255  # one level of brightness


def test_every_page_finds_its_networks_and_every_network_its_page():
    scripts = "".join(path.read_text() for path in FOLDER.glob("*.js"))
    assert {name for name in CARDS if f'"{name}"' in scripts} == set(CARDS)
    assert (FOLDER / "models" / "tomatoes.webp").stat().st_size <= 400_000


def ready(browser: Browser, name: str):
    page = browser.open(f"playground/{name}")
    page.wait_for_selector("html[data-playground]")
    assert page.inner_text("#status") == "Ready."
    return page


def farthest(page, draw: str, name: str, answer=None) -> float:
    """How many levels of brightness what the page draws is at most from what Keras drew."""
    anchor = CARDS[name]["anchor"]
    drawn = np.array(page.evaluate(f"anchor => playground.{draw}", anchor), float)
    answer = np.array(anchor["answer"]) if answer is None else answer
    levels = np.clip((answer + 1) * 127.5, 0, 255)
    return np.abs(drawn - np.repeat(levels, len(drawn) // len(levels))).max()


def picture(page, canvas: str) -> str:
    return page.evaluate("id => document.getElementById(id).toDataURL()", canvas)


def changes(page, canvas: str, act) -> None:
    before = picture(page, canvas)
    act()
    page.wait_for_function(
        "([id, was]) => document.getElementById(id).toDataURL() !== was", arg=[canvas, before]
    )


def test_tomatoes(browser):
    page = ready(browser, "tomatoes")
    assert farthest(page, "draw(anchor.latent)", "dcgan_tomatoes_quick") <= 2
    assert "usually 0.18" in page.inner_text("#distance")
    changes(page, "chosen", lambda: page.locator("#sliders input").nth(2).press("ArrowRight"))
    changes(page, "chosen", page.get_by_label("Tomato 7", exact=True).click)
    began = picture(page, "chosen")
    changes(page, "chosen", lambda: page.locator("#sliders input").first.press("End"))
    changes(page, "chosen", page.locator("#restore").click)
    assert picture(page, "chosen") == began
    changes(page, "between", lambda: page.locator("#way input").press("ArrowLeft"))
    changes(page, "first", page.locator("#as-first").click)
    changes(page, "nearest", page.locator("#new").click)
    assert browser.wrong == []


def test_digits(browser):
    page = ready(browser, "digits")
    logits = np.array(CARDS["vae_digits_decoder"]["anchor"]["answer"])
    on_paper = 1 - 2 / (1 + np.exp(-logits))
    assert farthest(page, "draw(anchor.latent)", "vae_digits_decoder", on_paper) <= 2
    anchor = CARDS["vae_digits_encoder"]["anchor"]
    told = page.evaluate("pixels => playground.encode(pixels)", anchor["pixels"])
    assert np.allclose(told["mean"], anchor["answer"], atol=1e-3)
    changes(page, "decoded", lambda: page.locator("#dot").press("Shift+ArrowUp"))
    changes(page, "decoded", lambda: page.locator("#map").click(position={"x": 30, "y": 30}))
    assert "(-2." in page.inner_text("#where")
    changes(page, "back", page.get_by_label("A written 3").click)
    page.locator("#clear").click()
    box = page.locator("#pad").bounding_box()
    page.mouse.move(box["x"] + 130, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 220, steps=8)
    page.mouse.up()
    page.wait_for_function("document.getElementById('price').textContent.includes('nats')")
    assert browser.wrong == []


def test_on_demand(browser):
    page = ready(browser, "on_demand")
    assert farthest(page, "drawDigit(anchor)", "conditional_digits") <= 2
    assert farthest(page, "drawTomato(anchor)", "conditional_tomatoes") <= 2
    changes(page, "digits", page.get_by_role("button", name="7", exact=True).click)
    changes(page, "tomatoes", lambda: page.locator("#measures input").first.press("End"))
    page.get_by_role("button", name="tall, orange, from the left, bare").click()
    page.wait_for_function("document.getElementById('known').textContent.includes('never shown')")
    outputs = page.locator("#measures output").all_inner_texts()
    assert len(outputs) == 3 and outputs[2].endswith("° left")
    changes(page, "tomatoes", page.get_by_label("With a star").check)
    assert "never shown" not in page.inner_text("#known")
    assert browser.wrong == []


def test_what_the_page_says_of_lab_09_is_what_its_runs_measured():
    seeds = json.loads((ROOT / "benchmarks" / "seeds.json").read_text())["09_conditional_gan"]
    text = (FOLDER / "on_demand.md").read_text()
    for key in ("attribute_agreement", "shown_agreement"):
        shares = [round(100 * run["metrics"][key]) for run in seeds.values()]
        assert f"{min(shares)} to {max(shares)} %" in text


def test_diffusion(browser):
    page = ready(browser, "diffusion")
    assert farthest(page, "draw(anchor)", "diffusion_tomatoes_quick") <= 2
    page.locator("#steps input").press("Home")
    page.locator("#steps input").press("ArrowRight")
    changes(page, "noisy", page.locator("#play").click)
    page.wait_for_function(
        "document.getElementById('status').textContent.includes('after 2 steps')"
    )
    page.locator("#steps input").press("Home")
    said = "A tomato after 2 steps. The next walk takes 1 step."
    assert page.inner_text("#status") == said
    page.locator("#play").click()
    page.wait_for_function(
        "document.getElementById('status').textContent === 'A tomato after 1 step.'"
    )
    changes(page, "noisy", lambda: page.locator("#moment input").press("Home"))
    changes(page, "guess", page.locator("#new").click)
    changes(page, "in-50", page.locator("#compare").click)
    page.wait_for_function(
        "document.getElementById('status').textContent === 'The same noise in 5, 20 and 50 steps.'"
    )
    assert browser.wrong == []


def test_characters(browser):
    page = ready(browser, "characters")
    anchor = CARDS["characters"]["anchor"]
    logits = page.evaluate("codes => playground.logits(codes)", anchor["codes"])
    assert np.allclose(logits, anchor["answer"], atol=1e-3)
    page.fill("#text", "The abbe")
    first = page.locator("#bars button").first
    page.wait_for_function("document.querySelector('#bars button').textContent === 'y'")
    first.click()
    page.locator("#one").press("Enter")
    page.wait_for_function("document.getElementById('text').value.length === 10")
    page.fill("#text", "ß, é")
    page.wait_for_function("document.getElementById('status').textContent.includes('has no ß')")
    assert "ß or é" in page.inner_text("#status")
    page.locator("#temperature input").press("End")
    bars = page.locator("#bars button")
    assert bars.evaluate_all("all => all.every(one => one.disabled && one.textContent === '–')")
    page.locator("#again").click()
    page.wait_for_function("!document.querySelector('#bars button').disabled")
    assert browser.wrong == []


def test_the_parabola_is_learned_by_gradients_written_by_hand(browser):
    page = ready(browser, "parabola")
    start = page.evaluate("(playground.reset(1), playground.train(0))")
    end = page.evaluate("playground.train(5000)")
    assert start["averaged"] > 0.1 and end["averaged"] <= 0.03 and end["coverage"] == 1
    changes(page, "plot", page.locator("#one").click)
    assert page.inner_text("#step") == "5,100"
    page.locator("#rates input").first.press("ArrowRight")
    assert page.locator("#rates output").first.inner_text() == "0.01"
    assert page.input_value("#broken") == "own" and page.inner_text("#step") == "5,100"
    page.locator("#reset").click()
    assert page.locator("#rates output").first.inner_text() == "0.01"
    assert page.inner_text("#step") == "0" and page.inner_text("#status") == "Ready."
    page.locator("#one").click()
    page.select_option("#broken", "hasty")
    assert page.inner_text("#step") == "0" and "collapses" in page.inner_text("#meaning")
    page.locator("#play").press("Enter")
    page.wait_for_function("document.getElementById('step').textContent > '0'")
    assert page.inner_text("#status") == "Training …"
    page.locator("#play").press("Enter")
    page.wait_for_function("document.getElementById('status').textContent.startsWith('Step')")
    assert browser.wrong == []


def test_pages_fit_the_screen_and_please_axe(browser):
    for name in PAGES:
        page = ready(browser, name)
        browser.judge(page)
        page.set_viewport_size({"width": 390, "height": 900})
        page.emulate_media(color_scheme="dark")
        page.wait_for_selector("html[data-theme=dark]")
        browser.judge(page)
        page.close()
    index = browser.open("playground/index", 390, "dark")
    for name in PAGES:
        text = (FOLDER / f"{name}.md").read_text()
        assert pages.DESCRIBED.match(text)["does"] in index.inner_text(".labs")
    browser.judge(index)
    assert browser.wrong == []


def test_what_is_missing_is_named_in_a_sentence(browser):
    page = browser.open("playground/digits")
    for block, sentence in (
        ("**/vae_digits_encoder.onnx", "models/vae_digits_encoder.onnx could not be loaded"),
        ("**/*.wasm", "ort/ort-wasm-simd-threaded.wasm could not be loaded"),
    ):
        page.route(block, lambda route: route.abort())
        page.reload()
        page.wait_for_selector("html[data-playground=failed]")
        assert sentence in page.inner_text("#status")
        page.unroute(block)
    page.add_init_script("delete globalThis.WebAssembly")
    page.reload()
    page.wait_for_selector("html[data-playground=failed]")
    assert "by WebAssembly, which this browser lacks" in page.inner_text("#status")
    assert page.locator(".play").first.is_hidden()


def test_a_page_opened_as_a_file_says_how_to_open_it(browser, site):
    page = browser.browser.new_page()
    page.goto((site / "playground" / "digits.html").as_uri())
    assert page.inner_text("#status code") == "python -m http.server"
    assert page.locator("button:visible", has_text="Clear").count() == 0
