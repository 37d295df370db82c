# `make` lists what there is. Everything installs itself on first use, into .venv.
.DEFAULT_GOAL := help
.PHONY: help setup book site runs test check soak lint notebooks clean

PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do command -v $$name && break; done)
TIER ?= quick
SEEDS ?= 0
DEVICE ?= cpu
KILLS ?= 200
MINUTES ?= 25
export DATA  # read by workflow/book.py, since no quoting in a shell line fits every folder's name

VENV := .venv/bin
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
INSTALL := $(VENV)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

help:
	@echo "make setup                  install into .venv"
	@echo "make book                   train seven small models, execute the chapters, build the site"
	@echo "     TIER=quick             smoke, quick, small, reduced or paper"
	@echo "     DATA=folder            the folder with the archives; left out: STACKREPRO_DATA, downloads, or synthetic sets"
	@echo "     SEEDS=\"0 1 2\"          a run of each experiment for each seed"
	@echo "     EXTENDED=1             train the variants and other arms that the chapters show, too"
	@echo "     DEVICE=cuda            where to train"
	@echo "     JOBS=4                 processes at once; left out: one for each core, or one alone on a GPU"
	@echo "make site                   the book from published results alone, without a data set or a run"
	@echo "make runs                   only the runs of the book; TIER, DATA, SEEDS and DEVICE as above"
	@echo "     LIST=reference         those that are published with the book, in their order, with tiers and seeds of their own"
	@echo "     LIST=frames            the part of these that reads whole photographs, from a data root of their own"
	@echo "     LIST=second            the second rung of the conv and deep-conv birds"
	@echo "     LIST=all               every experiment in every arm and variant"
	@echo "     PROFILE=local          local, slurm, kubernetes, or a folder with a Snakemake profile"
	@echo "     DRY=1                  list the missing runs and make none"
	@echo "make test                   lint, tests, notebooks, a small book"
	@echo "make check                  the slow tests and those with a browser"
	@echo "make soak                   kill the work 200 times, compare with what was never killed, note the outcome in results/"
	@echo "     KILLS=200 MINUTES=25   how many kills; how long at most; the same command goes on from there"
	@echo "make lint                   ruff, and whether each notebook agrees with its script"
	@echo "make notebooks              make the .ipynb files anew from their scripts"
	@echo "make clean                  remove the built sites; runs and .venv stay"

# A stamp is written only after a whole installation, and is older than the files that ask for a new one.
.venv/.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python found: install Python 3.11, 3.12 or 3.13, or name one with PYTHON=..."; exit 1; }
	@$(PYTHON) -c '$(SUPPORTED)' || { echo "$(PYTHON) can't be used: name Python 3.11, 3.12 or 3.13 with PYTHON=..."; exit 1; }
	@$(VENV)/python -c 'import pip; $(SUPPORTED)' 2> /dev/null || rm -rf .venv  # of another Python, or half made
	@test -d .venv || $(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "No virtual environment could be made: install python3-venv, or another Python."; exit 1; }
	@echo "Installing into .venv; the first time takes a few minutes."
	@$(INSTALL) --editable '.[book,test]'
	@touch $@

.venv/.installed-check: .venv/.installed
	@$(INSTALL) --editable '.[check]'
	@touch $@

setup: .venv/.installed

book: .venv/.installed
	@$(VENV)/python workflow/book.py --tier $(TIER) --seeds $(SEEDS) --device $(DEVICE) $(if $(EXTENDED),--extended) $(if $(JOBS),--jobs $(JOBS))

site: .venv/.installed
	@$(VENV)/python workflow/book.py --published --tier small $(if $(JOBS),--jobs $(JOBS))

runs: .venv/.installed
	@$(VENV)/python workflow/runs.py --tier $(TIER) --seeds $(SEEDS) --device $(DEVICE) $(if $(LIST),--list $(LIST)) $(if $(PROFILE),--profile "$(PROFILE)") $(if $(DRY),--dry-run)

test: lint
	@$(VENV)/python -m pytest -n 2 --dist loadscope -m "not check" --nbval-lax --nbval-current-env tests notebooks

check: .venv/.installed-check
	@$(VENV)/python -m pytest -m check tests

soak: .venv/.installed
	@OMP_NUM_THREADS=1 $(VENV)/python tests/soak.py --kills $(KILLS) --minutes $(MINUTES)

lint: .venv/.installed
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/python workflow/notebooks.py check

notebooks: .venv/.installed
	@$(VENV)/python workflow/notebooks.py sync

clean:
	rm -rf _build
