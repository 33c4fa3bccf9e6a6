#include "app/bounded_output.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { READER, WRITER, ENDS, PIPE_BYTES = 4096, READ_BYTES = 1 << 20 };

typedef struct Bench {
    int ends[ENDS]; /* a pipe of one page */
    BoundedOutput output;
    char read[READ_BYTES];
    size_t size;
} Bench;

static Bench *open_bench(void)
{
    Bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    assert_int_equal(pipe2(bench->ends, O_CLOEXEC), 0);
    assert_true(fcntl(bench->ends[WRITER], F_SETPIPE_SZ, PIPE_BYTES) >= PIPE_BYTES);
    assert_int_equal(fcntl(bench->ends[READER], F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(bounded_output_open(&bench->output, bench->ends[WRITER]), STATUS_OK);
    return bench;
}

static void close_bench(Bench *bench)
{
    bounded_output_close(&bench->output);
    close(bench->ends[READER]);
    close(bench->ends[WRITER]);
    free(bench);
}

/* Read and pump until nothing more comes; what came is a string. */
static void read_all(Bench *bench)
{
    ssize_t count = 0;
    do {
        bounded_output_pump(&bench->output);
        count = read(bench->ends[READER], bench->read + bench->size, READ_BYTES - 1 - bench->size);
        bench->size += count > 0 ? (size_t)count : 0;
    } while (count > 0);
    bench->read[bench->size] = '\0';
}

static void print_lines(Bench *bench, int first, int last)
{
    for (int i = first; i <= last; i++) {
        (void)fprintf(bench->output.stream, "line %d of some\n", i);
        bounded_output_pump(&bench->output);
    }
}

static void what_is_printed_arrives_in_order(void **state)
{
    (void)state;
    Bench *bench = open_bench();
    print_lines(bench, 1, 3);
    assert_int_equal(bounded_output_wanted(&bench->output), -1);
    read_all(bench);
    assert_string_equal(bench->read, "line 1 of some\nline 2 of some\nline 3 of some\n");
    close_bench(bench);
}

/* Lines 1 ... N are whole, then it is told how many are missing, then they go on to the last. */
static void nobody_reads_and_nobody_waits_and_what_is_left_out_is_counted(void **state)
{
    enum { LINES = 20000 };
    (void)state;
    Bench *bench = open_bench();
    alarm(60); /* a write that waits ends the test */
    print_lines(bench, 1, LINES);
    assert_int_not_equal(bounded_output_wanted(&bench->output), -1);
    read_all(bench);
    (void)fprintf(bench->output.stream, "the end\n");
    read_all(bench);
    alarm(0);
    int kept = 0;
    const char *line = bench->read;
    char wanted[64];
    for (;; kept++) {
        const size_t length =
            (size_t)snprintf(wanted, sizeof wanted, "line %d of some\n", kept + 1);
        if (strncmp(line, wanted, length) != 0) {
            break;
        }
        line += length;
    }
    assert_in_range(kept, 1000, LINES - 1000);
    (void)snprintf(wanted, sizeof wanted, "[%d lines left out: ", LINES - kept);
    assert_int_equal(strncmp(line, wanted, strlen(wanted)), 0);
    line = strchr(line, '\n') + 1;
    assert_string_equal(line, "the end\n");
    close_bench(bench);
}

static void a_line_longer_than_there_is_room_for_is_cut_not_written_past_the_end(void **state)
{
    (void)state;
    Bench *bench = open_bench();
    for (int i = 0; i < 2 * BOUNDED_OUTPUT_BYTES; i++) {
        (void)fputc('x', bench->output.stream);
    }
    bounded_output_pump(&bench->output);
    assert_true(bench->output.used <= BOUNDED_OUTPUT_BYTES);
    read_all(bench);
    assert_in_range(bench->size, BOUNDED_OUTPUT_BYTES, BOUNDED_OUTPUT_BYTES + 2 * PIPE_BYTES);
    close_bench(bench);
}

static void flushing_waits_for_the_reader_but_not_longer_than_asked_nor_past_a_signal(void **state)
{
    (void)state;
    Bench *bench = open_bench();
    int signals[ENDS];
    assert_int_equal(pipe2(signals, O_CLOEXEC), 0);
    print_lines(bench, 1, 1000);
    assert_false(bounded_output_flush(&bench->output, -1, 10));
    assert_int_equal(write(signals[WRITER], "s", 1), 1);
    assert_false(bounded_output_flush(&bench->output, signals[READER], -1));
    read_all(bench);
    assert_true(bounded_output_flush(&bench->output, -1, 10));
    assert_non_null(strstr(bench->read, "line 1000 of some\n"));
    close(signals[READER]);
    close(signals[WRITER]);
    close_bench(bench);
}

static void a_reader_who_is_gone_is_written_to_no_more(void **state)
{
    (void)state;
    Bench *bench = open_bench();
    (void)signal(SIGPIPE, SIG_IGN);
    close(bench->ends[READER]);
    bench->ends[READER] = -1;
    print_lines(bench, 1, 10000);
    assert_int_equal(bounded_output_wanted(&bench->output), -1);
    assert_true(bounded_output_flush(&bench->output, -1, -1));
    close_bench(bench);
}

static void the_pipe_of_others_still_blocks(void **state)
{
    (void)state;
    Bench *bench = open_bench();
    print_lines(bench, 1, 10);
    assert_int_equal(fcntl(bench->ends[WRITER], F_GETFL) & O_NONBLOCK, 0);
    close_bench(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_arrives_in_order),
        cmocka_unit_test(nobody_reads_and_nobody_waits_and_what_is_left_out_is_counted),
        cmocka_unit_test(a_line_longer_than_there_is_room_for_is_cut_not_written_past_the_end),
        cmocka_unit_test(flushing_waits_for_the_reader_but_not_longer_than_asked_nor_past_a_signal),
        cmocka_unit_test(a_reader_who_is_gone_is_written_to_no_more),
        cmocka_unit_test(the_pipe_of_others_still_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
