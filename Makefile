# Short recipes; the same ones .ci/run calls. Each does its own set-up.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
LAB_ARGS ?=
LAB_FILES ?= my-notebooks
TEST_ARGS ?=
ALLOW_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
HAS_NPM := $(shell .ci/has-npm && echo yes)

BUNDLE := extension/funicular_lab/labextension/package.json
BUNDLE_FROM := $(shell find extension/src extension/style extension/schema -type f) \
	extension/package.json extension/package-lock.json extension/tsconfig.json
INSTALLED_FROM := pyproject.toml hatch_build.py extension/package.json extension/install.json \
	$(shell find kernels/kernelspec extension/jupyter-config notebooks -type f)

.PHONY: help venv lab test lint format bench fuzz drill record sites unknown-sites slurm slurm-down docs clean

help:  ## what can be made here
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

venv: $(VENV)/.ready  ## a virtual environment with everything that development needs

lab: $(VENV)/.ready  ## start JupyterLab (LAB_ARGS="--no-browser --port=8899")
	@mkdir -p "$(LAB_FILES)"
	cd "$(LAB_FILES)" && PATH="$(CURDIR)/$(BIN):$$PATH" exec funicular lab $(ALLOW_ROOT) $(LAB_ARGS)

test: $(VENV)/.ready  ## every test there is (TEST_ARGS="-k map tests/kernels")
	@.ci/system-packages
ifdef HAS_NPM
	@cd extension && npm test --silent
else
	@echo "TypeScript tests are left out: no npm with Node.js 20 or later is here."; test -z "$$CI"
endif
	@$(BIN)/python -m pytest $(if $(CI),--durations=25 --durations-min=5) $(TEST_ARGS)

lint: $(VENV)/.ready  ## what the formatters, linters and type checkers say
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
ifdef HAS_NPM
	cd extension && npm run --silent lint && npm run --silent typecheck
else
	@echo "TypeScript is not checked: no npm with Node.js 20 or later is here."; test -z "$$CI"
endif

format: $(VENV)/.ready  ## rewrite the code as the formatters want it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m funicular_lab.contract > extension/src/contract.gen.ts
	$(BIN)/python -m funicular.hints.pages docs
	$(BIN)/python -m funicular.sites.pages docs
	$(if $(HAS_NPM),cd extension && npm run --silent format)

bench: $(VENV)/.ready  ## measure ours beside the peers'
	@.ci/system-packages
	$(BIN)/python -m tests.bench $(BENCH_ARGS)

fuzz: $(VENV)/.ready  ## judge random loop programs and try each loop called parallel (FUZZ_ARGS="--programs 500")
	nice -n 10 $(BIN)/python -m tests.corpus.fuzz $(FUZZ_ARGS)

drill: $(VENV)/.ready  ## kill everything that can be killed, five times each; writes docs/evidence/drills.md
	@.ci/system-packages
	$(BIN)/python -m tests.faults $(DRILL_ARGS)
	FUNICULAR_TEST_WISHES=100 $(BIN)/python -m pytest -q tests/slurm/clusters/test_budget.py

record: $(VENV)/.ready  ## record a real scheduler's answers for the tests
	@.ci/system-packages
	$(BIN)/python -m tests.slurm.record

sites: $(VENV)/.ready  ## try the likeness of every known machine; writes docs/evidence/sites.md
	@.ci/system-packages
	FUNICULAR_TRY_SITES=all FUNICULAR_SITES_PAGE=yes $(BIN)/python -m pytest tests/slurm/sites

unknown-sites: $(VENV)/.ready  ## try 200 Slurms made at random, in four parts
	@.ci/system-packages
	for part in 1-50 51-100 101-150 151-200; do \
	  FUNICULAR_UNKNOWN_SEEDS=$$part $(BIN)/python -m pytest tests/slurm/unknown || exit 1; done

slurm: $(VENV)/.ready  ## bring up a real Slurm of several nodes on this machine
	@.ci/system-packages
	$(BIN)/python -m tests.slurm.site up

slurm-down: $(VENV)/.ready  ## take it down again
	$(BIN)/python -m tests.slurm.site down

docs: $(VENV)/.ready  ## check that links and pages in docs/ hold
	$(BIN)/python -m pytest -q tests/docs

clean:  ## remove what was built and the virtual environment
	rm -rf $(VENV) dist extension/{lib,node_modules,tsconfig.tsbuildinfo,funicular_lab/labextension}

# --- set-up ---------------------------------------------------------------------------------------

$(VENV)/bin/python:
	@python=$$(.ci/find-python) && echo "Making $(VENV) with $$python" && "$$python" -m venv --clear $(VENV)

ifdef HAS_NPM
extension/node_modules/.package-lock.json: extension/package-lock.json extension/package.json
	cd extension && npm ci --silent && touch node_modules/.package-lock.json

$(BUNDLE): $(BUNDLE_FROM) extension/node_modules/.package-lock.json $(VENV)/.builder
	cd extension && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent build:prod

$(VENV)/.builder: $(VENV)/bin/python
	$(BIN)/python -m pip install -q --upgrade pip "jupyter-builder>=1.2,<2"
	@touch $@
else
# pip builds the bundle, with a Node.js of its own
$(BUNDLE): $(BUNDLE_FROM) $(VENV)/bin/python
	rm -rf extension/funicular_lab/labextension $(VENV)/.installed
	$(MAKE) --no-print-directory $(VENV)/.installed
	@touch $@
endif

$(VENV)/.installed: $(INSTALLED_FROM) | $(if $(HAS_NPM),$(BUNDLE)) $(VENV)/bin/python
	$(if $(HAS_NPM),HATCH_JUPYTER_BUILDER_SKIP_NPM=1) $(BIN)/python -m pip install -q -e ".[dev]"
	@touch $@

# What pip put under share/jupyter is a copy: refresh the part that changes most often.
$(VENV)/.ready: $(VENV)/.installed $(BUNDLE)
	@rm -rf $(VENV)/share/jupyter/labextensions/@funicular/lab
	@mkdir -p $(VENV)/share/jupyter/labextensions/@funicular
	@cp -r extension/funicular_lab/labextension $(VENV)/share/jupyter/labextensions/@funicular/lab
	@cp extension/install.json $(VENV)/share/jupyter/labextensions/@funicular/lab/
	@touch $@
