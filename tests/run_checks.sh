#!/bin/bash
# tests/run_checks.sh -- `make check`: every part runs, each gives its verdict in one line; what a failed part said follows it.
#
#   tests/run_checks.sh [PART]...     all of them if none is named: format tidy cppcheck layers debug asan tsan double plain
#
# MAKE is the make to use, with its options. Logs stay in build/check/. Exit status 1 if any part failed.
set -u
cd "$(dirname "$0")/.." || exit 1
MAKE=${MAKE:-make}
LOGS=build/check
mkdir -p "$LOGS"
shopt -s nullglob

check_format()
{
    local file status=0
    for file in include/*/*.h src/*/*.c tests/*/*.c tests/*/*.h; do
        clang-format --dry-run -Werror "$file" > /dev/null 2>&1 && continue
        echo "$file: not as clang-format -i makes it"
        status=1
    done
    return $status
}

check_tidy()
{
    $MAKE -k VARIANT=tidy tidy
}

# Suppressed, each after looking at what it said:
#   uninitvar               does not believe that a loop bounded by a minimum runs; the compiler and asan look for the real ones
#   invalidFunctionArg      takes the start value of a sum for the sum
#   returnDanglingLifetime  takes a pointer held by a struct passed by value for a pointer into that struct
check_cppcheck()
{
    mkdir -p build/cppcheck
    cppcheck --quiet --std=c11 --language=c -j "$(nproc)" --cppcheck-build-dir=build/cppcheck -Iinclude \
        --enable=warning,performance,portability --inline-suppr --suppress=missingInclude \
        --suppress=uninitvar --suppress=invalidFunctionArg --suppress=returnDanglingLifetime --template='{file}:{line}: {severity}: {message} [{id}]' \
        --error-exitcode=1 src
}

check_layers()
{
    $MAKE VARIANT=release -k objects && tests/run_tests.sh tests/check_layers.sh tests/test_check_layers.sh
}

# The sanitizers' shadow memory has fixed places, which a kernel with many random address bits may have taken already.
# Where the address space may not be fixed (some containers), they run as they are.
without_address_randomness()
{
    if setarch "$(uname -m)" -R true 2> /dev/null; then
        TEST_WRAPPER="setarch $(uname -m) -R" "$@"
    else
        "$@"
    fi
}

check_debug() { $MAKE VARIANT=debug run-tests; }
check_asan() { TEST_TIMEOUT=900 FUZZ_ROUNDS=3000 without_address_randomness $MAKE VARIANT=asan run-tests; }
check_tsan() { TEST_TIMEOUT=900 without_address_randomness $MAKE VARIANT=tsan run-tests; }
check_double() { $MAKE VARIANT=double run-tests; }

# What a machine without AVX runs: our kernels compiled once, for the plainest of its type, and OpenBLAS's oldest ones. Elsewhere than
# on x86-64 there is but one kind of code, and OpenBLAS keeps to what it finds.
check_plain()
{
    if [ "$(uname -m)" = x86_64 ]; then
        OPENBLAS_CORETYPE=Prescott $MAKE VARIANT=plain run-tests
    else
        $MAKE VARIANT=plain run-tests
    fi
}

# The last line of a part's log, where that is the runner's count.
count_of()
{
    tail -n 20 "$1" | grep -aE '^[0-9]+ passed, [0-9]+ failed$' | tail -n 1
}

failures=0
for part in "${@:-format tidy cppcheck layers debug asan tsan double plain}"; do
    # shellcheck disable=SC2086 # the list of all parts is one word here
    for name in $part; do
        log=$LOGS/$name.log
        started=$SECONDS
        if "check_$name" > "$log" 2>&1; then
            verdict=ok
        else
            verdict=FAILED
            failures=$((failures + 1))
        fi
        count=$(count_of "$log")
        printf '%-10s %-7s %4d s%s\n' "$name" "$verdict" $((SECONDS - started)) "${count:+   $count}"
        if [ "$verdict" = FAILED ]; then
            grep -avE '^[a-z0-9_ /]+ +[0-9]+ passed( \(.*\))?$|^ *(CC|LD|TIDY) ' "$log" | tail -n 60 | sed 's/^/    /'
        fi
    done
done
[ "$failures" -eq 0 ] && echo "check: all parts ok" || echo "check: $failures failed, logs in $LOGS"
exit $((failures > 0))
