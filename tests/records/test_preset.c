#include "records/preset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char GOOD[] = "{\n"
                           "  \"_why\": 1,\n"
                           "  \"about\": \"two\",\n"
                           "  \"lanes\": [\n"
                           "    { \"method\": \"adamw\" },\n"
                           "    { \"name\": \"SAM\", \"method\": \"sam\", \"rho\": 0.25 }\n"
                           "  ]\n"
                           "}\n";

typedef struct Folder {
    char path[64];
} Folder;

static int make_folder(void **state)
{
    Folder *folder = calloc(1, sizeof *folder);
    strcpy(folder->path, "/tmp/tramlab-presets-XXXXXX");
    *state = folder;
    return mkdtemp(folder->path) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    Folder *folder = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder->path);
    const int result = system(command);
    free(folder);
    return result;
}

static void in_folder(const Folder *folder, const char *file, char path[256])
{
    snprintf(path, 256, "%s/%s", folder->path, file);
}

static void write_file(const Folder *folder, const char *file, const char *text)
{
    char path[256];
    in_folder(folder, file, path);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    assert_int_equal(fclose(stream), 0);
}

static void reads_name_about_and_lanes(void **state)
{
    const Folder *folder = *state;
    char path[256];
    Preset preset = {0};
    Problem problem = {0};
    write_file(folder, "my.pair.json", GOOD);
    in_folder(folder, "my.pair.json", path);
    assert_int_equal(preset_read(path, &preset, &problem), STATUS_OK);
    assert_string_equal(preset.name, "my.pair");
    assert_string_equal(preset.about, "two");
    assert_int_equal(preset.lane_count, 2);
    assert_string_equal(preset.lanes[0].name, "adamw");
    assert_string_equal(preset.lanes[1].name, "SAM");
    assert_true(preset.lanes[1].knob_is_set[KNOB_RHO] && preset.lanes[1].knobs[KNOB_RHO] == 0.25);
    assert_false(preset.lanes[0].knob_is_set[KNOB_RHO]);
    assert_int_equal(preset.lanes[1].line, 6);
}

/* `rest` follows the path in the sentence. */
static void assert_refused(const Folder *folder, const char *text, Status status, const char *rest)
{
    char path[256];
    char sentence[512];
    Preset preset = {.name = "as it was"};
    Problem problem = {0};
    write_file(folder, "p.json", text);
    in_folder(folder, "p.json", path);
    assert_int_equal(preset_read(path, &preset, &problem), status);
    snprintf(sentence, sizeof sentence, "%s:%s", path, rest);
    assert_string_equal(problem.text, sentence);
    assert_int_equal(problem.status, status);
    assert_string_equal(preset.name, "as it was");
}

static void points_at_file_line_and_key(void **state)
{
    const Folder *folder = *state;
    assert_refused(folder, "{\n\"lanes\": [\n{\"name\": \"S\", \"method\": \"sam\", \"rho\": -1}]}",
                   STATUS_BAD_VALUE, "3: lanes.S.rho: -1 is outside 0 .. 1e+06");
    assert_refused(folder, "{\"lanes\": [{\"method\": \"sam\",\n\"roh\": 1}]}", STATUS_BAD_VALUE,
                   "2: lanes.0: unknown key \"roh\"; did you mean \"rho\"?");
    assert_refused(folder, "{\n\"lanes\": \"trio.json\"}", STATUS_BAD_VALUE,
                   "2: lanes: expected an array of lanes, found a string");
    assert_refused(folder, "{\n\"seed\": 1}", STATUS_BAD_VALUE,
                   "2: seed: a preset has no such key; it has: about, lanes");
    assert_refused(folder, "{\n\"about\": 1}", STATUS_BAD_VALUE,
                   "2: about: expected a string, found a number");
    assert_refused(folder, "{}", STATUS_BAD_VALUE, " lanes: missing: a race has at least one lane");
    assert_refused(folder, "{\"lanes\": [{\"method\": \"sam\"},\n{\"method\": \"sam\"}]}",
                   STATUS_BAD_VALUE, "2: lanes.1: another lane is named \"sam\" already");
    assert_refused(folder, "[]", STATUS_BAD_FORMAT,
                   " a preset is an object: { \"lanes\": [ ... ] }");
}

static void refuses_what_is_not_json_or_not_there(void **state)
{
    const Folder *folder = *state;
    char path[256];
    Preset preset = {0};
    Problem problem = {0};
    write_file(folder, "p.json", "{\"lanes\": [");
    in_folder(folder, "p.json", path);
    assert_int_equal(preset_read(path, &preset, &problem), STATUS_BAD_FORMAT);
    assert_non_null(strstr(problem.text, path));
    in_folder(folder, "absent.json", path);
    assert_int_equal(preset_read(path, &preset, &problem), STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, path));
}

