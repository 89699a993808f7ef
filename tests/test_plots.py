"""Plots refuse what they cannot draw, in words."""

import numpy as np
import pytest

from helpers import plots


@pytest.mark.parametrize("points", [np.zeros((2, 300)), np.zeros(5), np.zeros((4, 3))])
def test_scatter_names_the_group_that_is_not_n_by_2(points):
    groups = {"real": np.zeros((3, 2)), "made up": points}
    with pytest.raises(ValueError, match=r"shape \(n, 2\).*'made up' has the shape"):
        plots.scatter(groups, "title", ("x", "y"))
