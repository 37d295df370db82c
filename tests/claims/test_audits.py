"""Audits against what the facts sheet says of the paper's notebooks."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from stackrepro.claims import audits
from stackrepro.claims.audits import AUDITS, stepped
from stackrepro.claims.schema import claims
from stackrepro.claims.select import Evidence
from stackrepro.claims.verdict import entry
from stackrepro.data import Source
from stackrepro.data.prepared import prepared_folder
from stackrepro.experiments import resolve


def holds(function: str, arm: str, source: Source | None = None) -> dict[str, bool | None]:
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


@pytest.mark.parametrize(("count", "expected"), [(11_788, True), (11_776, False)])
def test_images_are_counted_where_a_real_set_is_prepared(count, expected, tiny_birds):
    source = replace(tiny_birds, fingerprint=f"{count:0<64}")
    assert holds("data_as_stated", "code", source)["number of images"] is None
    folder = prepared_folder(source)
    folder.mkdir(parents=True)
    np.save(folder / "view.npy", np.zeros((count, 1), np.uint8))
    found = holds("data_as_stated", "code", source)
    assert found == {"number of images": expected, "range, dense": False, "range, conv": True, "range, dconv": True}


@pytest.mark.parametrize(("count", "expected"), [(202_599, True), (10_000, False)])
def test_faces_are_counted_against_celebas_number(count, expected, tiny_faces):
    source = replace(tiny_faces, fingerprint=f"{count:0<64}")
    folder = prepared_folder(source)
    folder.mkdir(parents=True)
    np.save(folder / "view.npy", np.zeros((count, 1), np.uint8))
    assert holds("faces_as_stated", "code", source)["number of images"] is expected


def test_a_stage_with_the_one_before_inside_is_not_trained_apart(monkeypatch):
    joint = resolve("faces/joint", "matched", "paper")
    monkeypatch.setattr(audits, "resolve", lambda *names: joint)
    assert holds("stages_apart", "matched") == {"stage 2": False, "stage 3": False}


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ("A16", "refuted by inspection"),
        ("B1", "can't be traced"),
        ("A17", "partly reproduced"),
        ("A18", "reproduced"),
        ("A21", "partly reproduced"),
        ("A23", "refuted by inspection"),
        ("A26", "partly reproduced"),
        ("A27", "refuted by inspection"),
        ("A30", "partly reproduced"),
        ("B30", "reproduced"),
        ("B31", "partly reproduced"),
        ("B32", "reproduced"),
    ],
)
def test_inspections_end_in_a_verdict_without_any_run(claim, word):
    found = entry(claims()[claim], Evidence(()))
    assert (found.verdict.word, found.verdict.rung, found.others) == (word, "inspection", ())
