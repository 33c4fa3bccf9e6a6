/* app/bounded_output.h -- lines for a reader who may be slow, asleep or gone: the race never waits for him. */
#ifndef APP_BOUNDED_OUTPUT_H
#define APP_BOUNDED_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

enum { BOUNDED_OUTPUT_BYTES = 64 * 1024, BOUNDED_OUTPUT_LINE_BYTES = 8 * 1024 };

/* What is printed to `stream` waits here until the descriptor takes it. When it is full, whole lines are left out, and their number is told
 * in their place. What can no longer be written (the reader went away, the disk is full) is dropped. */
typedef struct BoundedOutput {
    FILE *stream;        /* print here */
    int descriptor;      /* -1 = there is nobody left */
    bool is_own;         /* a second opening of the same pipe or terminal, that does not block */
    bool is_within_line; /* the last byte printed did not end one */
    bool is_leaving_out; /* the line being printed */
    uint64_t left_out;   /* lines, since the last one that was kept */
    size_t used;
    char bytes[BOUNDED_OUTPUT_BYTES];
} BoundedOutput;

/* descriptor  borrowed, and left as it is. STATUS_OUT_OF_MEMORY. The struct must stay where it is; the caller calls bounded_output_close. */
Status bounded_output_open(BoundedOutput *output, int descriptor);

/* Write as much as is taken without waiting. */
void bounded_output_pump(BoundedOutput *output);

/* What to poll for POLLOUT; -1 if nothing waits. */
int bounded_output_wanted(const BoundedOutput *output);

/* Wait until all is written, for as long as it takes (patience_ms < 0); false if a signal came on signal_fd (not taken; -1 = none looked at)
 * or the patience was over before that. */
bool bounded_output_flush(BoundedOutput *output, int signal_fd, int patience_ms);

/* What was not written is lost. */
void bounded_output_close(BoundedOutput *output);

#endif
