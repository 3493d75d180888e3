# Open Outcry. `make run` runs the demo venue, `make test` every test; `make help` lists the rest.
# Files under .venv/ whose names start with a dot mark what was installed or built, so that
# nothing is done twice: delete .venv to start over.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

export PATH := $(PATH):$(HOME)/.cargo/bin
export VIRTUAL_ENV := $(CURDIR)/.venv
# cargo and maturin must name the same interpreter, or each rebuilds what the other built.
export PYO3_PYTHON := $(CURDIR)/.venv/bin/python
unexport CONDA_PREFIX PYTHONHOME
# A mirror that pip was told of serves uv as well.
ifdef PIP_INDEX_URL
UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
export UV_DEFAULT_INDEX
endif

BIN := .venv/bin
INSTALL := $(BIN)/uv pip install --quiet --require-hashes
TERMINAL := openoutcry/terminal
ENGINE_SOURCES := Cargo.toml Cargo.lock pyproject.toml \
	$(shell find engine -name target -prune -o \( -name '*.rs' -o -name Cargo.toml \) -print)
TERMINAL_SOURCES := $(shell find $(TERMINAL) \( -name node_modules -o -name dist \) -prune -o -type f -print)

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: setup engine terminal ## build what changed, then run the demo venue (ARGS="--quiet" for its options)
	@$(BIN)/openoutcry demo $(ARGS)

.PHONY: setup
setup: .venv/.runtime ## create .venv with everything that the venue needs

.venv/.installer: requirements/installer.txt
	@scripts/prerequisites
	@echo "creating .venv"
	@"$$(scripts/python)" -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/installer.txt
	@touch $@

.venv/.runtime: .venv/.installer requirements/runtime.txt requirements/build.txt
	@echo "installing the venue's libraries"
	@$(INSTALL) -r requirements/runtime.txt -r requirements/build.txt
	@touch $@

.venv/.test: .venv/.runtime requirements/test.txt
	@echo "installing the test tools"
	@$(INSTALL) -r requirements/test.txt
	@touch $@

.PHONY: engine
engine: .venv/.engine ## compile the engine into .venv

.venv/.engine: .venv/.runtime $(ENGINE_SOURCES)
	@echo "compiling the engine"
	@$(BIN)/maturin develop --uv --release --locked --quiet
	@touch $@

.PHONY: terminal
terminal: $(TERMINAL)/dist/index.html ## build the trading terminal's pages

$(TERMINAL)/node_modules/.package-lock.json: $(TERMINAL)/package.json $(TERMINAL)/package-lock.json | .venv/.runtime
	@echo "installing the terminal's libraries"
	@scripts/npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(TERMINAL)/dist/index.html: $(TERMINAL)/node_modules/.package-lock.json $(TERMINAL_SOURCES)
	@echo "building the terminal"
	@scripts/npm run --silent build
	@touch $@

.PHONY: test
test: engine terminal .venv/.test ## run every test: engine, venue, terminal, browser
	@scripts/browser
	@scripts/strace
	cargo test --workspace --locked
	cargo test --release --locked -p openoutcry-machine --test random determinism
	@$(SIMULATE) --seeds 300 --commands 1000
	@scripts/npm run --silent test
	$(BIN)/pytest --ignore=tests/wheel

SIMULATE := cargo run --quiet --release --locked -p openoutcry-sim --

.PHONY: simulate
simulate: ## break everything, by seeds (SEEDS=100; or SEED=7 TRACE=1, COMMANDS=5000 FAULTS=loss,delay)
	@$(SIMULATE) --seed "$(SEED)" --seeds "$(SEEDS)" --commands "$(COMMANDS)" --faults "$(FAULTS)" --trace "$(TRACE)"

.PHONY: planted
planted: ## switch planted bugs on, one at a time, and see that the simulator catches each
	@cargo run --quiet --release --locked -p openoutcry-sim --features planted \
		--target-dir target/planted -- --planted 1 --seeds 300 --commands 1500
	cargo test --quiet --release --locked -p openoutcry-sim --features planted \
		--target-dir target/planted --test planted

.PHONY: fuzz
fuzz: ## send hostile streams to the FIX sessions (SECONDS=120)
	OPENOUTCRY_FUZZ_SECONDS=$(or $(SECONDS),120) cargo test --quiet --release --locked -p openoutcry-fix --test hostile

.PHONY: bytes
bytes: ## flip, zero and cut off every byte of a journal, an archive and a snapshot in turn
	@echo "file                  bytes  flipped   zeroed      cut  detected   torn"
	@cargo test --quiet --release --locked -p openoutcry-sequencer --test bytes -- --nocapture \
		| grep -oE "(journal segment|archived segment|snapshot) .*|test result.*"

.PHONY: nightly
nightly: ## the long forms: 1,000 seeds, every planted bug, every byte
	@$(SIMULATE) --seeds 1000
	@$(MAKE) planted bytes

.PHONY: lint
lint: engine $(TERMINAL)/node_modules/.package-lock.json .venv/.test ## formatting, lints, types, import layers
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	scripts/npm run --silent check

.PHONY: check
check: lint test ## lint, then test

.PHONY: format
format: .venv/.test ## rewrite the sources in the house's format
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	cargo fmt --all

.PHONY: bench
bench: engine terminal ## run the benchmarks (ARGS="gateway --quick")
	@$(BIN)/openoutcry bench $(ARGS)

.PHONY: wheel
wheel: setup terminal ## build a wheel that runs the venue by itself, in dist/
	@rm -rf dist
	@$(BIN)/maturin build --release --locked --quiet --out dist
	@ls dist/*.whl

.PHONY: wheel-test
wheel-test: wheel .venv/.test ## install that wheel alone into a fresh environment and run its demo
	$(BIN)/pytest tests/wheel

.PHONY: clean
clean: ## remove all that was built or installed
	rm -rf .venv target dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf $(TERMINAL)/dist $(TERMINAL)/node_modules openoutcry/_engine*.so
	find openoutcry tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
