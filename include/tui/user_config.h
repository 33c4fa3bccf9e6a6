/* tui/user_config.h -- the user's own file: keys that mean something else, and what the lab begins with. */
#ifndef TUI_USER_CONFIG_H
#define TUI_USER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "tui/key_map.h"
#include "tui/line_plot.h"

enum { USER_CONFIG_NOTICES_MAX = 8, USER_CONFIG_PATH_BYTES = 512 };

/* A choice of yes or no that may also be left to the program. */
typedef enum UserChoice { USER_CHOICE_NONE, USER_CHOICE_OFF, USER_CHOICE_ON } UserChoice;

typedef struct UserConfig {
    char path[USER_CONFIG_PATH_BYTES]; /* cleaned for showing; "" = there is no place for one */
    bool is_read;                      /* there was a file */
    KeyMap keys;
    size_t key_lines;                   /* how many actions have keys of the user's */
    char theme[USER_CONFIG_PATH_BYTES]; /* a name or a path; "" = not told */
    UserChoice mouse;
    UserChoice low;
    UserChoice sync; /* synchronized output (DEC 2026) */
    UserChoice pause_on_divergence;
    bool has_glyphs;
    GlyphLevel glyphs;
    int frames_a_second; /* 10, 5 or 2; 0 = not told */
    size_t mistake_count;
    Problem notices[USER_CONFIG_NOTICES_MAX]; /* of the first ones: "FILE:LINE: what is wrong" */
} UserConfig;

/* Read the file at `path` ("" = none). A file is lines of
 *     theme = NAME    mouse = on|off    low = on|off    glyphs = braille|block|ascii    fps = 10|5|2
 *     pause-on-divergence = on|off    sync = on|off
 *     key ACTION = KEY [KEY ...]        (none: the action has no key)
 * empty lines, and comments that begin with `#`. A key that the file gives to an action is taken from the one that has it in the table. A line with a
 * mistake is passed over and told: an unknown word (with the nearest one), a value that does not fit, a key given twice, an action left
 * without a key. Ctrl-C and Esc stay what they are: one can always stop and leave. A file that is not there is no mistake. */
void user_config_read(const char *path, UserConfig *config);

/* What the program does when there is no file at all. */
void user_config_init(UserConfig *config);

#endif
