#include "app/bounded_output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { NOTE_BYTES = 80, PIECE_BYTES = 4096 }; /* PIPE_BUF: what poll promises to be taken */

static void keep(BoundedOutput *output, const char *bytes, size_t size)
{
    const size_t room = sizeof output->bytes - output->used;
    const size_t kept = size < room ? size : room;
    memcpy(output->bytes + output->used, bytes, kept);
    output->used += kept;
}

static void tell_left_out(BoundedOutput *output)
{
    char note[NOTE_BYTES];
    if (output->left_out > 0) {
        const int length = snprintf(note, sizeof note,
                                    "[%" PRIu64 " %s left out: nobody read; the record has all]\n",
                                    output->left_out, output->left_out == 1 ? "line" : "lines");
        output->left_out = 0;
        keep(output, note, length > 0 ? (size_t)length : 0);
    }
}

/* A line is begun only if a long one, and the note, find room. */
static void begin_line(BoundedOutput *output)
{
    const size_t room = sizeof output->bytes - output->used;
    output->is_leaving_out = room < BOUNDED_OUTPUT_LINE_BYTES + NOTE_BYTES;
    if (output->is_leaving_out) {
        output->left_out++;
    } else {
        tell_left_out(output);
    }
}

static ssize_t take_printed(void *context, const char *bytes, size_t size)
{
    BoundedOutput *output = context;
    for (size_t used = 0; used < size;) {
        const char *newline = memchr(bytes + used, '\n', size - used);
        const size_t end = newline != NULL ? (size_t)(newline - bytes) + 1 : size;
        if (!output->is_within_line) {
            begin_line(output);
        }
        if (!output->is_leaving_out) {
            keep(output, bytes + used, end - used);
        }
        output->is_within_line = newline == NULL;
        used = end;
    }
    return (ssize_t)size;
}

/* O_NONBLOCK belongs to an opening, not to a descriptor: set on ours it would be set for everybody who shares it, the shell included.
 * So a pipe or terminal is opened anew; a file never blocks. Where that is not to be had, poll has to be believed. */
static void open_again(BoundedOutput *output, int descriptor)
{
    char path[64];
    struct stat about;
    output->descriptor = descriptor;
    if (fstat(descriptor, &about) != 0 || !(S_ISFIFO(about.st_mode) || S_ISCHR(about.st_mode))) {
        return;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    const int again = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (again >= 0) {
        output->descriptor = again;
        output->is_own = true;
    }
}

Status bounded_output_open(BoundedOutput *output, int descriptor)
{
    const cookie_io_functions_t functions = {.write = take_printed};
    memset(output, 0, sizeof *output);
    output->stream = fopencookie(output, "w", functions);
    if (output->stream == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    open_again(output, descriptor);
    return STATUS_OK;
}

/* False when it takes no more just now, or for ever. */
static bool write_piece(BoundedOutput *output)
{
    struct pollfd ready = {.fd = output->descriptor, .events = POLLOUT};
    const size_t size = output->used < PIECE_BYTES ? output->used : PIECE_BYTES;
    if (!output->is_own && poll(&ready, 1, 0) <= 0) {
        return false;
    }
    const ssize_t written = write(output->descriptor, output->bytes, size);
    if (written > 0) {
        output->used -= (size_t)written;
        memmove(output->bytes, output->bytes + written, output->used);
        return true;
    }
    if (written < 0 && errno != EAGAIN && errno != EINTR) {
        output->used = 0;
        output->left_out = 0;
        if (output->is_own) {
            close(output->descriptor);
            output->is_own = false;
        }
        output->descriptor = -1;
    }
    return false;
}

void bounded_output_pump(BoundedOutput *output)
{
    fflush(output->stream);
    if (output->descriptor < 0) {
        output->used = 0;
    }
    while (output->used > 0 && write_piece(output)) {
    }
    if (output->used == 0 && !output->is_within_line && output->descriptor >= 0) {
        tell_left_out(output); /* no line came after those */
    }
}

int bounded_output_wanted(const BoundedOutput *output)
{
    return output->used > 0 ? output->descriptor : -1;
}

bool bounded_output_flush(BoundedOutput *output, int signal_fd, int patience_ms)
{
    struct pollfd events[2] = {{.events = POLLOUT}, {.fd = signal_fd, .events = POLLIN}};
    for (;;) {
        bounded_output_pump(output);
        events[0].fd = bounded_output_wanted(output);
        if (events[0].fd < 0) {
            return true;
        }
        const int ready = poll(events, 2, patience_ms);
        if (ready == 0 || (events[1].revents & POLLIN) != 0) {
            return false;
        }
    }
}

void bounded_output_close(BoundedOutput *output)
{
    fclose(output->stream);
    if (output->is_own) {
        close(output->descriptor);
    }
}
