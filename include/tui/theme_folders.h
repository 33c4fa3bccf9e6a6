/* tui/theme_folders.h -- themes by name: those that come with the program, and the user's own. */
#ifndef TUI_THEME_FOLDERS_H
#define TUI_THEME_FOLDERS_H

#include <stddef.h>

#include "base/problem.h"
#include "tui/theme.h"

enum { THEME_LIST_MAX = 40, THEME_FOLDERS_MAX = 3 };

/* Names of themes; pointers[count] is NULL. Does not move once it is filled. */
typedef struct ThemeList {
    char names[THEME_LIST_MAX][THEME_NAME_BYTES];
    const char *pointers[THEME_LIST_MAX + 1];
    size_t count;
} ThemeList;

/* Those that come with the program, in their order, then every other NAME.theme in `folders` (NULL-ended, at most THEME_FOLDERS_MAX; a folder that is not there is none),
 * by name. */
void theme_folders_list(const char *const *folders, ThemeList *list);

/* Load a theme: `name` itself if it is a path (holds a '/'), else NAME.theme from the first folder that has it; "default" never needs a file.
 * STATUS_FILE_UNREADABLE: there is none, the problem names those there are; STATUS_BAD_FORMAT as theme_load. *theme is then untouched. */
Status theme_folders_load(const char *const *folders, const char *name, Theme *theme,
                          Problem *problem);

#endif
