# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# For a machine with nothing but Python 3.10 or newer, git and make. Everything else goes into .venv and .nox.
# The work itself is in noxfile.py and tests/sessions; `.venv/bin/nox -l` lists all of it.

PYTHON ?= python3
# Passed to the command: make unit ARGS="-k queue", make integration ARGS=dli_queue, make simulator ARGS="--port 8080"
ARGS ?=
# The number of parallel nox sessions: one more than the two processors of a typical machine, because some only wait.
JOBS ?= 3

# uv has certificates of its own, which are not enough behind a proxy that uses other ones.
export UV_SYSTEM_CERTS ?= 1

NOX := .venv/bin/nox
posargs = $(if $(ARGS),-- $(ARGS))

.PHONY: help
help: ## show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: $(NOX) ## run the documented procedure against the simulator (LIVE=1: against the service, see README.md)
	$(NOX) -s demo $(posargs)

.PHONY: test
test: $(NOX) ## run everything that CI runs
	@# The sessions use all processors; processes of pytest in each would only import, collect and report the same again.
	PYTEST_XDIST_AUTO_NUM_WORKERS=0 $(NOX) -j $(JOBS)

.PHONY: lint
lint: $(NOX) ## check style, types, licences and documentation
	$(NOX) -j $(JOBS) -s docs-check ansible-lint lint license-check extra-checks

.PHONY: format
format: $(NOX) ## format the Python files
	$(NOX) -s format

.PHONY: unit
unit: $(NOX) ## run the unit tests on one Python version
	$(NOX) -s unit $(posargs)

.PHONY: integration
integration: $(NOX) ## run the integration tests with the newest ansible-core, in both execution modes
	$(NOX) -s integration $(posargs)

.PHONY: browser
browser: $(NOX) ## run the tests of the HTML report in headless Chromium
	$(NOX) -s browser $(posargs)

.PHONY: parity
parity: $(NOX) ## compare the results of both execution modes with every ansible-core
	$(NOX) -j $(JOBS) -t parity

.PHONY: mutants
mutants: $(NOX) ## list changes of the code that no unit test detects; takes hours, or minutes with ARGS=FILE
	$(NOX) -s mutants $(posargs)

.PHONY: bench
bench: $(NOX) ## measure performance, and compare with targets and other collections
	$(NOX) -s bench $(posargs)

.PHONY: simulator
# Not through nox: make sends SIGTERM to the process that it started, and exec makes this process the simulator itself.
simulator: .nox/simulator/ready ## run the simulator in the foreground
	@PYTHONPATH=tests/simulator exec .nox/simulator/bin/python -m dli_simulator $(ARGS)

.nox/simulator/ready: tests/simulator/requirements.txt tests/constraints.txt $(NOX)
	$(NOX) -s simulator --install-only
	@touch $@

.PHONY: build
build: $(NOX) ## build the Galaxy tarball in dist
	$(NOX) -s build

.PHONY: docs
docs: $(NOX) ## build the HTML documentation in docs/site
	$(NOX) -s docs

.PHONY: clean
clean: ## remove all generated files
	rm -rf .venv .nox .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* collections dist docs/site tests/output

$(NOX): requirements-dev.txt tests/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "$(PYTHON) is missing or older than Python 3.10. Choose another one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo "$(PYTHON) cannot create virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@git --version > /dev/null
	$(PYTHON) -m venv --clear .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -c tests/constraints.txt uv
	.venv/bin/uv pip install --quiet --python .venv/bin/python -r requirements-dev.txt
	@touch $@
