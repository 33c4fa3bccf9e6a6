#!/bin/bash
# tests/test_check_layers.sh -- plants each fault in a small clean copy of the house and sees exactly its rule fail.
set -u
check=$(cd "$(dirname "$0")" && pwd)/check_layers.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
count=0
failures=0

# put FILE: makes FILE from stdin, folders included
put()
{
    mkdir -p "$(dirname "$1")" && cat > "$1"
}

compile_all()
{
    local source object
    for source in src/*/*.c; do
        object=build/release/obj/${source#src/}
        mkdir -p "$(dirname "$object")"
        # Like the real thing: position independent, so that constant pointer tables land in .data.rel.ro.
        gcc -std=gnu11 -O1 -fPIE -Iinclude -c -o "${object%.c}.o" "$source" || echo "cannot compile $source"
    done
}

# A house with everything that is allowed and looks nearly forbidden.
build_clean_house()
{
    put include/base/size.h <<< $'#ifndef BASE_SIZE_H\n#define BASE_SIZE_H\nint size_of_it(void);\n#endif'
    put include/base/only.h <<< $'#ifndef BASE_ONLY_H\n#define BASE_ONLY_H\nenum { ONLY = 1 };\n#endif'
    put src/base/size.c << 'EOF'
#include "base/size.h"

#include <stdio.h>

#include "base/only.h" /* not "tui/view.h" */

/* A comment may say printf("x"), stdout and exit(1);
 * over several lines, abort() too. */
static const char *const NAMES[] = {"exit(1)", "a \" puts(\"x\")", "\\"}; // stderr
static const int NUMBERS[] = {1, 2};

int size_of_it(void)
{
    char text[9];
    const char quote = '"'; /* perror( */
    fflush(stdout);
    const int worker_exit = snprintf(text, sizeof text, "%s%c", NAMES[NUMBERS[0]], quote);
    return worker_exit;
}
EOF
    put tests/base/test_size.c <<< '#include <stdio.h>'
    put include/optim/tram.h <<< $'#ifndef OPTIM_TRAM_H\n#define OPTIM_TRAM_H\nint tram(void);\n#endif'
    put src/optim/tram.c <<< $'#include "optim/tram.h"\n#include "base/size.h"\n\nint tram(void)\n{\n    return size_of_it();\n}'
    put tests/optim/test_tram.c <<< ''
    put include/model/lm.h <<< $'#ifndef MODEL_LM_H\n#define MODEL_LM_H\n#endif'
    put include/tui/view.h <<< $'#ifndef TUI_VIEW_H\n#define TUI_VIEW_H\nint view(void);\n#endif'
    put src/tui/view.c <<< $'#include "tui/view.h"\n\nint view(void)\n{\n    return 1;\n}'
    put tests/tui/test_view.c <<< ''
    put src/app/main.c << 'EOF'
#include <stdio.h>
#include <stdlib.h>

#include "optim/tram.h"
#include "tui/view.h"

int main(void)
{
    fprintf(stderr, "%d\n", tram() + view());
    exit(0);
}
EOF
    compile_all
}

# verdict TITLE: TAP line, from the exit status of the command before it
verdict()
{
    local status=$?
    count=$((count + 1))
    if [ $status -eq 0 ]; then
        echo "ok $count - $1"
    else
        failures=$((failures + 1))
        sed 's/^/# /' seen.txt
        echo "not ok $count - $1"
    fi
}

# expect_fault TITLE RULE LINE: exactly RULE is broken, by exactly LINE (a regular expression)
expect_fault()
{
    "$check" "$PWD" > seen.txt 2>&1
    [ $? -eq 1 ] && [ "$(grep -c '^not ok' seen.txt)" -eq 1 ] && grep -qE "^not ok [0-9]+ - $2 " seen.txt &&
        [ "$(grep -c '^R[0-9] ' seen.txt)" -eq 1 ] && grep -qE "^$2 $3" seen.txt
    verdict "$1"
}

# plant FILE LINE: adds a line of code to FILE; R4 faults need the object anew
plant()
{
    printf '%s\n' "$2" >> "$1"
}

