#include "base/whole_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char BESIDE[] = ".tmp";

static void forget(WholeFile *file)
{
    free(file->path);
    free(file->beside);
    memset(file, 0, sizeof *file);
}

Status whole_file_open(const char *path, WholeFile *file, Problem *problem)
{
    memset(file, 0, sizeof *file);
    file->path = strdup(path);
    if (asprintf(&file->beside, "%s%s", path, BESIDE) < 0) {
        file->beside = NULL;
    }
    if (file->path == NULL || file->beside == NULL) {
        forget(file);
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s: not enough memory to write it",
                                path);
    }
    file->stream = fopen(file->beside, "wbe");
    if (file->stream == NULL) {
        const int reason = errno;
        forget(file);
        return problem_describe(problem, STATUS_FILE_UNWRITABLE, "%s: %s", path, strerror(reason));
    }
    return STATUS_OK;
}

/* The rename itself must reach the disk too. A file system that cannot do that is no failure of ours. */
static void sync_folder_of(char *path)
{
    char *const slash = strrchr(path, '/');
    if (slash != NULL) {
        slash[slash == path ? 1 : 0] = '\0';
    }
    const int folder = open(slash == NULL ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        (void)fsync(folder);
        close(folder);
    }
}

Status whole_file_finish(WholeFile *file, bool is_complete, Problem *problem)
{
    assert(file->beside != NULL);
    int reason = is_complete ? 0 : errno != 0 ? errno : EIO;
    if (reason == 0 && (fflush(file->stream) != 0 || fsync(fileno(file->stream)) != 0)) {
        reason = errno;
    }
    if (fclose(file->stream) != 0 && reason == 0) {
        reason = errno;
    }
    if (is_complete && reason == 0 && rename(file->beside, file->path) != 0) {
        reason = errno;
    }
    Status status = STATUS_OK;
    if (!is_complete || reason != 0) {
        unlink(file->beside);
        status = problem_describe(problem, STATUS_FILE_UNWRITABLE, "%s: %s", file->path,
                                  strerror(reason));
    } else {
        sync_folder_of(file->path);
    }
    forget(file);
    return status;
}

void whole_file_forget_attempt(const char *path)
{
    char beside[PATH_MAX];
    const int length = snprintf(beside, sizeof beside, "%s%s", path, BESIDE);
    if (length > 0 && (size_t)length < sizeof beside) {
        unlink(beside);
    }
}

Status whole_file_write(const char *path, const char *text, Problem *problem)
{
    WholeFile file;
    TRY(whole_file_open(path, &file, problem));
    const bool is_complete = fputs(text, file.stream) >= 0 && fputc('\n', file.stream) != EOF;
    return whole_file_finish(&file, is_complete, problem);
}
