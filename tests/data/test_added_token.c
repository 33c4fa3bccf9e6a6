#include "data/added_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Json *parsed(const char *text)
{
    Json *json = NULL;
    Problem problem = {0};
    assert_int_equal(json_parse(text, strlen(text), "test", &json, &problem), STATUS_OK);
    return json;
}

static void each_flag_is_read_and_written_under_its_own_key(void **state)
{
    (void)state;
    static const char *const KEYS[] = {"single_word", "lstrip", "rstrip", "normalized"};
    static const char *const TEXTS[] = {"{\"single_word\": true}", "{\"lstrip\": true}",
                                        "{\"rstrip\": true}", "{\"normalized\": true}"};
    for (size_t i = 0; i < 4; i++) {
        Json *read = parsed(TEXTS[i]);
        Json *written = json_new_object();
        assert_true(added_token_describe(written, "<mask>", added_token_flags(read)));
        for (size_t k = 0; k < 4; k++) {
            assert_true(json_is_bool(json_member(written, KEYS[k])));
            assert_int_equal(json_truth(json_member(written, KEYS[k])), k == i);
        }
        assert_string_equal(json_string(json_member(written, "content")), "<mask>");
        assert_true(json_truth(json_member(written, "special")));
        json_destroy(read);
        json_destroy(written);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_flag_is_read_and_written_under_its_own_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
