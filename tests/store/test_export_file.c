#include "store/export_file.h"

#include <ftw.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "store/fontconfig_leaks.h"
#include "store/sample_picture.h"

typedef struct Place {
    char folder[64];
    char path[128]; /* folder/chart.csv, not there yet */
    ChartFigure picture;
} Place;

static int make_place(void **state)
{
    Place *place = calloc(1, sizeof *place);
    if (place == NULL) {
        return -1;
    }
    strcpy(place->folder, "/tmp/tramlab-test-XXXXXX");
    if (mkdtemp(place->folder) == NULL) {
        return -1;
    }
    (void)snprintf(place->path, sizeof place->path, "%s/chart.csv", place->folder);
    sample_picture(&place->picture);
    *state = place;
    return 0;
}

static int remove_visited(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about;
    (void)kind;
    (void)where;
    return remove(path);
}

static int remove_place(void **state)
{
    Place *place = *state;
    const int result = nftw(place->folder, remove_visited, 16, FTW_DEPTH | FTW_PHYS);
    chart_figure_clear(&place->picture);
    free(place);
    return result;
}

/* The first bytes of a file of that name. */
static void expect_start(const Place *place, const char *name, const char *start)
{
    char path[256];
    char *text = NULL;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/%s", place->folder, name);
    assert_int_equal(json_read_text(path, 1 << 24, &text, &size, NULL), STATUS_OK);
    assert_true(size >= strlen(start));
    assert_memory_equal(text, start, strlen(start));
    free(text);
}

static size_t count_files(const Place *place)
{
    struct stat about;
    size_t count = 0;
    const char *const names[] = {"chart.csv", "chart.csv.tmp", "chart.svg", "chart.svg.tmp"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[256];
        (void)snprintf(path, sizeof path, "%s/%s", place->folder, names[i]);
        count += lstat(path, &about) == 0 ? 1 : 0;
    }
    return count;
}

static void expect_refusal(const char *path, const ChartFigure *picture, bool is_replacing,
                           const char *words)
{
    Problem problem = {0};
    assert_int_equal(export_file_write_chart(path, EXPORT_CSV, picture, is_replacing, &problem),
                     STATUS_FILE_UNWRITABLE);
    if (strstr(problem.text, words) == NULL) {
        fail_msg("\"%s\" is not in: %s", words, problem.text);
    }
}

static void the_ending_tells_the_kind(void **state)
{
    (void)state;
    ExportKind kind = EXPORT_KIND_COUNT;
    assert_int_equal(export_file_kind("runs/a.b/loss.csv", &kind, NULL), STATUS_OK);
    assert_int_equal(kind, EXPORT_CSV);
    assert_int_equal(export_file_kind("x.tar.PNG", &kind, NULL), STATUS_OK);
    assert_int_equal(kind, EXPORT_PNG);
    assert_int_equal(export_file_kind("x.txt", &kind, NULL), STATUS_OK);
    assert_int_equal(kind, EXPORT_ANSI);
    assert_int_equal(export_file_kind("x.ansi", &kind, NULL), STATUS_OK);
    assert_int_equal(kind, EXPORT_ANSI);
    for (int i = 0; i < EXPORT_KIND_COUNT; i++) {
        char path[16];
        (void)snprintf(path, sizeof path, "x.%s", export_kind_ending((ExportKind)i));
        assert_int_equal(export_file_kind(path, &kind, NULL), STATUS_OK);
        assert_int_equal(kind, i);
    }
}

static void without_an_ending_it_says_which_there_are(void **state)
{
    (void)state;
    const char *const paths[] = {"", "loss", "loss.", "loss.gif", "a.csv/loss", ".csv", "a/.csv"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        ExportKind kind = EXPORT_KIND_COUNT;
        Problem problem = {0};
        assert_int_equal(export_file_kind(paths[i], &kind, &problem), STATUS_BAD_USAGE);
        assert_int_equal(kind, EXPORT_KIND_COUNT);
        assert_non_null(strstr(problem.text, ".csv .json .svg .png"));
    }
}

