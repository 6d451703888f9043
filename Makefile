# Each target does all of its own set-up: `make drill` and `make test` are the two that matter.
BIN := .venv/bin
STAMP := .venv/.kubedrill-$(shell cat pyproject.toml Makefile | sha256sum | cut -c1-16)
KUBEDRILL := $(BIN)/kubedrill
PROVIDER ?= container
WORKERS ?= 2
# Of the spoiled drills: all, or cover, which is each sabotage once and each drill twice.
MATRIX ?= all
MAKEFLAGS += --no-print-directory

# How many drills a storm has, and how many inputs are fuzzed.
RUNS ?= $(if $(filter fuzz,$(MAKECMDGOALS)),1000000,10000)
# How many times drills are killed.
KILLS ?= 30
# How long a soak lasts; HOURS=8 for a night.
MINUTES ?= $(if $(HOURS),$(shell expr $(HOURS) '*' 60),60)
# How many mutants are tried; all, where it is 0.
SAMPLE ?= 0
# By which kills and mutants are drawn; the same seed draws the same again.
SEED ?=
.PHONY: help drill test test-real nightly catalogue compare storm kill-test mutants fuzz soak month setup clean root

help:
	@echo "make drill      set everything up, lose an OS disk for real, and judge the restore (needs root)"
	@echo "make test       check style, types and the rooms' order, and run the fast tests (needs no root)"
	@echo "make test-real  run the tests that need root and real machines"
	@echo "make nightly    all tests, all drills, and each drill with each sabotage; hours"
	@echo "make catalogue  the last two alone; PROVIDER=rehearsal does it without machines, in minutes"
	@echo "make compare    one drill on each provider, and the same loss by hand with Vagrant, as a table of figures"
	@echo "make storm      rehearse drills while calls fail, hang, tear and kill: none may pass falsely; RUNS=10000"
	@echo "make kill-test  kill drills by three signals at random moments: nothing may be left; KILLS=30, PROVIDER=rehearsal"
	@echo "make mutants    change the oracle in one place at a time, which a test has to notice each time; SAMPLE=100 SEED="
	@echo "make fuzz       damaged, absurd and huge input for all that reads text from outside; RUNS=1000000"
	@echo "make soak       the fast drills over and over: pass rate and spread of each; MINUTES=60 or HOURS=8"
	@echo "make month      a month of nightly runs for show, out of the journals in FROM=FOLDER, else out of rehearsals"
	@echo "make clean      remove what make has made here; reports and the cache of node images stay"

drill: root $(STAMP)
	@$(KUBEDRILL) setup --provider $(PROVIDER)
	@$(KUBEDRILL) run os-disk-swap --provider $(PROVIDER)

test: $(STAMP)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-cache 2>&1) || { echo "$$said"; exit 1; }
	@$(BIN)/python -m pytest -q -n auto
	@if $(BIN)/python -c 'import libvirt' 2>/dev/null; then $(BIN)/python -m pytest -q -m libvirt tests/libvirt tests/drill/test_plugin.py; \
	  else echo "Not run: tests/libvirt, because libvirt-python is not installed (kubedrill setup --provider libvirt)."; fi
	@none=0; $(BIN)/python -m tests.browser || none=$$?; case $$none in \
	  0) $(BIN)/python -m pytest -q -m browser tests/browser;; \
	  4) echo "Not run: tests/browser, because no browser is installed (apt-get install chromium).";; *) exit $$none;; esac
	@if $(BIN)/python -c 'import weasyprint' 2>/dev/null; then $(BIN)/python -m pytest -q -m pdf tests/report/compliance; \
	  else echo "Not run: the report for audits as PDF, because weasyprint is not installed ($(BIN)/pip install -e '.[pdf]')."; fi
	@if $(BIN)/python -c 'import trestle' 2>/dev/null; then $(BIN)/python -m pytest -q -m trestle tests/report/test_oscal.py; \
	  else echo "Not run: OSCAL read by compliance-trestle, which is not installed ($(BIN)/pip install -e '.[oscal-check]')."; fi

test-real: root $(STAMP)
	@for provider in container libvirt; do $(KUBEDRILL) setup --provider $$provider || exit; done
	@$(BIN)/python -m pytest -q -m real

nightly: test test-real catalogue

