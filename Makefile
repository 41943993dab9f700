# What a developer does with Mteja. Only Python 3 and make are assumed: `make setup`, which every target
# runs when needed, brings uv, and uv brings Python 3.13 and the locked packages.

.DEFAULT_GOAL := help
SHELL := /bin/sh

# Port of the local stack: make run PORT=4600
PORT ?= 4566
export PORT

# Processor of the functions on AWS: arm64 or x86_64
MTEJA_ARCHITECTURE ?= arm64

UV_VERSION := 0.13.9
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo .venv-uv/bin/uv)

# pyenv's shims hide an installed Python from uv, so its folder goes first on the path where
# python3.13 does not run by itself.
PYENV_BIN := $(shell python3.13 -c '' 2>/dev/null || { \
	version=$$(pyenv versions --bare 2>/dev/null | grep '^3\.13\.' | tail -n 1); \
	[ -n "$$version" ] && echo "$$(pyenv prefix "$$version")/bin:"; })
export PATH := $(CURDIR)/.venv/bin:$(PYENV_BIN)$(PATH)
export MTEJA_PYTHON := $(CURDIR)/.venv/bin/python
export SAM_CLI_TELEMETRY := 0
# The layers ship bytecode, and another project's environment is none of ours.
unexport PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

SETUP := .venv/.setup
CATALOGUES := $(wildcard layers/core/mteja/pages/locales/*/LC_MESSAGES/mteja.po)
TRACKING := layers/core/mteja/tracking
VENDORED := $(addprefix layers/core/mteja/pages/static/,uplot.js uplot.css uplot.LICENSE.txt)
GENERATED := layers/deps/requirements.txt layers/business/business.schema.json docs/openapi.json \
	$(TRACKING)/tracker/mteja.min.js $(TRACKING)/robots.txt $(CATALOGUES:.po=.mo) $(VENDORED)

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

#### LOCAL STACK

.PHONY: run
run: $(SETUP) ## Build and start the local stack, or update it; PORT= chooses the port
	@python -m mteja_local run

.PHONY: stop
stop: $(SETUP) ## Stop the local stack; its data is kept
	@python -m mteja_local stop

.PHONY: demo
demo: $(SETUP) ## Post sample orders to the local stack and show the customers
	@python -m mteja_local demo

.PHONY: mail
mail: $(SETUP) ## Send what waits in the local stack's outbox, and show the mail that it captured
	@python -m mteja_local mail

.PHONY: staff-token
staff-token: $(SETUP) ## Print a bearer token of the local stack's owner (make -s staff-token)
	@python -m mteja_local staff-token

#### QUALITY

# Two processes, of which one has the tests that share a stack (tests/conftest.py).
SIDE_BY_SIDE := --numprocesses 2 --dist loadscope

.PHONY: lint
lint: $(SETUP) ## Style, types, template and generated files
	ruff check .
	ruff format --check .
	mypy
	cfn-lint template.yaml
	python -m mteja.business check layers/business/business.yaml
	@for file in $(GENERATED); do \
		$(MAKE) -s "print-$$file" | cmp -s - "$$file" || { echo "$$file is out of date: make generate"; exit 1; }; \
	done

.PHONY: check
check: lint ## What a change must pass: lint, and the tests that need no stack
	pytest $(SIDE_BY_SIDE) tests/unit tests/component tests/template

.PHONY: test
test: $(SETUP) ## All tests, with a local stack of their own (at most 10 minutes)
	pytest $(SIDE_BY_SIDE)

.PHONY: bench
bench: $(SETUP) ## Measure, and print measured beside bar
	python -m mteja_bench

.PHONY: soak
soak: $(SETUP) ## The property tests with many more examples, and an import of 100,000 orders
	pytest tests/unit tests/component --hypothesis-profile=soak
	pytest tests/soak/soak_*.py

.PHONY: audit
audit: $(SETUP) ## Secrets in the whole history, licences and known faults of what is shipped
	python -m mteja_audit

.PHONY: format
format: $(SETUP) ## Put the code into the house's format
	ruff check --fix .
	ruff format .

#### BUILD AND DEPLOY

.PHONY: deploy
deploy: $(SETUP) ## Build for AWS and deploy with your credentials; ARGUMENTS="--guided" the first time
	python -m mteja.business check layers/business/business.yaml
	python -m mteja.business built-with layers/business/.built-with
	sam build --build-dir .aws-sam/$(MTEJA_ARCHITECTURE) --cache-dir .aws-sam/cache-$(MTEJA_ARCHITECTURE)
	sam deploy --template-file .aws-sam/$(MTEJA_ARCHITECTURE)/template.yaml $(ARGUMENTS) \
		--parameter-overrides Architecture=$(MTEJA_ARCHITECTURE) \
		$$(python -m mteja.business parameters layers/business/business.yaml) $(PARAMETERS)

.PHONY: lock
lock: $(SETUP) ## Update uv.lock and what is made from it
	$(UV) lock --upgrade
	$(MAKE) generate

.PHONY: messages
messages: $(SETUP) ## Bring the catalogues of texts into step with the code; then translate what is new
	python -m mteja_messages update

.PHONY: generate
generate: $(SETUP) ## Write the committed files that are made from others
	@for file in $(GENERATED); do $(MAKE) -s "print-$$file" > "$$file.new" && mv "$$file.new" "$$file"; done

# What the functions import. boto3 comes with Lambda's runtime; no YAML is read there; e-mail
# addresses are checked without DNS; and cryptography uses cffi without its parser of C.
.PHONY: print-layers/deps/requirements.txt
print-layers/deps/requirements.txt:
	@$(UV) export --quiet --locked --no-default-groups --no-emit-project --no-header \
		--prune boto3 --prune pyyaml --prune dnspython --prune pycparser

# How the functions read the texts of pages.
.PHONY: $(CATALOGUES:%.po=print-%.mo)
$(CATALOGUES:%.po=print-%.mo): print-%.mo: %.po
	@python -m mteja_messages compile $<

# The tracker as browsers load it, and the User-Agents of robots (docs/decisions/0010).
.PHONY: print-$(TRACKING)/tracker/mteja.min.js
print-$(TRACKING)/tracker/mteja.min.js: $(TRACKING)/tracker/mteja.js
	@python -m mteja_tracking tracker $<

.PHONY: print-$(TRACKING)/robots.txt
print-$(TRACKING)/robots.txt:
	@python -m mteja_tracking robots

# What the pages' browsers load of others (docs/decisions/0017).
.PHONY: $(VENDORED:%=print-%)
$(VENDORED:%=print-%):
	@python -m mteja_vendored $(@F)

.PHONY: print-layers/business/business.schema.json
print-layers/business/business.schema.json:
	@python -m mteja.business schema

.PHONY: print-docs/openapi.json
print-docs/openapi.json:
	@python -m mteja_openapi

#### SETUP

.PHONY: setup
setup: $(SETUP) ## Bring uv, Python 3.13 and the locked packages into .venv

$(SETUP): pyproject.toml uv.lock $(if $(findstring .venv-uv,$(UV)),$(UV))
	@$(UV) sync --locked --quiet && touch $@

.venv-uv/bin/uv:
	@python3 -m venv .venv-uv || { rm -rf .venv-uv; \
		echo "python3 has no venv module: on Debian, apt-get install python3-venv" >&2; exit 1; }
	@.venv-uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

.PHONY: clean
clean: ## Remove what builds and tests left behind; the local stack's data stays
	rm -rf .aws-sam .local/build .local/build-cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find functions infra layers tests -name __pycache__ -prune -exec rm -rf {} +
