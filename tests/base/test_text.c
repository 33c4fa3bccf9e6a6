/* base/test_text.c -- what reaches the screen is clean, and numbers read well. */
#include "base/text.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void decoding_reads_one_to_four_bytes(void **state)
{
    (void)state;
    int32_t c = 0;
    assert_int_equal(text_decode("a", 1, &c), 1);
    assert_int_equal(c, 'a');
    assert_int_equal(text_decode("\xC3\xA9x", 3, &c), 2);
    assert_int_equal(c, 0xE9);
    assert_int_equal(text_decode("\xE2\x82\xAC", 3, &c), 3);
    assert_int_equal(c, 0x20AC);
    assert_int_equal(text_decode("\xF0\x9F\x98\x80", 4, &c), 4);
    assert_int_equal(c, 0x1F600);
    assert_int_equal(text_decode("\0", 1, &c), 1);
    assert_int_equal(c, 0);
    assert_int_equal(text_decode("a", 0, &c), 0);
}

static void invalid_bytes_are_minus_one_and_one_byte_long(void **state)
{
    (void)state;
    /* A lone continuation, 0xFF, overlong, a surrogate, a truncated euro, beyond 0x10FFFF. */
    const char *const bad[] = {"\x80",         "\xFF",     "\xC0\xAF",
                               "\xED\xA0\x80", "\xE2\x82", "\xF4\x90\x80\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int32_t c = 0;
        assert_int_equal(text_decode(bad[i], strlen(bad[i]), &c), 1);
        assert_int_equal(c, -1);
    }
}

static void encoding_and_decoding_are_inverse_for_every_code_point(void **state)
{
    (void)state;
    for (int32_t c = 0; c <= 0x10FFFF; c++) {
        char bytes[4];
        const size_t length = text_encode(c, bytes);
        if (c >= 0xD800 && c <= 0xDFFF) {
            assert_int_equal(length, 0);
            continue;
        }
        int32_t back = -1;
        assert_int_equal(text_decode(bytes, length, &back), length);
        assert_int_equal(back, c);
    }
    char bytes[4];
    assert_int_equal(text_encode(-1, bytes), 0);
    assert_int_equal(text_encode(0x110000, bytes), 0);
}

static void classes_are_those_of_the_pre_tokenizer(void **state)
{
    (void)state;
    const int32_t letters[] = {'a', 'Z', 0xE9, 0x3B1, 0x4E2D, 0x2B0, 0x1C5};
    const int32_t numbers[] = {'0', '9', 0xB2, 0x2167, 0x0664};
    const int32_t spaces[] = {' ', '\t', '\n', '\r', 0x0B, 0x85, 0xA0, 0x2003, 0x2028, 0x3000};
    const int32_t others[] = {'!', '_', 0x20AC, 0x1F600, 0x301, 0x200B, 0x1C, 0, -1};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        assert_int_equal(text_class(letters[i]), TEXT_LETTER);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_int_equal(text_class(numbers[i]), TEXT_NUMBER);
    }
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        assert_int_equal(text_class(spaces[i]), TEXT_SPACE);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(text_class(others[i]), TEXT_OTHER);
    }
}

static void columns_count_wide_and_combining_characters(void **state)
{
    (void)state;
    assert_int_equal(text_code_point_columns('a'), 1);
    assert_int_equal(text_code_point_columns(0x301), 0);
    assert_int_equal(text_code_point_columns(0x4E2D), 2);
    assert_int_equal(text_code_point_columns('\n'), 0);
    assert_int_equal(text_columns(""), 0);
    assert_int_equal(text_columns("e\xCC\x81x"), 2);
    assert_int_equal(text_columns("\xE4\xB8\xAD\xE6\x96\x87!"), 5);
}

