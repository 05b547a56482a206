# Two commands on a fresh machine: `make serve` and `make test`.
PYTHON ?= python3.11
VENV := .venv
N ?= 1000000
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

CLIENTS := $(VENV)/clients

.PHONY: serve test check bench clients examples lock clean

serve: $(VENV)/serve  ## install, migrate, seed, serve
	@$(BIN)/dragoman serve --prepare

test: $(VENV)/test  ## every test, on SQLite and on PostgreSQL
	@$(BIN)/python -m pytest --quiet --numprocesses 2

check: $(VENV)/test  ## lint, types, the seed, the Dockerfile
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/dragoman check
	@$(BIN)/hadolint Dockerfile

bench: $(VENV)/bench  ## measure against others, `make bench N=10000` for a quick look; benchmarks/README.md says how to read it
	@$(BIN)/python -m benchmarks --events $(N) $(ARGS)

clients: $(VENV)/test $(CLIENTS)/ready clients/typescript/node_modules  ## generate typed clients and use them; needs Node.js
	@CLIENTS_VENV=$(CLIENTS) $(BIN)/python -W ignore -m tests.with_server clients/check

examples: $(VENV)/test  ## remake the examples of the OpenAPI document and of the documents from the seed
	@$(BIN)/python -W ignore -m tests.make_examples

lock: $(VENV)/test  ## remake the locks
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-header --output-file requirements.lock pyproject.toml
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-header --output-file requirements-dev.lock --extra dev --constraint requirements.lock pyproject.toml
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-header --output-file benchmarks/requirements.lock --extra bench --constraint requirements-dev.lock \
		--constraint requirements.lock pyproject.toml
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-header --output-file clients/python/requirements.lock clients/python/requirements.in

clean:
	rm -rf $(VENV) clients/typescript/node_modules .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

$(VENV)/python:
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || python3 -m venv $(VENV)
	@touch $@

$(VENV)/serve: requirements.lock pyproject.toml | $(VENV)/python
	@$(PIP) --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/bench: benchmarks/requirements.lock $(VENV)/test
	@$(PIP) --requirement benchmarks/requirements.lock
	@touch $@

$(VENV)/test: requirements-dev.lock $(VENV)/serve
	@$(PIP) --requirement requirements-dev.lock
	@touch $@

# Apart, because the generator of the Python client wants other versions than the server does.
$(CLIENTS)/ready: clients/python/requirements.lock | $(VENV)/python
	@$(BIN)/python -m venv $(CLIENTS)
	@$(CLIENTS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

clients/typescript/node_modules: clients/typescript/package-lock.json
	@command -v npm >/dev/null || { echo "make clients needs Node.js 20 or later, with npm."; exit 1; }
	@cd clients/typescript && npm ci --silent
	@touch $@
