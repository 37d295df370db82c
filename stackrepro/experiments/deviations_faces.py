"""The deviation register of paper B; see `deviations`."""

from stackrepro.experiments.deviations import Deviation

FACE_DEVIATIONS = (
    Deviation(
        "E1",
        "all",
        "gray and edges",
        "Methods: Pillow makes gray images and Sobel edges, then all are scaled to 128 px; Pillow has no Sobel filter. "
        "The builders take the red channel, scikit-image's filter at 178 x 218 px, and save stretched JPEG files",
        "text: Pillow's gray, edges before the scaling, no stretch. code: as the builders. matched: Pillow's gray, "
        "edges of the scaled image, edges stretched to black and white",
        "the filter's formula is the same everywhere; in arm matched edges belong to the very pixels of the gray image",
        "+gray, +sobel, +stretch, +jpeg of faces/edges and faces/gray",
    ),
    Deviation(
        "E2",
        "all",
        "networks of stage 1",
        "Methods: built on a DCGAN for handwritten digits, discriminator's maps divided by 4; the released script is a "
        "WGAN",
        "the 128-pixel DCGAN of the code's history before that: 2048 maps down to 128, discriminator from 32 up",
        "the digits' network makes 28 pixels, and the released one can't have made Figures 3 and 6",
        "+discriminator=half, +discriminator=whole, +update=wgan-released",
    ),
    Deviation(
        "E3",
        "all",
        "budget of stage 1",
        "nothing; the scripts change between 5 and 20 epochs; the last stack loads a folder named 5, the script that "
        "should compute the distance of edges one named 20",
        "7,915 updates: 5 epochs of 1,583 batches of 128",
        "stage 2 makes its faces of the edges of the last stack; which folder made the printed distances isn't known",
        "+updates=quadruple, +updates=quarter; every run keeps its snapshots",
    ),
    Deviation(
        "E4",
        "all",
        "crop and resize",
        "nothing; the builders take the middle 178 x 178 pixels and Pillow's default filter",
        "the largest square in the middle, bicubic with antialiasing",
        "in CelebA's frames it is the builders' box, and it fits other sizes too",
        "+crop=none",
    ),
    Deviation(
        "E5",
        "all",
        "budget of stage 2",
        "Methods: one epoch; the script is set to five with an early stop; the stack loads those of iteration 350,433",
        "202,599 updates of one image each",
        "one epoch is what the paper says",
        "+epochs=1.73 and +epochs=5",
    ),
    Deviation(
        "E6",
        "all",
        "what stage 2 is fed",
        "Methods: the edges of stage 1; one runner feeds them as they come, another as stretched files",
        "as they come, and so from stage 2 to stage 3",
        "the paper tells of no step in between; the runner of the final stack has none, and arm code follows it in its "
        "batches of 64 too; the one that stretches saves single images from batches of 4",
        "+feed=stretched, +feed=jpeg",
    ),
    Deviation(
        "E7",
        "all",
        "BatchNorm while images are made",
        "nothing; the runners never leave training mode, so that a batch of 64, 4 or 3 images normalises itself",
        "running statistics in arms text and matched, those of each batch of 64 in arm code; running ones for "
        "faces/joint in all arms",
        "an image then depends on its latent alone; arm code follows the code, where no runner draws from joint stages",
        "+sampling=batch, in arm code +sampling=running",
    ),
    Deviation(
        "E8",
        "all",
        "proposal 2: losses, batch and budget",
        "Figure 8: all stages trained at once, earlier outputs and the latent relayed; nothing of losses",
        "two paths: generated edges with adversarial losses alone, real pairs with L1 too; batch 16; z as 8 maps; the "
        "updates of stage 1, so at tier paper 126,640 pairs, where the stages apart see 1,013,120 edges and 202,599 "
        "pairs",
        "an image of generated edges has no real counterpart; stage 1's BatchNorm needs a batch; an update costs more "
        "than those of both stages together",
        "none: compare faces/joint with faces/gray",
    ),
    Deviation(
        "E9",
        "all",
        "networks and loss of stage 2",
        "Methods: a conditional ResNet-6, L1, batch 1; no layers, no discriminator, no weight",
        "the script's: instance norm, PatchGAN with BatchNorm on edges and image, L1 times 100, the discriminator's "
        "loss not halved",
        "the script is the only source",
        "+l1=10, +batch=4, +batch=16",
    ),
    Deviation(
        "E10",
        "all",
        "images that are held out",
        "none: all 202,599 are trained on",
        "a tenth of the persons is never trained on, in any run; budgets stay those of all 202,599 images, so that "
        "each of the others, and of a smaller archive, is seen more often",
        "whether stage 2 overfits can't be seen without faces that it hasn't seen",
        "none",
    ),
    Deviation(
        "E11",
        "matched",
        "a quarter of the images",
        "Results: 50,000 images; neither which nor for how many updates",
        "a random quarter, drawn anew for each seed; at equal updates and at equal epochs",
        "what differs may be the images or the training, and the paper ascribes all to the images",
        "+images=quarter, +images=quarter-epochs, +updates=quarter",
    ),
    Deviation(
        "E12",
        "all",
        "order of images and last batch",
        "the loader's last batch is a short one",
        "a new order each epoch; images that don't fill a batch wait for another epoch",
        "one batch in 1,583",
        "none",
    ),
    Deviation(
        "E13",
        "all",
        "four graphics cards",
        "the script spreads a batch over four cards, each of which normalises its 32 images by itself",
        "one batch; below tier paper it has 32 images",
        "one device is what a reader has",
        "none",
    ),
    Deviation(
        "E14",
        "all",
        "stage 3, gray to RGB",
        "the paper ends at gray; the script of stage 3 is stage 2's with three channels and AMSGrad",
        "AMSGrad in arm code, Adam as in stage 2 elsewhere; the gray image of the same arm as its condition",
        "the stages should differ in their channels alone",
        "none",
    ),
    Deviation(
        "E15",
        "all",
        "the single-stage control",
        "none; the code has one from noise to RGB, which the paper doesn't report",
        "stage 1's networks from noise to gray, for twice the updates of stage 1",
        "below tier paper both stages have equal updates, and this is their sum; stage 2 spends its updates on one "
        "image each, so the control sees more images than both stages together, 1.7 times as many at tier paper and "
        "1.9 times at tier reduced",
        "none; the control keeps its snapshots",
    ),
    Deviation(
        "E16",
        "code, matched",
        "Wasserstein games",
        "Discussion: a WGAN with gradient penalty; the script clips weights, BatchNorm's too, and never clears the "
        "generator's gradients",
        "three variants: as released; clipped, with new images for each of five critic steps and BatchNorm's weights "
        "left alone; penalised, with weight 10, Adam 1e-4 (0, 0.9) and no BatchNorm in the critic; batch and budget of "
        "stage 1, where the script has batches of 64 and 20 epochs",
        "the released loop can't tell anything about Wasserstein games; at equal updates they compare with the DCGAN",
        "+update=wgan-released, +update=wgan, +update=wgan-gp",
    ),
    Deviation(
        "E17",
        "matched",
        "proposal 1: the latent of stage 2",
        "Figure 8: a latent for each stage, of any size, related in some way",
        "64 numbers, projected to 8 maps beside the 256 in front of the residual blocks; independent of stage 1's, or "
        "correlated by 0.9",
        "the least that lets it act on the whole face; L1 teaches to ignore a latent, hence a variant with less of it",
        "+latent=own, +latent=correlated, +latent=own-l1=10",
    ),
    Deviation(
        "E18",
        "matched",
        "dropout in stage 2",
        "Discussion: dropout layers; no place, no rate",
        "behind the first convolution of each residual block, while training only; rates 0.2 and 0.5",
        "where the networks' original authors put it",
        "+dropout=0.2, +dropout=0.5",
    ),
    Deviation(
        "E19",
        "all",
        "widths below tier paper",
        "2048 maps and less",
        "the tier's divisor, and for both networks of the DCGAN four times as much",
        "its generator, four times as wide as paper A's, can so be trained on a laptop; its discriminator, no wider "
        "than paper A's to begin with, becomes much narrower than that",
        "tier paper; +discriminator=whole, +discriminator=half",
    ),
    Deviation(
        "E20",
        "all",
        "perceptual distances",
        "Results: the Fréchet Inception distance of edges, and of gray faces from generated edges; none from real ones",
        "Inception's features throughout, flagged where the images are edges; L1 between a translated image and its "
        "real partner; coherence by the correlation of an image's edges with those it was made from",
        "LPIPS needs weights that can't be had everywhere, so that not everyone could repeat the number",
        "the measures of pixels, which need no network",
    ),
    Deviation(
        "E21",
        "all",
        "width of the DCGAN's discriminator below tier paper",
        "Methods: its maps divided by 4 against the generator's",
        "a quarter at tier paper, as wide as the generator below it; each share is a variant at every tier",
        "a quarter of a narrow generator is too few maps to learn from: of the first faces at tier reduced, whose "
        "discriminator had a 33rd of the generator's weights, all three controls and two of three edges died. In the "
        "pilots at tier small a quarter dies, too",
        "+discriminator=quarter, +discriminator=half, +discriminator=whole",
    ),
    Deviation(
        "E22",
        "all",
        "which weights are sampled, and feed a later stage",
        "nothing; the runners load what the training saved last",
        "the last iterate and the average of the weights are both measured; at tier small a later stage is fed by the "
        "average, whose BatchNorm is recalibrated",
        "the last iterate of so short a training depends on where it stops",
        "each result has both rows",
    ),
)