fresh()
{
    rm -rf "$folder/house"
    cp -r "$folder/clean" "$folder/house"
    cd "$folder/house" || exit 1
}

mkdir "$folder/clean"
cd "$folder/clean" || exit 1
build_clean_house
"$check" "$PWD" > seen.txt 2>&1 && [ "$(grep -c '^ok' seen.txt)" -eq 7 ]
verdict "a clean house breaks no rule"

fresh
plant src/base/size.c '#include "tui/view.h"'
expect_fault "R1 sees an include that goes up" R1 'src/base/size.c:20: includes "tui/view.h" which is above'

fresh
plant include/base/only.h '#include "optim/tram.h"'
expect_fault "R1 sees an include that goes up in a header" R1 'include/base/only.h:5: .*which is above'

fresh
plant src/optim/tram.c '#include "model/lm.h"'
expect_fault "R1 sees an optimizer that knows a model" R1 'src/optim/tram.c:8: .*optim must not know model'

fresh
plant src/tui/view.c '#  include "optim/tram.h"'
expect_fault "R1 sees a view that knows an optimizer" R1 'src/tui/view.c:7: .*tui must not know optim'

fresh
put include/base/loose.inc <<< ''
cp include/base/only.h src/base/only_here.h
plant src/base/size.c '#include "only_here.h"'
expect_fault "R1 sees an include without its layer" R1 'src/base/size.c:20: .*names no layer'

for header in cjson/cJSON.h utf8proc.h cblas.h ncurses.h curses.h term.h readline/readline.h cairo/cairo-svg.h pthread.h; do
    fresh
    plant src/tui/view.c "#include <$header>"
    expect_fault "R2 sees <$header> outside its file" R2 "src/tui/view.c:7: includes <$header> which belongs to"
done

for call in 'exit(1)' 'abort()' '_exit (2)'; do
    fresh
    plant src/optim/tram.c "void give_up(void); void give_up(void) { if (tram()) { $call; } }"
    expect_fault "R3 sees $call" R3 'src/optim/tram.c:8: ends the program'
done

while IFS='|' read -r title code; do
    fresh
    plant src/optim/tram.c "$code"
    compile_all
    expect_fault "R4 sees $title" R4 'src/optim/tram.c: writable variable'
done << 'EOF'
a global with a value|int chosen = 3;
a global without a value|int chosen;
a static local variable|int next(void); int next(void) { static int n; return ++n; }
a thread-local variable|_Thread_local int chosen = 1;
a table whose pointers can be changed|const char *names[] = {"a"};
EOF

fresh
rm build/release/obj/optim/tram.o
expect_fault "R4 does not pass over a missing object" R4 'src/optim/tram.c: has no build/release/obj/optim/tram.o'

fresh
put include/tui/theme.h <<< $'#ifndef TUI_THEME_H\n#define TUI_THEME_H\nsize_t themes(void);\n#endif'
expect_fault "R5 sees a header that needs another first" R5 'include/tui/theme.h: does not compile alone'

fresh
put include/tui/theme.h <<< 'struct Theme { int n; };'
expect_fault "R5 sees a header without a guard" R5 'include/tui/theme.h: does not compile alone'

fresh
rm tests/optim/test_tram.c
expect_fault "R6 sees a source without a test" R6 'src/optim/tram.c: has no tests/optim/test_tram.c'

fresh
put src/tui/plot.c <<< 'int plot(void);'
put tests/tui/test_plot.c <<< ''
compile_all
expect_fault "R6 sees a source without a header" R6 'src/tui/plot.c: has no include/tui/plot.h'

for print in 'printf("x")' 'puts("x")' 'putchar(1)' 'perror("x")' 'fputs("x", stderr)' 'fprintf(stdout, "x")'; do
    fresh
    plant src/tui/view.c "/* */ void show(void) { $print; } /* */"
    expect_fault "R7 sees $print" R7 'src/tui/view.c:7: prints'
done

echo "1..$count"
exit $((failures > 0))
