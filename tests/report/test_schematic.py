"""The diagrams are drawn from boxes and arrows that fit each other."""

import pytest

from stackrepro.report.schematic import PROGRESSIVE, STACKED, TRADITIONAL, schematic


@pytest.mark.parametrize("diagram", [TRADITIONAL, STACKED, PROGRESSIVE], ids=lambda diagram: diagram.title.split()[0])
def test_every_box_is_joined_and_named(diagram):
    assert {name for arrow in diagram.arrows for name in arrow} == set(diagram.boxes)
    (axes,) = schematic(diagram).axes
    assert {words for _, _, _, words in diagram.boxes.values()} <= {text.get_text() for text in axes.texts}
