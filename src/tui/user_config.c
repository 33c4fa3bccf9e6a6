#include "tui/user_config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "tui/view_state.h"

enum { LINE_BYTES = 512, SHOWN_BYTES = 40, FILE_BYTES_MAX = 1 << 16 };

static const char BLANKS[] = " \t";

typedef struct Reading {
    UserConfig *config;
    int line;
    bool is_given[UI_ACTION_COUNT]; /* the file has told its keys */
} Reading;

static void tell(Reading *reading, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Take note of a mistake; the first ones with their words. */
static void tell(Reading *reading, const char *format, ...)
{
    UserConfig *config = reading->config;
    char text[PROBLEM_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (config->mistake_count < USER_CONFIG_NOTICES_MAX) {
        Problem *notice = &config->notices[config->mistake_count];
        if (reading->line > 0) {
            problem_describe(notice, STATUS_BAD_FORMAT, "%.300s:%d: %s", config->path,
                             reading->line, text);
        } else {
            problem_describe(notice, STATUS_BAD_FORMAT, "%.300s: %s", config->path, text);
        }
    }
    config->mistake_count++;
}

static char *trimmed(char *text)
{
    text += strspn(text, BLANKS);
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) {
        length--;
    }
    text[length] = '\0';
    return text;
}

/* -- keys ---------------------------------------------------------------------------------------------------- */

static void tell_unknown_action(Reading *reading, const char *name, UiAction nearest)
{
    char word[KEY_ACTION_NAME_BYTES];
    key_map_action_name(nearest, word);
    tell(reading, "there is no action \"%.*s\"; did you mean %s? (tramlab keys lists them)",
         SHOWN_BYTES, name, word);
}

/* May this word name a key of `action`? Says why not. */
static bool is_free_key(Reading *reading, UiAction action, const char *word)
{
    const UiKey key = key_map_key(word, strlen(word));
    if (key == UI_KEY_NONE) {
        tell(reading, "there is no key \"%.*s\"; write it as q, Ctrl-L, F5, Space, S-Tab, PgUp ...",
             SHOWN_BYTES, word);
        return false;
    }
    const UiAction fixed = key == UI_KEY_CTRL_C   ? UI_ACTION_INTERRUPT
                           : key == UI_KEY_ESCAPE ? UI_ACTION_ZOOM_OUT
                                                  : action;
    if (fixed != action) {
        tell(reading, "%s keeps its meaning, so that there is always a way out", word);
        return false;
    }
    for (int other = UI_ACTION_NONE + 1; other < UI_ACTION_COUNT; other++) {
        char name[KEY_ACTION_NAME_BYTES];
        KeyMap *map = &reading->config->keys;
        if ((UiAction)other == action) {
            continue;
        }
        key_map_action_name((UiAction)other, name);
        KeyMap before = *map;
        if (!key_map_take(map, (UiAction)other, key)) {
            continue;
        }
        if (reading->is_given[other]) {
            *map = before;
            tell(reading, "%s is given to %s already", word, name);
            return false;
        }
    }
    return true;
}

/* The keys of one action, word by word; those with a mistake are left out. Without a good one, those of before stay. */
static void read_keys(Reading *reading, UiAction action, char *words)
{
    KeyMap *map = &reading->config->keys;
    char keys[KEY_NAMES_BYTES] = "";
    char before[KEY_NAMES_BYTES];
    char *rest = NULL;
    memcpy(before, map->keys[action], sizeof before);
    map->keys[action][0] = '\0';
    reading->is_given[action] = true;
    for (char *word = strtok_r(words, BLANKS, &rest); word != NULL;
         word = strtok_r(NULL, BLANKS, &rest)) {
        const size_t used = strlen(keys);
        if (used + strlen(word) + 2 > sizeof keys) {
            tell(reading, "too many keys for one action");
            break;
        }
        const bool is_new = key_map_action(map, key_map_key(word, strlen(word))) != action;
        if (is_new && is_free_key(reading, action, word)) {
            snprintf(keys + used, sizeof keys - used, "%s%s", used > 0 ? " " : "", word);
            memcpy(map->keys[action], keys, sizeof keys);
        }
    }
    if (keys[0] == '\0') {
        memcpy(map->keys[action], before, sizeof before);
    } else {
        reading->config->key_lines++;
    }
}

/* "key ACTION = KEYS": `name` is what follows the word key. */
static void take_keys(Reading *reading, const char *name, char *value)
{
    UiAction nearest = UI_ACTION_NONE;
    const UiAction action = key_map_action_named(name, &nearest);
    if (action == UI_ACTION_NONE) {
        tell_unknown_action(reading, name, nearest);
    } else if (action == UI_ACTION_INTERRUPT || action == UI_ACTION_ZOOM_OUT) {
        tell(reading, "%s keeps its keys, so that there is always a way out", name);
    } else if (reading->is_given[action]) {
        tell(reading, "the keys of %s were told in a line before", name);
    } else if (strcmp(value, "none") == 0) {
        reading->is_given[action] = true;
        reading->config->keys.keys[action][0] = '\0';
        reading->config->key_lines++;
    } else {
        read_keys(reading, action, value);
    }
}

/* An action whose keys all went to others, though the file did not ask for that. */
static void tell_keyless(Reading *reading)
{
    reading->line = 0;
    for (int action = UI_ACTION_NONE + 1; action < UI_ACTION_COUNT; action++) {
        if (!reading->is_given[action] && reading->config->keys.keys[action][0] == '\0') {
            char name[KEY_ACTION_NAME_BYTES];
            key_map_action_name((UiAction)action, name);
            tell(reading, "%s has no key left; give it one, or say: key %s = none", name, name);
        }
    }
}

/* -- settings ------------------------------------------------------------------------------------------------ */

static void take_theme(Reading *reading, const char *value)
{
    snprintf(reading->config->theme, sizeof reading->config->theme, "%s", value);
}

static void take_choice(Reading *reading, const char *value, UserChoice *choice)
{
    if (strcmp(value, "on") == 0) {
        *choice = USER_CHOICE_ON;
    } else if (strcmp(value, "off") == 0) {
        *choice = USER_CHOICE_OFF;
    } else {
        tell(reading, "expected on or off, found \"%.*s\"", SHOWN_BYTES, value);
    }
}

static void take_mouse(Reading *reading, const char *value)
{
    take_choice(reading, value, &reading->config->mouse);
}

static void take_low(Reading *reading, const char *value)
{
    take_choice(reading, value, &reading->config->low);
}

static void take_pause(Reading *reading, const char *value)
{
    take_choice(reading, value, &reading->config->pause_on_divergence);
}

static void take_glyphs(Reading *reading, const char *value)
{
    for (int level = 0; level < GLYPH_LEVEL_COUNT; level++) {
        if (strcmp(value, view_state_glyphs_name((GlyphLevel)level)) == 0) {
            reading->config->glyphs = (GlyphLevel)level;
            reading->config->has_glyphs = true;
            return;
        }
    }
    tell(reading, "expected braille, block or ascii, found \"%.*s\"", SHOWN_BYTES, value);
}

static void take_frames(Reading *reading, const char *value)
{
    uint64_t frames = 0;
    if (text_parse_u64(value, &frames) && (frames == 10 || frames == 5 || frames == 2)) {
        reading->config->frames_a_second = (int)frames;
    } else {
        tell(reading, "expected 10, 5 or 2 frames a second, found \"%.*s\"", SHOWN_BYTES, value);
    }
}

static const struct {
    const char *name;
    void (*take)(Reading *reading, const char *value);
} SETTINGS[] = {{"theme", take_theme}, {"mouse", take_mouse},
                {"low", take_low},     {"glyphs", take_glyphs},
                {"fps", take_frames},  {"pause-on-divergence", take_pause}};
enum { SETTING_COUNT = sizeof SETTINGS / sizeof *SETTINGS };

static void take_setting(Reading *reading, const char *name, const char *value)
{
    const char *nearest = "key ACTION";
    size_t least = text_distance("key", name);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(SETTINGS[i].name, name) == 0) {
            SETTINGS[i].take(reading, value);
            return;
        }
        if (text_distance(SETTINGS[i].name, name) < least) {
            nearest = SETTINGS[i].name;
            least = text_distance(nearest, name);
        }
    }
    tell(reading, "there is no setting \"%.*s\"; did you mean %s?", SHOWN_BYTES, name, nearest);
}

