/* tests/data/test_text_normalizer.c -- each step alone, and that nothing grows more than was promised. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "data/text_normalizer.h"

static void assert_becomes(const TextNormalizer *normalizer, const char *text, const char *expected)
{
    char *out = NULL;
    size_t size = 0;
    assert_int_equal(text_normalizer_apply(normalizer, text, strlen(text), &out, &size), STATUS_OK);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(out, expected, size);
    free(out);
}

static void without_steps_only_broken_bytes_change(void **state)
{
    (void)state;
    const TextNormalizer none = {0};
    assert_becomes(&none, "", "");
    assert_becomes(&none, " a\xC2\xA0  \xEF\xAC\x81", " a\xC2\xA0  \xEF\xAC\x81");
    assert_becomes(&none, "a\xFF\xC3", "a\xEF\xBF\xBD\xEF\xBF\xBD");
}

static void composes_compatibility_forms(void **state)
{
    (void)state;
    const TextNormalizer nfkc = {.steps = {NORMALIZER_NFKC}, .step_count = 1};
    assert_becomes(&nfkc, "", "");
    assert_becomes(&nfkc, "\xEF\xAC\x81", "fi");         /* U+FB01 */
    assert_becomes(&nfkc, "e\xCC\x81", "\xC3\xA9");      /* e + U+0301 */
    assert_becomes(&nfkc, "\xEF\xBC\xA1\xC2\xA0", "A "); /* fullwidth A, no-break space */
    assert_becomes(&nfkc, "\xFF", "\xEF\xBF\xBD");
}

static void squeezes_and_strips(void **state)
{
    (void)state;
    const TextNormalizer blanks = {.steps = {NORMALIZER_SQUEEZE_BLANKS}, .step_count = 1};
    assert_becomes(&blanks, "a  b   c d\t\te ", "a b c d\t\te ");
    const TextNormalizer marks = {.steps = {NORMALIZER_SQUEEZE_TO_MARK}, .step_count = 1};
    assert_becomes(&marks, "a  b c",
                   "a\xE2\x96\x81"
                   "b c");
    const TextNormalizer left = {.steps = {NORMALIZER_STRIP_LEFT}, .step_count = 1};
    assert_becomes(&left,
                   " \t\xE3\x80\x80"
                   "a ",
                   "a ");
    const TextNormalizer right = {.steps = {NORMALIZER_STRIP_RIGHT}, .step_count = 1};
    assert_becomes(&right, " a \xC2\xA0\n", " a");
    assert_becomes(&right, "  ", "");
    const TextNormalizer all = {
        .steps = {NORMALIZER_NFKC, NORMALIZER_STRIP_RIGHT, NORMALIZER_SQUEEZE_BLANKS},
        .step_count = 3};
    assert_becomes(&all, "a\xC2\xA0 \xEF\xAC\x81 ", "a fi");
}

static void no_character_grows_more_than_promised(void **state)
{
    (void)state;
    const TextNormalizer nfkc = {.steps = {NORMALIZER_NFKC}, .step_count = 1};
    const size_t growth = text_normalizer_growth(&nfkc);
    size_t most = 0;
    for (int32_t c = 1; c < 0x30000; c++) {
        char text[4];
        const size_t length = text_encode(c, text);
        if (length == 0) {
            continue;
        }
        char *out = NULL;
        size_t size = 0;
        assert_int_equal(text_normalizer_apply(&nfkc, text, length, &out, &size), STATUS_OK);
        assert_true(size <= growth * length);
        most = size > most ? size : most;
        free(out);
    }
    assert_int_equal(most, 33);
    assert_int_equal(text_normalizer_growth(&(TextNormalizer){0}), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_steps_only_broken_bytes_change),
        cmocka_unit_test(composes_compatibility_forms),
        cmocka_unit_test(squeezes_and_strips),
        cmocka_unit_test(no_character_grows_more_than_promised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
