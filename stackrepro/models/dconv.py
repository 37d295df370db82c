"""The deep convolutional family of paper A (section 3.3.3; notebooks dconv_64, dconv_128, dconv_128_Stack).

The shapes in the comments are those of the paper's scale.
"""

from torch import Tensor, nn

from stackrepro.models.layers import IMAGE_CHANNELS, activation, batch_norm, check_shape, doubling
from stackrepro.models.specifications import DeepConvDiscriminator, DeepConvGenerator, DeepConvRefiner


class Generator(nn.Module):
    """Latent (N, 100), standard normal, to image (N, 3, 64, 64) or (N, 3, 128, 128) in the range of its output."""

    def __init__(self, specification: DeepConvGenerator) -> None:
        super().__init__()
        self.specification = specification
        first, start, slope = specification.channels[0], specification.start, specification.slope
        self.dense = nn.Sequential(
            nn.Linear(specification.latent, first * start * start, bias=False),
            nn.Unflatten(1, (first, start, start)),  # (N, 512, 4, 4), for 128 pixels (N, 512, 8, 8)
            batch_norm(first, specification.norm),
            activation(slope),
        )
        self.doublings = nn.Sequential()  # (N, 256, 8, 8), (N, 128, 16, 16), (N, 64, 32, 32)
        for inputs, outputs in zip(specification.channels, specification.channels[1:], strict=False):
            self.doublings.append(doubling(inputs, outputs, specification.kernel))
            self.doublings.append(batch_norm(outputs, specification.norm))
            self.doublings.append(activation(slope))
        self.image = nn.Sequential(  # (N, 3, 64, 64)
            doubling(specification.channels[-1], IMAGE_CHANNELS, specification.kernel),
            nn.Tanh() if specification.output == "tanh" else nn.Sigmoid(),
        )

    def forward(self, latent: Tensor) -> Tensor:
        """Map latent (N, 100) to image (N, 3, size, size) in [-1, 1], with a sigmoid in [0, 1]."""
        check_shape(latent, self.specification.latent)
        image = self.image(self.doublings(self.dense(latent)))
        return check_shape(image, IMAGE_CHANNELS, self.specification.size, self.specification.size)


class Refiner(nn.Module):
    """Stage 2: image (N, 3, 64, 64) in [-1, 1] to image (N, 3, 128, 128) in [-1, 1]."""

    def __init__(self, specification: DeepConvRefiner) -> None:
        super().__init__()
        self.specification = specification
        kernel, norm, slope = specification.kernel, specification.norm, specification.slope
        width = IMAGE_CHANNELS
        self.layers = nn.Sequential()
        if specification.entry is not None:  # (N, 256, 64, 64)
            self.layers.append(nn.Conv2d(width, specification.entry, kernel, padding="same", bias=False))
            self.layers.extend([batch_norm(specification.entry, norm), activation(slope)])
            width = specification.entry
        self.layers.append(doubling(width, specification.double, specification.double_kernel))  # (N, 256, 128, 128)
        self.layers.extend([batch_norm(specification.double, norm), activation(slope)])
        width = specification.double
        for outputs in specification.channels:  # (N, 128, 128, 128), (N, 64, 128, 128)
            self.layers.append(nn.ConvTranspose2d(width, outputs, kernel, padding=kernel // 2, bias=False))
            self.layers.extend([batch_norm(outputs, norm), activation(slope)])
            width = outputs
        self.layers.append(nn.ConvTranspose2d(width, IMAGE_CHANNELS, kernel, padding=kernel // 2, bias=False))
        self.layers.append(nn.Tanh())  # (N, 3, 128, 128)

    def forward(self, image: Tensor) -> Tensor:
        """Map image (N, 3, size / 2, size / 2) to image (N, 3, size, size), both in [-1, 1]."""
        size = self.specification.size
        check_shape(image, IMAGE_CHANNELS, size // 2, size // 2)
        return check_shape(self.layers(image), IMAGE_CHANNELS, size, size)


class Discriminator(nn.Module):
    """Image (N, 3, size, size) to logit (N, 1); positive means "real"."""

    def __init__(self, specification: DeepConvDiscriminator) -> None:
        super().__init__()
        self.specification = specification
        bias, slope = specification.bias, specification.slope
        width, size = IMAGE_CHANNELS, specification.size
        self.convolutions = nn.Sequential()  # authors' 64: 30, 13, 5, 1 pixels a side; padded: 32, 16, 8, 4
        for index, outputs in enumerate(specification.channels):
            self.convolutions.append(
                nn.Conv2d(width, outputs, specification.kernel, stride=2, padding=specification.padding, bias=bias)
            )
            if index > 0 or specification.first_norm:
                self.convolutions.append(batch_norm(outputs, specification.norm))
            self.convolutions.append(activation(slope))
            width, size = outputs, (size + 2 * specification.padding - specification.kernel) // 2 + 1
        if specification.closing is not None:  # (N, 512, 4, 4)
            self.convolutions.append(nn.Conv2d(width, specification.closing, 3, padding=1, bias=bias))
            self.convolutions.append(batch_norm(specification.closing, specification.norm))
            self.convolutions.append(activation(slope))
            width = specification.closing
        self.verdict = nn.Sequential(nn.Flatten())
        if specification.dropout:
            self.verdict.append(nn.Dropout(specification.dropout))
        self.verdict.append(nn.Linear(width * size * size, 1, bias=bias))  # (N, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Map image (N, 3, size, size) to logit (N, 1)."""
        check_shape(image, IMAGE_CHANNELS, self.specification.size, self.specification.size)
        return self.verdict(self.convolutions(image))
