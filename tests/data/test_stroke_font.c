/* tests/data/test_stroke_font.c -- the bundled fonts in full, glyphs known by heart, and files cut off anywhere. */
#include "sample_file.h"

#include <dirent.h>

#include "base/json.h"
#include "data/stroke_font.h"

static const char FOLDER[] = "sample-runs/data/images/hershey";

static void read_bundled(const char *name, StrokeFont *font)
{
    char path[320];
    snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    Problem problem = {0};
    if (stroke_font_read(path, font, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
}

/* '1' of the plain font: "12345  5H\NJPISFS[", from (-4, -8) over (-2, -9) and (1, -12) down to (1, 9). */
static void knows_the_plain_one(void **state)
{
    (void)state;
    static const StrokePoint one[] = {
        {-4, -8, true}, {-2, -9, false}, {1, -12, false}, {1, 9, false}};
    StrokeFont font = {0};
    read_bundled("futural.jhf", &font);
    const StrokeGlyph *glyph = stroke_font_find(&font, '1');
    assert_non_null(glyph);
    assert_int_equal(glyph->count, 4);
    for (size_t i = 0; i < 4; i++) {
        const StrokePoint point = font.points[glyph->first + i];
        assert_int_equal(point.x, one[i].x);
        assert_int_equal(point.y, one[i].y);
        assert_int_equal(point.starts_stroke, one[i].starts_stroke);
    }
    /* '+' has two strokes, from above and from the left. */
    glyph = stroke_font_find(&font, '+');
    assert_non_null(glyph);
    assert_int_equal(glyph->count, 4);
    assert_true(font.points[glyph->first + 2].starts_stroke);
    assert_null(stroke_font_find(&font, ' '));
    assert_null(stroke_font_find(&font, '\n'));
    assert_null(stroke_font_find(&font, (char)200));
    stroke_font_clear(&font);
}

static void every_bundled_font_has_digits_and_letters(void **state)
{
    (void)state;
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    size_t fonts = 0;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        StrokeFont font = {0};
        read_bundled(entry->d_name, &font);
        for (char c = '0'; c <= 'z'; c++) {
            const int is_letter =
                (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (is_letter && stroke_font_find(&font, c) == NULL) {
                fail_msg("%s has no %c", entry->d_name, c);
            }
        }
        stroke_font_clear(&font);
        fonts++;
    }
    closedir(folder);
    assert_int_equal(fonts, 19);
}

static void assert_refused(const SampleFile *sample, const char *word)
{
    StrokeFont untouched = {.point_count = 77};
    Problem problem = {0};
    assert_int_equal(stroke_font_read(sample->path, &untouched, &problem), STATUS_BAD_FORMAT);
    assert_problem(&problem, STATUS_BAD_FORMAT, sample->path, word);
    assert_int_equal(untouched.point_count, 77);
}

static void no_cut_off_font_is_read(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("x.jhf");
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(
        json_read_text("sample-runs/data/images/hershey/futural.jhf", 1 << 20, &text, &size, NULL),
        STATUS_OK);
    while (text[size - 1] == '\n') {
        size--;
    }
    for (size_t cut = 0; cut < size; cut += 13) {
        sample_file_write(sample, text, cut);
        assert_refused(sample, "glyph ");
    }
    memcpy(text + size, "1", 1); /* its line end, or the NUL behind it */
    sample_file_write(sample, text, size + 1);
    assert_refused(sample, "has more");
    text[6] = '-';
    sample_file_write(sample, text, size);
    assert_refused(sample, "glyph 1: does not begin");
    text[6] = ' ';
    text[8 + 13] = '\x01';
    sample_file_write(sample, text, size);
    assert_refused(sample, "glyph ");
    free(text);
    sample_file_remove(sample);
}

static void a_glyph_may_go_on_in_the_next_line(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("x.jhf");
    char text[96 * 24];
    char *end = stpcpy(text, "    1  3JZ\nRQ\nRS\n");
    for (int i = 1; i < 96; i++) {
        end = stpcpy(end, "12345  1JZ\n");
    }
    sample_file_write_text(sample, text);
    StrokeFont font = {0};
    assert_int_equal(stroke_font_read(sample->path, &font, NULL), STATUS_OK);
    assert_int_equal(font.glyphs[0].count, 2);
    assert_int_equal(font.points[1].y, 1);
    stroke_font_clear(&font);
    sample_file_remove(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_plain_one),
        cmocka_unit_test(every_bundled_font_has_digits_and_letters),
        cmocka_unit_test(no_cut_off_font_is_read),
        cmocka_unit_test(a_glyph_may_go_on_in_the_next_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
