# Every command a person or a machine needs here. `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help

OUT ?= out
PORT ?= 8000
# Two: more brings little on small machines, and each worker keeps a DuckDB and fonts in memory.
WORKERS ?= 2
BIN := .venv/bin

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: setup ## The main job: a whole campaign with made-up units and people, into out/
	$(BIN)/huizong demo $(OUT)

.PHONY: serve
serve: setup ## The portal on the demo campaign (runs the demo first if out/ has none)
	@test -f $(OUT)/campaign/campaign.yaml || $(BIN)/huizong demo $(OUT)
	$(BIN)/huizong serve $(OUT)/campaign --port $(PORT)

.PHONY: test
test: setup-test lint ## Every check: ruff, mypy, import-linter, pytest
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

.PHONY: lint
lint: setup-test ## The quick checks: style, types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

.PHONY: format
format: setup-test ## Sort imports and mend what ruff can mend by itself
	$(BIN)/ruff check --fix .

.PHONY: setup
setup: ## Install what the program needs (quick when nothing is missing)
	@scripts/setup.sh run

.PHONY: setup-test
setup-test:
	@scripts/setup.sh test

.PHONY: lock
lock: setup ## Resolve pyproject.toml anew into the two lock files
	scripts/lock.sh

.PHONY: clean
clean: ## Remove the demo's output and the tools' caches; the environment stays
	rm -rf $(OUT) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
