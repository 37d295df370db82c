"""The claims as data, and the audits against what the facts sheet says of the papers' notebooks."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from stackrepro.base.errors import UserError
from stackrepro.base.places import repository
from stackrepro.claims import audits, schema
from stackrepro.claims.audits import AUDITS, stepped
from stackrepro.claims.measures import MEASURES
from stackrepro.claims.schema import FOLDER, claims, of_paper
from stackrepro.data.prepared import prepared_folder
from stackrepro.experiments import resolve

CLAIMS = claims()
PARTS = [part for claim in CLAIMS.values() for part in claim.parts]


def test_all_63_claims_are_there_in_order():
    assert [[claim.id for claim in of_paper(paper)] for paper in "AB"] == [
        [f"{paper}{number}" for number in range(1, last + 1)] for paper, last in (("A", 30), ("B", 33))
    ]


def test_each_audit_measure_and_reference_serves_a_claim_and_is_there():
    assert {one.test for one in PARTS if one.test in AUDITS} == AUDITS.keys()
    assert all(AUDITS[one.test].__doc__.startswith(f"{one.claim}:") for one in PARTS if one.test in AUDITS)
    read = {name.partition("/")[0].partition("@")[0] for one in PARTS for name in one.measures}
    assert read == MEASURES.keys()
    listed = (repository() / "book" / "references.bib").read_text(encoding="utf-8")
    assert all(f"{{{key}," in listed for one in PARTS for key in one.references)


def test_options_stand_only_where_the_rules_say_so():
    def of(chosen) -> set[str]:
        return {one.claim for one in PARTS if chosen(one)}

    assert of(lambda one: one.exempt) == {"A28", "B2", "B7", "B8", "B21"}
    assert of(lambda one: one.may_die) == {"A15", "A25", "B4", "B13", "B16"}
    assert of(lambda one: any(name.endswith("halfway") for name in one.measures)) == {"A10", "A11", "A12", "A24"}
    assert of(lambda one: one.test == "a little better") == {"A3", "A11", "B33"}
    assert of(lambda one: one.kind == "rated") == {"A13", "B7"}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (
            "birds/conv-stack,",
            "birds/conv-stock,",
            "A1, part 'the stack is better': .*no experiment 'birds/conv-",
        ),
        ("measure: kid", "measure: kit", "no measure 'kit'"),
        ("measure: kid", "measure: kid/noise", "row of the measure kid"),
        ("measure: kid", "measure: l1", "l1 needs a row"),
        ("measure: kid", "measure: gradient_cosine", "no margin"),
        ("measure: kid", "measure: [kid, recall]", "no common scale"),
        ("compare: better", "compare: best", "no comparison 'best'"),
        ("compare: better", "level: better", "a level has one side"),
        ("compare: better", "compares: better", "one of compare, level, rated, inspect"),
        ("measure: kid", "arm: paper, measure: kid", "no arm 'paper'"),
        ("measure: kid", "seeds: 4, measure: kid", "mend seeds"),
        ("measure: kid", "exempt: perhaps, measure: kid", "exempt is 'perhaps'"),
        ("birds/conv-128]", "birds/conv-128, birds/dense-64]", "has two sides"),
        ("chapter: a-4-2-stacked-against-single", "chapter: a-9", "A1: .*no chapter 'a-9'"),
        ("evidence: Figure 8, by eye", "evidence: 8", "put numbers in quotes"),
        ("evidence:", "evident:", "mend evidence, evident"),
        ("id: A1\n", "id: C1\n", "is no id"),
        ("id: A1\n", "id: A2\n", "A2: .*keep claims in order"),
        ("- id: A1\n", "- id: [A1\n", "is no YAML"),
    ],
)
def test_what_may_not_stand_in_a_file_is_refused(old, new, why, tmp_path):
    text = (FOLDER / "paper_a.yaml").read_text(encoding="utf-8")
    path = tmp_path / "claims.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError, match=f"claims.yaml.*{why}"):
        schema.read(path)


# Audits


def holds(function, arm, source=None) -> dict[str, bool | None]:
    return {finding.subject: finding.holds for finding in AUDITS[function](arm, source)}


def details(function: str, arm: str) -> dict[str, str]:
    return {finding.subject: finding.detail for finding in AUDITS[function](arm, None)}


ALL = {"dense": True, "conv": True, "dconv": True}
NONE = {"dense": False, "conv": False, "dconv": False}


@pytest.mark.parametrize(
    ("function", "arm", "found"),
    [
        ("held_constant", "matched", ALL),
        ("held_constant", "code", NONE),
        ("first_stage_frozen", "text", ALL),
        ("first_stage_frozen", "matched", ALL),
        ("first_stage_frozen", "code", {"dense": False, "conv": True, "dconv": False}),
        ("gradient_reaches_first_stage", "text", ALL),
        ("gradient_reaches_first_stage", "matched", ALL),
        ("gradient_reaches_first_stage", "code", ALL),
        (
            "data_as_stated",
            "code",
            {"number of images": None, "range, dense": False, "range, conv": True, "range, dconv": True},
        ),
        ("equal_numbers", "code", {"dense": True, "conv": False, "dconv": False}),
        ("equal_numbers", "text", ALL),
        ("one_optimizer_per_layer_type", "code", {"all layer types": False}),
        ("one_optimizer_per_layer_type", "matched", {"all layer types": True}),
        ("second_stage_input", "code", {"dense": False, "conv": True, "dconv": False}),
        ("second_stage_input", "text", {"dense": False, "conv": True, "dconv": True}),
        (
            "faces_as_stated",
            "code",
            {"number of images": None, "size": True, "gray": False, "Sobel edges": False},
        ),
        (
            "faces_as_stated",
            "text",
            {"number of images": None, "size": True, "gray": True, "Sobel edges": False},
        ),
        ("stages_apart", "code", {"stage 2": True, "stage 3": True}),
        ("stages_apart", "matched", {"stage 2": True, "stage 3": True}),
    ],
)
def test_what_holds(function, arm, found):
    assert holds(function, arm) == found


def test_what_differs_between_single_and_stack_in_the_notebooks():
    differ = details("held_constant", "code")
    assert "updates (73,600 against 147,200)" in differ["dense"]
    assert "generator optimizer" in differ["dense"]
    assert differ["conv"] == "differ: updates (73,800 against 147,600)"
    assert "discriminator" in differ["dconv"]
    assert "stage 1 that isn't trained" in differ["dconv"]


def test_the_flags_of_the_notebooks_leave_batch_norm_free_and_hold_the_kernels():
    generator, before = stepped(resolve("birds/dense-stack", "code", "smoke"), updates=2)
    after = generator.first.state_dict()
    changed = {name for name, tensor in before.items() if not torch.equal(tensor, after[name])}
    kernels = {name for name, _ in generator.first.named_parameters() if before[name].ndim == 2}
    assert len(changed) == 3 * 4  # scale, shift, mean and variance of each of the three BatchNorms
    assert len(kernels) == 4
    assert not changed & kernels


def test_an_audit_leaves_pytorch_as_it_was():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    stepped(resolve("birds/conv-stack", "matched", "smoke"), updates=1)
    assert torch.equal(torch.rand(3), expected)


def test_the_last_batch_of_an_epoch_and_the_shapes_are_those_of_the_facts():
    assert details("equal_numbers", "code")["conv"] == "the last of 369 updates: 12 real, 32 generated"
    shapes = details("second_stage_input", "code")
    assert shapes["dense"].startswith("12288 in")
    assert shapes["dconv"] == "128 × 128 × 3 in, 256 × 256 × 3 out"


def test_the_optimizers_of_the_notebooks():
    told = details("one_optimizer_per_layer_type", "code")["all layer types"]
    assert told == "dense: adam; conv: rmsprop; dconv: adam and rmsprop"


@pytest.mark.parametrize(
    ("audit", "data", "stated"), [("data_as_stated", "tiny_birds", 11_788), ("faces_as_stated", "tiny_faces", 202_599)]
)
def test_images_are_counted_where_a_real_set_is_prepared(audit, data, stated, request):
    for count in (stated, stated - 12):
        source = replace(request.getfixturevalue(data), fingerprint=f"{count:0<64}")
        assert holds(audit, "code", source)["number of images"] is None
        prepared_folder(source).mkdir(parents=True)
        np.save(prepared_folder(source) / "view.npy", np.zeros((count, 1), np.uint8))
        assert holds(audit, "code", source)["number of images"] is (count == stated)


def test_a_stage_with_the_one_before_inside_is_not_trained_apart(monkeypatch):
    joint = resolve("faces/joint", "matched", "paper")
    monkeypatch.setattr(audits, "resolve", lambda *names: joint)
    assert holds("stages_apart", "matched") == {"stage 2": False, "stage 3": False}
