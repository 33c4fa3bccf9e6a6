/* bench/bench_keys.c -- from a key to the screen that shows what it did, in the program as users start it, while the default race runs. */
#include "bench/bench_sections.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "base/wall_clock.h"
#include "bench/program_run.h"
#include "tui/screen_model.h"

static const char SECTION[] = "keys";
static const char DEFAULT_EXPERIMENT[] = "sample-runs/experiments/cross-domain.json";

enum { KEYS = 60, KEYS_QUICK = 8, UNREAD_BYTES = 16 * 1024 };

/* Between two keys; a key whose effect never comes has failed. */
static const double PAUSE_SECONDS_MIN = 0.2;
static const double PAUSE_SECONDS_MAX = 0.8;
static const double PATIENCE_SECONDS = 10.0;
static const double LOADING_SECONDS = 120.0;

/* A key, and what stands on the screen once it is done and not before. */
typedef struct KeyEffect {
    const char *key;
    const char *text;
} KeyEffect;

/* Mostly the focus goes on, as a few cells change; twice in eight a page comes or goes. */
static const KeyEffect EFFECTS[] = {
    {"\t", "\u250f\u2501 2 "}, {"\t", "\u250f\u2501 3 "}, {"\t", "\u250f\u2501 4 "},
    {"\t", "\u250f\u2501 1 "}, {"e", "newest first"},     {"e", "\u250f\u2501 1 "},
    {"m", "fwd+bwd"},          {"m", "\u250f\u2501 1 "},
};
enum { EFFECT_COUNT = sizeof EFFECTS / sizeof *EFFECTS };

/* Of each key. */
typedef struct KeyTimes {
    double milliseconds[KEYS]; /* from the key to the screen */
    double waited[KEYS];       /* of these, for a core that others had */
} KeyTimes;

/* A terminal: what was drawn on it, and what it answers. */
typedef struct Bystander {
    WallClock clock;
    pid_t process;
    int terminal;
    ScreenModel *screen;
    char unread[UNREAD_BYTES]; /* the beginning of something that is not whole */
    size_t unread_count;
} Bystander;

static double now_of(const Bystander *by)
{
    return wall_clock_seconds(by->clock);
}

/* As a terminal does when it comes to the question. False once nobody listens any more. */
static bool answer_questions(const Bystander *by, const char *text, size_t size)
{
    static const char QUESTION[] = "\033[5n";
    static const char ANSWER[] = "\033[0n";
    const char *end = text + size;
    const char *at = text;
    while ((at = memmem(at, (size_t)(end - at), QUESTION, sizeof QUESTION - 1)) != NULL) {
        if (write(by->terminal, ANSWER, sizeof ANSWER - 1) != (ssize_t)(sizeof ANSWER - 1)) {
            return false;
        }
        at += sizeof QUESTION - 1;
    }
    return true;
}

/* Take in what is drawn within `seconds`, at most one piece of it. False once the program has let go of the terminal. */
static bool take_piece(Bystander *by, double seconds)
{
    struct pollfd waiting = {.fd = by->terminal, .events = POLLIN};
    if (poll(&waiting, 1, (int)(1e3 * seconds) + 1) <= 0) {
        return true;
    }
    const ssize_t count =
        read(by->terminal, by->unread + by->unread_count, sizeof by->unread - by->unread_count);
    if (count <= 0) {
        return false;
    }
    by->unread_count += (size_t)count;
    const size_t used = model_take(by->screen, by->unread, by->unread_count);
    const bool is_heard = answer_questions(by, by->unread, used);
    by->unread_count -= used;
    memmove(by->unread, by->unread + used, by->unread_count);
    return is_heard;
}

/* False if it never came. */
static bool wait_for_text(Bystander *by, const char *text, double patience_seconds)
{
    const double end = now_of(by) + patience_seconds;
    while (!model_shows(by->screen, text)) {
        const double left = end - now_of(by);
        if (left <= 0.0 || !take_piece(by, left)) {
            return false;
        }
    }
    return true;
}

static bool let_it_race(Bystander *by, double seconds)
{
    const double end = now_of(by) + seconds;
    for (double left = seconds; left > 0.0; left = end - now_of(by)) {
        if (!take_piece(by, left)) {
            return false;
        }
    }
    return true;
}

/* Number `place` (from 0) in a file of /proc; 0 if there is none. */
static unsigned long long number_of(pid_t process, const char *file_name, int place)
{
    char path[96];
    char text[128] = "";
    unsigned long long number = 0;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/%s", (long)process, (long)process, file_name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return 0;
    }
    if (fgets(text, sizeof text, file) == NULL) {
        text[0] = '\0';
    }
    fclose(file); /* read-only: nothing to lose */
    char *at = text;
    for (int i = 0; i <= place; i++) {
        number = strtoull(at, &at, 10);
    }
    return number;
}

