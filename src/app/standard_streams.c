#include "app/standard_streams.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void standard_streams_hold(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) < 0 && errno == EBADF) {
            /* open() takes the lowest free number, which is this one. The wrong way round, so that use is an error. */
            (void)open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

/* As `| head` does. */
static bool has_reader_left(void)
{
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

Status standard_streams_finish(Problem *problem)
{
    errno = 0;
    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return STATUS_OK;
    }
    const int reason = errno; /* 0: it was an earlier write that failed */
    if (has_reader_left()) {
        return STATUS_OK;
    }
    return problem_describe(
        problem, STATUS_FILE_UNWRITABLE, "not all could be written to the standard output%s%s",
        reason != 0 ? ": " : "; is the disk full?", reason != 0 ? strerror(reason) : "");
}
