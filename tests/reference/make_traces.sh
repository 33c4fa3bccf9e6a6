#!/bin/bash
# tests/reference/make_traces.sh -- make tests/reference/traces/*.json anew: the program races the cases of
# tests/lab/traced_cases.h, PyTorch computes every number again from the files, and what PyTorch computed is stored.
#
# Needs Debian's python3-torch (PYTHON names another python3 that has torch). Fails, and stores nothing, where the two disagree.
set -eu
cd "$(dirname "$0")/../.."

PYTHON=${PYTHON:-/usr/bin/python3}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# Compiled in double the program must agree to rounding, whatever single precision hides (but in the noise, which files hold as
# floats); what is stored comes from the product's files.
for variant in double release; do
    make --no-print-directory "VARIANT=$variant" "build/$variant/tests/lab/test_trace"
    "build/$variant/tests/lab/test_trace" --write "$WORK/$variant"
done
mkdir "$WORK/stored"
"$PYTHON" tests/reference/trace_check.py --scalar 5e-7 --weights 1e-6 "$WORK"/double/*
"$PYTHON" tests/reference/trace_check.py --store "$WORK/stored" "$WORK"/release/*
mkdir -p tests/reference/traces
rm -f tests/reference/traces/*.json
cp "$WORK"/stored/*.json tests/reference/traces/
du -sh tests/reference/traces
