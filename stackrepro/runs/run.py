"""What a run is: a configuration on a data set with a number of threads. It has one identity and one folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stackrepro.base.files import digest
from stackrepro.data import Source
from stackrepro.data.prepared import PREPARATION
from stackrepro.training.configuration import Configuration, record


@dataclass(frozen=True)
class Run:
    """One training with its evaluation.

    `threads` is part of the identity, since sums on a CPU depend on it. So is a `precision` that isn't the usual one:
    "bf16-mixed" computes products of matrices with 8 binary digits. Devices and processes aren't: they only change the
    order of sums, and each start of the run records them.
    """

    configuration: Configuration
    source: Source
    threads: int = 1
    precision: Literal["32-true", "bf16-mixed"] = "32-true"

    @property
    def identity(self) -> str:
        """64 hexadecimal digits over the configuration with its seed, the data and how they are prepared, the threads.

        The package's source is not part of it: an edit must not orphan a result. `TRAINING_VERSION` and
        `MEASURING_VERSION` of the package tell when one no longer counts.
        """
        data = {"fingerprint": self.source.fingerprint, "preparation": PREPARATION}
        precision = {} if self.precision == "32-true" else {"precision": self.precision}
        return digest({"configuration": record(self.configuration), "data": data, "threads": self.threads, **precision})

    @property
    def name(self) -> str:
        """The name of the run's folder, readable and unique."""
        c = self.configuration
        return f"{c.experiment.replace('/', '-')}-{c.arm}-{c.tier}-seed{c.seed}-{self.identity[:8]}"

    @property
    def stage1(self) -> Run | None:
        """The run whose generator becomes the first stage, or None."""
        first = self.configuration.stage1
        return None if first is None else Run(first, self.source, self.threads, self.precision)

    @property
    def command(self) -> str:
        """The command that makes this run."""
        c = self.configuration
        parts = ["stackrepro run", c.experiment, f"--arm {c.arm} --tier {c.tier} --seed {c.seed}"]
        if not self.source.synthetic:
            parts.append("--data-root FOLDER")
            if not self.source.official:
                parts.append("--unofficial")
        if self.threads != 1:
            parts.append(f"--threads {self.threads}")
        if self.precision != "32-true":
            parts.append(f"--precision {self.precision}")
        return " ".join(parts)

    def folder(self, root: Path) -> Path:
        """The run's folder under the runs root."""
        return root / self.name

    def result_path(self, root: Path) -> Path:
        """The record that exists once the run is finished and evaluated."""
        return self.folder(root) / "result.json"
