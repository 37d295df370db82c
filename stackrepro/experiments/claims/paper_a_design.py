"""Claims of paper A's abstract and sections 1 to 3: its premises, its data, and what it says that it built."""

from stackrepro.experiments.claims.claim import Claim
from stackrepro.experiments.claims.kinds import LEFT_TO_THE_EYE, Audit, Cited, Difference, Order, Several

DESIGN = (
    Claim(
        "A15",
        "3.3.1",
        "a-3-3-baselines",
        "Dropout helps the discriminator of the dense model.",
        "a sentence; no model without dropout is shown",
        Several(
            (
                ("64 px", Difference("frechet", "birds/dense-64", "birds/dense-64+dropout=0", "text")),
                ("128 px", Difference("frechet", "birds/dense-128", "birds/dense-128+dropout=0", "text")),
            )
        ),
        "the quality of the images stands for the discriminator's performance",
    ),
    Claim(
        "A16",
        "3",
        "a-1-introduction",
        "Layer types, implementation and structure are as constant as possible, so that what differs between a single "
        "model and a stack comes from stacking.",
        "a statement of the goal; the notebooks",
        Audit(
            "held_constant",
            "code",
            "the single 128 px model and the stack of each layer type differ in the generator alone, at equal budgets",
        ),
        "the notebooks are audited, not the intention",
    ),
    Claim(
        "A17",
        "2, 3.4",
        "a-3-4-stacked",
        "Stage 1 is trained first; its weights stay as they are while stage 2 is trained.",
        "a statement; trainable flags in the notebooks",
        Audit(
            "first_stage_held",
            "code",
            "stage 1 comes from a training of its own, and updates of stage 2 change no tensor of it",
        ),
        "a small network of the same kind takes the steps",
    ),
    Claim(
        "A18",
        "3.5",
        "a-3-5-backpropagating",
        "With stage 1 set to trainable, the loss of stage 2 reaches and updates all of its weights.",
        "a statement; trainable flags in the notebooks",
        Audit(
            "gradient_reaches_first_stage",
            "code",
            "after an update each weight tensor of stage 1 has a gradient other than 0",
        ),
        "a small network of the same kind takes the step",
    ),
    Claim(
        "A21",
        "3.1",
        "a-3-1-data",
        "The data are 11,788 images, cut to their bounding boxes, resized, and scaled to the range 0 to 1.",
        "a statement and Figure 3",
        Audit(
            "data_as_stated",
            "code",
            "the data set holds 11,788 images; each layer type trains on values from 0 to 1",
        ),
        "no released file crops or resizes, so that part can't be looked at",
    ),
    Claim(
        "A22",
        "3.1",
        "a-3-1-data",
        "The birds sit in the middle of the images all along, and cutting to the bounding box takes noise away.",
        "a statement; no model of uncut images is shown",
        Several(
            (
                ("noise", Difference("covered", "birds/dconv-64", "birds/dconv-64+crop=none")),
                ("in the middle", LEFT_TO_THE_EYE),
            )
        ),
        "each model is measured against real images cut like its own, so the share of its way is compared, not the "
        "distance; where the birds sit is not measured",
    ),
    Claim(
        "A23",
        "abstract",
        "a-1-introduction",
        "Backpropagation through the generators of a stack was unexplored before.",
        "a statement; three works on stacks are cited",
        Cited(
            "overstated. Huang et al. train the GANs of their stack one by one and then the whole stack end to end; "
            "StackGAN++ trains the generators of all its stages together",
            ("huang2017stacked", "zhang2019stackganpp"),
            holds=False,
        ),
        "both earlier stacks differ from this one: theirs keep a loss at each stage",
    ),
    Claim(
        "A24",
        "1",
        "a-1-introduction",
        "A high resolution overwhelms a single generator: there are too many pixels to adjust.",
        "a statement, no experiment",
        Several(
            tuple(
                (kind, Difference("frechet@common", f"birds/{kind}-64", f"birds/{kind}-128"))
                for kind in ("dense", "conv", "dconv")
            )
        ),
        "two resolutions that differ by a factor of two, compared at the smaller one; in arm matched the larger model "
        "has twice the updates",
    ),
    Claim(
        "A25",
        "1",
        "a-1-introduction",
        "With too few images the generator repeats itself.",
        "a statement, no experiment",
        Order("recall", ("birds/dconv-64", "birds/dconv-64+images=quarter", "birds/dconv-64+images=sixteenth")),
        "repeating itself is read as low recall, the share of real images that have generated ones around them: a few "
        "pictures over and over may lie far apart, but most of the real ones are none of them",
    ),
    Claim(
        "A26",
        "1",
        "a-1-introduction",
        "The discriminator is trained on as many generated as real images.",
        "a statement; the notebooks",
        Audit("equal_numbers", "code", "each update of an epoch shows as many real as generated images"),
        "read from the loop that draws the batches",
    ),
    Claim(
        "A27",
        "3.2",
        "a-3-2-losses",
        "The layer type decides the optimizer, which is Adam or RMSprop, the same within a type.",
        "a statement; the notebooks",
        Audit("one_optimizer_per_layer_type", "code", "the four models of a layer type use one kind of optimizer"),
        "the kind is audited; rates that differ within a kind are told but not counted",
    ),
    Claim(
        "A30",
        "3.4",
        "a-3-4-stacked",
        "Stage 2 takes the 64 × 64 × 3 image instead of a latent, and makes one of 128 × 128.",
        "a statement; the notebooks",
        Audit(
            "second_stage_input",
            "code",
            "the first layer of stage 2 sees a 64 × 64 × 3 image, and stage 2 ends at 128 × 128",
        ),
        "the deep-conv stack is looked at as released, before its repair",
    ),
)
