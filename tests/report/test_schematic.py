"""The diagrams are drawn from boxes and arrows that fit each other."""

import pytest

from stackrepro.report.schematic import FACES, OWN_LATENTS, PROGRESSIVE, RELAYED, STACKED, TRADITIONAL, schematic

DIAGRAMS = [TRADITIONAL, STACKED, PROGRESSIVE, FACES, OWN_LATENTS, RELAYED]


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda diagram: diagram.title)
def test_every_box_is_joined_and_named(diagram):
    assert {name for arrow in diagram.arrows for name in arrow} == set(diagram.boxes)
    (axes,) = schematic(diagram).axes
    assert {words for _, _, _, words in diagram.boxes.values()} <= {text.get_text() for text in axes.texts}