static void cleaning_replaces_what_could_steer_a_terminal(void **state)
{
    (void)state;
    char out[64];
    text_clean("a\x1B[2Jb\n\r\t\x7F", out, sizeof out, INT_MAX);
    assert_string_equal(out, "a?[2Jb????");
    text_clean("\xC2\x9B"
               "31m",
               out, sizeof out, INT_MAX); /* the C1 form of escape-bracket */
    assert_string_equal(out, "?31m");
    text_clean("x\xE2\x80\xAEy\xE2\x81\xA6z\xE2\x80\xA8\xD8\x9C\xE2\x80\x8F", out, sizeof out,
               INT_MAX);
    assert_string_equal(out, "x?y?z???");
    text_clean("\xFFq\xC3", out, sizeof out, INT_MAX);
    assert_string_equal(out, "?q?");
    text_clean("caf\xC3\xA9 \xE4\xB8\xAD", out, sizeof out, INT_MAX);
    assert_string_equal(out, "caf\xC3\xA9 \xE4\xB8\xAD");
}

static void cleaning_leaves_no_unsafe_code_point_whatever_comes_in(void **state)
{
    (void)state;
    for (int32_t c = 1; c <= 0x10FFFF; c++) {
        char source[5] = "";
        if (text_encode(c, source) == 0) {
            continue;
        }
        char out[8];
        text_clean(source, out, sizeof out, INT_MAX);
        const bool is_control = c < 0x20 || (c >= 0x7F && c < 0xA0);
        const bool is_bidi = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        if (is_control || is_bidi) {
            assert_string_equal(out, "?");
        }
    }
}

static void cleaning_cuts_at_bytes_and_at_columns_between_code_points(void **state)
{
    (void)state;
    char out[8] = "";
    text_clean("\xE4\xB8\xAD\xE6\x96\x87\xE5\xAD\x97", out, sizeof out, INT_MAX);
    assert_string_equal(out, "\xE4\xB8\xAD\xE6\x96\x87");
    text_clean("\xE4\xB8\xAD\xE6\x96\x87", out, sizeof out, 3);
    assert_string_equal(out, "\xE4\xB8\xAD");
    text_clean("e\xCC\x81x", out, sizeof out, 1);
    assert_string_equal(out, "e\xCC\x81");
    text_clean("abc", out, 1, INT_MAX);
    assert_string_equal(out, "");
    text_clean("abc", out, sizeof out, 0);
    assert_string_equal(out, "");
}

