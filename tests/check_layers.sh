#!/bin/bash
# tests/check_layers.sh -- the rules of the house, R1 to R7; one line per fault, then one TAP line per rule.
#
#   tests/check_layers.sh [--only RULE] [ROOT]      ROOT: the repository (the one this script is in, if not given)
#
# R1 includes go only downward      R2 each outside header has its one owner file   R3 no exit or abort outside app
# R4 no writable globals            R5 every header compiles alone                  R6 every source has header and test
# R7 no printing outside app
# R4 reads the objects of the release build: run `make` first. Exit status 1 if a rule is broken.
set -u
export LC_ALL=C

only=
if [ "${1-}" = --only ]; then
    only=$2
    shift 2
fi
cd "${1:-$(dirname "$0")/..}" || exit 1

OBJECTS=build/release/obj
CC=${CC:-gcc}
shopt -s nullglob

# Lowest layer first.
LAYERS="base records kernels data model optim probe channel store lab tui app"
# Pairs which the order alone would allow: who must not know whom.
BANS="data:kernels
optim:data optim:model
channel:kernels channel:data channel:model channel:optim channel:probe
store:kernels store:data store:model store:optim store:probe store:lab
tui:kernels tui:data tui:model tui:optim tui:probe tui:lab
model:optim"
# Outside headers (a regular expression for what stands in the angle brackets) and the files that may include them.
OWNERS='^cjson/|^cJSON\.h$ src/base/json.c
^utf8proc\.h$ src/base/text.c
^(zlib|zconf)\.h$ src/data/compressed_file.c
^(openblas/)?(cblas|lapacke|f77blas|openblas_config)[^/]*\.h$ src/kernels/gemm.c
^(ncursesw?/)?(ncurses|curses|term|panel|menu|form)\.h$ src/tui/terminal.c
^readline/ src/tui/prompt.c
^(pthread|threads)\.h$ src/channel/command_queue.c src/lab/worker.c'

sources=(src/*/*.c)
headers=(include/*/*.h src/*/*.h)
if [ ${#sources[@]} -eq 0 ]; then
    echo "not ok 1 - there are sources under $PWD/src"
    exit 1
fi

# All code as `path:line:text`, comments blanked, the inside of strings and characters too (not of #include lines).
stripped=$(mktemp)
trap 'rm -f "$stripped"' EXIT
awk '
FNR == 1 { in_comment = 0 }
{
    rest = $0
    text = ""
    if (!in_comment && rest ~ /^[ \t]*#[ \t]*include/) {
        sub(/\/[\/*].*$/, "", rest)
        print FILENAME ":" FNR ":" rest
        next
    }
    while (rest != "") {
        if (in_comment) {
            at = index(rest, "*/")
            if (at == 0) break
            rest = substr(rest, at + 2)
            in_comment = 0
            text = text " "
        } else if (!match(rest, /"|\047|\/\/|\/\*/)) {
            text = text rest
            break
        } else {
            opening = substr(rest, RSTART, RLENGTH)
            text = text substr(rest, 1, RSTART - 1)
            rest = substr(rest, RSTART + RLENGTH)
            if (opening == "//") break
            if (opening == "/*") { in_comment = 1; continue }
            pattern = opening == "\"" ? "^([^\"\\\\]|\\\\.)*\"" : "^([^\047\\\\]|\\\\.)*\047"
            text = text opening opening
            if (!match(rest, pattern)) break
            rest = substr(rest, RLENGTH + 1)
        }
    }
    if (text ~ /[^ \t]/) print FILENAME ":" FNR ":" text
}' "${sources[@]}" "${headers[@]}" > "$stripped"

