# Everything a person or a machine does with this repository. `make demo` and `make test` do all the set-up.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python
PACKAGES := appliance data devices provisioning sync ui
PART ?=
COUNT ?= 1000
SIZE ?=
NAME ?=

# Where `make install` puts the command: /usr/local for root, else the user's own folder.
PREFIX ?= $(if $(filter 0,$(shell id -u)),/usr/local,$(HOME)/.local)

.PHONY: demo test install compile acceptance check messages bench faults mutants pictures lock host clean

demo: compile
	@$(BIN)/waypost demo

# What each worker compiles of the tests is kept for the next run, whatever the environment says.
test: compile host
	@$(PIP) --require-hashes -r provisioning/pcsc.lock || echo "pyscard cannot be built here; what needs it will say so." >&2
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --dist worksteal

# Links `waypost` from this checkout into $(PREFIX)/bin.
install: compile
	@mkdir -p $(PREFIX)/bin
	@ln -sf $(CURDIR)/$(BIN)/waypost $(PREFIX)/bin/waypost
	@echo "waypost is in $(PREFIX)/bin, linked to this checkout."
	@case ":$$PATH:" in *":$(PREFIX)/bin:"*) ;; *) echo "Not on the path yet: log in again, or add $(PREFIX)/bin to PATH.";; esac

# A kit often runs as a user, or on a file system, that may not write beside the code: there Python would compile all of
# it at each start. What is compiled already is passed over.
compile: .venv/.ready
	@$(BIN)/python -m compileall -q $(PACKAGES)

# What is too long for every change: a kill before each durable step of every way.
acceptance: .venv/.ready host
	$(BIN)/python -m pytest -m acceptance --numprocesses auto --dist worksteal

check: .venv/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.structure.rules
	$(BIN)/python -m tests.structure.messages check
	$(BIN)/codespell

# The texts for translators, from the code.
messages: .venv/.ready
	$(BIN)/python -m tests.structure.messages write

# Kills, power cuts, refused calls and the state machine, COUNT times each; `make test` does some dozens.
faults: .venv/.ready host
	WAYPOST_FAULTS=$(COUNT) $(BIN)/python -m pytest -m "acceptance or not acceptance" tests/faults

# Removes each control of docs/threats.md in a copy, and sees a test fail: less than an hour. NAME=… runs those whose name has it.
mutants: .venv/.ready host
	$(BIN)/python -m tests.mutants run $(if $(NAME),"$(NAME)")

bench: .venv/.ready
	@sh provisioning/host-packages.sh bench
	$(PIP) --group bench
	$(BIN)/python -m tests.benchmarks $(PART) $(if $(SIZE),--size $(SIZE))

# The README's pictures from today's demonstration. Look at them before committing.
pictures: .venv/.ready
	@sh provisioning/host-packages.sh pictures
	$(BIN)/python -m tests.ui.support.pictures

# Real parts for the tests (tmux …), installed where we may; a missing one is named by the test that needs it.
host:
	@sh provisioning/host-packages.sh

.venv/.ready: requirements.lock pyproject.toml
	@sh provisioning/virtual-environment.sh $(PYTHON)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --editable .
	@touch $@

# The lock names versions and hashes, never addresses; uv.lock holds addresses and stays out of git. Headquarters' extra
# is in it: the demonstration and the tests run both ends.
lock: .venv/.ready
	$(BIN)/uv lock --quiet --upgrade
	$(BIN)/uv export --quiet --no-header --no-annotate --no-emit-project --extra hq -o requirements.lock
	$(BIN)/uv export --quiet --no-header --no-annotate --only-group pcsc -o provisioning/pcsc.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
