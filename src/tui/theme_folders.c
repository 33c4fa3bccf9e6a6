#include "tui/theme_folders.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static const char SUFFIX[] = ".theme";

static const char *const BUNDLED[] = {"default",      "light",         "mono",
                                      "colour-blind", "high-contrast", "console"};
enum { BUNDLED_COUNT = sizeof BUNDLED / sizeof *BUNDLED, PROBLEM_NAMES_BYTES = 300 };

static bool has_name(const ThemeList *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Names that could not be typed or shown as they are do not count. */
static void add_name(ThemeList *list, const char *name, size_t size)
{
    char given[THEME_NAME_BYTES];
    char clean[THEME_NAME_BYTES];
    if (size == 0 || size >= THEME_NAME_BYTES || list->count == THEME_LIST_MAX) {
        return;
    }
    snprintf(given, sizeof given, "%.*s", (int)size, name);
    text_clean(given, clean, sizeof clean, INT_MAX);
    if (strcmp(given, clean) == 0 && strchr(given, ' ') == NULL && !has_name(list, given)) {
        memcpy(list->names[list->count], given, sizeof given);
        list->count++;
    }
}

static void add_folder(ThemeList *list, const char *folder)
{
    DIR *directory = opendir(folder);
    if (directory == NULL) {
        return;
    }
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        const size_t size = strlen(entry->d_name);
        if (entry->d_name[0] != '.' && size > sizeof SUFFIX - 1 &&
            strcmp(entry->d_name + size - (sizeof SUFFIX - 1), SUFFIX) == 0) {
            add_name(list, entry->d_name, size - (sizeof SUFFIX - 1));
        }
    }
    closedir(directory);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

void theme_folders_list(const char *const *folders, ThemeList *list)
{
    *list = (ThemeList){0};
    for (size_t i = 0; i < BUNDLED_COUNT; i++) {
        add_name(list, BUNDLED[i], strlen(BUNDLED[i]));
    }
    for (size_t i = 0; i < THEME_FOLDERS_MAX && folders[i] != NULL; i++) {
        add_folder(list, folders[i]);
    }
    qsort(list->names + BUNDLED_COUNT, list->count - BUNDLED_COUNT, sizeof *list->names,
          compare_names);
    for (size_t i = 0; i < list->count; i++) {
        list->pointers[i] = list->names[i];
    }
}

/* False if no folder has it. */
static bool find_file(const char *const *folders, const char *name, char path[PATH_MAX])
{
    if (strchr(name, '/') != NULL) {
        return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX;
    }
    for (size_t i = 0; i < THEME_FOLDERS_MAX && folders[i] != NULL; i++) {
        const int length = snprintf(path, PATH_MAX, "%s/%s%s", folders[i], name, SUFFIX);
        if (length < PATH_MAX && access(path, R_OK) == 0) {
            return true;
        }
    }
    return false;
}

static Status say_none(const char *const *folders, const char *name, Problem *problem)
{
    ThemeList list;
    char names[PROBLEM_NAMES_BYTES] = "";
    theme_folders_list(folders, &list);
    for (size_t i = 0; i < list.count; i++) {
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s, ", list.names[i]);
    }
    return problem_describe(problem, STATUS_FILE_UNREADABLE,
                            "no theme \"%.60s\"; there are %sor a path", name, names);
}

Status theme_folders_load(const char *const *folders, const char *name, Theme *theme,
                          Problem *problem)
{
    char path[PATH_MAX];
    if (find_file(folders, name, path)) {
        return theme_load(path, theme, problem);
    }
    if (strcmp(name, BUNDLED[0]) != 0) {
        return say_none(folders, name, problem);
    }
    *theme = theme_default();
    return STATUS_OK;
}