static void refuses_a_name_that_cannot_be_shown(void **state)
{
    const Folder *folder = *state;
    char path[256];
    char file[SPEC_NAME_BYTES + 8];
    Preset preset = {0};
    Problem problem = {0};
    memset(file, 'a', SPEC_NAME_BYTES);
    strcpy(file + SPEC_NAME_BYTES, ".json");
    const char *const names[] = {"a\x1b[2J.json", file};
    for (size_t i = 0; i < 2; i++) {
        write_file(folder, names[i], GOOD);
        in_folder(folder, names[i], path);
        assert_int_equal(preset_read(path, &preset, &problem), STATUS_BAD_VALUE);
        assert_non_null(strstr(problem.text, "rename the file"));
        assert_null(strchr(problem.text, '\x1b'));
    }
    in_folder(folder, file + 1, path); /* one byte less fits */
    write_file(folder, file + 1, GOOD);
    assert_int_equal(preset_read(path, &preset, &problem), STATUS_OK);
}

static void lists_a_folder_in_the_order_of_names(void **state)
{
    const Folder *folder = *state;
    PresetList list = {0};
    Problem problem = {.status = STATUS_BAD_VALUE};
    write_file(folder, "b.json", GOOD);
    write_file(folder, "a.json", GOOD);
    write_file(folder, "a-b.json", GOOD); /* '-' sorts before '.', but "a" before "a-b" */
    write_file(folder, "notes.txt", "no preset");
    write_file(folder, ".hidden.json", "no preset");
    assert_int_equal(preset_list_read(folder->path, &list, &problem), STATUS_OK);
    assert_int_equal(problem.status, STATUS_OK);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.presets[0].name, "a");
    assert_string_equal(list.presets[1].name, "a-b");
    assert_string_equal(list.presets[2].name, "b");
    preset_list_clear(&list);
    assert_null(list.presets);
    assert_int_equal(list.count, 0);
}

static void leaves_out_a_file_with_a_mistake_and_tells_of_the_first(void **state)
{
    const Folder *folder = *state;
    PresetList list = {0};
    Problem problem = {0};
    write_file(folder, "good.json", GOOD);
    write_file(folder, "wrong-1.json", "{}");
    write_file(folder, "wrong-2.json", "[]");
    assert_int_equal(preset_list_read(folder->path, &list, &problem), STATUS_OK);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.presets[0].name, "good");
    assert_int_equal(problem.status, STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "wrong-1.json"));
    preset_list_clear(&list);
    assert_int_equal(preset_list_read(folder->path, &list, NULL), STATUS_OK);
    preset_list_clear(&list);
}

static void takes_a_missing_folder_for_an_empty_one(void **state)
{
    const Folder *folder = *state;
    char path[256];
    PresetList list = {0};
    Problem problem = {0};
    assert_int_equal(preset_list_read(folder->path, &list, &problem), STATUS_OK);
    assert_true(list.count == 0 && list.presets == NULL);
    in_folder(folder, "absent", path);
    assert_int_equal(preset_list_read(path, &list, &problem), STATUS_OK);
    assert_int_equal(problem.status, STATUS_OK);
    assert_true(list.count == 0 && list.presets == NULL);
    in_folder(folder, "file.json", path);
    write_file(folder, "file.json", GOOD);
    assert_int_equal(preset_list_read(path, &list, &problem), STATUS_OK);
    assert_int_equal(problem.status, STATUS_FILE_UNREADABLE);
    assert_true(list.count == 0 && list.presets == NULL);
}

static void assert_agree(const Preset *one, const Preset *other)
{
    for (size_t i = 0; i < one->lane_count; i++) {
        for (size_t j = 0; j < other->lane_count; j++) {
            LaneSpec lane = other->lanes[j];
            lane.line = one->lanes[i].line;
            if (strcmp(lane.name, one->lanes[i].name) == 0) {
                assert_memory_equal(&lane, &one->lanes[i], sizeof lane);
            }
        }
    }
}

/* Numbers recorded for a lane in one preset are quoted for the others. */
static void the_bundled_presets_agree_about_the_lanes_they_share(void **state)
{
    (void)state;
    static const char *const names[] = {"controls", "modern", "paper", "trio"};
    static const size_t lanes[] = {5, 8, 14, 3};
    PresetList list = {0};
    Problem problem = {0};
    assert_int_equal(preset_list_read("sample-runs/presets", &list, &problem), STATUS_OK);
    assert_string_equal(problem.text, "");
    assert_int_equal(list.count, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < list.count; i++) {
        assert_string_equal(list.presets[i].name, names[i]);
        assert_int_equal(list.presets[i].lane_count, lanes[i]);
        assert_string_equal(list.presets[i].lanes[0].name, "AdamW");
        for (size_t j = 0; j < i; j++) {
            assert_agree(&list.presets[i], &list.presets[j]);
        }
    }
    preset_list_clear(&list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_name_about_and_lanes),
        TEST(points_at_file_line_and_key),
        TEST(refuses_what_is_not_json_or_not_there),
        TEST(refuses_a_name_that_cannot_be_shown),
        TEST(lists_a_folder_in_the_order_of_names),
        TEST(leaves_out_a_file_with_a_mistake_and_tells_of_the_first),
        TEST(takes_a_missing_folder_for_an_empty_one),
        cmocka_unit_test(the_bundled_presets_agree_about_the_lanes_they_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
