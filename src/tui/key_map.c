#include "tui/key_map.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define KEY_ROW(action, group, keys, hint, help) {action, group, keys, hint, help},
static const KeyBinding BINDINGS[] = {KEY_TABLE(KEY_ROW)};
#undef KEY_ROW

#define KEY_ACTION_WORD(action, group, keys, hint, help) [action] = #action,
static const char *const ACTION_WORDS[] = {KEY_TABLE(KEY_ACTION_WORD)};
#undef KEY_ACTION_WORD

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

/* A terminal sends the same byte for Ctrl-I and Tab, for Ctrl-M and Enter, ... */
static UiKey control_key(char letter)
{
    const UiKey code = letter & 31;
    const bool is_letter = (letter >= 'A' && letter <= '_') || (letter >= 'a' && letter <= 'z');
    if (!is_letter || code == 0) {
        return UI_KEY_NONE;
    }
    return code == '\n' ? UI_KEY_ENTER : code == '\b' ? UI_KEY_BACKSPACE : code;
}

UiKey key_map_key(const char *name, size_t size)
{
    int32_t code_point = 0;
    if (size > 0 && text_decode(name, size, &code_point) == size) {
        const bool is_shown = code_point > ' ' && text_code_point_columns(code_point) > 0;
        return is_shown ? code_point : UI_KEY_NONE;
    }
    if (size == 6 && strncmp(name, "Ctrl-", 5) == 0) {
        return control_key(name[5]);
    }
    for (size_t i = 0; i < sizeof KEY_NAMES / sizeof *KEY_NAMES; i++) {
        if (strlen(KEY_NAMES[i].name) == size && strncmp(KEY_NAMES[i].name, name, size) == 0) {
            return KEY_NAMES[i].key;
        }
    }
    return UI_KEY_NONE;
}

void key_map_key_name(UiKey key, char out[KEY_NAMES_BYTES])
{
    out[0] = '\0';
    for (size_t i = 0; i < sizeof KEY_NAMES / sizeof *KEY_NAMES; i++) {
        if (KEY_NAMES[i].key == key) {
            snprintf(out, KEY_NAMES_BYTES, "%s", KEY_NAMES[i].name);
            return;
        }
    }
    if (key > 0 && key < ' ') {
        snprintf(out, KEY_NAMES_BYTES, "Ctrl-%c", (char)(key + '@'));
    } else if (key > ' ' && key < UI_KEY_FIRST_SPECIAL && text_code_point_columns(key) > 0) {
        char glyph[4];
        snprintf(out, KEY_NAMES_BYTES, "%.*s", (int)text_encode(key, glyph), glyph);
    }
}

void key_map_init(KeyMap *map)
{
    map->keys[UI_ACTION_NONE][0] = '\0';
    for (size_t i = 0; i < sizeof BINDINGS / sizeof *BINDINGS; i++) {
        snprintf(map->keys[BINDINGS[i].action], KEY_NAMES_BYTES, "%s", BINDINGS[i].keys);
    }
}

const char *key_map_keys(const KeyMap *map, UiAction action)
{
    /* The rows stand in the order of the actions, which begin behind UI_ACTION_NONE. */
    return action == UI_ACTION_NONE ? ""
           : map != NULL            ? map->keys[action]
                                    : BINDINGS[action - 1].keys;
}

void key_map_first_key(const KeyMap *map, UiAction action, char out[KEY_NAMES_BYTES])
{
    const char *keys = key_map_keys(map, action);
    snprintf(out, KEY_NAMES_BYTES, "%.*s", (int)strcspn(keys, " "), keys);
}

/* Where among `names` the key stands; NULL if it does not. */
static const char *find_name(const char *names, UiKey key)
{
    while (*names != '\0') {
        const size_t size = strcspn(names, " ");
        if (key_map_key(names, size) == key) {
            return names;
        }
        names += size;
        names += strspn(names, " ");
    }
    return NULL;
}

UiAction key_map_action(const KeyMap *map, UiKey key)
{
    if (key == UI_KEY_NONE) {
        return UI_ACTION_NONE;
    }
    for (int action = UI_ACTION_NONE + 1; action < UI_ACTION_COUNT; action++) {
        if (find_name(key_map_keys(map, (UiAction)action), key) != NULL) {
            return (UiAction)action;
        }
    }
    return UI_ACTION_NONE;
}

bool key_map_take(KeyMap *map, UiAction action, UiKey key)
{
    char *keys = map->keys[action];
    const char *found = find_name(keys, key);
    if (found == NULL) {
        return false;
    }
    char *at = keys + (found - keys);
    const char *rest = at + strcspn(at, " ");
    rest += strspn(rest, " ");
    memmove(at, rest, strlen(rest) + 1);
    for (size_t length = strlen(keys); length > 0 && keys[length - 1] == ' '; length--) {
        keys[length - 1] = '\0';
    }
    return true;
}

void key_map_action_name(UiAction action, char out[KEY_ACTION_NAME_BYTES])
{
    static const char PREFIX[] = "UI_ACTION_";
    const char *word = action == UI_ACTION_NONE ? PREFIX : ACTION_WORDS[action];
    snprintf(out, KEY_ACTION_NAME_BYTES, "%s", word + sizeof PREFIX - 1);
    for (char *c = out; *c != '\0'; c++) {
        *c = (char)(*c == '_' ? '-' : *c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    }
}

UiAction key_map_action_named(const char *name, UiAction *nearest)
{
    size_t least = SIZE_MAX;
    for (int action = UI_ACTION_NONE + 1; action < UI_ACTION_COUNT; action++) {
        char one[KEY_ACTION_NAME_BYTES];
        key_map_action_name((UiAction)action, one);
        if (strcmp(one, name) == 0) {
            return (UiAction)action;
        }
        const size_t distance = text_distance(one, name);
        if (distance < least && nearest != NULL) {
            *nearest = (UiAction)action;
            least = distance;
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
