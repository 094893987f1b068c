# All commands run in .venv, made from the lock on first use.
PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: run test check fix lock fixtures

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	touch $@

run: .venv/ready  ## open the demo at http://localhost:8501
	$(BIN)/selfproof demo

test: .venv/ready  ## the whole suite; three at once even on two cores, for a third of it waits on browsers and databases
	$(BIN)/pytest -n 3 --dist loadfile $(ARGS)

check: .venv/ready  ## style, types, and the one-way arrows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/ready  ## what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fixtures: .venv/ready  ## render fixtures/ anew from its seed
	$(BIN)/python fixtures/make.py

lock: .venv/ready  ## pin what is installed now; torch without its local version: the CPU build is "2.13.0+cpu"
	$(BIN)/pip freeze --all --exclude pip --exclude-editable | grep -v '^selfproof' | sed 's/+cpu$$//' > requirements.lock
