#include "store/export_file.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/whole_file.h"
#include "store/export_csv.h"
#include "store/export_image.h"
#include "store/export_json.h"

typedef struct KindRow {
    const char *ending;
    const char *other;
    const char *words;
} KindRow;

#define KIND_ROW(id, ending, other, what) {ending, other, what},
static const KindRow KINDS[EXPORT_KIND_COUNT] = {EXPORT_KIND_TABLE(KIND_ROW)};
#undef KIND_ROW

Status export_file_kind(const char *path, ExportKind *out, Problem *problem)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    for (int kind = 0; dot != NULL && dot > name && kind < EXPORT_KIND_COUNT; kind++) {
        if (strcasecmp(dot + 1, KINDS[kind].ending) == 0 ||
            strcasecmp(dot + 1, KINDS[kind].other) == 0) {
            *out = (ExportKind)kind;
            return STATUS_OK;
        }
    }
    return problem_describe(
        problem, STATUS_BAD_USAGE,
        "\"%.200s\": the ending says what is written: .csv .json .svg .png (the "
        "chart), .ansi or .txt (the screen)",
        path);
}

const char *export_kind_ending(ExportKind kind)
{
    return KINDS[kind].ending;
}

const char *export_kind_words(ExportKind kind)
{
    return KINDS[kind].words;
}

static Status check_path(const char *path, bool is_replacing, Problem *problem)
{
    struct stat about;
    for (const char *c = path; *c != '\0'; c++) {
        if ((unsigned char)*c < 32 || *c == 127) {
            return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                    "\"%.200s\": a file name must not hold control characters",
                                    path);
        }
    }
    if (lstat(path, &about) != 0) {
        return STATUS_OK; /* free, or opening it will say why not */
    }
    if (S_ISDIR(about.st_mode)) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE, "%s: there is a folder", path);
    }
    if (!is_replacing) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                "%s is there already; nothing was written", path);
    }
    return STATUS_OK;
}

Status export_file_write(const char *path, const char *bytes, size_t size, bool is_replacing,
                         Problem *problem)
{
    WholeFile file;
    TRY(check_path(path, is_replacing, problem));
    TRY(whole_file_open(path, &file, problem));
    const bool is_complete = fwrite(bytes, 1, size, file.stream) == size;
    return whole_file_finish(&file, is_complete, problem);
}

static Status render(ExportKind kind, const ChartFigure *picture, char **bytes, size_t *size,
                     Problem *problem)
{
    Status status = STATUS_BAD_VALUE;
    switch (kind) {
    case EXPORT_SVG:
        return export_image(picture, EXPORT_IMAGE_SVG, bytes, size, problem);
    case EXPORT_PNG:
        return export_image(picture, EXPORT_IMAGE_PNG, bytes, size, problem);
    case EXPORT_CSV:
        status = export_csv(picture, bytes, size);
        break;
    case EXPORT_JSON:
        status = export_json(picture, bytes, size);
        break;
    case EXPORT_ANSI:
    case EXPORT_KIND_COUNT:
        break;
    }
    if (status != STATUS_OK) {
        return problem_describe(problem, status, "%s", status_sentence(status));
    }
    return STATUS_OK;
}

Status export_file_write_chart(const char *path, ExportKind kind, const ChartFigure *picture,
                               bool is_replacing, Problem *problem)
{
    char *bytes = NULL;
    size_t size = 0;
    assert(kind != EXPORT_ANSI);
    /* Before the work: the answer does not depend on it. */
    TRY(check_path(path, is_replacing, problem));
    TRY(render(kind, picture, &bytes, &size, problem));
    const Status status = export_file_write(path, bytes, size, is_replacing, problem);
    free(bytes);
    return status;
}
