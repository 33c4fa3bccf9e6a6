#include "tui/key_map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { HELP_COLUMNS = 62, KEYS_COLUMNS = 13 };

/* Calls check(name, size, binding) for every key name of the table. */
static void for_each_name(void (*check)(const char *, size_t, const KeyBinding *))
{
    size_t count = 0;
    const KeyBinding *bindings = key_map_bindings(&count);
    assert_int_equal(count, UI_ACTION_COUNT - 1);
    for (size_t i = 0; i < count; i++) {
        const char *names = bindings[i].keys;
        while (*names != '\0') {
            const size_t size = strcspn(names, " ");
            check(names, size, &bindings[i]);
            names += size;
            names += strspn(names, " ");
        }
    }
}

static void check_bound(const char *name, size_t size, const KeyBinding *binding)
{
    const UiKey key = key_map_key(name, size);
    assert_int_not_equal(key, UI_KEY_NONE);
    /* The first binding wins, so a key bound twice would come out as another action. */
    assert_int_equal(key_map_action(NULL, key), binding->action);
}

static void every_named_key_does_what_its_row_says_and_no_other(void **state)
{
    (void)state;
    for_each_name(check_bound);
}

static void help_fits_an_80_column_screen(void **state)
{
    (void)state;
    size_t count = 0;
    const KeyBinding *bindings = key_map_bindings(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(strlen(bindings[i].help) > 0);
        assert_true(strlen(bindings[i].help) <= HELP_COLUMNS);
        assert_true(strlen(bindings[i].keys) <= KEYS_COLUMNS);
        assert_true(strlen(key_map_group_title(bindings[i].group)) > 0);
    }
}

static void names_of_keys_are_read(void **state)
{
    (void)state;
    assert_int_equal(key_map_key("Space", 5), ' ');
    assert_int_equal(key_map_key("Ctrl-L", 6), 12);
    assert_int_equal(key_map_key("Ctrl-Z", 6), UI_KEY_CTRL_Z);
    assert_int_equal(key_map_key("F10", 3), UI_KEY_F1 + 9);
    assert_int_equal(key_map_key("S-Tab", 5), UI_KEY_BACK_TAB);
    assert_int_equal(key_map_key("q F10", 1), 'q');
    assert_int_equal(key_map_key("Hyper", 5), UI_KEY_NONE);
}

static void keys_without_a_meaning_do_nothing(void **state)
{
    (void)state;
    assert_int_equal(key_map_action(NULL, 'J'), UI_ACTION_NONE);
    assert_int_equal(key_map_action(NULL, UI_KEY_NONE), UI_ACTION_NONE);
    assert_int_equal(key_map_action(NULL, UI_KEY_OTHER), UI_ACTION_NONE);
    assert_int_equal(key_map_action(NULL, 0x1F600), UI_ACTION_NONE);
}

static void a_key_has_the_name_it_is_bound_by(void **unused)
{
    (void)unused;
    static const char *const NAMES[] = {"q",     "?",   "\u00e9",   "Space",  "Tab",
                                        "Enter", "Esc", "Ctrl-L",   "S-Left", "PgDn",
                                        "F1",    "F12", "Backspace"};
    char name[KEY_NAMES_BYTES];
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        key_map_key_name(key_map_key(NAMES[i], strlen(NAMES[i])), name);
        assert_string_equal(name, NAMES[i]);
    }
    key_map_key_name(UI_KEY_OTHER, name);
    assert_string_equal(name, "");
    key_map_key_name(UI_KEY_NONE, name);
    assert_string_equal(name, "");
    key_map_key_name(-1, name);
    assert_string_equal(name, "");
    key_map_key_name(0x301, name); /* nothing by itself */
    assert_string_equal(name, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_named_key_does_what_its_row_says_and_no_other),
        cmocka_unit_test(help_fits_an_80_column_screen),
        cmocka_unit_test(names_of_keys_are_read),
        cmocka_unit_test(keys_without_a_meaning_do_nothing),
        cmocka_unit_test(a_key_has_the_name_it_is_bound_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
