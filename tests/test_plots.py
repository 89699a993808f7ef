"""Plots refuse what they cannot draw, in words."""

import numpy as np
import pytest

from helpers import plots


@pytest.mark.parametrize("points", [np.zeros((2, 300)), np.zeros(5), np.zeros((4, 3))])
def test_scatter_names_the_group_that_is_not_n_by_2(points):
    groups = {"real": np.zeros((3, 2)), "made up": points}
    with pytest.raises(ValueError, match=r"shape \(n, 2\).*'made up' has the shape"):
        plots.scatter(groups, "title", ("x", "y"))


def test_a_plot_of_ones_own_has_the_courses_look():
    figure, ax = plots.plt.subplots()
    first, second = ax.plot([0, 1], [0, 1])[0], ax.plot([0, 1], [1, 0])[0]
    assert (first.get_color(), second.get_color()) == tuple(plots.COLORS[:2])
    assert first.get_linestyle() != second.get_linestyle()
    assert not ax.spines["top"].get_visible() and figure.get_constrained_layout()
    plots.plt.close(figure)
