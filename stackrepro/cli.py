"""The command line. Every command explains itself with `--help`."""

from __future__ import annotations

import sys

import click

import stackrepro
from stackrepro.base.errors import UserError
from stackrepro.base.stopping import STOPPED, Terminated, exit_on_sigterm
from stackrepro.commands.claims import claims
from stackrepro.commands.costs import costs
from stackrepro.commands.data import data
from stackrepro.commands.evaluate import evaluate
from stackrepro.commands.experiments import list_command, show
from stackrepro.commands.export import export
from stackrepro.commands.eyetest import eyetest
from stackrepro.commands.fid import fid
from stackrepro.commands.publish import publish
from stackrepro.commands.run import run
from stackrepro.commands.runs import runs
from stackrepro.commands.sample import sample


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(stackrepro.__version__)
def commands() -> None:
    """Replicate two papers on stacked GANs.

    \b
    stackrepro list                                       what can be run
    stackrepro show birds/dconv-stack --tier paper        its layers and counts
    stackrepro run birds/dconv-stack --tier quick         train and evaluate it
    stackrepro run faces/gray --tier quick                stage 2 of the faces, and before it stage 1
    stackrepro runs                                       what was run
    stackrepro sample birds/dconv-stack                   images from what was run or released, without data
    stackrepro claims                                     what became of the papers' claims
    """


ALL = (list_command, show, run, runs, sample, evaluate, export, publish, claims, costs, data, fid, eyetest)
for command in ALL:
    commands.add_command(command)


def main() -> None:
    """Run the command line; a `UserError` ends in its sentence and status 1, Ctrl-C in 130, SIGTERM in 143."""
    exit_on_sigterm()
    try:
        commands.main(standalone_mode=False)
    except UserError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        click.echo(f"Error: {error.strerror}: {error.filename}; choose a place that can be read and written.", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo(STOPPED, err=True)
        sys.exit(130)
    except Terminated:
        click.echo(STOPPED, err=True)
        raise
