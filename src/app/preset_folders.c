#include "app/preset_folders.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/experiment_file.h"

static size_t place_of(const PresetList *list, const char *name)
{
    size_t place = 0;
    while (place < list->count && strcmp(list->presets[place].name, name) != 0) {
        place++;
    }
    return place;
}

/* `more` is put into *list, which has room for it. */
static void put_in(PresetList *list, const PresetList *more)
{
    for (size_t i = 0; i < more->count; i++) {
        const size_t place = place_of(list, more->presets[i].name);
        list->presets[place] = more->presets[i];
        list->count += place == list->count ? 1 : 0;
    }
}

/* Append `more` to *list. */
static Status join(PresetList *list, const PresetList *more)
{
    if (more->count == 0) {
        return STATUS_OK;
    }
    Preset *presets = realloc(list->presets, (list->count + more->count) * sizeof *list->presets);
    if (presets == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    list->presets = presets;
    put_in(list, more);
    return STATUS_OK;
}

Status preset_folders_join(const char *bundled, const char *own, PresetList *list, Problem *problem)
{
    const char *const folders[] = {bundled, own};
    PresetList all = {0};
    Status status = STATUS_OK;
    *problem = (Problem){0};
    *list = (PresetList){0};
    for (size_t i = 0; i < sizeof folders / sizeof *folders && status == STATUS_OK; i++) {
        PresetList one = {0};
        Problem mistake = {0};
        if (folders[i] == NULL) {
            continue;
        }
        status = preset_list_read(folders[i], &one, &mistake);
        if (status == STATUS_OK) {
            status = join(&all, &one);
        }
        if (problem->status == STATUS_OK && mistake.status != STATUS_OK) {
            *problem = mistake;
        }
        preset_list_clear(&one);
    }
    if (status != STATUS_OK) {
        preset_list_clear(&all);
        return status;
    }
    *list = all;
    return STATUS_OK;
}

/* "<folder of the experiment>/../presets", as a person wants to read it; false if there is none. */
static bool folder_beside(const char *experiment, char out[PATH_MAX])
{
    char file[PATH_MAX];
    char folder[PATH_MAX + 16];
    if (realpath(experiment, file) == NULL) {
        return false;
    }
    char *slash = strrchr(file, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
    snprintf(folder, sizeof folder, "%s/../presets", file);
    return realpath(folder, out) != NULL;
}

Status preset_folders_read(const char *experiment, PresetList *list, Problem *problem)
{
    char bundled[PATH_MAX];
    char own[PATH_MAX];
    Problem ignored;
    const bool is_bundled =
        bundled_path("sample-runs/presets", bundled, sizeof bundled, &ignored) == STATUS_OK;
    const bool has_own = experiment != NULL && folder_beside(experiment, own);
    const bool is_same = is_bundled && has_own && strcmp(bundled, own) == 0;
    return preset_folders_join(is_bundled ? bundled : NULL, has_own && !is_same ? own : NULL, list,
                               problem);
}
