"""The deep convolutional family of paper A (section 3.3.3; notebooks dconv_64, dconv_128, dconv_128_Stack).

The shapes in the comments are those of the paper's scale.
"""

from itertools import pairwise

from torch import Tensor, nn

from stackrepro.models.layers import Layers, activation, batch_norm, doubling
from stackrepro.models.specs import IMAGE_CHANNELS, DeepConvDiscriminator, DeepConvGenerator, DeepConvRefiner


class Generator(nn.Module):
    """Latent (N, 100), standard normal, to image (N, 3, 64, 64) or (N, 3, 128, 128) in the range of its output."""

    def __init__(self, specification: DeepConvGenerator) -> None:
        super().__init__()
        self.specification = s = specification
        first, side = (s.channels[0], s.start, s.start), s.start
        self.dense = Layers(s.latent).add(  # (N, 512, 4, 4), for 128 pixels (N, 512, 8, 8)
            nn.Linear(s.latent, s.channels[0] * side * side, bias=False),
            nn.Unflatten(1, first),
            batch_norm(s.channels[0], s.norm),
            activation(s.slope),
            gives=first,
        )
        self.doublings = Layers(*first)
        for inputs, outputs in pairwise(s.channels):  # (N, 256, 8, 8), (N, 128, 16, 16), (N, 64, 32, 32)
            side *= 2
            layers = doubling(inputs, outputs, s.kernel), batch_norm(outputs, s.norm), activation(s.slope)
            self.doublings.add(*layers, gives=(outputs, side, side))
        bound = nn.Tanh() if s.output == "tanh" else nn.Sigmoid()
        self.image = Layers(s.channels[-1], side, side).add(  # (N, 3, 64, 64)
            doubling(s.channels[-1], IMAGE_CHANNELS, s.kernel), bound, gives=(IMAGE_CHANNELS, s.size, s.size)
        )

    def forward(self, latent: Tensor) -> Tensor:
        return self.image(self.doublings(self.dense(latent)))


class Refiner(nn.Module):
    """Stage 2: image (N, 3, 64, 64) in [-1, 1] to image (N, 3, 128, 128) in [-1, 1]."""

    def __init__(self, specification: DeepConvRefiner) -> None:
        super().__init__()
        self.specification = s = specification
        maps, half = IMAGE_CHANNELS, s.size // 2

        def behind(width: int) -> list[nn.Module]:
            return [batch_norm(width, s.norm), activation(s.slope)]

        def same(inputs: int, outputs: int) -> nn.ConvTranspose2d:
            return nn.ConvTranspose2d(inputs, outputs, s.kernel, padding=s.kernel // 2, bias=False)

        self.layers = Layers(maps, half, half)
        if s.entry is not None:  # (N, 256, 64, 64)
            entry = nn.Conv2d(maps, s.entry, s.kernel, padding="same", bias=False)
            self.layers.add(entry, *behind(s.entry), gives=(s.entry, half, half))
            maps = s.entry
        doubled, maps = doubling(maps, s.double, s.double_kernel), s.double
        self.layers.add(doubled, *behind(maps), gives=(maps, s.size, s.size))  # (N, 256, 128, 128)
        for outputs in s.channels:  # (N, 128, 128, 128), (N, 64, 128, 128)
            self.layers.add(same(maps, outputs), *behind(outputs), gives=(outputs, s.size, s.size))
            maps = outputs
        self.layers.add(same(maps, IMAGE_CHANNELS), nn.Tanh(), gives=(IMAGE_CHANNELS, s.size, s.size))

    def forward(self, image: Tensor) -> Tensor:
        return self.layers(image)


class Discriminator(nn.Module):
    """Image (N, 3, size, size) to logit (N, 1); positive means "real"."""

    def __init__(self, specification: DeepConvDiscriminator) -> None:
        super().__init__()
        self.specification = s = specification
        maps, size = IMAGE_CHANNELS, s.size
        self.convolutions = Layers(maps, size, size)
        for index, outputs in enumerate(s.channels):  # authors' 64: 30, 13, 5, 1 pixels a side; padded: 32, 16, 8, 4
            convolution = nn.Conv2d(maps, outputs, s.kernel, stride=2, padding=s.padding, bias=s.bias)
            norm = [batch_norm(outputs, s.norm)] if index > 0 or s.first_norm else []
            maps, size = outputs, (size + 2 * s.padding - s.kernel) // 2 + 1
            self.convolutions.add(convolution, *norm, activation(s.slope), gives=(maps, size, size))
        if s.closing is not None:  # (N, 512, 4, 4)
            convolution, maps = nn.Conv2d(maps, s.closing, 3, padding=1, bias=s.bias), s.closing
            self.convolutions.add(convolution, batch_norm(maps, s.norm), activation(s.slope), gives=(maps, size, size))
        dropout = [nn.Dropout(s.dropout)] if s.dropout else []
        self.verdict = Layers(maps, size, size).add(
            nn.Flatten(), *dropout, nn.Linear(maps * size * size, 1, bias=s.bias), gives=(1,)
        )

    def forward(self, image: Tensor) -> Tensor:
        return self.verdict(self.convolutions(image))
