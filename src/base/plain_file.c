#include "base/plain_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static Status unreadable(const char *path, int reason, Problem *problem)
{
    const char *sentence = strerrordesc_np(reason);
    problem_describe(problem, STATUS_FILE_UNREADABLE, "%s cannot be read: %s", path,
                     sentence != NULL ? sentence : "unknown error");
    errno = reason;
    return STATUS_FILE_UNREADABLE;
}

Status plain_file_open(const char *path, FILE **out, Problem *problem)
{
    *out = NULL;
    /* O_NONBLOCK: opening a named pipe would wait for a writer that never comes. */
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return unreadable(path, errno, problem);
    }
    struct stat about;
    if (fstat(descriptor, &about) == 0 && !S_ISREG(about.st_mode)) {
        close(descriptor);
        problem_describe(problem, STATUS_FILE_UNREADABLE, "%s is not a file", path);
        errno = EINVAL;
        return STATUS_FILE_UNREADABLE;
    }
    *out = fdopen(descriptor, "r");
    if (*out == NULL) {
        const int reason = errno;
        close(descriptor);
        return unreadable(path, reason, problem);
    }
    return STATUS_OK;
}
