"""The claims as data, and the audits; what these find in the papers' notebooks stands in golden/verdicts.json."""

from dataclasses import astuple, replace

import numpy as np
import pytest
import torch
import yaml

from stackrepro.base.errors import UserError
from stackrepro.base.places import repository
from stackrepro.claims import audits, schema
from stackrepro.claims.audits import AUDITS, stepped
from stackrepro.claims.measures import MEASURES
from stackrepro.claims.schema import FOLDER, claims, of_paper
from stackrepro.claims.verdict import KEPT
from stackrepro.data.prepared import prepared_folder
from stackrepro.experiments import ARMS, resolve

PARTS = [part for claim in claims().values() for part in claim.parts]


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


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("birds/conv-stack,", "birds/conv-stock,", "A1, part 'the stack is better': .*no experiment 'birds/conv-"),
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


def holds(function, arm, source=None) -> dict[str, bool | None]:
    return {finding.subject: finding.holds for finding in AUDITS[function](arm, source)}


ALL = {"dense": True, "conv": True, "dconv": True}


@pytest.mark.parametrize(
    ("function", "arm", "found"),
    [
        ("held_constant", "matched", ALL),
        ("first_stage_frozen", "text", ALL),
        ("first_stage_frozen", "matched", ALL),
        ("gradient_reaches_first_stage", "text", ALL),
        ("gradient_reaches_first_stage", "matched", ALL),
        ("equal_numbers", "text", ALL),
        ("one_optimizer_per_layer_type", "matched", {"all layer types": True}),
        ("second_stage_input", "text", {**ALL, "dense": False}),
        ("stages_apart", "matched", {"stage 2": True, "stage 3": True}),
    ],
)
def test_what_holds_in_the_other_arms(function, arm, found):
    assert holds(function, arm) == found


def test_what_is_kept_of_audits_is_what_they_find():
    assert KEPT.keys() < AUDITS.keys()
    assert {name: found_by(name) for name in KEPT} == KEPT


def found_by(name):
    return {arm: [list(astuple(finding)) for finding in AUDITS[name](arm, None)] for arm in ARMS}


def test_the_flags_of_the_notebooks_leave_batch_norm_free_and_freeze_the_kernels():
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


if __name__ == "__main__":  # writes what is kept of audits anew
    file = FOLDER / "audits.yaml"
    says, found = file.read_text(encoding="utf-8").partition("\n\n")[0], {name: found_by(name) for name in KEPT}
    written = yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
    file.write_text(f"{says}\n\n{written}", encoding="utf-8")
