#include "app/screen_folders.h"

#include <stdio.h>
#include <string.h>

#include "app/experiment_file.h"
#include "app/user_folders.h"
#include "records/experiment_spec.h"

static void find_view(const char *experiment, char out[PATH_MAX])
{
    static const char FOLDER[] = "views/";
    char name[SPEC_NAME_BYTES + 16];
    snprintf(name, sizeof name, "%s%s.json", FOLDER, experiment);
    for (char *letter = name + strlen(FOLDER); *letter != '\0'; letter++) {
        *letter = *letter == '/' ? '_' : *letter; /* a name is no way out of the folder */
    }
    user_state_path(name, out, PATH_MAX);
}

void screen_folders_find(const char *experiment, ScreenFolders *out)
{
    Problem ignored = {0};
    if (bundled_path("themes", out->bundled_themes, sizeof out->bundled_themes, &ignored) !=
        STATUS_OK) {
        out->bundled_themes[0] = '\0';
    }
    user_config_path("themes", out->user_themes, sizeof out->user_themes);
    user_state_path("history", out->history, sizeof out->history);
    user_config_path("config", out->config, sizeof out->config);
    find_view(experiment, out->view);
}
