"""The synthetic faces, in CelebA's layout, with masks and parts that are exact by construction."""

COUNT = 2048
SEED = 2015
GENERATOR = 1
