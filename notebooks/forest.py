# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The forest
#
# Every claim of both papers that can be put to runs, on one page. The numbers and verdicts are computed from published
# results; no run is made for this page. Does an answer depend on scale, on the seed, or on the metric?

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["hide-cell"]
from IPython.display import Markdown

from stackrepro.claims.schema import claims
from stackrepro.claims.select import SEEDS
from stackrepro.claims.verdict import FAILS, HOLDS
from stackrepro.report import forest, ledger, open_chapter

chapter = open_chapter(globals())

# %% [markdown]
# ## How to read it
#
# - **Scale.** A column is a rung, from small images to the papers' own. Its heading has the sizes of a stack's stages.
#   The last one waits for a GPU.
# - **Seed.** A line is a part of a claim: its mean over training seeds and the 90 % interval of that, as a share of the
#   margin, which is the least difference that counts: the gray band. One seed has no interval. The blue band is how
#   much equal runs differ, half of a model's seeds against the other half; it needs four seeds of one model.
# - **Metric.** A cross is the same contrast by the Fréchet distance of 192 early features of Inception, as a share of a
#   margin of its own, a ratio of 1.1. The verdict reads KID of late features.
#
# What is claimed lies to the right of the middle; a claim that there is no difference lies inside the gray band. A
# green disc is a part that holds, a red square one that fails, a ring one that isn't decided. A hook says that a mean
# lies beyond the edge, four margins out. Levels and multiples have no margin, so their lines have a scale of their own.
# The letter is H for holds, P for partly holds, F for fails, N for has nothing to explain, O for open, and U for
# untestable. In the last column the parts stand in the order of the lines, with their numbers at the rung that decides,
# and what an undecided one lacks. A claim's name links to its chapter, which judges it in full, by [these
# rules](verdicts).
#
# ## All claims of runs

# %% tags=["remove-input"]
forest.table(chapter)

# %% tags=["nbval-check-output"]
read = [claim for claim in claims().values() if claim.experiments]
print(*(f"paper {paper}: {sum(claim.paper == paper for claim in read)} claims of runs" for paper in "AB"), sep="\n")

# %% [markdown]
# ## In numbers
#
# Counted over what was seen of these claims' parts:

# %% tags=["hide-input"]
groups = {}  # what was seen of a part, a rung each
for one in forest.entries(chapter).values():
    for verdict in (one.verdict, *one.others):
        for outcome in (outcome for outcome in verdict.outcomes if outcome.effect is not None):
            groups.setdefault((verdict.claim.id, outcome.part.label), []).append(outcome)
decided = [[outcome.word for outcome in group if outcome.word in (HOLDS, FAILS)] for group in groups.values()]
twice = [words for words in decided if len(words) > 1]
seen = [(outcome, *ledger.placed(outcome.effect)[:3]) for group in groups.values() for outcome in group]
over_seeds = [(low, high) for outcome, low, _, high in seen if outcome.effect.interval.n >= SEEDS]
by_two = [(middle, ledger.by_early_features(outcome)) for outcome, _, middle, _ in seen]
by_two = [(middle, cross) for middle, cross in by_two if cross is not None]
Markdown(
    f"- **Scale.** {len(twice)} parts are decided at two rungs, {sum(len(set(words)) > 1 for words in twice)} of them "
    f"differently.\n"
    f"- **Seed.** Of {len(over_seeds)} effects over {SEEDS} seeds or more, "
    f"{sum(low > 0 or high < 0 for low, high in over_seeds)} have an interval that lies on one side of the middle.\n"
    f"- **Metric.** Of {len(by_two)} effects by both KID and 192 features, "
    f"{sum(middle * cross < 0 for middle, cross in by_two)} point into different directions."
)
