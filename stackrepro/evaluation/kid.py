"""The Kernel Inception Distance (Bińkowski et al. 2018, arXiv:1801.01401, section 4)."""

import numpy as np

from stackrepro.base.errors import UserError

BLOCKS = 10
BLOCK_SEED = 2018


def kernel_distance(a: np.ndarray, b: np.ndarray) -> tuple[float, float | None]:
    """Return the squared maximum mean discrepancy of features (N, d) and (M, d), kernel (x·y / d + 1)³, and its error.

    The value is the unbiased estimate over all pairs, which may be slightly negative. The field's usual mean over
    random subsets tends to it as the subsets grow in number; using all pairs, nothing depends on a draw. The standard
    error, None below 3 images a side, is the jackknife's over up to 10 blocks, each left out of both sets in turn,
    which on average doesn't understate (Efron and Stein 1981). Blocks are dealt by a permutation with a fixed seed,
    since images in a folder come sorted.

    Raises:
        UserError: fewer than two features on a side.
    """
    fewest = min(len(a), len(b))
    if fewest < 2:
        raise UserError(f"A kernel distance needs at least 2 images on each side, here is {fewest}: add some.")
    random, count = np.random.default_rng(BLOCK_SEED), min(BLOCKS, fewest)
    a, b = (np.array_split(random.permutation(np.asarray(side, np.float64)), count) for side in (a, b))
    counts_a, counts_b = (np.array([len(block) for block in side]) for side in (a, b))
    within_a, within_b = _sums_within(a), _sums_within(b)
    across = np.array([[_kernel_sum(x, y) for y in b] for x in a])

    def unbiased(kept: np.ndarray) -> float:
        """Return the estimate from the blocks for which a mask is true."""
        n, m, pairs = counts_a[kept].sum(), counts_b[kept].sum(), np.ix_(kept, kept)
        within = within_a[pairs].sum() / (n * (n - 1)) + within_b[pairs].sum() / (m * (m - 1))
        return float(within - 2 * across[pairs].sum() / (n * m))

    value = unbiased(np.ones(count, bool))
    if fewest < 3:
        return value, None
    left_out = [unbiased(np.arange(count) != block) for block in range(count)]
    return value, float(np.sqrt((count - 1) * np.var(left_out)))


def _sums_within(blocks: list[np.ndarray]) -> np.ndarray:
    """Sum the kernel over the pairs of two blocks of one set, leaving out each image with itself."""
    sums = np.zeros((len(blocks), len(blocks)))
    for i, x in enumerate(blocks):
        with_itself = (((x**2).sum(axis=1) / x.shape[1] + 1) ** 3).sum()
        sums[i, i] = _kernel_sum(x, x) - with_itself
        for j in range(i):
            sums[i, j] = sums[j, i] = _kernel_sum(x, blocks[j])
    return sums


def _kernel_sum(x: np.ndarray, y: np.ndarray) -> float:
    base = x @ y.T / x.shape[1] + 1
    return float(np.einsum("ij,ij,ij->", base, base, base))  # ten times as fast as base**3
