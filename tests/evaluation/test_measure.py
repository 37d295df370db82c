from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from stackrepro.evaluation import Protocol, compare, reference_features
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.frechet import statistics

SOME = Protocol(dims=64, samples=10, reference=20)
ALL = Protocol(dims=64, samples=10, reference=None)


def counted(monkeypatch):
    calls = []
    stream = Extractor.stream
    monkeypatch.setattr(
        Extractor, "stream", lambda self, images, total, *how: calls.append(total) or stream(self, images, total, *how)
    )
    return calls


def test_real_features_are_computed_once_for_each_content(cache, extractor, monkeypatch, blobs):
    images, calls = blobs(40, seed=1), counted(monkeypatch)
    first = reference_features(images, "birds", SOME, extractor)
    again = reference_features(images, "birds", SOME, extractor)
    assert calls == [20, 10]
    np.testing.assert_array_equal(first.reference, again.reference)
    np.testing.assert_array_equal(first.floor, again.floor)
    reference_features(images, "faces", SOME, extractor)
    reference_features(images, "birds", ALL, extractor)
    clean = reference_features(images, "birds", replace(SOME, resize="clean"), extractor)
    assert calls == [20, 10, 20, 10, 40, 20, 10]
    reference_features(images, "birds", replace(SOME, samples=8), extractor)
    assert calls[7:] == [8], "another floor has the same reference"
    assert not np.array_equal(clean.reference, first.reference)


def test_two_at_once_compute_the_real_features_once(cache, extractor, monkeypatch, blobs):
    images, calls = blobs(40, seed=1), counted(monkeypatch)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: reference_features(images, "birds", SOME, extractor), range(2)))
    assert calls == [20, 10]
    np.testing.assert_array_equal(found[0].reference, found[1].reference)


def test_damaged_features_are_computed_anew(cache, extractor, blobs):
    images = blobs(40, seed=1)
    first = reference_features(images, "birds", SOME, extractor)
    for stored in (cache / "features").glob("*.npy"):
        stored.write_bytes(stored.read_bytes()[:-100])
    np.testing.assert_array_equal(reference_features(images, "birds", SOME, extractor).reference, first.reference)


@pytest.mark.parametrize("protocol", [SOME, ALL], ids=["some", "all"])
def test_features_belong_to_the_images_that_were_dealt(cache, extractor, protocol, blobs):
    images = blobs(40, seed=1)
    found, every = reference_features(images, "birds", protocol, extractor), extractor(images)
    matched = [np.abs(every - feature).max(axis=1).argmin() for feature in (*found.reference, *found.floor)]
    np.testing.assert_allclose(np.concatenate([found.reference, found.floor]), every[matched], atol=1e-5)
    if protocol is ALL:
        assert sorted(matched[:40]) == list(range(40))
    else:
        assert len(set(matched)) == 30


def test_the_floor_lies_below_a_bad_generator(cache, extractor, blobs):
    reference = reference_features(blobs(120, seed=1), "blobs", Protocol(64, 40, None), extractor)
    floor = compare(reference.floor, reference.floor_reference)
    bad = compare(extractor(blobs(40, seed=2, contrast=5.0)), reference.reference)
    good = compare(extractor(blobs(40, seed=2)), reference.reference)
    assert (floor.generated, floor.reference, bad.generated, bad.reference) == (40, 80, 40, 120)
    assert good.frechet < 2 * floor.frechet < bad.frechet / 2
    assert abs(good.kid) < 4 * good.kid_error
    assert bad.kid > 10 * bad.kid_error


@pytest.mark.parametrize(("count", "deficient"), [(64, True), (65, False)])
def test_as_many_images_as_dimensions_are_too_few(count, deficient):
    random = np.random.default_rng(1)
    found = compare(random.normal(size=(count, 64)), random.normal(size=(100, 64)))
    assert found.rank_deficient is deficient


def test_known_statistics_change_nothing():
    random = np.random.default_rng(2)
    a, b = random.normal(size=(30, 8)), random.normal(size=(40, 8))
    assert compare(a, b, statistics(b)) == compare(a, b)
