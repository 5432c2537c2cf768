# Two commands: `make run` starts the studio, `make test` runs the whole gate. Both set up what they need first.
PYTHON ?= python3
VENV := .venv/bin

.PHONY: run test lint web clean

run:
	@$(PYTHON) tools/setup.py run
	@$(VENV)/harmonix serve $(ARGS)

test:
	@$(PYTHON) tools/setup.py test
	@$(VENV)/python tools/gate.py $(ARGS)

lint:
	@$(PYTHON) tools/setup.py test
	@$(VENV)/python tools/gate.py lint

web:
	@$(PYTHON) tools/setup.py web

clean:
	rm -rf .venv web/node_modules web/dist src/harmonix_splitter/studio/static .mypy_cache .ruff_cache .pytest_cache