static void durations_read_like_a_clock(void **state)
{
    (void)state;
    const struct {
        double seconds;
        const char *text;
    } cases[] = {
        {0, "0:00"},           {42, "0:42"}, {187.9, "3:07"},       {3753, "1:02:33"},
        {360000, "100:00:00"}, {-1, "-:--"}, {(double)NAN, "-:--"}, {(double)INFINITY, "-:--"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[16];
        text_duration(cases[i].seconds, out, sizeof out);
        assert_string_equal(out, cases[i].text);
    }
    char small[3];
    text_duration(187, small, sizeof small);
    assert_string_equal(small, "3:");
}

static void numbers_read_well(void **state)
{
    (void)state;
    const struct {
        double value;
        int digits;
        const char *text;
    } cases[] = {{0.0, 3, "0"},
                 {-0.0, 3, "0"},
                 {0.0123, 3, "0.0123"},
                 {12.3, 3, "12.3"},
                 {12.0, 3, "12"},
                 {1240, 3, "1,240"},
                 {1238, 3, "1,240"},
                 {999.7, 3, "1,000"},
                 {-1234567, 7, "-1,234,567"},
                 {3.1e-07, 3, "3.1e-07"},
                 {0.0001, 3, "0.0001"},
                 {0.00009999, 2, "0.0001"},
                 {1e9, 3, "1e+09"},
                 {124439808, 9, "124,439,808"},
                 {1234.5, 6, "1,234.5"},
                 {100, 1, "100"},
                 {-100, 3, "-100"},
                 {2.0 / 3.0, 4, "0.6667"},
                 {1e300, 3, "1e+300"},
                 {0.5, 0, "0.5"},
                 {(double)NAN, 3, "nan"},
                 {(double)INFINITY, 3, "inf"},
                 {-(double)INFINITY, 3, "-inf"},
                 {-0.5, 3, "-0.5"},
                 {123456789012.0, 12, "123,456,789,012"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[64];
        text_number(cases[i].value, cases[i].digits, out, sizeof out);
        assert_string_equal(out, cases[i].text);
    }
    char small[4];
    text_number(12345, 5, small, sizeof small);
    assert_string_equal(small, "12,");
}

static void parsing_takes_whole_numbers_and_decimals_only(void **state)
{
    (void)state;
    double value = -7.0;
    assert_true(text_parse_double("0.05", &value) && value == 0.05);
    assert_true(text_parse_double("-1e-3", &value) && value == -0.001);
    assert_true(text_parse_double("12", &value) && value == 12.0);
    const char *const bad[] = {"",    " 1",    "1 ",  "1x", "0x10", "nan",
                               "inf", "1e999", "--1", ".",  "e",    "1,5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        value = -7.0;
        assert_false(text_parse_double(bad[i], &value));
        assert_true(value == -7.0);
    }
    uint64_t count = 5;
    assert_true(text_parse_u64("18446744073709551615", &count) && count == UINT64_MAX);
    assert_true(text_parse_u64("007", &count) && count == 7);
    const char *const no_counts[] = {"", "-1", "+1", " 1", "1.0", "18446744073709551616", "1e3"};
    for (size_t i = 0; i < sizeof no_counts / sizeof *no_counts; i++) {
        count = 5;
        assert_false(text_parse_u64(no_counts[i], &count));
        assert_true(count == 5);
    }
}

static void the_distance_counts_single_edits(void **state)
{
    (void)state;
    assert_int_equal(text_distance("", ""), 0);
    assert_int_equal(text_distance("rho", "rho"), 0);
    assert_int_equal(text_distance("rho", "roh"), 2);
    assert_int_equal(text_distance("kitten", "sitting"), 3);
    assert_int_equal(text_distance("", "abc"), 3);
    assert_int_equal(text_distance("steps", "step"), 1);
    char longer[200];
    memset(longer, 'a', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(text_distance(longer, ""), 63);
    assert_int_equal(text_distance(longer, longer), 0);
}

static void composes_compatibility_forms(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", ""},
        {"plain", "plain"},
        {"\xEF\xAC\x81", "fi"},
        {"e\xCC\x81", "\xC3\xA9"},
        {"\xE1\x84\x80\xE1\x85\xA1", "\xEA\xB0\x80"} /* Hangul */};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *out = NULL;
        size_t size = 0;
        assert_int_equal(text_compose(pairs[i][0], strlen(pairs[i][0]), &out, &size), STATUS_OK);
        assert_int_equal(size, strlen(pairs[i][1]));
        assert_string_equal(out, pairs[i][1]);
        free(out);
    }
    char *untouched = NULL;
    size_t size = 77;
    assert_int_equal(text_compose("a\xFF", 2, &untouched, &size), STATUS_BAD_VALUE);
    assert_null(untouched);
    assert_int_equal(size, 77);
}

static void only_the_first_line_loses_its_byte_order_mark(void **state)
{
    (void)state;
    char first[] = "\xEF\xBB\xBFtheme = light";
    char second[] = "\xEF\xBB\xBFx";
    char plain[] = "\xEF\xBB";
    text_skip_mark(first, 1);
    text_skip_mark(second, 2);
    text_skip_mark(plain, 1);
    assert_string_equal(first, "theme = light");
    assert_string_equal(second, "\xEF\xBB\xBFx");
    assert_string_equal(plain, "\xEF\xBB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_first_line_loses_its_byte_order_mark),
        cmocka_unit_test(decoding_reads_one_to_four_bytes),
        cmocka_unit_test(invalid_bytes_are_minus_one_and_one_byte_long),
        cmocka_unit_test(encoding_and_decoding_are_inverse_for_every_code_point),
        cmocka_unit_test(classes_are_those_of_the_pre_tokenizer),
        cmocka_unit_test(columns_count_wide_and_combining_characters),
        cmocka_unit_test(cleaning_replaces_what_could_steer_a_terminal),
        cmocka_unit_test(cleaning_leaves_no_unsafe_code_point_whatever_comes_in),
        cmocka_unit_test(cleaning_cuts_at_bytes_and_at_columns_between_code_points),
        cmocka_unit_test(durations_read_like_a_clock),
        cmocka_unit_test(numbers_read_well),
        cmocka_unit_test(parsing_takes_whole_numbers_and_decimals_only),
        cmocka_unit_test(the_distance_counts_single_edits),
        cmocka_unit_test(composes_compatibility_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
