"""Experiments that no paper trained, a file each. Every module here is read, and its `EXPERIMENTS` are registered."""

from importlib import import_module
from pkgutil import iter_modules

from stackrepro.experiments.experiment import Experiment


def added() -> list[Experiment]:
    """List the experiments of all modules of this folder, by the modules' names."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    return [experiment for module in modules for experiment in module.EXPERIMENTS]