/* -- the file ------------------------------------------------------------------------------------------------ */

static void take_line(Reading *reading, char *line)
{
    char *name = trimmed(line);
    if (*name == '\0' || *name == '#') {
        return;
    }
    char *equals = strchr(name, '=');
    if (equals == NULL || trimmed(equals + 1)[0] == '\0') {
        tell(reading, "expected NAME = VALUE or key ACTION = KEYS, found \"%.*s\"", SHOWN_BYTES,
             name);
        return;
    }
    *equals = '\0';
    char *value = trimmed(equals + 1);
    name = trimmed(name);
    if (strncmp(name, "key", 3) == 0 && (name[3] == ' ' || name[3] == '\t')) {
        take_keys(reading, trimmed(name + 3), value);
    } else {
        take_setting(reading, name, value);
    }
}

static void read_lines(Reading *reading, FILE *file)
{
    char line[LINE_BYTES];
    while (fgets(line, sizeof line, file) != NULL) {
        reading->line++;
        text_skip_mark(line, reading->line);
        if (strchr(line, '\n') == NULL && !feof(file)) {
            tell(reading,
                 "a line of more than %d bytes or with a zero byte; nothing is read from "
                 "here on",
                 LINE_BYTES - 2);
            return;
        }
        take_line(reading, line);
    }
    if (ferror(file)) {
        tell(reading, "%s", strerror(errno));
    }
}

/* A pipe or a device would make the lab wait, or never end. */
static FILE *open_file(Reading *reading, const char *path)
{
    struct stat about;
    const int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        if (errno != ENOENT && errno != ENOTDIR) {
            tell(reading, "%s", strerror(errno));
        }
        return NULL;
    }
    const bool is_file = fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
    if (!is_file || about.st_size > FILE_BYTES_MAX) {
        tell(reading,
             is_file ? "larger than %d bytes: not a file of settings"
                     : "not a file (of %d bytes at most)",
             FILE_BYTES_MAX);
        close(descriptor);
        return NULL;
    }
    FILE *file = fdopen(descriptor, "r");
    if (file == NULL) {
        close(descriptor);
    }
    return file;
}

void user_config_init(UserConfig *config)
{
    *config = (UserConfig){0};
    key_map_init(&config->keys);
}

void user_config_read(const char *path, UserConfig *config)
{
    Reading reading = {.config = config};
    user_config_init(config);
    text_clean(path, config->path, sizeof config->path, INT_MAX);
    FILE *file = path[0] != '\0' ? open_file(&reading, path) : NULL;
    if (file == NULL) {
        return;
    }
    config->is_read = true;
    read_lines(&reading, file);
    fclose(file); /* read-only: nothing to lose */
    tell_keyless(&reading);
}
