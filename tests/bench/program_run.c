#include "bench/program_run.h"

#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wall_clock.h"
#include "lab/worker.h"

static const char PROGRAM[] = "build/release/tramlab";
static const double PATIENCE_SECONDS = 900.0;

enum { FIRST_BYTES = 64 * 1024, TAIL_BYTES = 4096 };

/* How long poll may sleep where the program's memory is to be read, and otherwise. */
enum { WEIGHING_MS = 10, WAITING_MS = 200 };

typedef struct Watch {
    const ProgramPlan *plan;
    ProgramFigures *figures;
    WallClock clock;
    double start;
    pid_t process;
    int terminal; /* -1: none */
    int changes;  /* inotify on the run's folder */
    char first[FIRST_BYTES];
    size_t first_count;
    bool is_over;  /* the record says so */
    bool is_ended; /* the process */
    int status;
} Watch;

static double elapsed(const Watch *watch)
{
    return wall_clock_seconds(watch->clock) - watch->start;
}

static void become_program(const ProgramPlan *plan)
{
    char workers[24];
    const char *arguments[12] = {plan->program};
    size_t count = 1;
    snprintf(workers, sizeof workers, "%zu", plan->workers);
    if (!plan->is_on_screen) {
        const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nowhere, STDOUT_FILENO);
        arguments[count++] = "run";
    }
    arguments[count++] = plan->experiment;
    if (!plan->is_on_screen) {
        arguments[count++] = "--plain";
    }
    arguments[count++] = "--out";
    arguments[count++] = plan->run_directory;
    arguments[count++] = "--workers";
    arguments[count++] = workers;
    setenv("TERM", "xterm-256color", 1);
    setenv("LANG", "C.UTF-8", 1);
    setenv("HOME", plan->home, 1);
    unsetenv("XDG_STATE_HOME");
    unsetenv("XDG_CONFIG_HOME");
    /* execv does not write to its arguments; it is only declared so. */
    union {
        const char *const *constant;
        char *const *plain;
    } words = {.constant = arguments};
    execv(plan->program, words.plain);
    _exit(127);
}

pid_t program_start(const ProgramPlan *plan, int *terminal)
{
    const struct winsize size = {.ws_row = PROGRAM_ROWS, .ws_col = PROGRAM_COLUMNS};
    *terminal = -1;
    const pid_t process = plan->is_on_screen ? forkpty(terminal, NULL, NULL, &size) : fork();
    if (process == 0) {
        become_program(plan);
    }
    return process;
}

static bool start_program(Watch *watch)
{
    watch->terminal = -1;
    watch->changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (mkdir(watch->plan->run_directory, 0777) != 0 || watch->changes < 0 ||
        inotify_add_watch(watch->changes, watch->plan->run_directory, IN_MODIFY) < 0) {
        return false;
    }
    watch->start = wall_clock_seconds(watch->clock);
    watch->process = program_start(watch->plan, &watch->terminal);
    return watch->process > 0;
}

static void take_screen(Watch *watch)
{
    char bytes[16 * 1024];
    const ssize_t count = read(watch->terminal, bytes, sizeof bytes);
    if (count <= 0) {
        close(watch->terminal); /* the program has let go of it */
        watch->terminal = -1;
        return;
    }
    if (!isnan(watch->figures->first_frame_seconds)) {
        return;
    }
    const size_t room = FIRST_BYTES - watch->first_count;
    const size_t taken = (size_t)count < room ? (size_t)count : room;
    memcpy(watch->first + watch->first_count, bytes, taken);
    watch->first_count += taken;
    const char *text = watch->plan->frame_text;
    if (memmem(watch->first, watch->first_count, text, strlen(text)) != NULL) {
        watch->figures->first_frame_seconds = elapsed(watch);
    }
}

/* The last bytes of one of the run's files; "" if there are none. */
static void read_tail(const Watch *watch, const char *name, char out[TAIL_BYTES])
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", watch->plan->run_directory, name);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    out[0] = '\0';
    if (file < 0) {
        return;
    }
    const off_t size = lseek(file, 0, SEEK_END);
    const off_t from = size > TAIL_BYTES - 1 ? size - (TAIL_BYTES - 1) : 0;
    const ssize_t count = pread(file, out, TAIL_BYTES - 1, from);
    out[count < 0 ? 0 : count] = '\0';
    close(file); /* read-only: nothing to lose */
}

static void look_at_record(Watch *watch)
{
    char tail[TAIL_BYTES];
    char ignored[4096];
    while (read(watch->changes, ignored, sizeof ignored) > 0) {
    }
    if (isnan(watch->figures->first_step_seconds)) {
        read_tail(watch, "metrics.jsonl", tail);
        if (strstr(tail, "\"step\":1,") != NULL) {
            watch->figures->first_step_seconds = elapsed(watch);
        }
    }
    read_tail(watch, "events.jsonl", tail);
    const char *finished = strstr(tail, "\"finished\"");
    if (finished == NULL) {
        return;
    }
    const char *seconds = NULL;
    for (const char *at = tail; (at = strstr(at, "\"seconds\":")) != NULL && at < finished; at++) {
        seconds = at;
    }
    watch->figures->race_seconds =
        seconds == NULL ? (double)NAN : strtod(seconds + strlen("\"seconds\":"), NULL);
    watch->is_over = true;
}

