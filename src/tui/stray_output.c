#include "tui/stray_output.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

void stray_output_begin(StrayOutput *stray)
{
    int ends[2];
    *stray = (StrayOutput){.saved_stdout = -1, .saved_stderr = -1, .pipe_read = -1};
    fflush(stdout);
    fflush(stderr);
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return;
    }
    /* The writing end must not block either: a worker that prints while the screen is stopped would hang. What does not fit is lost. */
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    stray->saved_stdout = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    stray->saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    stray->pipe_read = ends[0];
    if (stray->saved_stdout >= 0) {
        dup2(ends[1], STDOUT_FILENO);
    }
    if (stray->saved_stderr >= 0) {
        dup2(ends[1], STDERR_FILENO);
    }
    close(ends[1]);
}

bool stray_output_next(StrayOutput *stray)
{
    char byte = '\0';
    while (stray->pipe_read >= 0 && read(stray->pipe_read, &byte, 1) == 1) {
        if (byte != '\n') {
            stray->line[stray->used] = byte;
            stray->used++;
        }
        const bool is_whole = byte == '\n' || stray->used + 1 == STRAY_LINE_BYTES;
        if (is_whole && stray->used > 0) {
            stray->line[stray->used] = '\0';
            stray->used = 0;
            return true;
        }
    }
    return false;
}

static void lead_back(int *saved, int descriptor)
{
    if (*saved >= 0) {
        dup2(*saved, descriptor);
        close(*saved);
        *saved = -1;
    }
}

void stray_output_end(StrayOutput *stray)
{
    fflush(stdout);
    fflush(stderr);
    lead_back(&stray->saved_stdout, STDOUT_FILENO);
    lead_back(&stray->saved_stderr, STDERR_FILENO);
    if (stray->pipe_read >= 0) {
        close(stray->pipe_read);
        stray->pipe_read = -1;
    }
}
