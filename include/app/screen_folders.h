/* app/screen_folders.h -- where the screen finds its themes, the user's choices and the history of its command line. */
#ifndef APP_SCREEN_FOLDERS_H
#define APP_SCREEN_FOLDERS_H

#include <limits.h>

/* "" = there is none. */
typedef struct ScreenFolders {
    char bundled_themes[PATH_MAX];
    char user_themes[PATH_MAX];
    char history[PATH_MAX];
    char config[PATH_MAX];
    char view
        [PATH_MAX]; /* what was last chosen to see of the experiment, in a race or a record of it */
} ScreenFolders;

void screen_folders_find(const char *experiment, ScreenFolders *out);

#endif