static void weigh(Watch *watch)
{
    char path[64];
    char line[256];
    snprintf(path, sizeof path, "/proc/%ld/status", (long)watch->process);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            watch->figures->peak_bytes = 1024.0 * strtod(line + 6, NULL);
        }
    }
    if (file != NULL) {
        fclose(file); /* read-only: nothing to lose */
    }
}

static void wait_and_look(Watch *watch)
{
    struct pollfd descriptors[2] = {{.fd = watch->changes, .events = POLLIN},
                                    {.fd = watch->terminal, .events = POLLIN}};
    poll(descriptors, 2, watch->plan->is_weighed ? WEIGHING_MS : WAITING_MS);
    if (descriptors[1].revents != 0) {
        take_screen(watch);
    }
    if (descriptors[0].revents != 0) {
        look_at_record(watch);
    }
    if (watch->plan->is_weighed) {
        weigh(watch);
    }
    /* The lab stays open after its race. */
    if (watch->is_over && watch->terminal >= 0 && write(watch->terminal, "q", 1) < 0) {
        watch->is_over = false; /* it will be asked again */
    }
    watch->is_ended = waitpid(watch->process, &watch->status, WNOHANG) == watch->process;
}

static bool watch_program(Watch *watch, double patience_seconds)
{
    const ProgramPlan *plan = watch->plan;
    while (!watch->is_ended && elapsed(watch) < patience_seconds) {
        wait_and_look(watch);
        const bool has_frame = !plan->is_on_screen || !isnan(watch->figures->first_frame_seconds);
        if (plan->ends_at_first_step && has_frame && !isnan(watch->figures->first_step_seconds)) {
            return true;
        }
    }
    look_at_record(watch);
    return watch->is_ended && WIFEXITED(watch->status) && WEXITSTATUS(watch->status) == 0;
}

/* "memory: up to 7.0 GB (..." */
static void read_prediction(const Watch *watch)
{
    static const char KEY[] = "memory: up to ";
    char path[PATH_MAX + 16];
    char line[1024];
    snprintf(path, sizeof path, "%s/events.jsonl", watch->plan->run_directory);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *at = strstr(line, KEY);
        if (at != NULL) {
            watch->figures->predicted_bytes = 1e9 * strtod(at + sizeof KEY - 1, NULL);
        }
    }
    if (file != NULL) {
        fclose(file); /* read-only: nothing to lose */
    }
}

bool program_run(const ProgramPlan *plan, double patience_seconds, ProgramFigures *figures)
{
    Watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        return false;
    }
    *figures = (ProgramFigures){(double)NAN, (double)NAN, (double)NAN,
                                (double)NAN, (double)NAN, (double)NAN};
    watch->plan = plan;
    watch->figures = figures;
    watch->clock = wall_clock_monotonic();
    const bool is_started = start_program(watch);
    const bool is_good = is_started && watch_program(watch, patience_seconds);
    figures->all_seconds = elapsed(watch);
    read_prediction(watch);
    if (is_started && !watch->is_ended) {
        kill(watch->process, SIGKILL);
        waitpid(watch->process, &watch->status, 0);
    }
    if (watch->terminal >= 0) {
        close(watch->terminal);
    }
    if (watch->changes >= 0) {
        close(watch->changes);
    }
    free(watch);
    return is_good;
}

bool program_is_there(void)
{
    return access(PROGRAM, X_OK) == 0;
}

bool program_plan_complete(const BenchSetting *setting, ProgramPlan *plan,
                           char directory[PROGRAM_PATH_BYTES])
{
    snprintf(directory, PROGRAM_PATH_BYTES, "%s/run-XXXXXX", setting->folder);
    /* mkdtemp is only asked for a name that is free: who starts the program makes the folder. */
    if (mkdtemp(directory) == NULL || rmdir(directory) != 0) {
        return false;
    }
    plan->program = PROGRAM;
    plan->run_directory = directory;
    plan->home = setting->folder;
    plan->workers = plan->workers == 0 ? worker_count_of_machine() : plan->workers;
    return true;
}

bool program_run_once(const BenchSetting *setting, ProgramPlan plan, ProgramFigures *figures)
{
    char directory[PROGRAM_PATH_BYTES];
    return program_plan_complete(setting, &plan, directory) &&
           program_run(&plan, PATIENCE_SECONDS, figures);
}

bool program_write_experiment(const BenchSetting *setting, const char *name, const char *text,
                              char path[PATH_MAX])
{
    const int length = snprintf(path, PATH_MAX, "%s/%s.json", setting->folder, name);
    FILE *file = length < PATH_MAX ? fopen(path, "w") : NULL;
    if (file == NULL) {
        return false;
    }
    const bool is_written = fputs(text, file) >= 0;
    return fclose(file) == 0 && is_written;
}
