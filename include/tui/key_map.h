/* tui/key_map.h -- one table of keys: what they do, what the help and the hint line say of them. */
#ifndef TUI_KEY_MAP_H
#define TUI_KEY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEY_ACTION_NAME_BYTES = 32, KEY_NAMES_BYTES = 48 };

/* A key as views know it: a code point, a control code (1..31, 127), or one of these. */
typedef int32_t UiKey;
enum {
    UI_KEY_NONE = 0,
    UI_KEY_CTRL_C = 3,
    UI_KEY_TAB = 9,
    UI_KEY_ENTER = 13,
    UI_KEY_CTRL_Z = 26,
    UI_KEY_ESCAPE = 27,
    UI_KEY_BACKSPACE = 127,
    UI_KEY_FIRST_SPECIAL = 0x110000,
    UI_KEY_UP = UI_KEY_FIRST_SPECIAL,
    UI_KEY_DOWN,
    UI_KEY_LEFT,
    UI_KEY_RIGHT,
    UI_KEY_HOME,
    UI_KEY_END,
    UI_KEY_PAGE_UP,
    UI_KEY_PAGE_DOWN,
    UI_KEY_DELETE,
    UI_KEY_BACK_TAB,
    UI_KEY_SHIFT_LEFT,
    UI_KEY_SHIFT_RIGHT,
    UI_KEY_F1,
    UI_KEY_F12 = UI_KEY_F1 + 11,
    UI_KEY_MOUSE, /* see UiMouse */
    UI_KEY_OTHER  /* a key without a meaning here */
};

typedef enum KeyGroup {
    KEY_GROUP_RUN,
    KEY_GROUP_KNOBS,
    KEY_GROUP_CHARTS,
    KEY_GROUP_SCREEN,
    KEY_GROUP_COUNT
} KeyGroup;

/* X(action, group, keys, hint, help)
 * keys: names as a person writes them, between spaces; every one of them works. hint: two words for the hint line, "" = not there. */
