#include "tui/stray_output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

static void what_is_printed_comes_back_line_by_line_and_then_no_more(void **unused)
{
    (void)unused;
    StrayOutput stray;
    stray_output_begin(&stray);
    assert_int_equal(write(STDERR_FILENO, "one\n\ntwo\nthr", 12), 12);
    assert_int_equal(write(STDOUT_FILENO, "ee\n", 3), 3);
    const bool has_one = stray_output_next(&stray);
    char first[STRAY_LINE_BYTES];
    (void)snprintf(first, sizeof first, "%s", stray.line);
    const bool has_two = stray_output_next(&stray);
    const bool has_three = stray_output_next(&stray);
    const int is_three = strcmp(stray.line, "three");
    const bool has_four = stray_output_next(&stray);
    stray_output_end(&stray);
    assert_true(has_one && has_two && has_three);
    assert_string_equal(first, "one");
    assert_int_equal(is_three, 0);
    assert_false(has_four);
    assert_int_equal(stray.pipe_read, -1);
}

static void long_lines_come_in_pieces_and_lose_nothing(void **unused)
{
    (void)unused;
    StrayOutput stray;
    size_t total = 0;
    stray_output_begin(&stray);
    for (int i = 0; i < 100; i++) {
        (void)!write(STDOUT_FILENO, "0123456789", 10);
    }
    (void)!write(STDOUT_FILENO, "\n", 1);
    while (stray_output_next(&stray)) {
        total += strlen(stray.line);
    }
    stray_output_end(&stray);
    assert_int_equal(total, 1000);
}

static void a_flood_does_not_block_the_writer(void **unused)
{
    (void)unused;
    StrayOutput stray;
    stray_output_begin(&stray);
    for (int i = 0; i < 20000; i++) {
        (void)!write(STDOUT_FILENO, "a library that never stops\n", 27);
    }
    const bool has_line = stray_output_next(&stray);
    stray_output_end(&stray);
    assert_true(has_line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_comes_back_line_by_line_and_then_no_more),
        cmocka_unit_test(long_lines_come_in_pieces_and_lose_nothing),
        cmocka_unit_test(a_flood_does_not_block_the_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
