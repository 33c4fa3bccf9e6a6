#include "tui/key_decoder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* All bytes come at once at `now`; the keys that come out are written to keys[8]. */
static size_t keys_of(KeyDecoder *decoder, const char *bytes, double now, UiInput keys[8])
{
    size_t count = 0;
    for (size_t i = 0; bytes[i] != '\0'; i++) {
        key_decoder_put(decoder, (UiKey)bytes[i], now);
        while (count < 8 && key_decoder_next(decoder, now, false, &keys[count])) {
            count++;
        }
    }
    return count;
}

static void typing_comes_through(void **unused)
{
    (void)unused;
    KeyDecoder decoder = {0};
    UiInput keys[8];
    assert_int_equal(keys_of(&decoder, "q[0n", 0.0, keys), 4);
    assert_int_equal(keys[1].key, '[');
    key_decoder_put(&decoder, UI_KEY_F1, 0.0);
    assert_true(key_decoder_next(&decoder, 0.0, false, keys));
    assert_int_equal(keys[0].key, UI_KEY_F1);
    assert_false(key_decoder_next(&decoder, 9.0, true, keys));
    assert_true(key_decoder_wait_seconds(&decoder, 9.0) < 0.0);
}

static void an_answer_is_counted_and_never_a_key_however_it_is_cut(void **unused)
{
    (void)unused;
    static const char ANSWER[] = "\033[0n";
    for (size_t cut = 1; cut < 4; cut++) {
        KeyDecoder decoder = {.expects_answer = true};
        UiInput keys[8];
        double now = 0.0;
        for (size_t i = 0; i < 4; i++) {
            key_decoder_put(&decoder, (UiKey)ANSWER[i], now);
            assert_false(key_decoder_next(&decoder, now, true, keys));
            now += i + 1 == cut ? 0.09 : 0.0;
        }
        assert_int_equal(decoder.answers, 1);
        assert_int_equal(keys_of(&decoder, "n", now, keys), 1);
    }
}

static void a_lone_escape_is_a_key_at_once_unless_an_answer_is_expected(void **unused)
{
    (void)unused;
    KeyDecoder decoder = {0};
    UiInput input;
    key_decoder_put(&decoder, UI_KEY_ESCAPE, 1.0);
    assert_false(key_decoder_next(&decoder, 1.0, false, &input)); /* more may be waiting */
    assert_true(key_decoder_next(&decoder, 1.0, true, &input));
    assert_int_equal(input.key, UI_KEY_ESCAPE);
    decoder.expects_answer = true;
    key_decoder_put(&decoder, UI_KEY_ESCAPE, 2.0);
    assert_false(key_decoder_next(&decoder, 2.05, true, &input));
    assert_true(key_decoder_wait_seconds(&decoder, 2.05) > 0.04);
    assert_true(key_decoder_next(&decoder, 2.11, true, &input));
    assert_int_equal(input.key, UI_KEY_ESCAPE);
}

static void escape_and_a_letter_are_two_keys(void **unused)
{
    (void)unused;
    KeyDecoder decoder = {.expects_answer = true};
    UiInput keys[8];
    assert_int_equal(keys_of(&decoder, "\033q", 0.0, keys), 2);
    assert_int_equal(keys[0].key, UI_KEY_ESCAPE);
    assert_int_equal(keys[1].key, 'q');
}

static void a_sequence_without_end_is_dropped(void **unused)
{
    (void)unused;
    KeyDecoder decoder = {0};
    UiInput keys[8];
    assert_int_equal(keys_of(&decoder, "\033[12;", 0.0, keys), 0);
    assert_false(key_decoder_next(&decoder, 0.4, true, keys));
    assert_false(key_decoder_next(&decoder, 0.6, true, keys));
    assert_int_equal(keys_of(&decoder, "n", 0.7, keys), 1);
    /* Longer than any: what is too much is typing again, but the sequence does nothing. */
    assert_int_equal(
        keys_of(&decoder, "\033[00000000000000000000000000000000000000000000n", 1.0, keys) > 0, 1);
    assert_int_equal(decoder.answers, 0);
}

static void unknown_sequences_do_nothing_and_known_ones_are_keys(void **unused)
{
    (void)unused;
    KeyDecoder decoder = {0};
    UiInput keys[8];
    assert_int_equal(keys_of(&decoder, "\033[1;5A\033[I\033[?2026;2$y", 0.0, keys), 1);
    assert_int_equal(keys[0].key, UI_KEY_OTHER); /* the focus report: no key of ours */
    assert_int_equal(keys_of(&decoder, "\033[A\033OB\033[5~\033[Z", 0.0, keys), 4);
    assert_int_equal(keys[0].key, UI_KEY_UP);
    assert_int_equal(keys[1].key, UI_KEY_DOWN);
    assert_int_equal(keys[2].key, UI_KEY_PAGE_UP);
    assert_int_equal(keys[3].key, UI_KEY_BACK_TAB);
}

static void the_mouse_reports_clicks_and_the_wheel(void **unused)
{
    (void)unused;
    KeyDecoder decoder = {0};
    UiInput keys[8];
    assert_int_equal(
        keys_of(&decoder, "\033[<0;12;3M\033[<0;12;3m\033[<64;1;1M\033[<65;1;1M", 0.0, keys), 4);
    assert_int_equal(keys[0].key, UI_KEY_MOUSE);
    assert_int_equal(keys[0].mouse.kind, UI_MOUSE_PRESS);
    assert_int_equal(keys[0].mouse.row, 2);
    assert_int_equal(keys[0].mouse.column, 11);
    assert_int_equal(keys[1].mouse.kind, UI_MOUSE_RELEASE);
    assert_int_equal(keys[2].mouse.kind, UI_MOUSE_WHEEL_UP);
    assert_int_equal(keys[3].mouse.kind, UI_MOUSE_WHEEL_DOWN);
    /* Moves, wheels to the side and nonsense. */
    assert_int_equal(
        keys_of(&decoder, "\033[<35;1;1M\033[<66;1;1M\033[<0;0;1M\033[<;;M\033[<0;1M", 0.0, keys),
        0);
}

static void what_is_pasted_is_marked(void **unused)
{
    (void)unused;
    KeyDecoder decoder = {0};
    UiInput keys[8];
    assert_int_equal(keys_of(&decoder, "a\033[200~q\r\033[201~q", 0.0, keys), 4);
    assert_false(keys[0].is_pasted);
    assert_true(keys[1].is_pasted && keys[2].is_pasted);
    assert_false(keys[3].is_pasted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typing_comes_through),
        cmocka_unit_test(an_answer_is_counted_and_never_a_key_however_it_is_cut),
        cmocka_unit_test(a_lone_escape_is_a_key_at_once_unless_an_answer_is_expected),
        cmocka_unit_test(escape_and_a_letter_are_two_keys),
        cmocka_unit_test(a_sequence_without_end_is_dropped),
        cmocka_unit_test(unknown_sequences_do_nothing_and_known_ones_are_keys),
        cmocka_unit_test(the_mouse_reports_clicks_and_the_wheel),
        cmocka_unit_test(what_is_pasted_is_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