# Each part is performed whatever became of the one before, and adds its table; a part without a table never ended.
catalogue: $(STAMP)
	@mkdir -p reports; rm -f reports/nightly.md; worst=0; \
	part() { page=$$1; shift; status=0; rm -f reports/latest; \
	  echo "kubedrill $$*"; $(KUBEDRILL) "$$@" -n $(WORKERS) --reports reports || status=$$?; \
	  if [ -f "reports/latest/$$page" ]; then cat "reports/latest/$$page" >>reports/nightly.md; \
	  elif [ $$status = 0 ]; then status=3; fi; \
	  case $$status in 130|143) exit $$status;; esac; [ $$worst != 0 ] || worst=$$status; }; \
	part sabotage.md sabotage all --provider rehearsal; \
	part run.md run all --provider $(PROVIDER); \
	[ $(PROVIDER) = rehearsal ] || part sabotage.md sabotage $(MATRIX) --provider $(PROVIDER); \
	echo "The tables of the night are in reports/nightly.md"; exit $$worst

compare: root $(STAMP)
	@for provider in container libvirt vagrant; do $(KUBEDRILL) setup --provider $$provider; done
	@$(BIN)/python -m tests.real.comparison

storm: $(STAMP)
	@$(BIN)/python -m tests.storm --runs $(RUNS) --workers $(WORKERS)

kill-test: $(STAMP)
	@[ $(PROVIDER) = rehearsal ] || { $(MAKE) root && $(KUBEDRILL) setup --provider $(PROVIDER); }
	@$(BIN)/python -m tests.kill --kills $(KILLS) --provider $(PROVIDER) $(if $(SEED),--seed $(SEED))

mutants: $(STAMP)
	@$(BIN)/python -m tests.mutants --sample $(SAMPLE) --seed '$(SEED)' --workers $(WORKERS)

fuzz: $(STAMP)
	@$(BIN)/python -m tests.fuzz --runs $(RUNS) --workers $(WORKERS)

soak: $(STAMP)
	@[ $(PROVIDER) = rehearsal ] || { $(MAKE) root && $(KUBEDRILL) setup --provider $(PROVIDER); }
	@$(BIN)/python -m tests.soak --minutes $(MINUTES) --provider $(PROVIDER) --workers $(WORKERS)

month: $(STAMP)
	@$(BIN)/python -m tests.month $(if $(FROM),--from "$(FROM)") --reports build/month

setup: $(STAMP)
	@:

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
	@find harness tests scenarios -name __pycache__ -type d -prune -exec rm -rf {} +

root:
	@[ "$$(id -u)" = 0 ] || { echo "This makes real machines, which needs root: run it as root, or with sudo." >&2; exit 2; }

# A virtual environment for exactly this pyproject.toml; another one is brought up to date.
$(STAMP):
	@set -e; \
	suits() { command -v "$$1" >/dev/null && "$$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }; \
	choose() { for one in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if suits "$$one"; then echo "$$one"; return; fi; done; }; \
	apt() { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1; echo "Installing $$*"; \
	  for again in 1 2; do \
	    DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 install --yes --no-install-recommends "$$@" \
	      >/dev/null 2>&1 && return 0; \
	    apt-get -qq -o DPkg::Lock::Timeout=600 update || return 1; \
	  done; return 1; }; \
	python=$$(choose); \
	if [ -z "$$python" ]; then apt python3 python3-venv || true; python=$$(choose); fi; \
	if [ -z "$$python" ]; then apt python3.11 python3.11-venv || true; python=$$(choose); fi; \
	if [ -z "$$python" ]; then echo "Kubedrill needs Python 3.11 or newer, and there is none: install it." >&2; exit 2; fi; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  echo "Making .venv with $$($$python --version)"; \
	  if ! "$$python" -m venv --clear .venv >/dev/null 2>&1; then \
	    version=$$("$$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])'); \
	    apt python3-venv python3-pip || apt "$$version-venv" || \
	      { echo "Python cannot make virtual environments here: install the package $$version-venv as root." >&2; exit 2; }; \
	    "$$python" -m venv --clear .venv >/dev/null 2>&1 || apt "$$version-venv"; \
	    [ -x $(BIN)/pip ] || "$$python" -m venv --clear .venv; \
	  fi; \
	fi; \
	echo "Installing Kubedrill and its libraries into .venv"; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'; \
	rm -f .venv/.kubedrill-*; touch $@
