# Everything a person or CI runs. Each target makes the environment it needs; nothing is installed outside .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check image bench bench-peers fuzz lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/run: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "driftwatch needs Python 3.11 or newer: make PYTHON=python3.12 demo")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(VENV)/run ## Audit drifted mocks against a small staging service on loopback and print the report
	@$(BIN)/driftwatch demo

# neighbours share what is dear to start (a server, a browser, an image), so they stay on one worker: worksteal
test: $(VENV)/dev ## The test suite
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(VENV)/dev ## Format, lint, types, import contracts and lists: what CI checks besides the tests
	@$(BIN)/ruff format --check driftwatch tests deploy
	@$(BIN)/ruff check driftwatch tests deploy
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -q -n 0 tests/house

# ARGS are options of its build: --build-arg PYTHON_IMAGE=…, --secret id=pip,src=pip.conf; see deploy/Dockerfile.
# podman and buildah keep a health check only in Docker's format.
ENGINE ?= docker
IMAGE ?= driftwatch:$(VERSION)
VERSION = $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' driftwatch/__init__.py)
REVISION = $(shell git describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null)
image: ## The container image, built by ENGINE=docker, podman or buildah
	@BUILDAH_FORMAT=docker $(ENGINE) build --file deploy/Dockerfile --tag $(IMAGE) \
		--build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) $(ARGS) .

bench: $(VENV)/dev ## The benchmarks, as ratios of one run
	@$(BIN)/python -m tests.bench

# the peers share nothing with .venv; where one cannot be installed the next run tries again, and leaves it out
PEERS := .tools/peers
$(PEERS)/ready: tests/bench/peers/requirements.txt tests/bench/peers/package.json
	@echo "Installing the peers into $(PEERS) …"
	@mkdir -p $(PEERS) && cp tests/bench/peers/package.json $(PEERS)/
	@{ $(PYTHON) -m venv $(PEERS) \
		&& $(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/bench/peers/requirements.txt; \
		python=$$?; \
		npm install --silent --no-audit --no-fund --no-package-lock --prefix $(PEERS) \
		&& { test -d .tools/node_modules/mockserver-node \
		|| npm install --silent --no-audit --no-fund --no-package-lock --prefix .tools mockserver-node@8.0.0; } \
		&& test $$python = 0 && touch $@; } || echo "Not all peers could be installed."

bench-peers: $(VENV)/dev $(PEERS)/ready ## The labelled service through other tools, beside driftwatch
	@$(BIN)/python -m tests.bench.peers $(ARGS)

fuzz: $(VENV)/dev ## Ten minutes of coverage-guided fuzzing of the readers (SECONDS=600)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check atheris==3.0.0
	@$(BIN)/python -m tests.fuzz $(or $(SECONDS),600)

lock: ## Resolve the dependencies anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group build pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group build --group dev pyproject.toml -o requirements-dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		-c requirements-dev.txt --extra postgres pyproject.toml -o requirements-image.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		-c requirements-dev.txt --group build -o deploy/image/requirements-build.txt

clean: ## Remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
