"""The students' copy of the course."""

import json
import re
import subprocess
import sys

import nbformat
import pytest
from conftest import LABS, ROOT

from tools.release import ReleaseError, main, release

PLACE = ("SCHOOL/their-labs", "autumn")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    out = tmp_path_factory.mktemp("release") / "copy"
    release(out, PLACE)
    return out


def test_no_solution_and_no_verdict_is_in_it(bundle):
    text = "\n".join(
        p.read_text(encoding="utf-8", errors="replace") for p in bundle.rglob("*") if p.is_file()
    )
    assert not re.search(r"(BEGIN|END) SOLUTION", text)
    for folder in ("solutions", "tests", "checks/probes", "checks/hidden", "checks/answers"):
        assert not (bundle / folder).exists()
    assert (bundle / "checks" / "engine.py").exists()
    for path in [*(ROOT / "checks/hidden").glob("*.py"), *(ROOT / "checks/answers").glob("*.py")]:
        assert path.name not in [p.name for p in bundle.rglob("*.py") if p.parent.name != "checks"]
        for line in path.read_text(encoding="utf-8").splitlines():
            if "hidden" in path.parts and line.strip().startswith("assert "):
                assert line.strip() not in text, line
    for lab in LABS:
        notebook = nbformat.read(bundle / "labs" / f"{lab}.ipynb", 4)
        cells = "\n".join(cell.source for cell in notebook.cells)
        assert "solutions/" not in cells
        for cell in nbformat.read(ROOT / "solutions" / f"{lab}.ipynb", 4).cells:
            for part in re.findall(r"### BEGIN SOLUTION\n(.*?)### END", cell.source, re.DOTALL):
                assert part.strip() not in cells


def test_everything_leads_to_its_own_repository(bundle):
    ours = re.search(r'repository = "(.*)"', (ROOT / "pyproject.toml").read_text())[1]
    for path in [bundle / "README.md", *(bundle / "labs").glob("*.ipynb")]:
        text = path.read_text(encoding="utf-8")
        assert "SCHOOL/their-labs" in text and ours not in text, path.name
    assert "SCHOOL/their-labs/blob/autumn/labs/00" in (bundle / "README.md").read_text()
    setup = nbformat.read(bundle / "labs" / f"{LABS[0]}.ipynb", 4).cells[1].source
    assert '"--branch", "autumn"' in setup and "github.com/SCHOOL/their-labs" in setup


def test_links_of_its_documents_lead_somewhere(bundle):
    for document in (bundle / "README.md", bundle / "datasets" / "README.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8")):
            assert "://" in target or (document.parent / target).exists(), target


def test_a_lab_opens_in_it(bundle):
    subprocess.run([sys.executable, "-m", "tools.lab", "--only-copy"], cwd=bundle, check=True)
    lab = json.loads((bundle / "work" / f"{LABS[0]}.ipynb").read_text())
    setup = "".join(next(c for c in lab["cells"] if c["cell_type"] == "code")["source"])
    code = f"{setup}\ndescribe_run()\ncatch_up('standardise')\nscore_so_far()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=bundle / "work", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "comes without solutions" in done.stdout and "of 8 points" in done.stdout


def test_made_again_it_keeps_its_history_and_drops_what_is_gone(tmp_path):
    out = tmp_path / "copy"
    release(out, PLACE)
    (out / ".git").mkdir()
    (out / ".git/HEAD").write_text("x")
    (out / "labs/99_old.ipynb").write_text("{}")
    release(out, PLACE)
    assert (out / ".git/HEAD").exists() and not (out / "labs/99_old.ipynb").exists()


def test_another_folder_is_not_written_into(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("x")
    assert main([str(tmp_path)]) == 1
    assert "is not empty" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(ReleaseError, match="this course itself"):
        release(ROOT, PLACE)
    assert main([str(tmp_path / "new"), "--repository", "no slash"]) == 1


@pytest.mark.parametrize("beside", [[], ["README.md", "LICENSE", ".gitignore"], [".DS_Store"]])
def test_a_fresh_clone_of_a_new_repository_is_filled(tmp_path, beside):
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "new.git"], check=True)
    out = tmp_path / "a clone"
    subprocess.run(["git", "clone", "-q", tmp_path / "new.git", out], check=True)
    for name in beside:
        (out / name).write_text("x")
    release(out, PLACE)
    assert (out / ".git/HEAD").exists() and "workbook" in (out / "README.md").read_text()
    release(out, PLACE)


@pytest.mark.parametrize("names", [["README.md"], [".git", "thesis.tex"], [".git", "labs"]])
def test_a_folder_of_somebodys_work_is_not_taken_for_a_new_clone(tmp_path, names):
    for name in names:
        (tmp_path / name).write_text("x")
    with pytest.raises(ReleaseError, match="is not empty"):
        release(tmp_path, PLACE)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_a_tilde_means_the_home_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HOME", str(tmp_path / "my home"))
    monkeypatch.chdir(tmp_path)
    assert main(["~/class copy", "--repository", "SCHOOL/labs"]) == 0
    assert (tmp_path / "my home/class copy/labs").exists() and not (tmp_path / "~").exists()
    assert main(["~nobody-of-this-name/copy"]) == 1
    assert "is not known here" in capsys.readouterr().err
    assert not (tmp_path / "~nobody-of-this-name").exists()
