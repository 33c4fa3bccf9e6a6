#include "tui/user_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { FUZZ_ROUNDS = 3000, TEXT_BYTES = 2048 };

static void write_file(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Read `text` from a file of its own. */
static void read_text(const char *text, size_t size, UserConfig *config)
{
    char path[] = "/tmp/tramlab-config-XXXXXX";
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    write_file(path, text, size);
    user_config_read(path, config);
    assert_int_equal(unlink(path), 0);
}

static void config_of(const char *text, UserConfig *config)
{
    read_text(text, strlen(text), config);
}

/* Exactly one mistake, and its notice holds these words. */
static void expect_mistake(const char *text, const char *words)
{
    UserConfig config;
    config_of(text, &config);
    if (config.mistake_count != 1 || strstr(config.notices[0].text, words) == NULL) {
        fail_msg("\"%s\": %zu mistakes, the first \"%s\", not \"%s\"", text, config.mistake_count,
                 config.notices[0].text, words);
    }
}

static UiAction action_of(const UserConfig *config, const char *key)
{
    return key_map_action(&config->keys, key_map_key(key, strlen(key)));
}

static void settings_are_read(void **unused)
{
    (void)unused;
    UserConfig config;
    config_of("# mine\n\n theme=light \nmouse = off\nlow = on\r\nglyphs = block\nfps = 5\n"
              "pause-on-divergence = on\nsync = off\n",
              &config);
    assert_int_equal(config.mistake_count, 0);
    assert_int_equal(config.sync, USER_CHOICE_OFF);
    assert_true(config.is_read);
    assert_string_equal(config.theme, "light");
    assert_int_equal(config.mouse, USER_CHOICE_OFF);
    assert_int_equal(config.low, USER_CHOICE_ON);
    assert_true(config.has_glyphs);
    assert_int_equal(config.glyphs, GLYPH_BLOCK);
    assert_int_equal(config.frames_a_second, 5);
    assert_int_equal(config.pause_on_divergence, USER_CHOICE_ON);
}

static void a_key_of_the_users_is_taken_from_whoever_had_it(void **unused)
{
    (void)unused;
    UserConfig config;
    config_of("key pause = n Ctrl-P é\nkey step-one = Space\nkey mouse = none\n", &config);
    assert_int_equal(config.mistake_count, 0);
    assert_int_equal(config.key_lines, 3);
    assert_int_equal(action_of(&config, "n"), UI_ACTION_PAUSE);
    assert_int_equal(key_map_action(&config.keys, 16), UI_ACTION_PAUSE);
    assert_int_equal(key_map_action(&config.keys, 0xE9), UI_ACTION_PAUSE);
    assert_int_equal(action_of(&config, "Space"), UI_ACTION_STEP_ONE);
    assert_int_equal(action_of(&config, "F5"), UI_ACTION_NONE);
    assert_int_equal(action_of(&config, "%"), UI_ACTION_NONE);
    assert_int_equal(action_of(&config, "q"), UI_ACTION_QUIT);
    assert_string_equal(key_map_keys(&config.keys, UI_ACTION_PAUSE), "n Ctrl-P é");
}

static void mistakes_are_told_with_their_line_and_the_rest_is_obeyed(void **unused)
{
    (void)unused;
    UserConfig config;
    expect_mistake("key puase = p\n", ":1: there is no action \"puase\"; did you mean pause?");
    expect_mistake("\nthem = light\n", ":2: there is no setting \"them\"; did you mean theme?");
    expect_mistake("key = p\n", "did you mean key ACTION?");
    expect_mistake("key pause = Spacebar\n", ":1: there is no key \"Spacebar\"");
    expect_mistake("key pause = Y\nkey undo = Y\n", ":2: Y is given to pause already");
    expect_mistake("key pause = Y\nkey pause = K\n", ":2: the keys of pause were told");
    expect_mistake("key undo = Ctrl-C\n", "Ctrl-C keeps its meaning");
    expect_mistake("key undo = Ctrl-[\n", "Ctrl-[ keeps its meaning");
    expect_mistake("key zoom-out = Q\n", "zoom-out keeps its keys");
    expect_mistake("key redo = u\n", "undo has no key left");
    expect_mistake("mouse = yes\n", "expected on or off, found \"yes\"");
    expect_mistake("glyphs = dots\n", "expected braille, block or ascii");
    expect_mistake("fps = 21\n", "expected 10, 5 or 2");
    expect_mistake("fps = fast\n", "expected 10, 5 or 2");
    expect_mistake("light\n", "expected NAME = VALUE");
    expect_mistake("theme =\n", "expected NAME = VALUE");
    expect_mistake("key pause = F2 F3 F4 F6 F7 F8 F9 F11 F12 Backspace Ctrl-A Ctrl-B\n",
                   "too many keys for one action");
    config_of("nonsense\nfps = 2\nkey pause = Y\n", &config);
    assert_int_equal(config.frames_a_second, 2);
    assert_int_equal(action_of(&config, "Y"), UI_ACTION_PAUSE);
}

static void what_is_no_file_is_not_waited_for(void **unused)
{
    (void)unused;
    UserConfig config;
    char path[] = "/tmp/tramlab-config-XXXXXX";
    user_config_read("/nowhere/config", &config);
    assert_false(config.is_read);
    assert_int_equal(config.mistake_count, 0);
    user_config_read("", &config);
    assert_int_equal(config.mistake_count, 0);
    user_config_read("/tmp", &config);
    assert_int_equal(config.mistake_count, 1);
    assert_non_null(mkdtemp(path));
    char pipe[64];
    (void)snprintf(pipe, sizeof pipe, "%s/config", path);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    user_config_read(pipe, &config);
    assert_int_equal(config.mistake_count, 1);
    assert_non_null(strstr(config.notices[0].text, "not a file"));
    assert_int_equal(unlink(pipe), 0);
    assert_int_equal(rmdir(path), 0);
}

static void expect_clean(const char *text)
{
    for (; *text != '\0'; text++) {
        assert_true((unsigned char)*text >= ' ' && *text != 127);
    }
}

static void control_characters_of_a_file_never_come_out(void **unused)
{
    (void)unused;
    UserConfig config;
    config_of("key \033[2J = \033]0;x\a\n\033c = 1\nkey pause = \033c\nfps = \302\233m\n", &config);
    assert_int_equal(config.mistake_count, 4);
    for (size_t i = 0; i < config.mistake_count; i++) {
        expect_clean(config.notices[i].text);
        assert_null(strstr(config.notices[i].text, "\302\233"));
    }
    expect_clean(key_map_keys(&config.keys, UI_ACTION_PAUSE));
}

static uint32_t below(uint32_t *random, uint32_t end)
{
    *random = *random * 1664525U + 1013904223U;
    return (uint32_t)(((uint64_t)*random * end) >> 32);
}

/* Whatever the file says, every key has one meaning at most and there is a way out. */
static void damaged_files_leave_a_map_that_works(void **unused)
{
    (void)unused;
    static const char *const PIECES[] = {"key ",  "pause", "undo", "quit", " = ",   "=",    "\n",
                                         "theme", "none",  "fps",  "9",    "Space", "Esc",  "Ctrl-",
                                         "q ",    "n ",    "F5 ",  "\t",   "#",     "\033", "\377"};
    uint32_t random = 7;
    for (int round = 0; round < FUZZ_ROUNDS; round++) {
        char text[TEXT_BYTES] = "";
        size_t used = 0;
        for (uint32_t left = below(&random, 60); left > 0; left--) {
            const char *piece = PIECES[below(&random, sizeof PIECES / sizeof *PIECES)];
            memcpy(text + used, piece, strlen(piece));
            used += strlen(piece);
        }
        if (used > 0 && below(&random, 3) == 0) {
            text[below(&random, (uint32_t)used)] = (char)below(&random, 256);
        }
        UserConfig config;
        read_text(text, used, &config);
        assert_int_equal(key_map_action(&config.keys, UI_KEY_CTRL_C), UI_ACTION_INTERRUPT);
        assert_int_equal(key_map_action(&config.keys, UI_KEY_ESCAPE), UI_ACTION_ZOOM_OUT);
        for (UiKey key = 1; key <= UI_KEY_MOUSE;
             key = key == 255 ? UI_KEY_FIRST_SPECIAL : key + 1) {
            const UiAction action = key_map_action(&config.keys, key);
            if (action != UI_ACTION_NONE) {
                (void)key_map_take(&config.keys, action, key);
                assert_int_equal(key_map_action(&config.keys, key), UI_ACTION_NONE);
            }
        }
        for (size_t i = 0; i < config.mistake_count && i < USER_CONFIG_NOTICES_MAX; i++) {
            expect_clean(config.notices[i].text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(a_key_of_the_users_is_taken_from_whoever_had_it),
        cmocka_unit_test(mistakes_are_told_with_their_line_and_the_rest_is_obeyed),
        cmocka_unit_test(what_is_no_file_is_not_waited_for),
        cmocka_unit_test(control_characters_of_a_file_never_come_out),
        cmocka_unit_test(damaged_files_leave_a_map_that_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
