# Beacon 311. `make run` and `make test` need only Python 3.11 or newer and make; they do all other set-up themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SHELL  := /bin/bash
.SHELLFLAGS := -o pipefail -c

.DEFAULT_GOAL := help
.PHONY: help setup machine run test lint bench figures peers screenshots lock sbom audit clean

help: ## Say what can be done here
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Beacon needs Python 3.11 or newer. Set PYTHON=/path/to/python3.11 and try again."; exit 1; }
	@echo "[1/3] Making the virtual environment in $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "[2/3] Installing the locked packages (about a minute; unpacking them, at the end, is silent for half of it)"
	@$(BIN)/python -m pip install --disable-pip-version-check --no-input --progress-bar on --require-hashes --no-deps -r requirements.lock | sed -u -E -e '/^(Requirement already|  Using cached)/d' -e 's/^(.{110}).*/\1 .../'
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-build-isolation --no-deps -e .
	@echo "[3/3] Ready"
	@touch $@

setup: $(READY) ## Install everything the product needs into .venv

machine: # What the tests need from the machine: PostgreSQL 15 and Chromium
	@sh tests/machine.sh

run: setup ## Start the assistant on this machine and print the address of the chat page
	@$(BIN)/beacon serve

test: setup machine ## Run all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lint: setup ## Check style and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: setup ## Measure latency, start-up and memory
	@$(BIN)/beacon bench

figures: setup ## Measure everything on the data in DATA and write the figures into the README
	@test -d "$(DATA)" || { echo "Give the folder of measurement data: make figures DATA=path"; exit 1; }
	@mkdir -p var
	@$(BIN)/beacon bench --json var/bench.json
	@for what in understanding safety routing duplicates knowledge; do $(BIN)/beacon evals measure $$what --data "$(DATA)" --json var/$$what.json || exit 1; done
	@$(BIN)/python -m evals.page_figures README.md var/bench.json var/understanding.json var/safety.json var/routing.json var/duplicates.json var/knowledge.json

peers: setup ## Measure the search beside others on the data in DATA, into docs/knowledge.md
	@test -d "$(DATA)" || { echo "Give the folder of measurement data: make peers DATA=path"; exit 1; }
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --upgrade --target var/peers --no-deps haystack-ai posthog docstring_parser filetype lazy_imports more-itertools networkx backoff
	@HAYSTACK_TELEMETRY_ENABLED=False PYTHONPATH=var/peers $(BIN)/python -m evals.peers.compare --data "$(DATA)" --page docs/knowledge.md

screenshots: setup machine ## Take pictures of every page at three widths into var/screenshots
	@$(BIN)/python -m tests.screenshots var var/screenshots

lock: setup ## Resolve the packages again into requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

sbom: setup ## Write the bill of materials (CycloneDX) to var/sbom.json
	@mkdir -p var && $(PYTHON) -m venv var/tools && var/tools/bin/python -m pip install --disable-pip-version-check --quiet cyclonedx-bom
	@var/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON -o var/sbom.json $(BIN)/python
	@echo "The bill of materials is in var/sbom.json."

audit: setup ## Look for known vulnerabilities of the locked packages, where the network allows it
	@mkdir -p var && $(PYTHON) -m venv var/tools && var/tools/bin/python -m pip install --disable-pip-version-check --quiet pip-audit
	@var/tools/bin/pip-audit --require-hashes --disable-pip -r requirements.lock

clean: ## Remove everything that can be made again
	@rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
