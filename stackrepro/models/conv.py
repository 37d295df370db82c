"""The convolutional family of paper A (section 3.3.2; notebooks conv_64, conv_128, conv_128_stack, conv_128_stack_bp).

The shapes in the comments are those of the paper's scale.
"""

from torch import Tensor, nn

from stackrepro.models.layers import IMAGE_CHANNELS, activation, batch_norm, check_shape, doubling
from stackrepro.models.specifications import ConvDiscriminator, ConvGenerator

DOUBLING_KERNEL = 4  # no arm has another


class Generator(nn.Module):
    """Latent (N, 100), or image (N, 3, size / 2, size / 2) in [-1, 1], to image (N, 3, size, size) in [-1, 1]."""

    def __init__(self, specification: ConvGenerator) -> None:
        super().__init__()
        self.specification = specification
        grid, seed = specification.size // 2, specification.seed
        self.seed = nn.Sequential()
        if seed is not None:  # (N, 128, 32, 32)
            self.seed.append(nn.Linear(specification.latent, seed * grid * grid, bias=False))
            self.seed.append(nn.Unflatten(1, (seed, grid, grid)))
            self.seed.extend(self._behind(seed))
        width = IMAGE_CHANNELS if seed is None else seed
        self.layers = nn.Sequential()
        for _ in range(specification.before):  # (N, 256, 32, 32)
            self.layers.append(self._convolution(width, specification.width, specification.kernel))
            self.layers.extend(self._behind(specification.width))
            width = specification.width
        self.layers.append(doubling(width, specification.width, DOUBLING_KERNEL))  # (N, 256, 64, 64)
        self.layers.extend(self._behind(specification.width))
        for _ in range(specification.after):  # (N, 256, 64, 64)
            self.layers.append(self._convolution(specification.width, specification.width, specification.kernel))
            self.layers.extend(self._behind(specification.width))
        self.image = nn.Sequential(  # (N, 3, 64, 64)
            self._convolution(specification.width, IMAGE_CHANNELS, specification.image_kernel), nn.Tanh()
        )

    @staticmethod
    def _convolution(inputs: int, outputs: int, kernel: int) -> nn.Conv2d:
        return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)

    def _behind(self, width: int) -> list[nn.Module]:
        norm = self.specification.norm
        return [*([] if norm is None else [batch_norm(width, norm)]), activation(self.specification.slope)]

    def forward(self, inputs: Tensor) -> Tensor:
        """Map latent or small image to image (N, 3, size, size) in [-1, 1]."""
        size = self.specification.size
        if self.specification.seed is None:
            check_shape(inputs, IMAGE_CHANNELS, size // 2, size // 2)
        else:
            check_shape(inputs, self.specification.latent)
        return check_shape(self.image(self.layers(self.seed(inputs))), IMAGE_CHANNELS, size, size)


class Discriminator(nn.Module):
    """Image (N, 3, size, size) to logit (N, 1); positive means "real"."""

    def __init__(self, specification: ConvDiscriminator) -> None:
        super().__init__()
        self.specification = specification
        width, size = IMAGE_CHANNELS, specification.size
        self.convolutions = nn.Sequential()  # 62, 30, 14, 6 pixels a side
        for stride in (1, *[2] * specification.halvings):
            self.convolutions.append(nn.Conv2d(width, specification.width, 3, stride=stride))
            self.convolutions.append(activation(specification.slope))
            width, size = specification.width, (size - 3) // stride + 1
        self.verdict = nn.Sequential(nn.Flatten(), nn.Dropout(specification.dropout), nn.Linear(width * size * size, 1))

    def forward(self, image: Tensor) -> Tensor:
        """Map image (N, 3, size, size) to logit (N, 1)."""
        check_shape(image, IMAGE_CHANNELS, self.specification.size, self.specification.size)
        return self.verdict(self.convolutions(image))
