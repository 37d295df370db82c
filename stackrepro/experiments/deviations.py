"""The deviation register: where a paper leaves a gap or its code can't be followed, what was chosen, and why."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deviation:
    """One numbered choice. `probe` is the experiment or variant that shows what the choice is worth, if any."""

    number: str
    arms: str
    subject: str
    source_says: str
    chosen: str
    why: str
    probe: str


DEVIATIONS = (
    Deviation(
        "D1",
        "text",
        "number of deep-conv layers",
        "section 3.3.3: five layers, namely one dense and five transposed; four filter counts",
        "one dense and four transposed layers",
        "the total of five and the four filter counts agree with each other, the list of six doesn't",
        "arm code",
    ),
    Deviation(
        "D2",
        "text",
        "starting grid and width of the dense layer",
        "nothing",
        "512 maps of 4 x 4 (8 x 8 for 128 px)",
        "four doublings end at the stated sizes; DCGAN halves the width at each doubling",
        "arm code",
    ),
    Deviation(
        "D3",
        "text",
        "slope of LeakyReLU; BatchNorm",
        "section 3.3.3: LeakyReLU, no slope; no word of BatchNorm outside the dense model",
        "slope 0.2; BatchNorm on each layer but the image's",
        "the appendix calls the model a DCGAN, and DCGAN has both",
        "arm code, which has plain ReLU",
    ),
    Deviation(
        "D4",
        "text",
        "deep-conv discriminator",
        "nothing",
        "four 5 x 5 convolutions of stride 2, 64 to 512 maps, LeakyReLU 0.2, no dropout",
        "DCGAN's mirror of the generator",
        "arm code",
    ),
    Deviation(
        "D5",
        "text",
        "optimizer and initial weights",
        "section 3.2: Adam or RMSprop, depending on the layers; no rates",
        "Adam 2e-4, beta1 0.5; kernels N(0, 0.02)",
        "DCGAN's values",
        "arm code",
    ),
    Deviation(
        "D6",
        "text",
        "deep-conv stage 2",
        "section 3.4: a similar architecture as the baseline, with a 64 x 64 x 3 image as input",
        "the baseline's four transposed layers 256-128-64-3, the first of stride 2, the others of stride 1",
        "only one doubling leads from 64 to 128",
        "arm code, with a convolution before the doubling",
    ),
    Deviation(
        "D7",
        "text, code",
        "pixel range",
        "section 3.1 scales pixels to 0-1; section 3.3.3 ends in tanh, which reaches from -1 to 1",
        "both kept; samples are clipped to 0-1 for display and measurement",
        "it is what the paper says, although half of the output's range is never real; that the dense and conv models "
        "end in tanh, too, is the notebooks'",
        "birds/dconv-64+range=minus1-1, birds/dconv-64+output=sigmoid",
    ),
    Deviation(
        "D8",
        "text, matched",
        "batch and budget",
        "nothing; section 5 says that training was limited",
        "batch 32 and 73,800 updates a stage",
        "what the conv and deep-conv notebooks call: 200 epochs of 369 batches; arm code's dense models have 73,600",
        "birds/dconv-stack-bp+updates=quadruple; every run keeps its snapshots",
    ),
    Deviation(
        "D9",
        "code",
        "starting grid of the stack",
        "dconv_128_Stack starts at 8 x 8, ends at 256 px and feeds a discriminator that takes 128 px",
        "4 x 4, which ends at 128 px; ReLU, which the deep-conv notebooks use without importing it, is there",
        "as released a fresh kernel stops at ReLU, and with that mended where the discriminator meets the image",
        "none: the original can't run",
    ),
    Deviation(
        "D10",
        "all",
        "crop and resize",
        "section 3.1: cropped by the bounding box, resized; no margin, no filter; no script was released",
        "the box itself, squashed to a square, bicubic with antialiasing",
        "the literal reading",
        "birds/dconv-64+crop=square and +crop=none",
    ),
    Deviation(
        "D11",
        "code",
        "Keras optimizers",
        "RMSprop with inverse-time decay 1e-8; Adam's epsilon of 1e-7 before the bias correction",
        "PyTorch's RMSprop and Adam, no decay",
        "the decay changes the rate by less than 0.1 % over the whole training, and epsilon is small against the root",
        "none",
    ),
    Deviation(
        "D12",
        "code",
        "stage 1 of the deep-conv stack",
        "section 3.4: trained first; dconv_128_Stack never loads its weights",
        "not loaded, as released",
        "the arm follows the code",
        "birds/dconv-stack+stage1=loaded",
    ),
    Deviation(
        "D13",
        "matched",
        "updates of the single baseline",
        "200 epochs for the baseline, 200 for each stage of the stack",
        "the baseline gets the updates of both stages",
        "else the stack wins or loses by its longer training",
        "birds/dconv-128+updates=double in the other arms; the baseline keeps its snapshot at half of its updates",
    ),
    Deviation(
        "D14",
        "text",
        "dense layers at 128 px",
        "section 3.3.1: 256, 512 and 1024 nodes, for no size in particular; dense_128 has five layers of 128 to 2048",
        "256, 512 and 1024 at both sizes; slope 0.2, as in D3",
        "the paper gives one list",
        "arm code",
    ),
    Deviation(
        "D15",
        "text",
        "dense discriminator",
        "section 3.3.1: each layer passes LeakyReLU and BatchNorm; dropout helps, no rate",
        "BatchNorm in the discriminator too, dropout 0.3",
        "the sentence names both networks; the rate is the notebooks'",
        "arm code, without that BatchNorm",
    ),
    Deviation(
        "D16",
        "text",
        "what the conv model starts from, and in which order its layers stand",
        "section 3.3.2: five convolutions and one transposed; nothing of the step from latent to maps",
        "a dense layer to 128 maps of half the side, one convolution, the doubling, four convolutions",
        "the notebook's order with its fifth convolution; the last one makes the image",
        "arm code, with four convolutions of 5 x 5 and 7 x 7",
    ),
    Deviation(
        "D17",
        "text",
        "activation and BatchNorm of the conv model; its discriminator",
        "nothing",
        "LeakyReLU 0.3, no BatchNorm, no biases, 4 x 4 in the doubling; DCGAN's discriminator",
        "no published model of this kind could fill the gap, so the generator's is the notebook's",
        "arm matched, with ReLU and BatchNorm",
    ),
    Deviation(
        "D18",
        "text",
        "dense and conv stage 2",
        "section 3.4: a similar architecture as the baseline, with a 64 x 64 x 3 image as input",
        "the baseline's layers behind the image; the dense one reads it flattened",
        "the least that turns the baseline into a second stage",
        "arm code",
    ),
    Deviation(
        "D19",
        "matched",
        "activation, BatchNorm and kernels across layer types",
        "the notebooks differ in all of them from family to family",
        "BatchNorm, then ReLU, on each hidden layer of each generator; 5 x 5 kernels, but 4 x 4 where conv layers and "
        "second stages double; biases in dense layers alone; pixels from -1 to 1; one discriminator for all",
        "else an order of the layer types would not be the layers' doing",
        "arm code",
    ),
    Deviation(
        "D20",
        "code",
        "arrays of the dense notebooks",
        "they load other files than the rest, unscaled and cut by 12 images; the display undoes a range of [-1, 1]",
        "the common view in [-1, 1]; the last 12 images of an epoch's order are left out",
        "the files were not released",
        "none: their crop is unknown",
    ),
    Deviation(
        "D21",
        "code",
        "array of conv_128_stack_bp",
        "it loads a file of another name than the other conv notebooks",
        "the common view",
        "neither file was released",
        "none",
    ),
    Deviation(
        "D22",
        "code",
        "widths of the deep-conv stacks",
        "the second stage of dconv_128_Stack_bp has 256 and 256 maps where dconv_128_Stack has 128 and 64",
        "both kept",
        "the arm follows the code",
        "birds/dconv-stack+widths=256-256 and birds/dconv-stack-bp+widths=128-64",
    ),
    Deviation(
        "D23",
        "text",
        "update rule, order of images, BatchNorm's constants",
        "section 1: as many generated as real images for the discriminator; nothing else",
        "a real and a generated batch, each on its own; a new order each epoch without the last, short batch; "
        "momentum 0.1, epsilon 1e-5, scale from N(1, 0.02)",
        "DCGAN's loop and PyTorch's constants",
        "arm code, which mixes the batches",
    ),
    Deviation(
        "D24",
        "matched",
        "which networks are matched",
        "text and notebooks have two readings of each",
        "the notebooks' deep-conv generators with plain ReLU, and their second stage; DCGAN's discriminator, optimizer "
        "and initial weights",
        "networks that are known to train, and one discriminator that fits all",
        "arms text and code",
    ),
    Deviation(
        "D25",
        "code",
        "display, sigmoid, crop of the transposed convolutions",
        "samples are cast to 8 bits without clipping, so negative values wrap to bright ones; a sigmoid ends the "
        "discriminator; Keras' 5 x 5 transposed convolution crops one row at the top and two at the bottom",
        "samples are clipped; the loss takes logits; two rows at the top and one at the bottom",
        "wrapped pixels would be measured as noise; the others are the same function, or its mirror image",
        "birds/dconv-64+display=wrap; each result measures the noise of its border both ways",
    ),
    Deviation(
        "D26",
        "all",
        "widths of conv networks below tier paper",
        "256 maps in the generator, 128 in the notebooks' discriminator",
        "the tier's divisor times two",
        "all layers but one compute at the size of the image; at the tier's divisor a run would cost five times its "
        "deep-conv counterpart's",
        "tier paper",
    ),
    Deviation(
        "D27",
        "all",
        "perceptual distances and classifiers of birds",
        "nothing: the paper judges by eye and has no number",
        "Inception's features throughout: Fréchet and kernel distances for the whole, precision and density for how "
        "recognisable, recall, coverage and the mean distance of two samples for how varied",
        "LPIPS and a classifier of birds need weights that can't be had everywhere, so that not everyone could repeat "
        "the number",
        "the measures of pixels, which need no network",
    ),
    Deviation(
        "D28",
        "all",
        "which weights are sampled, and become stage 1 of a stack",
        "section 3.4: the trained stage 1; the notebooks load what was saved last",
        "the last iterate and the average of the weights are both measured; at tier small a stack is built on the "
        "average of stage 1, whose BatchNorm is recalibrated",
        "the last iterate of so short a training depends on where it stops, and single models are averaged, too",
        "each result has both rows",
    ),
    Deviation(
        "D29",
        "all",
        "the positive control birds/modern-64",
        "nothing: no paper of the book has it; R3GAN (Huang et al. 2024) gives its loss, penalties and blocks",
        "R3GAN's loss at a constant rate of 1e-3, beta2 of 0.99 and gamma; one block a size, without groups, no "
        "augmentation; gamma is FFHQ-64's 2 and goes with the number of pixels; updates for dconv-64's time",
        "schedules over 20 million images mean nothing here, and R3GAN's 2e-4 is too slow for so few updates; grouped "
        "convolutions are slow on a CPU",
        "none: it is itself a probe of what the papers' losses and networks cost",
    ),
)
