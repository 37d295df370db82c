"""One short file per update rule: what happens to the networks between one batch of real images and the next.

`rules` says which there are, as data. `play` carries one out.
"""

from stackrepro.updates.rules import Intermediate, Mixed, Rule, Standard

__all__ = ["Intermediate", "Mixed", "Rule", "Standard"]
