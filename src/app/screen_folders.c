#include "app/screen_folders.h"

#include "app/experiment_file.h"
#include "app/user_folders.h"

void screen_folders_find(ScreenFolders *out)
{
    Problem ignored = {0};
    if (bundled_path("themes", out->bundled_themes, sizeof out->bundled_themes, &ignored) !=
        STATUS_OK) {
        out->bundled_themes[0] = '\0';
    }
    user_config_path("themes", out->user_themes, sizeof out->user_themes);
    user_state_path("history", out->history, sizeof out->history);
    user_config_path("config", out->config, sizeof out->config);
}
