# The same names as dev.py, for those whose fingers know make.
# Further arguments: make test ARGS="tests/domain -k rating"
PYTHON ?= python3
ARGS ?=

COMMANDS = demo test lint format serve shell django lock install

.PHONY: help $(COMMANDS)

help:
	@$(PYTHON) dev.py --help

$(COMMANDS):
	@$(PYTHON) dev.py $@ $(ARGS)
