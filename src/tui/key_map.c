#include "tui/key_map.h"

#include <stdbool.h>
#include <string.h>

#define KEY_ROW(action, group, keys, hint, help) {action, group, keys, hint, help},
static const KeyBinding BINDINGS[] = {KEY_TABLE(KEY_ROW)};
#undef KEY_ROW

typedef struct KeyName {
    const char *name;
    UiKey key;
} KeyName;

static const KeyName KEY_NAMES[] = {
    {"S-Left", UI_KEY_SHIFT_LEFT},
    {"S-Right", UI_KEY_SHIFT_RIGHT},
    {"Space", ' '},
    {"Tab", UI_KEY_TAB},
    {"S-Tab", UI_KEY_BACK_TAB},
    {"Enter", UI_KEY_ENTER},
    {"Esc", UI_KEY_ESCAPE},
    {"Up", UI_KEY_UP},
    {"Down", UI_KEY_DOWN},
    {"Left", UI_KEY_LEFT},
    {"Right", UI_KEY_RIGHT},
    {"Home", UI_KEY_HOME},
    {"End", UI_KEY_END},
    {"PgUp", UI_KEY_PAGE_UP},
    {"Del", UI_KEY_DELETE},
    {"PgDn", UI_KEY_PAGE_DOWN},
    {"Backspace", UI_KEY_BACKSPACE},
    {"F1", UI_KEY_F1},
    {"F2", UI_KEY_F1 + 1},
    {"F3", UI_KEY_F1 + 2},
    {"F4", UI_KEY_F1 + 3},
    {"F5", UI_KEY_F1 + 4},
    {"F6", UI_KEY_F1 + 5},
    {"F7", UI_KEY_F1 + 6},
    {"F8", UI_KEY_F1 + 7},
    {"F9", UI_KEY_F1 + 8},
    {"F10", UI_KEY_F1 + 9},
    {"F11", UI_KEY_F1 + 10},
    {"F12", UI_KEY_F12},
};

const KeyBinding *key_map_bindings(size_t *count)
{
    *count = sizeof BINDINGS / sizeof *BINDINGS;
    return BINDINGS;
}

UiKey key_map_key(const char *name, size_t size)
{
    if (size == 1) {
        return (UiKey)(unsigned char)name[0];
    }
    if (size == 6 && strncmp(name, "Ctrl-", 5) == 0) {
        return (UiKey)(name[5] & 31);
    }
    for (size_t i = 0; i < sizeof KEY_NAMES / sizeof *KEY_NAMES; i++) {
        if (strlen(KEY_NAMES[i].name) == size && strncmp(KEY_NAMES[i].name, name, size) == 0) {
            return KEY_NAMES[i].key;
        }
    }
    return UI_KEY_NONE;
}

static bool names_hold(const char *names, UiKey key)
{
    while (*names != '\0') {
        const size_t size = strcspn(names, " ");
        if (key_map_key(names, size) == key) {
            return true;
        }
        names += size;
        names += strspn(names, " ");
    }
    return false;
}

UiAction key_map_action(UiKey key)
{
    if (key == UI_KEY_NONE) {
        return UI_ACTION_NONE;
    }
    for (size_t i = 0; i < sizeof BINDINGS / sizeof *BINDINGS; i++) {
        if (names_hold(BINDINGS[i].keys, key)) {
            return BINDINGS[i].action;
        }
    }
    return UI_ACTION_NONE;
}

const char *key_map_group_title(KeyGroup group)
{
    switch (group) {
    case KEY_GROUP_RUN:
        return "The race";
    case KEY_GROUP_KNOBS:
        return "Knobs";
    case KEY_GROUP_CHARTS:
        return "Charts and pages";
    case KEY_GROUP_SCREEN:
        return "Screen";
    case KEY_GROUP_COUNT:
        break;
    }
    return "";
}
