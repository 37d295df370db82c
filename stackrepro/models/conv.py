"""The convolutional family of paper A (section 3.3.2; notebooks conv_64, conv_128, conv_128_stack, conv_128_stack_bp).

The shapes in the comments are those of the paper's scale.
"""

from torch import Tensor, nn

from stackrepro.models.layers import Layers, activation, batch_norm, doubling
from stackrepro.models.specs import IMAGE_CHANNELS, ConvDiscriminator, ConvGenerator

DOUBLING_KERNEL = 4  # no arm has another


class Generator(nn.Module):
    """Latent (N, 100), or image (N, 3, size / 2, size / 2) in [-1, 1], to image (N, 3, size, size) in [-1, 1]."""

    def __init__(self, specification: ConvGenerator) -> None:
        super().__init__()
        self.specification = s = specification
        size, half, maps = s.size, s.size // 2, s.seed or IMAGE_CHANNELS

        def convolution(inputs: int, outputs: int, kernel: int) -> nn.Conv2d:
            return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)

        def behind(width: int) -> list[nn.Module]:
            return [*([] if s.norm is None else [batch_norm(width, s.norm)]), activation(s.slope)]

        self.seed = Layers(*((IMAGE_CHANNELS, half, half) if s.seed is None else (s.latent,)))
        if s.seed is not None:  # (N, 128, 32, 32)
            dense = nn.Linear(s.latent, maps * half * half, bias=False)
            self.seed.add(dense, nn.Unflatten(1, (maps, half, half)), *behind(maps), gives=(maps, half, half))
        self.layers = Layers(maps, half, half)
        for _ in range(s.before):  # (N, 256, 32, 32)
            self.layers.add(convolution(maps, s.width, s.kernel), *behind(s.width), gives=(s.width, half, half))
            maps = s.width
        doubled = doubling(maps, s.width, DOUBLING_KERNEL)
        self.layers.add(doubled, *behind(s.width), gives=(s.width, size, size))  # (N, 256, 64, 64)
        for _ in range(s.after):  # (N, 256, 64, 64)
            self.layers.add(convolution(s.width, s.width, s.kernel), *behind(s.width), gives=(s.width, size, size))
        self.image = Layers(s.width, size, size).add(  # (N, 3, 64, 64)
            convolution(s.width, IMAGE_CHANNELS, s.image_kernel), nn.Tanh(), gives=(IMAGE_CHANNELS, size, size)
        )

    def forward(self, inputs: Tensor) -> Tensor:
        return self.image(self.layers(self.seed(inputs)))


class Discriminator(nn.Module):
    """Image (N, 3, size, size) to logit (N, 1); positive means "real"."""

    def __init__(self, specification: ConvDiscriminator) -> None:
        super().__init__()
        self.specification = s = specification
        maps, size = IMAGE_CHANNELS, s.size
        self.convolutions = Layers(maps, size, size)
        for stride in (1, *[2] * s.halvings):  # 62, 30, 14, 6 pixels a side
            size = (size - 3) // stride + 1
            convolution, maps = nn.Conv2d(maps, s.width, 3, stride=stride), s.width
            self.convolutions.add(convolution, activation(s.slope), gives=(maps, size, size))
        self.verdict = Layers(maps, size, size).add(
            nn.Flatten(), nn.Dropout(s.dropout), nn.Linear(maps * size * size, 1), gives=(1,)
        )

    def forward(self, image: Tensor) -> Tensor:
        return self.verdict(self.convolutions(image))
