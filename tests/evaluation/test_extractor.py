import subprocess
import sys

import numpy as np
import pytest

from stackrepro.base.errors import UserError
from stackrepro.evaluation import Extractor, as_rgb
from stackrepro.evaluation.extractor import in_batches, side_by_side, torch_session
from stackrepro.evaluation.inception import onnx_network


@pytest.mark.parametrize("size", [(32, 32), (57, 40), (320, 300)], ids=str)
def test_onnx_gives_what_pytorch_fid_gives(extractor, weights, size):
    images = np.random.default_rng(1).integers(0, 256, (3, *size, 3), dtype=np.uint8)
    expected = torch_session(64, weights, "cpu")(images)
    assert expected.shape == (3, 64)
    assert expected.std() > 0.1
    np.testing.assert_allclose(extractor(images), expected, atol=2e-5)


def test_a_feature_is_the_mean_of_pytorch_fids_block_over_space(extractor, weights, blobs):
    """The same numbers by pytorch-fid's blocks, called one after the other on an image that needs no resize."""
    import torch

    from stackrepro.evaluation.inception import torch_network

    image = blobs(1, seed=2, size=300)[:, :299, :299]
    first = torch_network(64, weights).blocks.blocks[0]
    maps = first(torch.from_numpy(image).permute(0, 3, 1, 2) / 127.5 - 1)
    assert maps.shape == (1, 64, 73, 73)
    np.testing.assert_allclose(extractor(image)[0], maps.numpy().mean((0, 2, 3)), atol=2e-5)


def test_features_do_not_depend_on_the_batch(extractor, blobs):
    images = blobs(11, seed=3)
    one_by_one = np.concatenate([extractor(images[index : index + 1]) for index in range(11)])
    np.testing.assert_allclose(extractor(images), one_by_one, atol=1e-5)


def test_no_bit_depends_on_the_threads(extractor, blobs):
    images = blobs(41, seed=9)
    np.testing.assert_array_equal(Extractor(64, threads=3)(images), extractor(images))


@pytest.mark.parametrize("workers", [1, 3])
def test_threads_keep_the_order_and_draw_no_more_batches_than_they_need(workers):
    drawn = []
    batches = (drawn.append(number) or np.array([number]) for number in range(20))
    for number, found in enumerate(side_by_side(lambda batch: batch * 2, batches, workers)):
        assert found == 2 * number
        assert len(drawn) <= number + 1 + workers
    assert len(drawn) == 20


def test_images_of_mixed_sizes_keep_their_order(extractor, blobs):
    images = [*blobs(2, seed=4, size=24), *blobs(3, seed=5, size=40), *blobs(1, seed=6, size=24)]
    expected = np.concatenate([extractor(image[None]) for image in images])
    np.testing.assert_allclose(extractor.stream(iter(images), 6), expected, atol=1e-5)


@pytest.mark.parametrize("announced", [2, 4])
def test_another_number_of_images_than_announced_is_an_error(extractor, blobs, announced):
    with pytest.raises(ValueError, match=r"images|broadcast"):
        extractor.stream(iter(blobs(3, seed=4)), announced)


def test_batches_are_neighbours_of_one_shape():
    images = [np.zeros((side, 2, 3)) for side in (1, 1, 1, 4, 4, 1)]
    assert [batch.shape[:2] for batch in in_batches(images, 2)] == [(2, 1), (1, 1), (2, 4), (1, 1)]


def test_gray_is_repeated_in_each_channel(extractor, blobs):
    gray = blobs(2, seed=7)[..., :1]
    rgb = as_rgb(gray)
    assert rgb.shape == (2, 24, 24, 3)
    assert all((rgb[..., channel] == gray[..., 0]).all() for channel in range(3))
    np.testing.assert_array_equal(extractor(gray), extractor(rgb))
    assert as_rgb(rgb) is rgb


@pytest.mark.parametrize(
    "images",
    [np.zeros((2, 8, 8, 3), np.float32), np.zeros((2, 8, 8), np.uint8), np.zeros((2, 3, 8, 8), np.uint8)],
    ids=["float", "no channels", "channels first"],
)
def test_another_kind_of_array_is_refused(extractor, images):
    with pytest.raises(UserError, match=r"make it uint8 \(N, H, W, 1 or 3\)"):
        extractor(images)


def test_unknown_dimensions_and_devices():
    with pytest.raises(UserError, match="no features of 100 dimensions"):
        Extractor(100)
    with pytest.raises(UserError, match="'cuda:99' is not on this machine"):
        Extractor(64, device="cuda:99")


def test_a_damaged_onnx_file_is_named(empty_cache, weights, blobs):
    (empty_cache / "inception").mkdir(parents=True)
    stored = empty_cache / "inception" / weights.name
    stored.symlink_to(weights)
    path = onnx_network(64, stored)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(UserError, match=f"{path.name} does not load: delete it"):
        Extractor(64)
    path.unlink()
    assert Extractor(64)(blobs(1, seed=8)).shape == (1, 64)


def test_a_cpu_needs_no_torch_after_the_export(extractor):
    code = "import sys; from stackrepro.evaluation import Extractor; Extractor(64); sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
