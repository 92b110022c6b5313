#!/usr/bin/env bash
# Resolve pyproject.toml anew into the two locks (run by `make lock`, by a person, when dependencies change).
# The locks carry versions and hashes but no address: where packages come from is each machine's own affair.
set -euo pipefail
cd "$(dirname "$0")/.."

python=.venv/bin/python
"$python" -m uv --version >/dev/null 2>&1 || "$python" -m pip install --quiet uv

resolve() {
    "$python" -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" "$@"
}
resolve pyproject.toml --group build -o requirements.lock
# The second holds the first: what is tested is what runs.
resolve pyproject.toml --extra test --group build --constraint requirements.lock -o requirements-test.lock
