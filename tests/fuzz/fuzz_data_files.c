/* tests/fuzz/fuzz_data_files.c -- damaged tables, images and fonts are refused in a line, or hold what their form promises. */
#include "damage.h"

#include <unistd.h>

#include <zlib.h>

#include "data/image_files.h"
#include "data/labelled_files.h"
#include "data/stroke_font.h"

typedef Status ReadFile(const char *path, Problem *problem);

static Status read_labelled(const char *path, LabelledForm form, Problem *problem)
{
    const LabelledSource source = {
        .path = path, .form = form, .language = "en", .emoji_strings = 7, .seed = 1};
    LabelledText set = {0};
    TRY(labelled_files_read(&source, 1, &(LabelledWish){0}, &set, problem));
    for (size_t i = 0; i < set.count; i++) {
        assert_in_range(set.examples[i].label, 0, set.labels.count - 1);
        assert_true(strlen(labelled_text_first(&set, i)) < set.text_bytes);
        assert_int_equal(labelled_text_second(&set, i) != NULL, set.has_pairs);
    }
    labelled_text_clear(&set);
    return STATUS_OK;
}

static Status read_emoji_table(const char *path, Problem *problem)
{
    TRY(read_labelled(path, LABELLED_FORM_EMOJI, problem));
    return read_labelled(path, LABELLED_FORM_EMOJI_PAIRS, problem);
}

static Status read_inference(const char *path, Problem *problem)
{
    return read_labelled(path, LABELLED_FORM_INFERENCE, problem);
}

static Status read_gray(const char *path, Problem *problem)
{
    ImageSet set = {0};
    TRY(image_files_read_gray(path, 10, &set, problem));
    image_set_clear(&set);
    return STATUS_OK;
}

static Status read_idx(const char *path, Problem *problem)
{
    ImageSet set = {0};
    TRY(image_files_read_idx(path, path, 0, &set, problem));
    image_set_clear(&set);
    return STATUS_OK;
}

static Status read_font(const char *path, Problem *problem)
{
    StrokeFont font = {0};
    TRY(stroke_font_read(path, &font, problem));
    for (size_t i = 0; i < STROKE_GLYPH_COUNT; i++) {
        assert_true(font.glyphs[i].first + font.glyphs[i].count <= font.point_count);
    }
    stroke_font_clear(&font);
    return STATUS_OK;
}

static void damage_again_and_again(const char *suffix, const void *original, size_t original_size,
                                   ReadFile *read)
{
    char path[96] = "/tmp/tramlab-fuzz-XXXXXX";
    strcat(path, suffix);
    const int file = mkstemps(path, (int)strlen(suffix));
    assert_true(file >= 0);
    close(file);
    const uint64_t first = fuzz_setting("FUZZ_FIRST", 0);
    const uint64_t rounds = fuzz_setting("FUZZ_ROUNDS", 200);
    for (uint64_t round = first; round < first + rounds; round++) {
        Random random = random_stream(round, RANDOM_STREAM_NOISE, original_size);
        char *text = malloc(original_size + 1);
        size_t size = original_size;
        assert_non_null(text);
        memcpy(text, original, original_size);
        text[original_size] = '\0';
        if (round > first) {
            damage(&random, &text, &size);
        }
        write_whole(path, text, size);
        free(text);
        Problem problem = {0};
        if (read(path, &problem) != STATUS_OK) {
            assert_one_line(&problem, path, round);
        }
    }
    unlink(path);
}

static void tables_of_texts(void **state)
{
    (void)state;
    static const char emoji[] = "😀\tpre\t0\tgrin\tface|smile\n😃\tpre\t1\tlaugh\thappy|"
                                "smile\n🐶\ttest\t2\tdog\t\n🐱\ttest\t2\tcat\tpet\n";
    static const char table[] =
        "language\tgold_label\tsentence1\tsentence2\nen\tneutral\tWell\tyes\nar\t-"
        "\ta\tb\r\nen\tentailment\t\"x\ty\n";
    static const char lines[] =
        "{\"gold_label\": \"neutral\", \"sentence1\": \"caf\\u00e9\", \"sentence2\": \"b\"}\n"
        "{\"label\": \"contradictory\", \"premise\": \"a\", \"hypo\": \"b\", \"language\": "
        "\"sw\"}\n";
    damage_again_and_again(".tsv", emoji, sizeof emoji - 1, read_emoji_table);
    damage_again_and_again(".tsv", table, sizeof table - 1, read_inference);
    damage_again_and_again(".jsonl", lines, sizeof lines - 1, read_inference);
}

static void files_of_images(void **state)
{
    (void)state;
    uint8_t gray[8 + 3 * (1 + 16)] = {3, 0, 0, 0, 4, 0, 0, 0};
    for (size_t i = 8; i < sizeof gray; i++) {
        gray[i] = (uint8_t)(i % 10);
    }
    damage_again_and_again(".bin", gray, sizeof gray, read_gray);
    static const uint8_t labels[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2, 3, 4};
    damage_again_and_again("-ubyte", labels, sizeof labels, read_idx);
    uint8_t packed[256];
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = gray;
    stream.avail_in = sizeof gray;
    stream.next_out = packed;
    stream.avail_out = sizeof packed;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    damage_again_and_again(".gz", packed, stream.total_out, read_gray);
    assert_int_equal(deflateEnd(&stream), Z_OK);
}

static void fonts(void **state)
{
    (void)state;
    char text[96 * 24];
    char *end = stpcpy(text, "12345  5H\\NJPISFS[\n");
    for (int i = 1; i < 96; i++) {
        end = stpcpy(end, "12345  3JZRQRS\n");
    }
    damage_again_and_again(".jhf", text, (size_t)(end - text), read_font);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_of_texts),
        cmocka_unit_test(files_of_images),
        cmocka_unit_test(fonts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
