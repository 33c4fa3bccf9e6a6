/* tests/data/test_text_lines.c -- lines come whole, numbered and checked. */
#include "sample_file.h"

#include "data/text_lines.h"

static void reads_lines_of_either_ending_and_passes_over_blank_ones(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("lines.txt");
    sample_file_write_text(sample, "\xEF\xBB\xBF"
                                   "one\r\n\n \t\r\ntwo\twords\n\nlast");
    TextLines lines = {0};
    assert_int_equal(text_lines_open(sample->path, &lines, NULL), STATUS_OK);
    char *line = NULL;
    assert_int_equal(text_lines_next(&lines, &line, NULL), STATUS_OK);
    assert_string_equal(line, "one");
    assert_int_equal(lines.number, 1);
    assert_int_equal(text_lines_next(&lines, &line, NULL), STATUS_OK);
    assert_string_equal(line, "two\twords");
    assert_int_equal(lines.number, 4);
    assert_int_equal(text_lines_next(&lines, &line, NULL), STATUS_OK);
    assert_string_equal(line, "last");
    assert_int_equal(lines.number, 6);
    assert_int_equal(text_lines_next(&lines, &line, NULL), STATUS_OK);
    assert_null(line);
    text_lines_close(&lines);
    sample_file_remove(sample);
}

static void assert_second_line_refused(const char *text, size_t size, const char *word)
{
    SampleFile *sample = sample_file_make("lines.txt");
    sample_file_write(sample, text, size);
    TextLines lines = {0};
    Problem problem = {0};
    assert_int_equal(text_lines_open(sample->path, &lines, NULL), STATUS_OK);
    char *line = NULL;
    assert_int_equal(text_lines_next(&lines, &line, NULL), STATUS_OK);
    assert_int_equal(text_lines_next(&lines, &line, &problem), STATUS_BAD_FORMAT);
    assert_null(line);
    assert_problem(&problem, STATUS_BAD_FORMAT, sample->path, word);
    assert_problem(&problem, STATUS_BAD_FORMAT, sample->path, "line 2: ");
    text_lines_close(&lines);
    sample_file_remove(sample);
}

static void names_the_line_that_is_not_text(void **state)
{
    (void)state;
    assert_second_line_refused("a\nb\xC3(c\n", 7, "not UTF-8 at byte 2");
    assert_second_line_refused("a\n\xED\xA0\x80\n", 6, "not UTF-8 at byte 1"); /* a surrogate */
    assert_second_line_refused("a\nxy\xE2\x82", 6, "not UTF-8 at byte 3");
    assert_second_line_refused("a\nb\0c\n", 6, "NUL at byte 2");
    char *text = malloc(LINE_BYTES_MAX + 8);
    assert_non_null(text);
    memset(text, 'x', LINE_BYTES_MAX + 8);
    text[1] = '\n';
    assert_second_line_refused(text, LINE_BYTES_MAX + 3, "has 1048577 bytes");
    free(text);
}

static void refuses_a_file_with_nothing_in_it(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("lines.txt");
    TextLines lines = {0};
    Problem problem = {0};
    assert_int_equal(text_lines_open(sample->path, &lines, &problem), STATUS_FILE_UNREADABLE);
    assert_problem(&problem, STATUS_FILE_UNREADABLE, sample->path, "cannot be read");
    sample_file_write_text(sample, "");
    assert_int_equal(text_lines_open(sample->path, &lines, &problem), STATUS_BAD_FORMAT);
    assert_problem(&problem, STATUS_BAD_FORMAT, sample->path, "is empty");
    sample_file_write_text(sample, "\xEF\xBB\xBF");
    assert_int_equal(text_lines_open(sample->path, &lines, &problem), STATUS_BAD_FORMAT);
    sample_file_remove(sample);
}

static void cuts_fields_and_counts_those_that_do_not_fit(void **state)
{
    (void)state;
    char text[] = "a||bc|";
    char *fields[3];
    assert_int_equal(text_cut_fields(text, '|', fields, 3), 4);
    assert_string_equal(fields[0], "a");
    assert_string_equal(fields[1], "");
    assert_string_equal(fields[2], "bc");
    char nothing[] = "";
    assert_int_equal(text_cut_fields(nothing, '|', fields, 3), 1);
    assert_string_equal(fields[0], "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_lines_of_either_ending_and_passes_over_blank_ones),
        cmocka_unit_test(names_the_line_that_is_not_text),
        cmocka_unit_test(refuses_a_file_with_nothing_in_it),
        cmocka_unit_test(cuts_fields_and_counts_those_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
