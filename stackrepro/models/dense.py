"""The dense family of paper A (section 3.3.1; notebooks dense_64, dense_128, dense_128_stack, dense_128_stack_bp).

The shapes in the comments are those of the paper's scale.
"""

from torch import Tensor, nn

from stackrepro.models.layers import IMAGE_CHANNELS, activation, batch_norm_1d, check_shape
from stackrepro.models.specifications import DenseDiscriminator, DenseGenerator


class Generator(nn.Module):
    """Latent (N, 100), or image (N, 3, size / 2, size / 2) in [-1, 1], to image (N, 3, size, size) in [-1, 1]."""

    def __init__(self, specification: DenseGenerator) -> None:
        super().__init__()
        self.specification = specification
        size = specification.size
        if specification.reads == "latent":
            self.inputs, width = (specification.latent,), specification.latent
        else:
            self.inputs, width = (IMAGE_CHANNELS, size // 2, size // 2), IMAGE_CHANNELS * (size // 2) ** 2
        self.hidden = nn.Sequential(nn.Flatten())  # (N, 256), (N, 512), (N, 1024)
        for outputs in specification.hidden:
            self.hidden.append(nn.Linear(width, outputs))
            behind = [activation(specification.slope), batch_norm_1d(outputs, specification.norm)]
            self.hidden.extend(behind if specification.norm_last else behind[::-1])
            width = outputs
        self.image = nn.Sequential(  # (N, 3, 64, 64)
            nn.Linear(width, IMAGE_CHANNELS * size * size), nn.Tanh(), nn.Unflatten(1, (IMAGE_CHANNELS, size, size))
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """Map what the specification reads to image (N, 3, size, size) in [-1, 1]."""
        check_shape(inputs, *self.inputs)
        return self.image(self.hidden(inputs))


class Discriminator(nn.Module):
    """Image (N, 3, size, size) to logit (N, 1); positive means "real"."""

    def __init__(self, specification: DenseDiscriminator) -> None:
        super().__init__()
        self.specification = specification
        width = IMAGE_CHANNELS * specification.size**2
        self.hidden = nn.Sequential(nn.Flatten())  # (N, 256), (N, 64)
        for outputs in specification.hidden:
            self.hidden.extend([nn.Linear(width, outputs), activation(specification.slope)])
            if specification.norm is not None:
                self.hidden.append(batch_norm_1d(outputs, specification.norm))
            self.hidden.append(nn.Dropout(specification.dropout))
            width = outputs
        self.verdict = nn.Linear(width, 1)  # (N, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Map image (N, 3, size, size) to logit (N, 1)."""
        check_shape(image, IMAGE_CHANNELS, self.specification.size, self.specification.size)
        return self.verdict(self.hidden(image))
