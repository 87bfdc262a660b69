# Everything one does with this project. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# Two cores are enough for the whole suite; a file is one worker's, so that its servers are started once.
PYTEST := $(BIN)/python -m pytest --dist loadfile

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/.installed-demo ## run the main job end to end, and say what happens
	@$(BIN)/hookproof demo
	@echo "It is installed in .venv: after \`. $(BIN)/activate\` the command is there."

.PHONY: test
test: .venv/.installed-dev ## run the tests (Python and loopback alone)
	@$(PYTEST) -n 3 -m "not long"  # one more than there are cores: many of them wait

.PHONY: test-all
test-all: .venv/.installed-dev ## run the long tests: the built wheel, the lowest versions, other runtimes
	@$(PYTEST) -n 2 -m long

.PHONY: check
check: .venv/.installed-dev ## check types, lint and the walls between the rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=shared $(BIN)/pyright --verifytypes hookproof --ignoreexternal
	@$(BIN)/lint-imports

.PHONY: scorecard
scorecard: .venv/.installed-dev ## run the hostile cases and count them group by group
	@$(BIN)/python -m tests.scorecard

.PHONY: bench-verify
bench-verify: .venv/.installed-dev ## time verification beside its peers, as ratios of one run
	@$(BIN)/python -m tests.bench.verify

.PHONY: bench-explain
bench-explain: .venv/.installed-dev ## time explanations that find nothing, by size of body
	@$(BIN)/python -m tests.bench.explain

.PHONY: bench-send
bench-send: .venv/.installed-dev ## time the sender beside requests: an attempt, the outbox, slow peers (QUICK=1: in two minutes)
	@$(BIN)/python -m tests.bench.send_attempt
	@$(BIN)/python -m tests.bench.deadline
	@$(BIN)/python -m tests.bench.send $(if $(QUICK),--quick)

.PHONY: bench-plan
bench-plan: .venv/.installed-dev ## time a plan of 50 tasks beside the same sends without one (QUICK=1: in ten seconds)
	@$(BIN)/python -m tests.bench.plan $(if $(QUICK),--quick)

.PHONY: bench-receive
bench-receive: .venv/.installed-dev ## time the receiver beside Flask, granian and adnanh/webhook (QUICK=1: in three minutes)
	@$(BIN)/python -m tests.bench.receive $(if $(QUICK),--quick)

.PHONY: bench-render
bench-render: .venv/.installed-dev ## time rendering 10,000 references in a MiB beside Jinja2
	@$(BIN)/python -m tests.bench.render

SECONDS ?= 30
.PHONY: fuzz
fuzz: .venv/.installed-dev ## search each header grammar and verification for faults, 30 s each (SECONDS=…)
	@$(BIN)/python -m tests.fuzz $(SECONDS)

.PHONY: crash
crash: .venv/.installed-dev ## kill senders, workers and receivers at random, and count what is lost (KILLS=…)
	@$(BIN)/python -m tests.crash $(KILLS)

SEED ?= 1
SCHEDULES ?= 1000
.PHONY: simulate
simulate: .venv/.installed-dev ## count what each way to tell messages apart loses and doubles (SEED=… SCHEDULES=… SETTING="…" TRACE=…)
	@$(BIN)/python -m tests.simulation --seed $(SEED) --schedules $(SCHEDULES) \
	  $(if $(SETTING),--setting "$(SETTING)") $(if $(TRACE),--trace $(TRACE)) $(if $(WRITE),--write)

.PHONY: mutants
mutants: .venv/.installed-dev ## change the signing core in every small way: does a test notice? (12 minutes, so not in CI)
	@$(BIN)/python -m tests.mutation

.PHONY: vectors
vectors: .venv/.installed-dev ## write the test vectors again from their definition
	@$(BIN)/python -m tests.shared.vectors.write

.PHONY: snippets
snippets: .venv/.installed-dev ## run examples/verify in every language, and write its table
	@$(BIN)/python -m tests.examples.verify

.PHONY: vendor
vendor: ## copy what the pages take from npm into the receiver, by its lock (needs npm)
	@cd receiver && npm ci --ignore-scripts --no-audit --no-fund --silent \
	  && cp node_modules/htmx.org/dist/htmx.min.js hookproof_receiver/pages/static/htmx.min.js

.PHONY: lock
lock: ## resolve the locks again (needs uv); they hold versions and hashes, no addresses
	@for name in demo:build dev:dev; do \
	  uv pip compile --quiet pyproject.toml --extra all --group $${name#*:} --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade -o locks/$${name%:*}.txt; done
	@uv pip compile --quiet pyproject.toml --extra all --group build --group test --group frameworks --resolution lowest-direct \
	    --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -o locks/lowest.txt

.PHONY: clean
clean: ## remove what the targets made
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist fuzz-crashes .mutants

# The lock first, with its hashes; then the project itself, which pip will not hash.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "hookproof needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv .venv

.venv/.installed-demo: locks/demo.txt pyproject.toml | .venv/bin/python
	@echo "installing into .venv (once)"
	@$(INSTALL) --require-hashes -r locks/demo.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.installed-dev: locks/dev.txt pyproject.toml | .venv/bin/python
	@echo "installing into .venv with the test tools (once)"
	@$(INSTALL) --require-hashes -r locks/dev.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@ .venv/.installed-demo