#define KEY_TABLE(X)                                                                               \
    X(UI_ACTION_PAUSE, KEY_GROUP_RUN, "Space F5", "pause",                                         \
      "pause or go on, at the next step boundary")                                                 \
    X(UI_ACTION_STEP_ONE, KEY_GROUP_RUN, "n", "step", "one step, then pause")                      \
    X(UI_ACTION_STEP_TEN, KEY_GROUP_RUN, "N", "",                                                  \
      "ten steps, then pause (any number: `:step 250`)")                                           \
    X(UI_ACTION_LANE_ADD, KEY_GROUP_RUN, "a", "add",                                               \
      "add the method shown on page m at theta_0; elsewhere: go there")                            \
    X(UI_ACTION_LANE_COPY, KEY_GROUP_RUN, "A", "", "add it where the lane in focus stands now")    \
    X(UI_ACTION_LANE_REMOVE, KEY_GROUP_RUN, "D Del", "",                                           \
      "take the lane in focus out of the race (asks first)")                                       \
    X(UI_ACTION_QUIT, KEY_GROUP_RUN, "q F10", "",                                                  \
      "leave: save, discard or stay; at once when the race is over")                               \
    X(UI_ACTION_INTERRUPT, KEY_GROUP_RUN, "Ctrl-C", "",                                            \
      "pause; again within 2 s: the same question as q")                                           \
    X(UI_ACTION_KNOB_DOWN, KEY_GROUP_KNOBS, "[", "", "focused knob one notch down (1-2-5 ladder)") \
    X(UI_ACTION_KNOB_UP, KEY_GROUP_KNOBS, "]", "knob", "focused knob one notch up")                \
    X(UI_ACTION_KNOB_TENTH, KEY_GROUP_KNOBS, "{", "", "focused knob / 10")                         \
    X(UI_ACTION_KNOB_TENFOLD, KEY_GROUP_KNOBS, "}", "x10", "focused knob x 10")                    \
    X(UI_ACTION_KNOB_EXACT, KEY_GROUP_KNOBS, "=", "exact",                                         \
      "type an exact value for the focused knob")                                                  \
    X(UI_ACTION_KNOB_PREVIOUS, KEY_GROUP_KNOBS, "k Up", "",                                        \
      "the knob above (on other pages: line, lane, method)")                                       \
    X(UI_ACTION_KNOB_NEXT, KEY_GROUP_KNOBS, "j Down", "", "the knob below")                        \
    X(UI_ACTION_LANE_PREVIOUS, KEY_GROUP_KNOBS, "h Left <", "",                                    \
      "knobs of the lane before; before the first: all lanes")                                     \
    X(UI_ACTION_LANE_NEXT, KEY_GROUP_KNOBS, "l Right >", "lane",                                   \
      "knobs of the next lane; after the last: all lanes")                                         \
    X(UI_ACTION_KNOB_RHO, KEY_GROUP_KNOBS, "r", "", "go to rho")                                   \
    X(UI_ACTION_KNOB_SCALE, KEY_GROUP_KNOBS, "t", "", "go to the trust-region scale s")            \
    X(UI_ACTION_KNOB_LEARNING_RATE, KEY_GROUP_KNOBS, "L", "", "go to the learning rate")           \
    X(UI_ACTION_UNDO, KEY_GROUP_KNOBS, "u", "undo",                                                \
      "put the last change's old value back (steps since then stay)")                              \
    X(UI_ACTION_REDO, KEY_GROUP_KNOBS, "U", "", "make the undone change again")                    \
    X(UI_ACTION_CHART_NEXT, KEY_GROUP_CHARTS, "Tab", "chart", "focus the next chart")              \
    X(UI_ACTION_CHART_PREVIOUS, KEY_GROUP_CHARTS, "S-Tab", "", "focus the chart before")           \
    X(UI_ACTION_CHART_1, KEY_GROUP_CHARTS, "1", "",                                                \
      "first chart (training loss) full screen or back")                                           \
    X(UI_ACTION_CHART_2, KEY_GROUP_CHARTS, "2", "",                                                \
      "second chart (zero-shot perplexity or accuracy) or back")                                   \
    X(UI_ACTION_CHART_3, KEY_GROUP_CHARTS, "3", "", "third chart (perturbation norm) or back")     \
    X(UI_ACTION_CHART_4, KEY_GROUP_CHARTS, "4", "", "fourth chart (representation KL) or back")    \
    X(UI_ACTION_METRIC_NEXT, KEY_GROUP_CHARTS, "c", "metric",                                      \
      "next metric in the focused chart (any: `:chart NAME`)")                                     \
    X(UI_ACTION_METRIC_PREVIOUS, KEY_GROUP_CHARTS, "C", "", "the metric before")                   \
    X(UI_ACTION_TABLE, KEY_GROUP_CHARTS, "5", "table", "table of the lanes, full screen or back")  \
    X(UI_ACTION_FINALS, KEY_GROUP_CHARTS, "V", "",                                                 \
      "final values, differences to the baseline, and a verdict")                                  \
    X(UI_ACTION_CONFIG, KEY_GROUP_CHARTS, "9", "",                                                 \
      "in which knobs the lanes differ, full screen or back")                                      \
    X(UI_ACTION_SORT, KEY_GROUP_CHARTS, "O", "",                                                   \
      "sort the lanes: race, loss, best, zero-shot, name (`:sort`)")                               \
    X(UI_ACTION_PIN, KEY_GROUP_CHARTS, "p", "", "keep the lane in focus on top, or no longer")     \
    X(UI_ACTION_HIDE, KEY_GROUP_CHARTS, "H", "",                                                   \
      "hide the lane in focus in the charts, or show it")                                          \
    X(UI_ACTION_FILTER, KEY_GROUP_CHARTS, "/", "",                                                 \
      "only lanes with these words or values: sam -x rho>=.1")                                     \
    X(UI_ACTION_METHODS, KEY_GROUP_CHARTS, "m", "methods",                                         \
      "all methods: equation, cost, knobs; to add one; or back")                                   \
    X(UI_ACTION_EVENTS, KEY_GROUP_CHARTS, "e", "events", "list of events, full screen or back")    \
    X(UI_ACTION_ZOOM_IN, KEY_GROUP_CHARTS, "Enter", "zoom", "focused chart full screen")           \
    X(UI_ACTION_ZOOM_OUT, KEY_GROUP_CHARTS, "Esc", "", "one level back")                           \
    X(UI_ACTION_PAGE_UP, KEY_GROUP_CHARTS, "PgUp", "", "a page up in what scrolls")                \
    X(UI_ACTION_PAGE_DOWN, KEY_GROUP_CHARTS, "PgDn", "", "a page down")                            \
    X(UI_ACTION_RESET_LAYOUT, KEY_GROUP_CHARTS, "0", "",                                           \
      "all of the x axis; if it is: first layout, first metrics")                                  \
    X(UI_ACTION_AXIS, KEY_GROUP_CHARTS, "x", "x axis",                                             \
      "x axis: step, epoch, passes (SAM and TRAM spend more), seconds")                            \
    X(UI_ACTION_LOG, KEY_GROUP_CHARTS, "y", "log y",                                               \
      "y axis of the focused chart linear, logarithmic or symlog")                                 \
    X(UI_ACTION_LOG_X, KEY_GROUP_CHARTS, "X", "", "x axis of all charts linear or logarithmic")    \
    X(UI_ACTION_RANGE, KEY_GROUP_CHARTS, "o", "",                                                  \
      "outliers: y axis of the lines, of all values, or without 1%")                               \
    X(UI_ACTION_SMOOTH_LESS, KEY_GROUP_CHARTS, "s", "",                                            \
      "smooth the loss less (down to not at all)")                                                 \
    X(UI_ACTION_SMOOTH_MORE, KEY_GROUP_CHARTS, "S", "smooth",                                      \
      "smooth the loss more; raw points stay, dim")                                                \
    X(UI_ACTION_EXPORT, KEY_GROUP_CHARTS, "E", "",                                                 \
      "write the chart (CSV, JSON, SVG, PNG) or the screen to a file")                             \
    X(UI_ACTION_X_CLOSER, KEY_GROUP_CHARTS, "+ z", "",                                             \
      "zoom in on the x axis of all charts, at the cursor or end")                                 \
    X(UI_ACTION_X_WIDER, KEY_GROUP_CHARTS, "- Z", "", "zoom out (0: all of it)")                   \
    X(UI_ACTION_X_LEFT, KEY_GROUP_CHARTS, "S-Left ,", "", "move the part in view left")            \
    X(UI_ACTION_X_RIGHT, KEY_GROUP_CHARTS, "S-Right .", "", "and right")                           \
    X(UI_ACTION_FOLLOW, KEY_GROUP_CHARTS, "F", "",                                                 \
      "the part in view follows the newest, or stays (`:last N`)")                                 \
    X(UI_ACTION_CURSOR, KEY_GROUP_CHARTS, "v", "cursor",                                           \
      "read values: h l , . Home End move; k j lane; Esc leaves")                                  \
    X(UI_ACTION_BASELINE, KEY_GROUP_CHARTS, "b", "", "the lane in focus is the baseline")          \
    X(UI_ACTION_DIFFERENCE, KEY_GROUP_CHARTS, "d", "",                                             \
      "focused chart (page 5: table) minus the baseline, or back")                                 \
    X(UI_ACTION_GRID, KEY_GROUP_CHARTS, "6", "",                                                   \
      "grid of charts (`:grid 3x4`), full screen or back")                                         \
    X(UI_ACTION_STRIP, KEY_GROUP_CHARTS, "7", "",                                                  \
      "heat strip: every domain or language as lane - baseline")                                   \
    X(UI_ACTION_WALL, KEY_GROUP_CHARTS, "8", "",                                                   \
      "pictures of each domain, truth and prediction, or back")                                    \
    X(UI_ACTION_GLYPHS, KEY_GROUP_SCREEN, "G", "",                                                 \
      "draw with braille, half blocks or plain ASCII")                                             \
    X(UI_ACTION_THEME, KEY_GROUP_SCREEN, "T", "theme", "next colour theme")                        \
    X(UI_ACTION_MOUSE, KEY_GROUP_SCREEN, "%", "",                                                  \
      "mouse: clicks choose, the wheel zooms; off: select text")                                   \
    X(UI_ACTION_COMMAND, KEY_GROUP_SCREEN, ":", "cmd",                                             \
      "command line; Tab completes, Up brings earlier lines back")                                 \
    X(UI_ACTION_HELP, KEY_GROUP_SCREEN, "? F1", "help", "this help")                               \
    X(UI_ACTION_REPAINT, KEY_GROUP_SCREEN, "Ctrl-L", "", "draw everything afresh")                 \
    X(UI_ACTION_SUSPEND, KEY_GROUP_SCREEN, "Ctrl-Z", "",                                           \
      "to the shell; the race goes on (fg: back)")

