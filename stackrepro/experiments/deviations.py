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
        "it is what the paper says, although half of the output's range is never real",
        "arm matched, with pixels in [-1, 1]",
    ),
    Deviation(
        "D8",
        "text, matched",
        "batch and budget",
        "nothing; section 5 says that training was limited",
        "batch 32 and 73,800 updates a stage",
        "what 11 of the 12 notebooks call: 200 epochs of 369 batches",
        "the snapshots of every run",
    ),
    Deviation(
        "D9",
        "code",
        "starting grid of the stack",
        "dconv_128_Stack starts at 8 x 8, ends at 256 px and feeds a discriminator that takes 128 px",
        "4 x 4, which ends at 128 px",
        "as released the notebook stops at the first discriminator update",
        "none: the original can't run",
    ),
    Deviation(
        "D10",
        "all",
        "crop and resize",
        "section 3.1: cropped by the bounding box, resized; no margin, no filter; no script was released",
        "the box itself, squashed to a square, bicubic with antialiasing",
        "the literal reading",
        "views with crop square and none",
    ),
    Deviation(
        "D11",
        "code",
        "Keras optimizers",
        "RMSprop with inverse-time decay 1e-8; epsilon inside the root",
        "PyTorch's RMSprop and Adam, no decay",
        "the decay changes the rate by less than 0.1 % over the whole training; epsilon is 1e-7",
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
        "the baseline's snapshot at half of its updates",
    ),
)
