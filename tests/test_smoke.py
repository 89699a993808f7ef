"""Solutions cut short, as `make test-colab` runs them."""

import nbformat
import pytest
from conftest import ROOT

from tools.build import smoke


def notebook(*code: str) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(source) for source in code]
    return nbformat.v4.new_notebook(cells=cells, metadata={"workbook": {"lab": "07_tiny"}})


def test_a_cut_changes_its_text_and_nothing_else():
    before = notebook("epochs = 40", "fit(epochs)")
    after = smoke.shortened(before, [["epochs = 40", "epochs = 2"]])
    assert [cell.source for cell in after.cells] == ["epochs = 2", "fit(epochs)"]
    assert before.cells[0].source == "epochs = 40"


@pytest.mark.parametrize("code", [["epochs = 50"], ["epochs = 40", "epochs = 40"]])
def test_a_cut_that_does_not_fit_is_refused(code):
    with pytest.raises(smoke.SmokeError, match="07_tiny should hold 'epochs = 40' exactly once"):
        smoke.shortened(notebook(*code), [["epochs = 40", "epochs = 2"]])


def test_every_cut_fits_its_lab(tmp_path):
    assert smoke.main([str(tmp_path)]) == 0
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in (ROOT / "solutions").glob("*.ipynb"))