/* The program leaves a process of its own behind for the shell; its child draws. */
static pid_t drawing_process(pid_t process)
{
    const pid_t child = (pid_t)number_of(process, "children", 0);
    return child > 0 ? child : process;
}

/* How long its first thread, which draws, has been ready to run while others had the cores. */
static double seconds_waited(pid_t process)
{
    return 1e-9 * (double)number_of(process, "schedstat", 1);
}

/* Of the program and of ourselves, who have to see what it does. */
static double both_waited(const Bystander *by)
{
    return seconds_waited(drawing_process(by->process)) + seconds_waited(getpid());
}

/* Seconds from the write to the piece with which the effect stands there, and how many of them the program or we waited for a core. */
static bool press(Bystander *by, const KeyEffect *effect, double *seconds, double *waited)
{
    if (model_shows(by->screen, effect->text)) {
        fprintf(stderr, "bench: \"%s\" is on the screen before its key\n", effect->text);
        return false;
    }
    const double waited_before = both_waited(by);
    const double start = now_of(by);
    if (write(by->terminal, effect->key, strlen(effect->key)) < 0 ||
        !wait_for_text(by, effect->text, PATIENCE_SECONDS)) {
        fprintf(stderr, "bench: a key did not bring \"%s\"\n", effect->text);
        return false;
    }
    *seconds = now_of(by) - start;
    *waited = both_waited(by) - waited_before;
    return true;
}

/* At moments that have nothing to do with the race's own frames. */
static bool press_keys(Bystander *by, size_t count, KeyTimes *times)
{
    Random moments = random_stream(1, RANDOM_STREAM_NOISE, 0);
    if (!wait_for_text(by, "| RUN |", LOADING_SECONDS) ||
        !wait_for_text(by, EFFECTS[EFFECT_COUNT - 1].text, PATIENCE_SECONDS)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const double share = random_uniform(&moments);
        double seconds = 0.0;
        double waited = 0.0;
        if (!let_it_race(by, PAUSE_SECONDS_MIN + share * (PAUSE_SECONDS_MAX - PAUSE_SECONDS_MIN)) ||
            !press(by, &EFFECTS[i % EFFECT_COUNT], &seconds, &waited)) {
            return false;
        }
        times->milliseconds[i] = 1e3 * seconds;
        times->waited[i] = 1e3 * waited;
    }
    if (!model_shows(by->screen, "| RUN |")) {
        fprintf(stderr, "bench: the race was over before the last key\n");
        return false;
    }
    return true;
}

static bool measure(const BenchSetting *setting, size_t count, KeyTimes *times)
{
    char directory[PROGRAM_PATH_BYTES];
    ProgramPlan plan = {.experiment = DEFAULT_EXPERIMENT, .is_on_screen = true};
    Bystander by = {.clock = wall_clock_monotonic(), .terminal = -1};
    if (!program_plan_complete(setting, &plan, directory) || mkdir(directory, 0777) != 0) {
        return false;
    }
    by.screen = model_create(PROGRAM_ROWS, PROGRAM_COLUMNS);
    by.process = by.screen == NULL ? -1 : program_start(&plan, &by.terminal);
    const bool is_good = by.process > 0 && press_keys(&by, count, times);
    if (by.process > 0) {
        kill(by.process, SIGKILL);
        waitpid(by.process, NULL, 0);
    }
    if (by.terminal >= 0) {
        close(by.terminal);
    }
    free(by.screen);
    return is_good;
}

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

bool bench_keys(const BenchSetting *setting, BenchReport *report)
{
    KeyTimes times;
    const size_t count = setting->is_quick ? KEYS_QUICK : KEYS;
    if (!program_is_there()) {
        bench_report_skip(report, SECTION, "the program itself",
                          "build/release/tramlab is not there; run make first");
        return true;
    }
    if (!measure(setting, count, &times)) {
        return false;
    }
    BenchRow row = {.section = "keys",
                    .name = "key to screen while the default race runs, median",
                    .goal = GOAL_AT_MOST,
                    .bound = 30.0,
                    .figure = median_of(times.milliseconds, count),
                    .unit = "ms",
                    .decimals = 1};
    qsort(times.milliseconds, count, sizeof *times.milliseconds, compare);
    snprintf(row.note, sizeof row.note,
             "%zu keys at random moments, 120x40: %.1f to %.1f ms; of the median %.1f ms waiting "
             "for a core",
             count, times.milliseconds[0], times.milliseconds[count - 1],
             median_of(times.waited, count));
    bench_report_add(report, &row);
    snprintf(row.name, sizeof row.name, "the same, 95th percentile");
    row.figure = times.milliseconds[(count * 95 + 99) / 100 - 1];
    bench_report_add(report, &row);
    return true;
}
