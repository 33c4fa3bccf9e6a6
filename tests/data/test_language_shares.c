/* tests/data/test_language_shares.c -- shares as the file has them, refusals, and that a larger share only adds. */
#include "sample_file.h"

#include "data/language_shares.h"

static int set_up(void **state)
{
    *state = sample_file_make("shares.tsv");
    return 0;
}

static int tear_down(void **state)
{
    sample_file_remove(*state);
    return 0;
}

static void reads_languages_in_order(void **state)
{
    const SampleFile *sample = *state;
    LanguageShares shares;
    sample_file_write_text(sample, "en\t1\nsw\t0.08\n");
    assert_int_equal(language_shares_read(sample->folder, &shares, NULL), STATUS_OK);
    assert_int_equal(shares.languages.count, 2);
    assert_int_equal(name_list_find(&shares.languages, "sw"), 1);
    assert_true(shares.shares[0] == 1.0 && shares.shares[1] == 0.08);
    language_shares_clear(&shares);
}

static void refuses_what_is_no_share(void **state)
{
    static const char *const wrong[] = {"en\n", "en\t0\n", "en\t1.5\n", "en\tmuch\n", "en\t1\t1\n"};
    const SampleFile *sample = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        LanguageShares shares;
        Problem problem = {0};
        sample_file_write_text(sample, wrong[i]);
        assert_int_equal(language_shares_read(sample->folder, &shares, &problem), STATUS_BAD_VALUE);
        assert_problem(&problem, STATUS_BAD_VALUE, sample->path, "share above 0 up to 1");
        assert_int_equal(shares.languages.count, 0);
    }
}

static void refuses_more_languages_than_fit(void **state)
{
    const SampleFile *sample = *state;
    char text[(LANGUAGE_SHARES_MAX + 1) * 8] = "";
    LanguageShares shares;
    Problem problem = {0};
    for (int i = 0; i <= LANGUAGE_SHARES_MAX; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "l%d\t1\n", i);
    }
    sample_file_write_text(sample, text);
    assert_int_equal(language_shares_read(sample->folder, &shares, &problem), STATUS_BAD_VALUE);
    assert_problem(&problem, STATUS_BAD_VALUE, sample->path, "64 languages");
}

/* Uniform, and not the same items in every language. */
static void draws_are_uniform_and_of_their_language(void **state)
{
    (void)state;
    enum { ITEMS = 10000 };
    size_t below = 0;
    size_t both = 0;
    for (size_t i = 0; i < ITEMS; i++) {
        const double draw = language_shares_draw(3, i);
        assert_true(draw >= 0.0 && draw < 1.0 && draw == language_shares_draw(3, i));
        below += draw < 0.3 ? 1 : 0;
        both += draw < 0.3 && language_shares_draw(4, i) < 0.3 ? 1 : 0;
    }
    /* Binomial: 3,000 give or take 46, 900 give or take 29. */
    assert_true(below > 2800 && below < 3200);
    assert_true(both > 780 && both < 1020);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_languages_in_order),
        cmocka_unit_test(refuses_what_is_no_share),
        cmocka_unit_test(refuses_more_languages_than_fit),
        cmocka_unit_test(draws_are_uniform_and_of_their_language),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
