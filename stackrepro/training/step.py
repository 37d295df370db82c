"""From an update rule to its training step."""

from torch import Tensor

from stackrepro.training import rules
from stackrepro.training.intermediate import intermediate
from stackrepro.training.joint import joint
from stackrepro.training.mixed import mixed
from stackrepro.training.networks import Batch, Networks
from stackrepro.training.paired import paired
from stackrepro.training.relativistic import relativistic
from stackrepro.training.standard import standard
from stackrepro.training.wasserstein import wasserstein
from stackrepro.training.wasserstein_released import wasserstein_released

STEPS = {
    rules.Standard: standard,
    rules.Mixed: mixed,
    rules.Intermediate: intermediate,
    rules.WassersteinReleased: wasserstein_released,
    rules.WassersteinClipped: wasserstein,
    rules.WassersteinPenalty: wasserstein,
    rules.Relativistic: relativistic,
    rules.Paired: paired,
    rules.JointStack: joint,
}


def training_step(rule: rules.Rule, networks: Networks, batch: Batch, count: int) -> dict[str, Tensor]:
    """Carry out one update of all networks; the rule's file says what happens.

    Args:
        rule: says what to do, with its numbers.
        networks: what is trained, changed in place.
        batch: the real images of this update, of the generator's size.
        count: how many images to generate where no condition says it: the configuration's batch.

    Returns:
        The losses, each of shape (), detached: those of the networks in nats, or of critics in units of their scores;
        `..._called_real`, mean probabilities, and `score_of_...`, mean scores, from before the discriminator's step.
    """
    return {name: value.detach() for name, value in STEPS[type(rule)](rule, networks, batch, count).items()}