R1_includes_go_only_downward()
{
    awk -v layers="$LAYERS" -v bans="$BANS" '
    BEGIN {
        n = split(layers, names, " ")
        for (i = 1; i <= n; i++) rank[names[i]] = i
        n = split(bans, pairs, /[ \n]+/)
        for (i = 1; i <= n; i++) banned[pairs[i]] = 1
    }
    /:[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, place, ":")
        split(place[1], folders, "/")
        own = folders[2]
        target = $0
        sub(/^[^"]*"/, "", target)
        sub(/".*$/, "", target)
        layer = target
        sub(/\/.*$/, "", layer)
        where = "R1 " place[1] ":" place[2] ": includes \"" target "\""
        if (!(own in rank)) print "R1 " place[1] ":" place[2] ": is in no known layer"
        else if (target !~ /\// || !(layer in rank)) print where " which names no layer"
        else if (rank[layer] > rank[own]) print where " which is above"
        else if ((own ":" layer) in banned) print where ": " own " must not know " layer
    }' "$stripped"
}

R2_outside_headers_have_one_owner()
{
    awk -v owners="$OWNERS" '
    BEGIN { n = split(owners, lines, "\n") }
    /:[ \t]*#[ \t]*include[ \t]*</ {
        split($0, place, ":")
        header = $0
        sub(/^[^<]*</, "", header)
        sub(/>.*$/, "", header)
        for (i = 1; i <= n; i++) {
            split(lines[i], row, " ")
            if (header ~ row[1] && place[1] != row[2] && place[1] != row[3])
                print "R2 " place[1] ":" place[2] ": includes <" header "> which belongs to " \
                      row[2] (row[3] == "" ? "" : " and " row[3])
            delete row
        }
    }' "$stripped"
}

# Lines of code outside app in which a word matches: report_words RULE PATTERN COMPLAINT [EXEMPT FILE]
# Flushing stdout prints nothing of one's own; it is needed before stdout is pointed elsewhere.
report_words()
{
    grep -vE "^(src|include)/app/|^${4:-nothing}:" "$stripped" | sed -E 's/fflush\((stdout|stderr)\)/fflush()/g' |
        grep -E "^[^:]*:[0-9]+:.*$2" |
        sed -E "s/^([^:]*:[0-9]+):[[:space:]]*(.*)\$/$1 \\1: $3: \\2/"
}

R3_no_exit_outside_app()
{
    report_words R3 '\b(exit|_exit|_Exit|quick_exit|abort)[[:space:]]*\(' 'ends the program'
}

R7_no_printing_outside_app()
{
    report_words R7 '(\b(v?printf|v?dprintf|puts|putchar|perror|psignal)[[:space:]]*\(|\b(stdout|stderr)\b)' 'prints' \
        src/tui/terminal.c
}

# .data.rel.ro holds constant tables of pointers: read-only once the program has been relocated.
R4_no_writable_globals()
{
    local source object
    for source in "${sources[@]}"; do
        object=$OBJECTS/${source#src/}
        object=${object%.c}.o
        if [ ! -f "$object" ]; then
            echo "R4 $source: has no $object to look at; run make first"
            continue
        fi
        objdump -t "$object" | awk -v source="$source" '
            # value, 7 columns of flags, section, size, name; a d among the flags is the section itself
            match($0, /^[0-9a-f]+ [^\t]*\t/) {
                flags = substr($0, index($0, " ") + 1, 7)
                section = substr($0, 1, RLENGTH - 1)
                sub(/^.* /, "", section)
                writable = section ~ /^(\.data|\.bss|\.tdata|\.tbss|\.sdata|\.sbss)(\.|$)/ || section == "*COM*"
                if (writable && section !~ /^\.data\.rel\.ro(\.|$)/ && flags !~ /[df]/)
                    print "R4 " source ": writable variable " $NF " in " section
            }'
    done
}

R5_headers_compile_alone()
{
    # Twice, so that a missing guard shows.
    # shellcheck disable=SC2016 # expanded by the inner shell
    printf '%s\n' include/*/*.h | xargs -P "$(nproc)" -n 1 bash -c '
        printf "#include \"%s\"\n#include \"%s\"\nextern int not_empty;\n" "${1#include/}" "${1#include/}" |
            "$0" -std=gnu11 -D_GNU_SOURCE -Iinclude -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c - 2>&1 |
            grep -m 1 error | sed "s#^#R5 $1: does not compile alone: #"' "$CC"
    return 0
}

R6_sources_have_header_and_test()
{
    local source name
    for source in "${sources[@]}"; do
        [ "$source" = src/app/main.c ] && continue
        name=${source#src/}
        name=${name%.c}
        [ -f "include/$name.h" ] || echo "R6 $source: has no include/$name.h"
        [ -f "tests/${name%/*}/test_${name##*/}.c" ] || echo "R6 $source: has no tests/${name%/*}/test_${name##*/}.c"
    done
}

count=0
broken=0
for rule in R1_includes_go_only_downward R2_outside_headers_have_one_owner R3_no_exit_outside_app R4_no_writable_globals \
    R5_headers_compile_alone R6_sources_have_header_and_test R7_no_printing_outside_app; do
    [ -z "$only" ] || [ "$only" = "${rule%%_*}" ] || continue
    count=$((count + 1))
    faults=$($rule)
    title=${rule//_/ }
    if [ -n "$faults" ]; then
        printf '%s\n' "$faults"
        echo "not ok $count - $title"
        broken=$((broken + 1))
    else
        echo "ok $count - $title"
    fi
done
echo "1..$count"
exit $((broken > 0))
