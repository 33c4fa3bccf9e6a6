#include "app/keys_command.h"

#include <limits.h>
#include <stdio.h>

#include "app/complaint.h"
#include "app/user_folders.h"
#include "tui/user_config.h"

static void print_as_config(const KeyMap *keys, const KeyBinding *bindings, size_t count)
{
    for (int group = 0; group < KEY_GROUP_COUNT; group++) {
        printf("%s# %s\n", group > 0 ? "\n" : "", key_map_group_title((KeyGroup)group));
        for (size_t i = 0; i < count; i++) {
            char name[KEY_ACTION_NAME_BYTES];
            const UiAction action = bindings[i].action;
            /* These two cannot be changed, so a file that holds them would be told so. */
            const bool is_fixed = action == UI_ACTION_INTERRUPT || action == UI_ACTION_ZOOM_OUT;
            if ((int)bindings[i].group != group) {
                continue;
            }
            key_map_action_name(action, name);
            const char *names = key_map_keys(keys, action);
            printf("# %s\n%skey %s = %s\n", bindings[i].help, is_fixed ? "# always: " : "", name,
                   names[0] != '\0' ? names : "none");
        }
    }
}

/* A bar would end the column. */
static void print_cell(const char *text)
{
    for (; *text != '\0'; text++) {
        printf("%s%c", *text == '|' ? "\\" : "", *text);
    }
}

static void print_as_markdown(const KeyBinding *bindings, size_t count)
{
    puts("| keys | action | what it does |\n|---|---|---|");
    for (size_t i = 0; i < count; i++) {
        char name[KEY_ACTION_NAME_BYTES];
        key_map_action_name(bindings[i].action, name);
        printf("| `%s` | `%s` | ", bindings[i].keys, name);
        print_cell(bindings[i].help);
        puts(" |");
    }
}

int keys_main(const CommandLine *line)
{
    size_t count = 0;
    char path[PATH_MAX];
    UserConfig config;
    const KeyBinding *bindings = key_map_bindings(&count);
    if (line->is_markdown) {
        print_as_markdown(bindings, count);
        return 0;
    }
    user_config_path("config", path, sizeof path);
    user_config_read(path, &config);
    for (size_t i = 0; i < config.mistake_count && i < USER_CONFIG_NOTICES_MAX; i++) {
        complain(&config.notices[i]);
    }
    print_as_config(&config.keys, bindings, count);
    return 0;
}
