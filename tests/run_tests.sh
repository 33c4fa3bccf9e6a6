#!/bin/bash
# tests/run_tests.sh -- run test programs, go on after failures, end with the line `N passed, N failed`.
#
#   tests/run_tests.sh [--unbuilt NAME]... PROGRAM...
#
# A program is anything that prints TAP: a cmocka program or a script. It is shown as one line; of a failed one, all but
# its passed cases. Besides the cases that say so, these count as one failed case each: a program that is not there,
# that dies or exits non-zero without naming a failed case, that runs fewer cases than it promised, or out of time; and
# every --unbuilt NAME (a build that did not succeed). Exit status 1 if anything failed.
# TEST_TIMEOUT  seconds per program (300)      TEST_WRAPPER  a command to run each program under (none)
set -u
cd "$(dirname "$0")/.." || exit 1

# Threads in the test programs are ours; OpenBLAS adding its own would only make them slow.
export OPENBLAS_NUM_THREADS=1
export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=${ASAN_OPTIONS:-allocator_may_return_null=1:strict_string_checks=1:detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=0:second_deadlock_stack=1}
if [ -f tests/lsan.supp ]; then
    export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$PWD/tests/lsan.supp:print_suppressions=0}
fi

passed_total=0
failed_total=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# report NAME PASSED FAILED [REMARK]
report()
{
    local verdict="$2 passed"
    [ "$3" -eq 0 ] || verdict="$verdict, $3 FAILED"
    printf '%-44s %s%s\n' "$1" "$verdict" "${4:+ ($4)}"
    passed_total=$((passed_total + $2))
    failed_total=$((failed_total + $3))
}

run_program()
{
    local program=$1 name=$1 status passed failed skipped planned remark=
    name=${name#build/}
    name=${name/\/tests\// }
    if [ ! -x "$program" ]; then
        report "$name" 0 1 "was not built"
        return
    fi
    # The outer braces swallow bash's own remark about a program that a signal has ended.
    # shellcheck disable=SC2086 # the wrapper is a command with its options
    { timeout --kill-after=10 "${TEST_TIMEOUT:-300}" ${TEST_WRAPPER-} "./$program" > "$output" 2>&1 < /dev/null; } 2> /dev/null
    status=$?
    read -r passed failed skipped planned < <(awk '
        /^(not )?ok [0-9]+ # *SKIP/ { skipped++; next } # cmocka writes "not ok"
        /^ok [0-9]/ { passed++ }
        /^not ok/ { failed++ }
        /^1\.\.[0-9]+/ { planned += substr($1, 4) }
        END { print passed + 0, failed + 0, skipped + 0, planned + 0 }' "$output")
    [ "$skipped" -eq 0 ] || remark="$skipped skipped"
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
        remark="out of time"
        failed=$((failed + 1))
    elif [ "$status" -gt 128 ]; then
        remark="killed by signal $((status - 128))"
        failed=$((failed + 1))
    elif [ $((passed + failed + skipped)) -lt "$planned" ]; then
        remark="only $((passed + failed + skipped)) of $planned cases ran"
        failed=$((failed + 1))
    elif [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        remark="exit status $status"
        failed=1
    elif [ $((passed + failed + skipped)) -eq 0 ]; then
        remark="ran no case"
        failed=1
    fi
    report "$name" "$passed" "$failed" "$remark"
    [ "$failed" -eq 0 ] || grep -avE '^(ok [0-9]|1\.\.[0-9]|not ok [0-9]+ # *SKIP)' "$output" | sed 's/^/    /'
}

while [ "${1-}" = --unbuilt ]; do
    report "$2" 0 1 "does not build, see above"
    shift 2
done
for program in "$@"; do
    run_program "$program"
done

echo "$passed_total passed, $failed_total failed"
[ "$failed_total" -eq 0 ]
