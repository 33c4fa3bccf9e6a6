#include "store/run_folders.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { PATH_BYTES = 128 };

typedef struct Bench {
    char folder[32];
    char paths[4][PATH_BYTES];
} Bench;

static void make(const Bench *bench, const char *name, bool is_folder)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/%s", bench->folder, name);
    if (is_folder) {
        assert_int_equal(mkdir(path, 0700), 0);
        return;
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
}

/* Two runs, a folder that is none, a table beside them, and an empty folder. */
static int open_bench(void **state)
{
    Bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    (void)snprintf(bench->folder, sizeof bench->folder, "/tmp/tramlab-runs-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    make(bench, "seed-2", true);
    make(bench, "seed-2/run.json", false);
    make(bench, "seed-1", true);
    make(bench, "seed-1/run.json", false);
    make(bench, "other", true);
    make(bench, "finals.jsonl", false);
    *state = bench;
    return 0;
}

static int remove_visited(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about;
    (void)kind;
    (void)where;
    return remove(path);
}

static int close_bench(void **state)
{
    Bench *bench = *state;
    const int result = nftw(bench->folder, remove_visited, 16, FTW_DEPTH | FTW_PHYS);
    free(bench);
    return result;
}

/* What is found for "folder/name", as names behind the folder, with blanks between; then the table's name. */
static void expect(const Bench *bench, const char *name, const char *wanted)
{
    char word[PATH_BYTES];
    char got[4 * PATH_BYTES] = "";
    const char *words[] = {word};
    RunFolders found;
    Problem problem = {0};
    (void)snprintf(word, sizeof word, "%s/%s", bench->folder, name);
    if (run_folders_find(words, 1, &found, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    const size_t prefix = strlen(bench->folder) + 1;
    for (size_t i = 0; i < found.count; i++) {
        (void)snprintf(got + strlen(got), sizeof got - strlen(got), "%s ", found.paths[i] + prefix);
    }
    (void)snprintf(got + strlen(got), sizeof got - strlen(got), "| %s",
                   found.finals != NULL ? found.finals + prefix : "");
    if (strcmp(got, wanted) != 0) {
        fail_msg("\"%s\" is \"%s\", not \"%s\"", name, got, wanted);
    }
    run_folders_clear(&found);
}

static void finds_runs_folders_of_runs_tables_and_patterns(void **state)
{
    const Bench *bench = *state;
    expect(bench, "seed-2", "seed-2 | seed-2/../finals.jsonl");
    expect(bench, "", "/seed-1 /seed-2 | /finals.jsonl");
    expect(bench, ".", "./seed-1 ./seed-2 | ./finals.jsonl");
    expect(bench, "finals.jsonl", "| finals.jsonl");
    expect(bench, "seed-*", "seed-1 seed-2 | seed-1/../finals.jsonl");
    expect(bench, "s*[1]", "seed-1 | seed-1/../finals.jsonl");
}

static void a_name_that_is_there_is_no_pattern(void **state)
{
    const Bench *bench = *state;
    make(bench, "seed-[1]", true);
    make(bench, "seed-[1]/run.json", false);
    expect(bench, "seed-[1]", "seed-[1] | seed-[1]/../finals.jsonl");
}

static void several_words_stay_in_their_order(void **state)
{
    const Bench *bench = *state;
    char first[PATH_BYTES];
    char second[PATH_BYTES];
    const char *words[] = {first, second};
    RunFolders found;
    (void)snprintf(first, sizeof first, "%s/seed-2", bench->folder);
    (void)snprintf(second, sizeof second, "%s/seed-1", bench->folder);
    assert_int_equal(run_folders_find(words, 2, &found, NULL), STATUS_OK);
    assert_int_equal(found.count, 2);
    assert_string_equal(found.paths[0], first);
    run_folders_clear(&found);
}

static void says_where_nothing_is_recorded(void **state)
{
    const Bench *bench = *state;
    static const struct {
        const char *name;
        const char *words;
    } WRONG[] = {{"other", "other holds no run.json"},
                 {"gone", "gone: nothing recorded is there"},
                 {"x*", "x*: nothing recorded is there"},
                 {"seed-1/run.json", "is no run directory"}};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        char word[PATH_BYTES];
        const char *words[] = {word};
        RunFolders found;
        Problem problem = {0};
        (void)snprintf(word, sizeof word, "%s/%s", bench->folder, WRONG[i].name);
        assert_int_equal(run_folders_find(words, 1, &found, &problem), STATUS_BAD_USAGE);
        assert_non_null(strstr(problem.text, WRONG[i].words));
        assert_true(found.count == 0 && found.finals == NULL);
    }
}

static void more_runs_than_can_be_compared_are_refused(void **state)
{
    const Bench *bench = *state;
    for (int i = 0; i < RUN_FOLDERS_MAX; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "other/run-%03d", i);
        make(bench, name, true);
        (void)snprintf(name, sizeof name, "other/run-%03d/run.json", i);
        make(bench, name, false);
    }
    RunFolders found;
    Problem problem = {0};
    char all[PATH_BYTES];
    char one[PATH_BYTES];
    const char *words[] = {all, one};
    (void)snprintf(all, sizeof all, "%s/other", bench->folder);
    (void)snprintf(one, sizeof one, "%s/seed-1", bench->folder);
    assert_int_equal(run_folders_find(words, 1, &found, &problem), STATUS_OK);
    assert_int_equal(found.count, RUN_FOLDERS_MAX);
    run_folders_clear(&found);
    assert_int_equal(run_folders_find(words, 2, &found, &problem), STATUS_BAD_USAGE);
    assert_non_null(strstr(problem.text, "seed-1 is one too many: 64 runs"));
}

#define TEST_AT_THE_BENCH(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_AT_THE_BENCH(finds_runs_folders_of_runs_tables_and_patterns),
        TEST_AT_THE_BENCH(a_name_that_is_there_is_no_pattern),
        TEST_AT_THE_BENCH(several_words_stay_in_their_order),
        TEST_AT_THE_BENCH(says_where_nothing_is_recorded),
        TEST_AT_THE_BENCH(more_runs_than_can_be_compared_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
