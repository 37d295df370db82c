"""Claims of paper B's summary, introduction and methods: its premises, its data, and why it builds as it does."""

from stackrepro.experiments.claims.claim import Claim
from stackrepro.experiments.claims.kinds import AnyDifference, Audit, Cited, Difference, Given, Level, Several

INTRODUCTION = "b-1-introduction"

DESIGN = (
    Claim(
        "B13",
        "methods",
        "b-3-stage-one",
        "A discriminator with a quarter of the feature maps improves stage 1, since it no longer outpaces the "
        "generator.",
        "tests of the authors' own, of which nothing is shown",
        Several(
            (
                ("better", Difference("frechet", "faces/edges", "faces/edges+discriminator=whole")),
                ("outpaces less", Difference("discriminator_lead", "faces/edges", "faces/edges+discriminator=whole")),
            )
        ),
        "the lead is the mean probability of real that the discriminator gives to real images, less what it gives to "
        "generated ones, over the second half of the training",
    ),
    Claim(
        "B14",
        "methods",
        "b-4-stage-two",
        "A batch of one catches the mapping of each sample more precisely.",
        "a statement; the habit of other works is named",
        Several(
            (
                ("than four", Difference("l1/held_out", "faces/gray", "faces/gray+batch=4-images")),
                ("than sixteen", Difference("l1/held_out", "faces/gray", "faces/gray+batch=16-images")),
            )
        ),
        "all batches see equally many images; precise is read as near to the real partner, for persons held out",
    ),
    Claim(
        "B15",
        "methods",
        "b-4-stage-two",
        "In its one epoch the L1 loss of stage 2 converges smoothly.",
        "stated as a priority; no curve of it alone is shown",
        Level("l1_descent", "faces/gray", low=0.85),
        "the curve is cut into ten; smooth means that of the nine steps from each part's mean to the next at most one "
        "rises; the interval over seeds has to say so, which it can only where nearly all seeds agree in the number",
    ),
    Claim(
        "B26",
        "introduction, methods, conclusion",
        INTRODUCTION,
        "Stages that each add a feature have easier targets, which gives better and more stable results than one GAN.",
        "a statement; no single GAN is shown",
        Several(
            (
                ("easier", Difference("covered", "faces/edges", "faces/single")),
                ("better", Difference("frechet", "faces/gray", "faces/single")),
                ("more stable", Difference("loss_variation", "faces/edges", "faces/single")),
            )
        ),
        "the single GAN is the network of stage 1, for twice its updates; ease is how far stage 1 comes on its own "
        "target, stability how little the same game's loss oscillates; a point of the single GAN's curve is a mean "
        "over twice as many updates, which speaks a little against the claim",
    ),
    Claim(
        "B27",
        "summary, conclusion",
        INTRODUCTION,
        "The method carries over to other data.",
        "a statement",
        Given(
            ("on faces", Difference("frechet", "faces/gray", "faces/single")),
            Several((("on birds", Difference("frechet", "birds/gray", "birds/gray-single")),)),
            otherwise="there is nothing to carry over",
        ),
        "the stack must beat its control on birds as B26 has it on faces; each data set has runs of its own; nothing "
        "is derived from the stacks of paper A, which split by size",
    ),
    Claim(
        "B28",
        "summary",
        INTRODUCTION,
        "Small changes, such as one more stage, can change the result strongly.",
        "a statement; no number of stages is compared",
        Several(
            (
                ("two against one", AnyDifference("frechet", "faces/gray", "faces/single")),
                ("three against two", AnyDifference("frechet@gray", "faces/rgb", "faces/gray")),
            )
        ),
        "the images of three stages are turned to gray, so that one reference serves; strongly is read as more than "
        "the margin, in either direction",
    ),
    Claim(
        "B30",
        "abstract, summary",
        INTRODUCTION,
        "The distances reached are worse than those of the best models on CelebA.",
        "a statement; no other number is given",
        Cited(
            "Heusel et al. report 12.5 for a DCGAN on CelebA in RGB at 64 px, against the 73 and 59 printed here; that "
            "is another view of the data, so it tells no more than the order",
            ("heusel2017gans",),
            holds=True,
        ),
        "no work on gray faces or edges at 128 px is known that could be cited",
    ),
    Claim(
        "B31",
        "methods",
        "b-2-data",
        "The data are 202,599 faces, turned to gray and to Sobel edges by functions of Pillow, then scaled to 128 px.",
        "a statement and Figure 2",
        Audit(
            "faces_as_stated",
            "code",
            "the data set holds 202,599 images, the size is 128 px, gray is Pillow's, Pillow has a Sobel filter",
        ),
        "Pillow is looked at as installed here, which is newer than the paper's",
    ),
    Claim(
        "B32",
        "introduction",
        INTRODUCTION,
        "The stages can be trained at the same time, since each reads real images of the one before.",
        "a statement about stacks in general",
        Audit(
            "stages_apart",
            "code",
            "what a later stage is trained on are views of the data alone, and no earlier stage is part of its network",
        ),
        "the configuration is audited; samples of a later stage do need the earlier ones",
    ),
)
