#include "store/run_folders.h"

#include <dirent.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char FINALS[] = "finals.jsonl";

void run_folders_clear(RunFolders *folders)
{
    for (size_t i = 0; i < folders->count; i++) {
        free(folders->paths[i]);
    }
    free(folders->finals);
    *folders = (RunFolders){.count = 0};
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* "folder/name" if that is there; "" if it is not. */
static bool find_inside(const char *folder, const char *name, char out[PATH_MAX])
{
    const int length = snprintf(out, PATH_MAX, "%s/%s", folder, name);
    return length > 0 && length < PATH_MAX && access(out, R_OK) == 0;
}

static bool is_run(const char *path)
{
    char inside[PATH_MAX];
    return find_inside(path, "run.json", inside);
}

static Status out_of_memory(Problem *problem)
{
    return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s",
                            status_sentence(STATUS_OUT_OF_MEMORY));
}

static Status add_run(const char *path, RunFolders *out, Problem *problem)
{
    if (out->count == RUN_FOLDERS_MAX) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "%s is one too many: %d runs can be compared at most", path,
                                RUN_FOLDERS_MAX);
    }
    out->paths[out->count] = strdup(path);
    if (out->paths[out->count] == NULL) {
        return out_of_memory(problem);
    }
    out->count++;
    return STATUS_OK;
}

/* The first one counts. */
static Status set_finals(const char *path, RunFolders *out, Problem *problem)
{
    if (out->finals == NULL) {
        out->finals = strdup(path);
    }
    return out->finals != NULL ? STATUS_OK : out_of_memory(problem);
}

/* The runs in a folder, by name. */
static Status add_inside(const char *folder, RunFolders *out, Problem *problem)
{
    char path[PATH_MAX];
    struct dirent **entries = NULL;
    Status status = STATUS_OK;
    const int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const bool is_hidden = entries[i]->d_name[0] == '.';
        if (status == STATUS_OK && !is_hidden && find_inside(folder, entries[i]->d_name, path) &&
            is_run(path)) {
            status = add_run(path, out, problem);
        }
        free(entries[i]);
    }
    free(entries);
    TRY(status);
    return find_inside(folder, FINALS, path) ? set_finals(path, out, problem) : STATUS_OK;
}

static Status add_path(const char *path, RunFolders *out, Problem *problem)
{
    static const char ENDING[] = ".jsonl";
    const size_t size = strlen(path);
    const size_t before = out->count;
    if (is_run(path)) {
        return add_run(path, out, problem);
    }
    if (is_folder(path)) {
        TRY(add_inside(path, out, problem));
        return out->count > before || out->finals != NULL
                   ? STATUS_OK
                   : problem_describe(problem, STATUS_BAD_USAGE,
                                      "%s holds no run.json: it is neither the record of a run nor "
                                      "a folder of such records",
                                      path);
    }
    if (size >= sizeof ENDING && strcmp(path + size - (sizeof ENDING - 1), ENDING) == 0) {
        return set_finals(path, out, problem);
    }
    return problem_describe(problem, STATUS_BAD_USAGE,
                            "%s is no run directory: one experiment is raced, or recorded runs "
                            "are compared",
                            path);
}

static Status add_word(const char *word, RunFolders *out, Problem *problem)
{
    glob_t found = {0};
    if (access(word, F_OK) == 0) {
        return add_path(word, out, problem);
    }
    if (glob(word, 0, NULL, &found) != 0) {
        globfree(&found);
        return problem_describe(problem, STATUS_BAD_USAGE, "%s: nothing recorded is there", word);
    }
    Status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < found.gl_pathc; i++) {
        status = add_path(found.gl_pathv[i], out, problem);
    }
    globfree(&found);
    return status;
}

/* The table that lies in the folder of the first run. */
static Status find_beside(RunFolders *out, Problem *problem)
{
    char folder[PATH_MAX];
    char path[PATH_MAX];
    if (out->finals != NULL || out->count == 0) {
        return STATUS_OK;
    }
    const int length = snprintf(folder, sizeof folder, "%s/..", out->paths[0]);
    return length < (int)sizeof folder && find_inside(folder, FINALS, path)
               ? set_finals(path, out, problem)
               : STATUS_OK;
}

Status run_folders_find(const char *const *words, size_t count, RunFolders *out, Problem *problem)
{
    Status status = STATUS_OK;
    *out = (RunFolders){.count = 0};
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = add_word(words[i], out, problem);
    }
    if (status == STATUS_OK) {
        status = find_beside(out, problem);
    }
    if (status != STATUS_OK) {
        run_folders_clear(out);
    }
    return status;
}
