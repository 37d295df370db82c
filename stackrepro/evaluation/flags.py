"""The flags that a measured row may carry: what to mind when reading it."""

FLAGS = {
    "rank-deficient": "a side has no more images than the features have dimensions, so that the Fréchet distance is "
    "biased upwards: compare it only at the same number of images, and read KID beside it",
    "out-of-domain": "the images are edges, and Inception has seen photographs: read the measures of pixels beside it",
    "mixed-channels": "some images are gray and others have colours; gray is repeated in three channels",
    "16-bit": "some images have 16 bits a channel and were clipped at level 255, as pytorch-fid does: save them with 8",
    "unknown-protocol": "the statistics file says neither its images' number nor their resize, so nothing assures that "
    "they were made by this protocol",
}
