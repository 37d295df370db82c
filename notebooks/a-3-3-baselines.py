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
# # 3.3 Baseline GAN
#
# Paper A {cite}`deshmukh2022exploring`, section 3.3.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = []
dropout = [
    "birds/dense-64@text",
    "birds/dense-64+dropout=0@text",
    "birds/dense-128@text",
    "birds/dense-128+dropout=0@text",
]

# %% tags=["hide-cell"]
from stackrepro.models import conv, dconv, dense
from stackrepro.report import forest, ledger, open_chapter, published, tables
from stackrepro.report.architecture import architecture, source

chapter = open_chapter(globals())

# %% tags=["remove-input"]
forest.short(chapter, "A15")
families = ["dense", "conv", "dconv"]

# %% [markdown]
# ## What the paper says
#
# A baseline is one generator with one discriminator, for 64 × 64 pixels (where layer types are compared) and for
# 128 × 128. The three kinds differ in the layers that turn a latent $z \sim \mathcal{N}(0, I_{100})$ into an image:
#
# - **dense** (3.3.1): three hidden layers of 256, 512 and 1024 nodes, each with LeakyReLU and BatchNorm; in the
#   discriminator two of 256 and 64, where dropout is said to help;
# - **conv** (3.3.2): five convolutions of 256 filters of 3 × 3 and stride 1, and one transposed convolution that
#   doubles the image;
# - **deep-conv** (3.3.3): five layers, one dense and the others transposed convolutions of 5 × 5 and stride 2 with 256,
#   128, 64 and 3 filters, LeakyReLU, and tanh at the end.
#
# It doesn't describe the discriminators of the second and third kind, gives no rates and no slopes, and counts the
# deep-conv layers in two ways that don't agree.
#
# ## The generators as the text has them
#
# Drawn from the networks themselves, arm `text`, 128 pixels, at the paper's scale: the counterparts of its Figures 4,
# 5 and 6. Below each drawing stands the code that builds it, from the package's own file; the numbers of layers, their
# widths and slopes come from an arm's configuration. The models of 64 pixels start from a grid of half the side, or end
# in a smaller dense layer.

# %% tags=["remove-input"]
text = {name: chapter.configuration(f"birds/{name}-128", "text", tier="paper") for name in families}
architecture(text["dense"].generator, "birds/dense-128", "tier paper | arm text")

# %% tags=["remove-input"]
source(dense.Generator)

# %% tags=["remove-input"]
architecture(text["conv"].generator, "birds/conv-128", "tier paper | arm text")

# %% tags=["remove-input"]
source(conv.Generator)

# %% tags=["remove-input"]
architecture(text["dconv"].generator, "birds/dconv-128", "tier paper | arm text")

# %% tags=["remove-input"]
source(dconv.Generator)

# %% [markdown]
# ## As the authors' notebooks have them
#
# The released notebooks differ from the text in most numbers: the dense model for 128 pixels has five hidden layers,
# not three; the conv model has four convolutions of 5 × 5 and 7 × 7, not five of 3 × 3; the deep-conv model uses plain
# ReLU. They also differ from each other in settings that section 3 says are the same in all, as the table below shows.
# In each, the discriminator gets one mixed batch of 32 real and 32 generated images, and the generated ones are made in
# inference mode. The deep-conv discriminator has BatchNorm, which therefore normalises both kinds together.

# %% tags=["remove-input"]
code = {f"{name}-64": chapter.configuration(f"birds/{name}-64", "code", tier="paper") for name in families}
tables.Plain(tables.settings(code), "tier paper | arm code")

# %% tags=["remove-input"]
code_128 = {f"{name}-128": chapter.configuration(f"birds/{name}-128", "code", tier="paper") for name in families}
tables.Plain(tables.settings(code_128), "tier paper | arm code")

# %% [markdown]
# The counts of arm `code`, which are those of the notebooks under Keras' rules:

# %% tags=["nbval-check-output", "remove-input"]
tables.counts(code | code_128, brief=False)

# %% [markdown]
# ## Equal but for the layers
#
# Arm `matched` gives all three kinds one discriminator (DCGAN's {cite}`radford2016unsupervised`), one optimizer, one
# range, one normalisation and one activation. Only there can an order of the layer types be due to the layers.

# %% tags=["remove-input"]
matched = {f"{name}-64": chapter.configuration(f"birds/{name}-64", tier="paper") for name in families}
tables.Plain(tables.settings(matched), "tier paper | arm matched")

# %% tags=["nbval-check-output", "remove-input"]
tables.counts(matched)

# %% [markdown]
# ## Dropout in the discriminator
#
# The paper says that dropout helped the dense model (3.3.1). Arm `text` is trained with dropout and without, at 64
# pixels and at 128.

# %% tags=["remove-input"]
published.results(chapter, *dropout[:2])

# %% tags=["remove-input"]
published.results(chapter, *dropout[2:])

# %% [markdown]
# ## The deviation register
#
# Where the paper leaves a gap, DCGAN fills it, since the appendix calls the models by that name. What DCGAN doesn't
# tell, such as budgets and the rate of dropout, comes from the released notebooks. [The deviation
# register](../deviations) lists every such choice, in all arms, with its source and its reason.

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-a).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "A15")
