#include "tui/prompt.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool type(Prompt *prompt, const char *text)
{
    bool is_accepted = false;
    for (const char *at = text; *at != '\0'; at++) {
        is_accepted = prompt_key(prompt, *at == '\n' ? UI_KEY_ENTER : (UiKey)(unsigned char)*at);
    }
    return is_accepted;
}

static void a_line_is_edited_and_accepted(void **unused)
{
    (void)unused;
    Prompt prompt;
    prompt_init(&prompt, "");
    prompt_begin(&prompt, "set ");
    assert_string_equal(prompt_text(&prompt), "set ");
    assert_string_equal(prompt_prefix(&prompt), ":");
    assert_false(type(&prompt, "rhx"));
    assert_false(prompt_key(&prompt, UI_KEY_BACKSPACE));
    assert_false(prompt_key(&prompt, UI_KEY_LEFT));
    assert_int_equal(prompt_point(&prompt), 5);
    assert_false(prompt_key(&prompt, UI_KEY_END));
    assert_false(prompt_key(&prompt, 0xE4)); /* a letter of two bytes */
    assert_string_equal(prompt_text(&prompt), "set rh\xC3\xA4");
    assert_false(prompt_key(&prompt, UI_KEY_BACKSPACE));
    prompt_insert(&prompt, "o=");
    assert_true(type(&prompt, "0.1\n"));
    assert_string_equal(prompt.line, "set rho=0.1");
    assert_false(prompt.is_open);
    assert_string_equal(prompt_text(&prompt), "");
    assert_int_equal(prompt_finish(&prompt), STATUS_OK);
}

static void escape_leaves_without_a_line(void **unused)
{
    (void)unused;
    Prompt prompt;
    prompt_init(&prompt, "");
    prompt_begin(&prompt, "");
    assert_false(type(&prompt, "quit"));
    assert_false(prompt_key(&prompt, UI_KEY_ESCAPE));
    assert_false(prompt.is_open);
    prompt_begin(&prompt, "");
    assert_string_equal(prompt_text(&prompt), "");
    assert_false(prompt_key(&prompt, 4)); /* Ctrl-D */
    assert_false(prompt.is_open);
    prompt_begin(&prompt, "");
    assert_false(prompt_key(&prompt, UI_KEY_ENTER)); /* an empty line is no line */
    assert_false(prompt.is_open);
    prompt_begin(&prompt, "");
    assert_false(prompt_key(&prompt, UI_KEY_DELETE));
    assert_false(prompt_key(&prompt, UI_KEY_F1));
    assert_true(prompt.is_open);
    assert_int_equal(prompt_finish(&prompt), STATUS_OK);
}

static void lines_come_back_in_the_next_session(void **unused)
{
    (void)unused;
    char folder[] = "/tmp/tramlab-prompt-XXXXXX";
    char path[128];
    Prompt prompt;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/made/for/history", folder);
    prompt_init(&prompt, path);
    prompt_begin(&prompt, "");
    assert_true(type(&prompt, "step 5\n"));
    assert_int_equal(prompt_finish(&prompt), STATUS_OK);
    assert_int_equal(access(path, R_OK), 0);
    prompt_init(&prompt, path);
    prompt_begin(&prompt, "");
    assert_false(prompt_key(&prompt, UI_KEY_UP));
    assert_string_equal(prompt_text(&prompt), "step 5");
    assert_int_equal(prompt_finish(&prompt), STATUS_OK);
    (void)unlink(path);
    path[strlen(folder) + strlen("/made/for")] = '\0';
    (void)rmdir(path);
    path[strlen(folder) + strlen("/made")] = '\0';
    (void)rmdir(path);
    (void)rmdir(folder);
}

static void a_history_that_cannot_be_written_is_told(void **unused)
{
    (void)unused;
    Prompt prompt;
    prompt_init(&prompt, "/dev/null/history");
    prompt_begin(&prompt, "");
    assert_true(type(&prompt, "log\n"));
    assert_int_equal(prompt_finish(&prompt), STATUS_FILE_UNWRITABLE);
}

static void a_line_cannot_grow_without_end(void **unused)
{
    (void)unused;
    Prompt prompt;
    prompt_init(&prompt, "");
    prompt_begin(&prompt, "");
    for (int i = 0; i < 5000; i++) {
        (void)prompt_key(&prompt, 'a');
    }
    assert_true(strlen(prompt_text(&prompt)) < PROMPT_LINE_BYTES);
    assert_true(prompt_key(&prompt, UI_KEY_ENTER));
    assert_int_equal(prompt_finish(&prompt), STATUS_OK);
}

static void control_codes_do_no_harm(void **unused)
{
    (void)unused;
    Prompt prompt;
    prompt_init(&prompt, "");
    for (UiKey key = 1; key < 32; key++) {
        prompt_begin(&prompt, "set rho=1");
        (void)prompt_key(&prompt, key);
        (void)prompt_key(&prompt, 'x');
        (void)prompt_key(&prompt, UI_KEY_ESCAPE);
        assert_false(prompt.is_open);
    }
    assert_int_equal(prompt_finish(&prompt), STATUS_OK);
}

int main(void)
{
    /* readline reads letters by the locale; a bare machine has none set. */
    setenv("LC_ALL", "C.UTF-8", 1);
    setlocale(LC_ALL, "");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_edited_and_accepted),
        cmocka_unit_test(escape_leaves_without_a_line),
        cmocka_unit_test(lines_come_back_in_the_next_session),
        cmocka_unit_test(a_history_that_cannot_be_written_is_told),
        cmocka_unit_test(a_line_cannot_grow_without_end),
        cmocka_unit_test(control_codes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
