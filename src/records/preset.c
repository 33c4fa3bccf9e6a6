#include "records/preset.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "records/spec_keys.h"
#include "records/spec_place.h"
#include "records/spec_rules.h"

enum { PRESET_FILE_BYTES_MAX = 1024 * 1024 };

static const char SUFFIX[] = ".json";
static const size_t SUFFIX_BYTES = sizeof SUFFIX - 1;

static bool has_suffix(const char *file)
{
    const size_t length = strlen(file);
    return length > SUFFIX_BYTES && strcmp(file + length - SUFFIX_BYTES, SUFFIX) == 0;
}

static Status read_name(const char *path, char name[SPEC_NAME_BYTES], Problem *problem)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash != NULL ? slash + 1 : path;
    const size_t length = strlen(file) - (has_suffix(file) ? SUFFIX_BYTES : 0);
    char raw[SPEC_NAME_BYTES] = "";
    if (length < sizeof raw) {
        memcpy(raw, file, length);
        text_clean(raw, name, SPEC_NAME_BYTES, INT_MAX);
    }
    if (length == 0 || length >= sizeof raw || strcmp(raw, name) != 0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: a preset is called as its file, in at most %d bytes of text; "
                                "rename the file",
                                path, SPEC_NAME_BYTES - 1);
    }
    return STATUS_OK;
}

static Status read_key(const SpecPlace *root, const Json *child, Preset *preset)
{
    const char *key = json_key(child);
    const SpecPlace place = spec_place_member(root, key);
    if (key[0] == '_') {
        return STATUS_OK;
    }
    if (strcmp(key, "about") == 0) {
        return spec_text_read(&place, child, preset->about, sizeof preset->about);
    }
    if (strcmp(key, "lanes") == 0) {
        return spec_lanes_read(&place, child, preset->lanes, &preset->lane_count);
    }
    return spec_place_refuse(&place, "a preset has no such key; it has: about, lanes");
}

static Status read_document(const Json *document, const SpecSource *source, Preset *preset)
{
    if (!json_is_object(document)) {
        return problem_describe(source->problem, STATUS_BAD_FORMAT,
                                "%s: a preset is an object: { \"lanes\": [ ... ] }", source->name);
    }
    const SpecPlace root = spec_place_root(source);
    for (const Json *child = json_first(document); child != NULL; child = json_next(child)) {
        TRY(read_key(&root, child, preset));
    }
    return spec_rules_check_lanes(preset->lanes, preset->lane_count, source);
}

Status preset_read(const char *path, Preset *preset, Problem *problem)
{
    Preset loaded = {0};
    char *text = NULL;
    size_t size = 0;
    Json *document = NULL;
    TRY(read_name(path, loaded.name, problem));
    TRY(json_read_text(path, PRESET_FILE_BYTES_MAX, &text, &size, problem));
    const SpecSource source = {
        .name = path, .text = text, .size = size, .folder = "", .problem = problem};
    Status status = json_parse(text, size, path, &document, problem);
    if (status == STATUS_OK) {
        status = read_document(document, &source, &loaded);
    }
    if (status == STATUS_OK) {
        *preset = loaded;
    }
    json_destroy(document);
    free(text);
    return status;
}

static int is_preset_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && has_suffix(entry->d_name);
}

/* Read one file behind the others; only a lack of memory ends the reading of the folder. */
static Status append_file(const char *folder, const char *file, PresetList *list, Problem *first)
{
    char *path = NULL;
    Problem problem = {0};
    if (asprintf(&path, "%s/%s", folder, file) < 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    const Status status = preset_read(path, &list->presets[list->count], &problem);
    free(path);
    if (status == STATUS_OK) {
        list->count++;
    } else if (first->status == STATUS_OK) {
        *first = problem;
    }
    return status == STATUS_OUT_OF_MEMORY ? status : STATUS_OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const Preset *)a)->name, ((const Preset *)b)->name);
}

static Status read_files(const char *folder, struct dirent **files, size_t file_count,
                         PresetList *list, Problem *first)
{
    if (file_count == 0) {
        return STATUS_OK;
    }
    list->presets = calloc(file_count, sizeof *list->presets);
    if (list->presets == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < file_count; i++) {
        TRY(append_file(folder, files[i]->d_name, list, first));
    }
    qsort(list->presets, list->count, sizeof *list->presets, compare_names);
    return STATUS_OK;
}

Status preset_list_read(const char *folder, PresetList *list, Problem *problem)
{
    struct dirent **files = NULL;
    PresetList loaded = {0};
    Problem first = {0};
    Status status = STATUS_OK;
    /* In a settled order, so that the first problem is always the same one. */
    const int file_count = scandir(folder, &files, is_preset_file, alphasort);
    if (file_count < 0 && errno == ENOMEM) {
        status = STATUS_OUT_OF_MEMORY;
    } else if (file_count < 0 && errno != ENOENT) {
        problem_describe(&first, STATUS_FILE_UNREADABLE, "%s: %s", folder, strerror(errno));
    } else if (file_count > 0) {
        status = read_files(folder, files, (size_t)file_count, &loaded, &first);
    }
    for (int i = 0; i < file_count; i++) {
        free(files[i]);
    }
    free(files);
    if (problem != NULL) {
        *problem = first;
    }
    if (status != STATUS_OK) {
        preset_list_clear(&loaded);
        return problem_describe(problem, status, "%s: %s", folder, status_sentence(status));
    }
    if (loaded.count == 0) {
        preset_list_clear(&loaded);
    }
    *list = loaded;
    return STATUS_OK;
}

void preset_list_clear(PresetList *list)
{
    free(list->presets);
    *list = (PresetList){0};
}
