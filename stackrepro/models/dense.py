"""The dense family of paper A (section 3.3.1; notebooks dense_64, dense_128, dense_128_stack, dense_128_stack_bp).

The shapes in the comments are those of the paper's scale.
"""

from math import prod

from torch import Tensor, nn

from stackrepro.models.layers import Layers, activation, batch_norm
from stackrepro.models.specs import IMAGE_CHANNELS, DenseDiscriminator, DenseGenerator


class Generator(nn.Module):
    """Latent (N, 100), or image (N, 3, size / 2, size / 2) in [-1, 1], to image (N, 3, size, size) in [-1, 1]."""

    def __init__(self, specification: DenseGenerator) -> None:
        super().__init__()
        self.specification = s = specification
        inputs = (s.latent,) if s.reads == "latent" else (IMAGE_CHANNELS, s.size // 2, s.size // 2)
        width = prod(inputs)
        self.hidden = Layers(*inputs).add(nn.Flatten(), gives=(width,))
        for outputs in s.hidden:  # (N, 256), (N, 512), (N, 1024)
            behind = [activation(s.slope), batch_norm(outputs, s.norm, of=nn.BatchNorm1d)]
            self.hidden.add(nn.Linear(width, outputs), *(behind if s.norm_last else behind[::-1]), gives=(outputs,))
            width = outputs
        image = (IMAGE_CHANNELS, s.size, s.size)  # (N, 3, 64, 64)
        self.image = Layers(width).add(nn.Linear(width, prod(image)), nn.Tanh(), nn.Unflatten(1, image), gives=image)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.image(self.hidden(inputs))


class Discriminator(nn.Module):
    """Image (N, 3, size, size) to logit (N, 1); positive means "real"."""

    def __init__(self, specification: DenseDiscriminator) -> None:
        super().__init__()
        self.specification = s = specification
        width = IMAGE_CHANNELS * s.size**2
        self.hidden = Layers(IMAGE_CHANNELS, s.size, s.size).add(nn.Flatten(), gives=(width,))
        for outputs in s.hidden:  # (N, 256), (N, 64)
            norm = [] if s.norm is None else [batch_norm(outputs, s.norm, of=nn.BatchNorm1d)]
            layers = nn.Linear(width, outputs), activation(s.slope), *norm, nn.Dropout(s.dropout)
            self.hidden.add(*layers, gives=(outputs,))
            width = outputs
        self.verdict = nn.Linear(width, 1)  # (N, 1)

    def forward(self, image: Tensor) -> Tensor:
        return self.verdict(self.hidden(image))