#define KEY_ENUMERATOR(action, group, keys, hint, help) action,
typedef enum UiAction { UI_ACTION_NONE, KEY_TABLE(KEY_ENUMERATOR) UI_ACTION_COUNT } UiAction;
#undef KEY_ENUMERATOR

typedef struct KeyBinding {
    UiAction action;
    KeyGroup group;
    const char *keys;
    const char *hint;
    const char *help;
} KeyBinding;

/* All bindings in the order of the help. Static storage. */
const KeyBinding *key_map_bindings(size_t *count);

/* Which keys do what: the table's, with those that the user has changed. */
typedef struct KeyMap {
    char keys[UI_ACTION_COUNT]
             [KEY_NAMES_BYTES]; /* names between spaces, as in the table; "" = none */
} KeyMap;

/* As the table says. */
void key_map_init(KeyMap *map);

/* The names of the keys of an action; `map` NULL = the table's. Borrowed from the map or static. */
const char *key_map_keys(const KeyMap *map, UiAction action);

/* The first of them, or "" if it has none. */
void key_map_first_key(const KeyMap *map, UiAction action, char out[KEY_NAMES_BYTES]);

/* What a key does on the main screen; UI_ACTION_NONE if nothing. `map` NULL = the table's. */
UiAction key_map_action(const KeyMap *map, UiKey key);

/* Take a key away from an action; true if it had it. */
bool key_map_take(KeyMap *map, UiAction action, UiKey key);

/* The action as config files name it: "pause", "knob-tenth". */
void key_map_action_name(UiAction action, char out[KEY_ACTION_NAME_BYTES]);

/* The action of that name; UI_ACTION_NONE if there is none, and *nearest (may be NULL) is then the one whose name is closest. */
UiAction key_map_action_named(const char *name, UiAction *nearest);

/* The key of that name ("q", "é", "Space", "Ctrl-L", "F5", "S-Tab", "Left"), reading name[0..size); UI_KEY_NONE if there is none. */
UiKey key_map_key(const char *name, size_t size);

/* The other way round; "" of a key without a name. */
void key_map_key_name(UiKey key, char out[KEY_NAMES_BYTES]);

/* "Run", "Knobs", ... Static storage. */
const char *key_map_group_title(KeyGroup group);

#endif
