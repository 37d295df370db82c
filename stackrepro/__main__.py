"""`python -m stackrepro` is the command `stackrepro`."""

from stackrepro.cli import main

main()
