"""Numbers quoted in a solution's written answer are those that its notebook reports."""

import re

import nbformat
from conftest import ROOT

LAB = "04_activity_bananas"
# What the answer says, with {} where it quotes a number, and the metrics that stand there.
QUOTED = {
    "`swd_pixels` {} against {}": ("dcgan_swd_pixels", "vanilla_swd_pixels"),
    "`swd_scaled` {} against {}": ("dcgan_swd_scaled", "vanilla_swd_scaled"),
    "`density` {} against {}": ("dcgan_density", "vanilla_density"),
    "`coverage` {} against {}": ("dcgan_coverage", "vanilla_coverage"),
    "`diversity` {} and {}": ("dcgan_diversity", "vanilla_diversity"),
    "Copying: `nearest_ratio` {} and {}": ("dcgan_nearest_ratio", "vanilla_nearest_ratio"),
    "`moved_ratio` {} and {}": ("dcgan_moved_ratio", "vanilla_moved_ratio"),
    "By `patch_share` the vanilla GAN ({})": ("vanilla_patch_share",),
    "the mean image ({})": ("patch_share_mean_image",),
    "a Gaussian of 50 components ({})": ("patch_share_50_components",),
    "equal the DCGAN there ({} and {})": ("patch_share_20_copies", "dcgan_patch_share"),
    "their coverage of {}": ("coverage_20_copies",),
    "`moved_ratio` of {} give them": ("moved_ratio_20_copies",),
    "Moved copies fool `nearest_ratio` ({})": ("nearest_ratio_moved",),
    "real images (density {})": ("density_real",),
    "on average from {} to {}": ("trial_as_it_is", "trial_changed"),
    "takes the DCGAN {} million multiplications against {}": (
        *("dcgan_generator_multiplications", "vanilla_generator_multiplications"),
    ),
    "has {} million weights against {}": ("vanilla_generator_weights", "dcgan_generator_weights"),
    "came near {},": ("dcgan_patch_share",),
}
NAMES = ("50 components", "20 copies")  # of rivals: numbers that are none of the run's
NUMBER = r"\d+(?:\.\d+)?"


def written_and_reported() -> tuple[str, dict[str, float]]:
    cells = nbformat.read(ROOT / "solutions" / f"{LAB}.ipynb", as_version=4).cells
    [answer] = [
        c.source for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "compare"
    ]
    shown = [o.data["text/plain"] for c in cells for o in c.get("outputs", ()) if "data" in o]
    [report] = [text for text in shown if text.startswith(f"{LAB} · ")]
    rows = re.findall(r"^(\w+) +(\S+)$", report, re.MULTILINE)
    return " ".join(answer.split()), {
        name: float(value) for name, value in rows if name != "seconds"
    }


def rounds_to(value: float, quoted: str) -> bool:
    """A report shows four digits: half of the last one quoted, and one in a thousand, are right."""
    digits = len(quoted.partition(".")[2])
    return abs(value - float(quoted)) <= 0.5 * 10**-digits + 1e-3 * abs(value)


def test_every_number_of_the_written_answer_comes_from_the_run():
    answer, metrics = written_and_reported()
    wrong = []
    for text, names in QUOTED.items():
        pattern = rf"({NUMBER})".join(map(re.escape, text.split("{}")))
        found = re.search(pattern, answer)
        assert found, f"the written answer does not say {text!r}"
        millions = 1e6 if "million" in text else 1
        for quoted, name in zip(found.groups(), names, strict=True):
            if not rounds_to(metrics[name] / millions, quoted):
                wrong.append(f"{name} is {metrics[name]:g}, the answer says {quoted}")
        answer = answer.replace(found[0], re.sub(NUMBER, "", found[0]))
    assert not wrong, "\n".join(wrong)
    for name in NAMES:
        answer = answer.replace(name, "")
    assert not re.findall(NUMBER, answer), f"numbers that no metric is compared with: {answer}"
