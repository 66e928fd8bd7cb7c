# Each target does its own set-up, into .venv; after a fresh clone `make run` is all there is to do.
# Recipes call .venv/bin/python without a shell in between, so that a signal for make reaches what runs.
PYTHON ?= python3
VENV = .venv/bin/python

.PHONY: run deliver test bench check lock

run:
	@$(PYTHON) -m petition.local.setup run
	@$(VENV) -m petition.local.serve

# On a machine that has the delivery key, and no database: make deliver BUNDLE=path KEY=path [OUT=folder] [JOBS=n].
# What is given to make stands in the environment, so that paths need no quoting here.
deliver:
	@$(PYTHON) -m petition.local.deliver check
	@$(PYTHON) -m petition.local.setup run
	@$(VENV) -m petition.local.deliver build

test:
	@$(PYTHON) -m petition.local.setup all
	@$(VENV) -m petition.local.browser
	@$(VENV) -m petition.local.judges
	@$(VENV) -m petition.local.messages compile
	@$(VENV) -m pytest -n auto

bench:
	@$(PYTHON) -m petition.local.setup all
	@$(VENV) -m petition.local.browser
	@$(VENV) -m petition.local.messages compile
	@$(VENV) -m tests.bench

check:
	@$(PYTHON) -m petition.local.setup all
	$(VENV) -m ruff check
	$(VENV) -m ruff format --check
	$(VENV) -m mypy
	$(VENV) -m djlint --quiet --check templates
	$(VENV) -m djlint --quiet --lint templates
	$(VENV) manage.py check
	$(VENV) manage.py makemigrations --check --dry-run
	$(VENV) -m petition.local.messages check

# Locked versions stay where pyproject.toml allows them; delete a lock to have everything new.
LOCK = $(VENV) -m uv pip compile --quiet --system-certs --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
	--no-emit-find-links pyproject.toml

lock:
	@$(PYTHON) -m petition.local.setup all
	$(LOCK) --group dev --output-file requirements-dev.txt
	$(LOCK) --constraint requirements-dev.txt --output-file requirements.txt
	@$(PYTHON) -m petition.local.setup all
	$(VENV) -m petition.local.judges lock
