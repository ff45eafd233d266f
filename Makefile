# Everything here runs in .venv, which `make setup` makes from nothing but Python 3.11 or newer.
# `make PYTHON=python3.13 setup` picks another Python; `make LAB_OPTIONS=--no-browser lab` does that.

PYTHON ?= python3
BIN := .venv/bin
TITO := $(BIN)/tito
READY := .venv/.ready
RUN := $(BIN)/python -m

# One BLAS thread, so that times and rounding do not depend on the machine's cores.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export VECLIB_MAXIMUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help setup build check mutants demo test test-all lab bench conformance record requirements clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## make .venv with everything the course needs

# Done again only when what is installed would change.
$(READY): pyproject.toml requirements.txt $(wildcard tito/kernel/specs/*/*)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	  "make: $(PYTHON) is missing or older than 3.11: install Python 3.11 or newer," \
	  "or name one, as in 'make PYTHON=python3.13 setup'." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo \
	  "make: $(PYTHON) cannot make environments: install its venv package" \
	  "(on Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@echo "setup: installing what requirements.txt lists into .venv (a minute or two the first time)"
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && \
	  $(RUN) pip install --quiet --disable-pip-version-check uv; }
	@# Compiled once here, or every grading kernel, which may not write, compiles its imports anew.
	@$(BIN)/uv pip install --python $(BIN)/python --compile-bytecode -r requirements.txt
	@$(BIN)/uv pip install --python $(BIN)/python --no-deps -e .
	@touch $@

build: setup  ## make everything generated from modules/ and scenarios/
	$(TITO) build

check: setup  ## ruff, mypy, directions of imports, and are the generated files up to date?
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(RUN) pytest -q tests/tito/test_directions.py
	$(TITO) build --check

mutants: setup  ## does every wrong answer lose points, and every right one keep them?
	$(TITO) mutants

demo: setup  ## grade a class of invented students; results in build/demo/
	$(TITO) demo

test: check mutants  ## everything CI runs
	@# tests/ too: a scenario compares with what PyTorch said, in tests/conformance/.
	PYTHONPATH="$(CURDIR):$(CURDIR)/tests" $(RUN) pytest --nbval-lax --nbval-current-env \
	  -n 2 --dist loadfile --nbval-cell-timeout=120 source tests/integration/notebooks
	$(RUN) pytest tests -m "not slow" -n 3 --dist loadfile

test-all: test conformance  ## what takes long as well: load, crash, live conformance, broken packages, a full class
	$(RUN) pytest tests -m slow
	$(TITO) mutants --package
	$(TITO) demo --full

# In a container one is often root, and JupyterLab wants to hear that this is meant.
lab: export PATH := $(CURDIR)/$(BIN):$(PATH)
lab: setup  ## JupyterLab on a student's copy of the notebooks, in build/lab/
	@mkdir -p build/lab/.tito
	@for module in release/*/; do \
	  (cd build/lab && tito start "$$(basename "$$module")" >/dev/null) || exit 1; done
	@echo "lab: build/lab/ is a student's folder; what you change there stays"
	cd build/lab && JUPYTER_CONFIG_PATH="$(CURDIR)/tito/student/jupyter" jupyter lab \
	  --LabApp.default_url=/lab/tree/START.md \
	  $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_OPTIONS)

bench: setup .venv-torch/.ready  ## our speed against PyTorch's (installs PyTorch in .venv-torch)
	PYTHONPATH="$(CURDIR)" .venv-torch/bin/python -m benchmarks
	BENCH_THREADS=2 PYTHONPATH="$(CURDIR)" .venv-torch/bin/python -m benchmarks.training

conformance: setup .venv-torch/.ready  ## our names against PyTorch's, live, on generated shapes
	.venv-torch/bin/python -m pytest --noconftest -m "not slow" $(addprefix tests/conformance/test_, \
	  live.py data.py optim.py training.py gpt.py safetensors.py \
	  generated.py generated_more.py vision.py)

record: setup .venv-torch/.ready  ## write down again what PyTorch says (tests/conformance/)
	for page in record optim_cases data_cases training_cases vision_cases gpt_run; do \
	  PYTHONPATH="$(CURDIR):$(CURDIR)/tests" .venv-torch/bin/python -m conformance.$$page || exit 1; \
	done

.venv-torch/.ready: requirements.txt | $(READY)
	@echo "installing PyTorch into .venv-torch"
	$(PYTHON) -m venv .venv-torch
	grep -E '^(numpy|pytest|hypothesis|safetensors)==' requirements.txt > .venv-torch/ours.txt
	.venv-torch/bin/pip install --quiet torch==2.13.0 -r .venv-torch/ours.txt
	@touch $@

PINS := $(BIN)/uv pip compile --quiet --universal --no-annotate --python-version 3.11 \
  --custom-compile-command "make requirements" pyproject.toml

requirements: setup  ## compile the two files of pinned versions again from pyproject.toml
	$(PINS) --extra course --extra dev -o requirements.txt
	$(PINS) --extra student -c requirements.txt -o requirements-student.txt

clean:  ## remove what was made, but not .venv and the work in build/lab/
	@mkdir -p build
	find build -mindepth 1 -maxdepth 1 -not -name lab -exec rm -rf {} +
	rm -rf .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +
