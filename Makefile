# Every command makes the environment that it needs with python3 (3.11 to 3.13). `book` needs npm,
# too, `grade` bubblewrap, and the tests also Chromium: .ci/run installs them.
# Another Python: make test PYTHON=python3.13

PYTHON ?= python3
PORT ?= 8888
BROWSER ?= yes
BIN := .venv/bin
# What a command is to run of several labs, such as LABS="02 05"; all when empty.
LABS ?=
empty :=
space := $(empty) $(empty)
PICK = $(if $(LABS),-k "$(subst $(space), or ,$(foreach lab,$(LABS),$(lab)_))")
NOTEBOOKS = $(if $(LABS),$(foreach lab,$(LABS),$(wildcard solutions/$(lab)*.ipynb)),solutions)
# Colab's versions, and the tests of what runs there.
COLAB := tests/colab-2026-08-19.txt
COLAB_BIN := .venv-colab/bin
COLAB_TESTS := $(addprefix tests/test_,answers.py characters.py checks.py datasets.py dcgan.py diffusion.py \
	images.py metrics.py photos.py plots.py rivals.py run.py surroundings.py training.py vae.py)
# Thousands of short checks of stored answers, which no other test disturbs: any process takes any.
SPREAD := $(addprefix tests/test_,answers.py checks.py verdicts.py)
ON_TWO := --numprocesses 2 --dist worksteal
# These use both cores themselves, or hold programs to seconds: one after the other.
ALONE := $(addprefix tests/test_,browser.py forgeries.py grading.py labs.py sandbox.py)
# All else, and notebooks, two files at a time, in the order that PYTEST gives.
BY_FILE := --numprocesses 2 --dist loadfile --no-loadscope-reorder
# What changed comes first, and of two processes each has a core.
PYTEST := -m pytest -p tools.cores -p tools.changed
# Whatever the shell is set up for: the course runs on TensorFlow.
export KERAS_BACKEND := tensorflow
# Set where a kernel's settings must not leak in from the shell.
QUICK := env -u NBGRADER_EXECUTION WORKBOOK_PROFILE=quick WORKBOOK_SEED=1

.PHONY: help lab test test-colab test-colab-full check unit solutions verdicts notebooks grade release book export bench seeds controls mutants clean

help:  ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 17

lab: .venv/lab  ## open JupyterLab on lab 00 (PORT=8888, BROWSER=no on a server)
	@$(BIN)/python -m tools.lab --port $(PORT) --browser $(if $(filter no,$(BROWSER)),no,yes)

test: check unit solutions  ## all tests on the newest libraries (LABS="02 05": what belongs to these)

check: .venv/dev  ## under a minute: lint, format, built files fresh, notebook hygiene
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || (echo "Run: $(BIN)/ruff format ." && false)
	@$(BIN)/python -m figures.draw --check
	@$(BIN)/python -m tools.build --check
	@$(BIN)/python -m benchmarks.bench --check
	@$(BIN)/python -m benchmarks.peers --check
	@$(BIN)/python -m benchmarks.seeds --check
	@$(BIN)/python -m tools.controls --check
	@$(BIN)/python -m pytest tests/test_hygiene.py
	@echo "check: ok"

unit: .venv/dev  ## unit tests, unfilled and half-filled labs, platforms, the browser
	$(BIN)/python $(PYTEST) $(SPREAD) $(ON_TWO) $(PICK)
	$(BIN)/python $(PYTEST) $(ALONE) --durations 5 $(PICK)
	$(BIN)/python $(PYTEST) tests $(addprefix --ignore ,tests/test_hygiene.py $(SPREAD) $(ALONE)) \
		$(BY_FILE) --durations 5 $(PICK)

solutions: .venv/dev  ## execute every solution (nbval, quick, strict); hold numbers and budgets
	$(call hold_solutions,$(BIN))

test-colab: .venv-colab/done  ## on exactly Colab's versions: every cell of every solution, trainings cut short, and what labs use
	rm -rf build/smoke build/smoke-runs
	$(COLAB_BIN)/python -m tools.build.smoke build/smoke
	$(call execute,$(COLAB_BIN),build/smoke-runs) build/smoke
	$(COLAB_BIN)/python $(PYTEST) $(COLAB_TESTS) $(ON_TWO)

test-colab-full: .venv-colab/done  ## the same with whole trainings; their numbers and budgets held
	$(call hold_solutions,$(COLAB_BIN))

# Notebooks by nbval, two at a time: $(1) an environment, $(2) where trainings keep their checkpoints.
execute = $(QUICK) WORKBOOK_STRICT=1 WORKBOOK_RUNS="$(CURDIR)/$(2)" $(1)/python $(PYTEST) \
	--nbval-lax --nbval-cell-timeout 1800 -p tools.kernels -p no:cacheprovider $(BY_FILE)

define hold_solutions
	rm -rf build/metrics build/usage build/test-runs
	$(call execute,$(1),build/test-runs) -p tools.usage $(NOTEBOOKS)
	$(1)/python $(PYTEST) tests/quality.py $(PICK)
endef

mutants: .venv/dev  ## break every answer in many ways; do the checks notice? (LABS="02 05")
	$(BIN)/python -m tools.mutants $(LABS)

verdicts: .venv/dev  ## the grader's verdicts on every stored answer, over 20 random draws
	WORKBOOK_DRAWS=20 $(BIN)/python $(PYTEST) tests/test_verdicts.py $(ON_TWO) $(PICK)

notebooks: .venv/dev  ## draw figures, build labs and solutions; execute what changed
	@$(BIN)/python -m figures.draw
	$(BIN)/python -m tools.build

grade: .venv/dev  ## grade a class (SUBMISSIONS=folder or zip, OUT=folder, ROSTER=, DEADLINE=, ANONYMOUS=, ARGS="--lab 05")
	@test -n "$(SUBMISSIONS)" -a -n "$(OUT)" || \
		(echo "Say what to grade and where to: make grade SUBMISSIONS=class.zip OUT=grades" && false)
	@$(BIN)/python -m tools.grade "$(SUBMISSIONS)" "$(OUT)" $(if $(ROSTER),--roster "$(ROSTER)") \
		$(foreach when,$(DEADLINE),--deadline "$(when)") \
		$(if $(ANONYMOUS),--anonymous "$(ANONYMOUS)") $(ARGS)

release: .venv/dev  ## the students' copy, without solutions (OUT=folder)
	@test -n "$(OUT)" || (echo "Say where to: make release OUT=../labs" && false)
	@$(BIN)/python -m tools.release "$(OUT)" $(ARGS)

book: .venv-book/done  ## the web book, into build/book (ARGS=--no-answers: for a class)
	@.venv-book/bin/python -m tools.book $(ARGS)

export: .venv-export/done  ## the trained networks into files for the book's playground (ARGS=tomatoes)
	@.venv-export/bin/python -m tools.export_models $(ARGS)

bench: .venv/dev  ## the labs against old listings and public recipes, into README (LABS="02 05")
	env -u WORKBOOK_PROFILE $(BIN)/python -m benchmarks.bench $(LABS)
	env -u WORKBOOK_PROFILE $(BIN)/python -m benchmarks.peers $(LABS)

seeds: .venv/dev  ## every solution for seeds 1 to 3, into README; goes on where it was (LABS="02 05")
	env -u NBGRADER_EXECUTION $(BIN)/python -m benchmarks.seeds $(LABS)

controls: .venv/dev  ## labs with one thing changed, as labs.toml says, for seeds 1 to 3 (LABS="02 05")
	env -u NBGRADER_EXECUTION $(BIN)/python -m tools.controls $(LABS)

clean:  ## remove environments, built things and checkpoints of unfinished trainings (not work/)
	rm -rf .venv .venv-colab .venv-book .venv-export build .pytest_cache .ruff_cache

# ── environments ────────────────────────────────────────────────────────────────────────────────

# --clear: what is there has no Python that starts, such as after an update of the system.
.venv/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		(echo "The course needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12 $(MAKECMDGOALS)" && false)
	@"$(PYTHON)" -m venv --clear .venv >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear --without-pip .venv

.venv/lab: requirements.txt | .venv/bin/python
	@$(BIN)/python -m tools.install requirements.txt
	@touch $@

.venv/dev: requirements.txt requirements-dev.txt | .venv/bin/python
	@$(BIN)/python -m tools.install requirements-dev.txt
	@touch .venv/lab $@

# An environment of its own. Python 3.13 is Colab's; another one finds most of what would break there.
.venv-colab/done: requirements.txt $(COLAB)
	rm -rf .venv-colab
	@"$(PYTHON)" -m venv .venv-colab >/dev/null 2>&1 || "$(PYTHON)" -m venv --without-pip .venv-colab
	@$(COLAB_BIN)/python -m tools.install --constraint=$(COLAB) requirements.txt \
		pytest pytest-xdist psutil jupytext ipywidgets
	@touch $@

# What makes the book needs none of the labs' libraries; what exports needs tf2onnx, which no learner does.
.venv-book/done .venv-export/done: .venv-%/done: requirements-%.txt
	@rm -rf .venv-$*
	@"$(PYTHON)" -m venv .venv-$* >/dev/null 2>&1 || "$(PYTHON)" -m venv --without-pip .venv-$*
	@.venv-$*/bin/python -m tools.install $<
	@touch $@