static void writes_every_kind_of_chart(void **state)
{
    Place *place = *state;
    const char *const starts[] = {"lane,step,", "{\"title\":", "<?xml version", "\x89PNG\r\n"};
    for (int kind = EXPORT_CSV; kind <= EXPORT_PNG; kind++) {
        char name[32];
        char path[128];
        Problem problem = {0};
        (void)snprintf(name, sizeof name, "chart.%s", export_kind_ending((ExportKind)kind));
        (void)snprintf(path, sizeof path, "%s/%s", place->folder, name);
        if (export_file_write_chart(path, (ExportKind)kind, &place->picture, false, &problem) !=
            STATUS_OK) {
            fail_msg("%s", problem.text);
        }
        expect_start(place, name, starts[kind]);
    }
}

static void an_existing_file_is_replaced_only_when_asked(void **state)
{
    Place *place = *state;
    assert_int_equal(export_file_write(place->path, "mine", 4, false, NULL), STATUS_OK);
    expect_refusal(place->path, &place->picture, false, "is there already");
    expect_start(place, "chart.csv", "mine");
    assert_int_equal(export_file_write_chart(place->path, EXPORT_CSV, &place->picture, true, NULL),
                     STATUS_OK);
    expect_start(place, "chart.csv", "lane,");
    /* A link that leads nowhere is somebody's, too. */
    char link[128];
    (void)snprintf(link, sizeof link, "%s/link.csv", place->folder);
    assert_int_equal(symlink("nowhere", link), 0);
    expect_refusal(link, &place->picture, false, "is there already");
}

static void says_why_a_file_cannot_be_written(void **state)
{
    Place *place = *state;
    char path[160];
    (void)snprintf(path, sizeof path, "%s/no/such.csv", place->folder);
    expect_refusal(path, &place->picture, false, "No such file or directory");
    (void)snprintf(path, sizeof path, "%s/a\x1b[2J\n.csv", place->folder);
    expect_refusal(path, &place->picture, false, "a?[2J?.csv\": a file name must not hold");
    (void)snprintf(path, sizeof path, "%s/folder.csv", place->folder);
    assert_int_equal(mkdir(path, 0777), 0);
    expect_refusal(path, &place->picture, true, "there is a folder");
}

static void leaves_nothing_behind_when_a_file_may_not_grow(void **state)
{
    Place *place = *state;
    struct rlimit limit = {0};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    const struct rlimit small = {.rlim_cur = 50, .rlim_max = limit.rlim_max};
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before = {0};
    assert_int_equal(sigaction(SIGXFSZ, &ignore, &before), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    expect_refusal(place->path, &place->picture, false, "File too large");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(sigaction(SIGXFSZ, &before, NULL), 0);
    assert_int_equal(count_files(place), 0);
}

/* Needs the right to mount; the mount is seen by this process only. */
static void an_old_file_survives_a_full_disk(void **state)
{
    Place *place = *state;
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", place->folder, "tmpfs", 0, "size=65536") != 0) {
        skip();
    }
    assert_int_equal(export_file_write(place->path, "mine", 4, false, NULL), STATUS_OK);
    for (int i = 0; i < 10000; i++) {
        sample_point(&place->picture.series[0], i, 1.0 / 3.0, 1.0 / 7.0);
    }
    expect_refusal(place->path, &place->picture, true, "No space left on device");
    expect_start(place, "chart.csv", "mine");
    assert_int_equal(count_files(place), 1);
    assert_int_equal(umount(place->folder), 0);
}

#define TEST_AT_A_PLACE(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ending_tells_the_kind),
        cmocka_unit_test(without_an_ending_it_says_which_there_are),
        TEST_AT_A_PLACE(writes_every_kind_of_chart),
        TEST_AT_A_PLACE(an_existing_file_is_replaced_only_when_asked),
        TEST_AT_A_PLACE(says_why_a_file_cannot_be_written),
        TEST_AT_A_PLACE(leaves_nothing_behind_when_a_file_may_not_grow),
        TEST_AT_A_PLACE(an_old_file_survives_a_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
