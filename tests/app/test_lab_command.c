#include "app/lab_command.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

#include "app/run_main.h"
#include "app/pty_screen.h"

static void the_screen_and_plain_text_record_the_same_bits(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char shown[MAIN_PATH_BYTES];
    char plain[MAIN_PATH_BYTES];
    MainRun run = {0};
    write_experiment(lab, "same.json", "\"max_steps\": 8", "\"max_steps\": 30", path);
    join_path(lab->folder, "shown", shown);
    join_path(lab->folder, "plain", plain);
    main_run(lab, (const char *[]){"run", path, "--plain", "--out", plain, NULL}, &run);
    expect_exit_status(&run, 0);
    Screen *screen =
        open_screen(lab, "xterm-256color", (const char *[]){path, "--out", shown, NULL});
    watch_for_event(screen, shown, "finished");
    watch_for_text(screen, "DONE");
    type_keys(screen, "q");
    expect_end(screen, 0);
    expect_text(screen->sent, "the run is in ");
    char *of_screen = timeless_metrics(shown);
    char *of_text = timeless_metrics(plain);
    assert_true(count_json_lines(of_screen) == 3 * 32);
    assert_string_equal(of_screen, of_text);
    free(of_screen);
    free(of_text);
    free(screen);
    main_clear(&run);
}

static void a_signal_saves_and_gives_the_terminal_back(void **state)
{
    const TinyLab *lab = *state;
    static const int SIGNALS[] = {SIGTERM, SIGHUP};
    static const char *const NAMES[] = {"lab-term", "lab-hup"};
    char path[MAIN_PATH_BYTES];
    write_experiment(lab, "long.json", "\"max_steps\": 8", "\"max_steps\": 10000000", path);
    for (size_t i = 0; i < 2; i++) {
        char folder[MAIN_PATH_BYTES];
        join_path(lab->folder, NAMES[i], folder);
        Screen *screen =
            open_screen(lab, "xterm-256color", (const char *[]){path, "--out", folder, NULL});
        watch_for_event(screen, folder, "started");
        watch_for_text(screen, "\033[?1049h");
        kill(screen->process, SIGNALS[i]);
        expect_end(screen, 0);
        if (SIGNALS[i] != SIGHUP) { /* then there is nobody left to draw for */
            expect_text(screen->sent, "\033[?1049l");
        }
        char *events = text_in(folder, "events.jsonl");
        expect_in_last_line(events, "\"event\":\"stopped\"");
        assert_true(is_there(folder, "model/model.safetensors"));
        free(events);
        free(screen);
    }
}

static void with_keep_a_lost_terminal_leaves_a_whole_run(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "kept.json", "\"max_steps\": 8", "\"max_steps\": 60", path);
    join_path(lab->folder, "kept", folder);
    /* Paused: nobody can press the key any more, so it goes on by itself. */
    Screen *screen = open_screen(
        lab, "xterm-256color", (const char *[]){path, "--out", folder, "--keep", "--paused", NULL});
    watch_for_event(screen, folder, "paused");
    close(screen->terminal);
    assert_int_equal(exit_status_of(screen->process), 0);
    char *events = text_in(folder, "events.jsonl");
    char *metrics = text_in(folder, "metrics.jsonl");
    expect_in_last_line(events, "\"event\":\"finished\"");
    expect_text(metrics, "\"step\":60,");
    assert_true(is_there(folder, "model/model.safetensors"));
    free(events);
    free(metrics);
    free(screen);
}

static void paused_waits_for_the_key_and_discard_deletes(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "paused.json", "\"max_steps\": 8", "\"max_steps\": 10000000", path);
    join_path(lab->folder, "paused", folder);
    Screen *screen = open_screen(lab, "xterm-256color",
                                 (const char *[]){path, "--out", folder, "--paused", NULL});
    watch_for_event(screen, folder, "paused");
    char *metrics = text_in(folder, "metrics.jsonl");
    assert_int_equal(count_json_lines(metrics), 3); /* theta_0 only */
    type_keys(screen, " ");
    watch_for_event(screen, folder, "resumed");
    type_keys(screen, "q");
    watch_for_text(screen, "iscard");
    type_keys(screen, "k");
    expect_end(screen, 0);
    expect_text(screen->sent, "discarded ");
    assert_int_equal(access(folder, F_OK), -1);
    free(metrics);
    free(screen);
}

/* A terminal type that exists and cannot move its cursor. */
static void make_stuck_terminal(const TinyLab *lab)
{
    char source[MAIN_PATH_BYTES];
    char command[2 * MAIN_PATH_BYTES];
    join_path(lab->folder, "stuck.ti", source);
    write_text(source, "tramlab-stuck|no cursor,\n\tam, cols#80, lines#24, bel=^G, cr=\\r, "
                       "cud1=\\n, ind=\\n,\n");
    assert_true(snprintf(command, sizeof command, "tic -o '%s/terminfo' '%s'", lab->folder,
                         source) < (int)sizeof command);
    assert_int_equal(system(command), 0); /* tic is in ncurses-bin, which every Debian has */
}

static void plain_text_is_for_those_who_ask_and_for_terminals_that_cannot(void **state)
{
    const TinyLab *lab = *state;
    static const struct {
        const char *name;
        const char *type;
        const char *option;
        const char *said;
    } CASES[] = {
        {"asked", "xterm-256color", "--plain", "3 lanes, 8 steps"},
        {"dumb", "dumb", "--workers=1", "3 lanes, 8 steps"},
        {"unnamed", "", "--workers=1", "3 lanes, 8 steps"},
        {"stuck", "tramlab-stuck", "--workers=1", "going on in plain text"},
        {"stuck-paused", "tramlab-stuck", "--paused", "going on in plain text"},
    };
    char path[MAIN_PATH_BYTES];
    make_stuck_terminal(lab);
    write_experiment(lab, "plain.json", NULL, NULL, path);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char folder[MAIN_PATH_BYTES];
        char name[64];
        snprintf(name, sizeof name, "lab-%s", CASES[i].name);
        join_path(lab->folder, name, folder);
        Screen *screen = open_screen(
            lab, CASES[i].type, (const char *[]){path, "--out", folder, CASES[i].option, NULL});
        expect_end(screen, 0);
        expect_text(screen->sent, CASES[i].said);
        expect_text(screen->sent, "ZS ppl");
        assert_null(strstr(screen->sent, "\033[?1049h"));
        assert_true(is_there(folder, "model/model.safetensors"));
        free(screen);
    }
}

static void without_a_terminal_the_lab_runs_in_plain_text(void **state)
{
    const TinyLab *lab = *state;
    MainRun run = {0};
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "no-terminal.json", NULL, NULL, path);
    join_path(lab->folder, "no-terminal", folder);
    main_run(lab, (const char *[]){path, "--out", folder, NULL}, &run);
    expect_exit_status(&run, 0);
    expect_text(run.out, "ZS ppl");
    main_clear(&run);
}

static void a_wrong_experiment_is_told_before_the_screen_opens(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    write_experiment(lab, "wrong.json", "\"sam\"", "\"summ\"", path);
    Screen *screen = open_screen(lab, "xterm-256color", (const char *[]){path, NULL});
    expect_end(screen, 2);
    expect_text(screen->sent, "there is no method \"summ\"");
    assert_null(strstr(screen->sent, "\033[?1049h"));
    free(screen);
}

static void a_race_that_cannot_load_is_told_on_the_screen_and_after_it(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "no-data.json", "/data\"", "/dada\"", path);
    join_path(lab->folder, "no-data", folder);
    Screen *screen =
        open_screen(lab, "xterm-256color", (const char *[]){path, "--out", folder, NULL});
    watch_for_event(screen, folder, "failed");
    watch_for_text(screen, "FAILED");
    type_keys(screen, "q");
    expect_end(screen, 1);
    expect_text(strstr(screen->sent, "\033[?1049l"), "tramlab: ");
    assert_null(strstr(screen->sent, "the run is in"));
    assert_int_equal(access(folder, F_OK), -1);
    free(screen);
}

/* -- what comes from files and names, and whatever is typed */

/* A window title, and a CSI of one byte (U+009B) that erases. */
static const char HOSTILE[] = "\033]0;pwned\a\302\2332J";

static void expect_no_hostile_bytes(const Screen *screen)
{
    assert_null(strstr(screen->sent, "\033]0;pwned"));
    assert_null(strstr(screen->sent, "\302\233"));
    assert_null(strstr(screen->sent, "pwned\a"));
}

static void make_folder_in(const char *folder, const char *name, char path[MAIN_PATH_BYTES])
{
    join_path(folder, name, path);
    assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
}

static void control_characters_in_names_and_files_never_reach_the_terminal(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    char home[MAIN_PATH_BYTES];
    char settings[MAIN_PATH_BYTES];
    char config[MAIN_PATH_BYTES];
    char theme[MAIN_PATH_BYTES];
    char name[128];
    char text[MAIN_PATH_BYTES + 256];
    snprintf(name, sizeof name, "run-%s", HOSTILE);
    join_path(lab->folder, name, folder);
    snprintf(name, sizeof name, "theme-%s.theme", HOSTILE);
    join_path(lab->folder, name, theme);
    snprintf(text, sizeof text, "text = %s\n", HOSTILE);
    write_text(theme, text);
    make_folder_in(lab->folder, ".config", home);
    make_folder_in(home, "tramlab", settings);
    join_path(settings, "config", config);
    snprintf(text, sizeof text, "theme = %s\nkey pause = %s\n%s\n", theme, HOSTILE, HOSTILE);
    write_text(config, text);
    write_experiment(lab, "hostile.json", "\"max_steps\": 8",
                     "\"_\": \"\\u001b]0;pwned\\u0007\", \"max_steps\": 8", path);
    Screen *screen =
        open_screen(lab, "xterm-256color", (const char *[]){path, "--out", folder, NULL});
    watch_for_event(screen, folder, "finished");
    watch_for_text(screen, "DONE");
    type_keys(screen, "e");                            /* all mistakes are told there */
    type_keys(screen, ":theme \033");                  /* what is typed is one more way in */
    type_keys(screen, ":w /nowhere/\302\2332J.csv\r"); /* and what is said about it */
    watch_for_text(screen, "nowhere");
    type_keys(screen, "q");
    expect_end(screen, 0);
    expect_text(screen->sent, "the run is in ");
    expect_no_hostile_bytes(screen);
    assert_int_equal(unlink(config), 0);
    free(screen);
}

static void hostile_experiments_are_refused_in_clean_words(void **state)
{
    static const char *const CHANGES[][2] = {
        {"\"name\": \"SAM\"", "\"name\": \"\\u001b]0;pwned\\u0007\""},
        {"\"method\": \"sam\"", "\"method\": \"\\u001b]0;pwned\\u0007\""},
        {"\"max_steps\": 8", "\"\\u001b]0;pwned\\u0007\": 8"},
    };
    const TinyLab *lab = *state;
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        char path[MAIN_PATH_BYTES];
        write_experiment(lab, "refused.json", CHANGES[i][0], CHANGES[i][1], path);
        Screen *screen = open_screen(lab, "xterm-256color", (const char *[]){path, NULL});
        expect_end(screen, 2);
        expect_text(screen->sent, "tramlab: ");
        expect_no_hostile_bytes(screen);
        free(screen);
    }
}

/* Any key but those that leave, write files or stop the whole job. */
static void type_at_random(const Screen *screen, uint32_t *random)
{
    static const char *const KEYS[] = {"\033[A",       "\033[B",        "\033[5~",   "\033[Z",
                                       "\033[<0;9;9M", "\033[<64;9;9M", "\033[200~", "\033[201~",
                                       "\033[<0;1;1M", "\033",          "\r",        "\t"};
    static const char LETTERS[] = " nNaADuU[]{}hjlrtL1234567890cCmexXyosSz+-Z,.vbdGT%?\f";
    *random = *random * 1664525U + 1013904223U;
    const uint32_t choice = *random >> 16;
    char letter[2] = {LETTERS[choice % (sizeof LETTERS - 1)], '\0'};
    type_keys(screen, choice % 4 == 0 ? KEYS[choice / 4 % (sizeof KEYS / sizeof *KEYS)] : letter);
}

/* Each lane's samples: one step after the other, none left out, none twice. */
static void expect_whole_record(const char *folder)
{
    char *metrics = text_in(folder, "metrics.jsonl");
    char *rest = NULL;
    struct {
        char name[64];
        unsigned step;
    } lanes[SPEC_LANES_MAX] = {0};
    assert_true(count_json_lines(metrics) > 3);
    for (char *line = strtok_r(metrics, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        unsigned step = 0;
        char name[64] = "";
        size_t lane = 0;
        assert_int_equal(sscanf(line, "{\"step\":%u,\"lane\":\"%63[^\"]", &step, name), 2);
        while (lanes[lane].name[0] != '\0' && strcmp(lanes[lane].name, name) != 0) {
            lane++;
        }
        if (lanes[lane].name[0] != '\0' && step != lanes[lane].step + 1) {
            fail_msg("%s: step %u after %u", name, step, lanes[lane].step);
        }
        snprintf(lanes[lane].name, sizeof lanes[lane].name, "%s", name);
        lanes[lane].step = step;
    }
    free(metrics);
}

static void whatever_is_typed_nothing_recorded_is_lost(void **state)
{
    const TinyLab *lab = *state;
    const char *wanted = getenv("SCREEN_FUZZ_ROUNDS");
    const long rounds = wanted != NULL ? strtol(wanted, NULL, 10) / 4 : 200;
    uint32_t random = 77;
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "typed.json", "\"max_steps\": 8", "\"max_steps\": 10000000", path);
    join_path(lab->folder, "typed", folder);
    Screen *screen =
        open_screen(lab, "xterm-256color", (const char *[]){path, "--out", folder, NULL});
    watch_for_event(screen, folder, "started");
    for (long round = 0; round < rounds; round++) {
        struct pollfd drawn = {.fd = screen->terminal, .events = POLLIN};
        type_at_random(screen, &random);
        while (poll(&drawn, 1, 1) > 0) {
            assert_true(watch(screen));
        }
        if (round % 16 == 0) {
            const struct winsize size = {.ws_row = (unsigned short)(1 + random % 100),
                                         .ws_col = (unsigned short)(1 + random / 128 % 300)};
            assert_int_equal(ioctl(screen->terminal, TIOCSWINSZ, &size), 0);
        }
    }
    kill(screen->process, SIGTERM);
    expect_end(screen, 0);
    assert_non_null(strstr(screen->sent, "\033[?1049l"));
    expect_whole_record(folder);
    assert_true(is_there(folder, "resume/state.json"));
    free(screen);
}

/* Ctrl-S, or a link that is stuck: the race goes on, and a signal still ends it. */
static void a_terminal_that_takes_nothing_holds_nothing_up(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    write_experiment(lab, "stuck.json", "\"max_steps\": 8", "\"max_steps\": 10000000", path);
    join_path(lab->folder, "stuck", folder);
    Screen *screen =
        open_screen(lab, "xterm-256color", (const char *[]){path, "--out", folder, NULL});
    watch_for_event(screen, folder, "started");
    watch_for_text(screen,
                   "steps/s"); /* the screen is up: ncurses, which would wait, has said its piece */
    const int its_end = open(ptsname(screen->terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(its_end >= 0);
    assert_int_equal(tcflow(its_end, TCOOFF), 0);
    wait_for_lines(folder, "metrics.jsonl", 300);
    kill(screen->process, SIGTERM);
    assert_int_equal(exit_status_of(screen->process), 0);
    assert_true(is_there(folder, "resume/state.json"));
    expect_whole_record(folder);
    close(its_end);
    close(screen->terminal);
    free(screen);
}

static void give_terminal_to(pid_t group)
{
    if (tcsetpgrp(STDIN_FILENO, group) != 0) {
        _exit(97);
    }
}

/* A shell that knows one job: says "shell>" when that stops, and brings it back at the next line typed. */
static void be_a_shell(const char *folder, const char *const *words)
{
    int status = 0;
    char byte = '\0';
    (void)signal(SIGTTOU, SIG_IGN);
    const pid_t job = fork();
    if (job == 0) {
        setpgid(0, 0);
        give_terminal_to(getpid());
        (void)signal(SIGTTOU, SIG_DFL);
        be_on_terminal(folder, "xterm-256color", words);
    }
    alarm(MAIN_SECONDS_MAX);
    while (waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status)) {
        give_terminal_to(getpgrp());
        if (write(STDOUT_FILENO, "shell>", 6) != 6 || read(STDIN_FILENO, &byte, 1) != 1) {
            _exit(96);
        }
        give_terminal_to(job);
        kill(-job, SIGCONT);
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 95);
}

static Screen *open_screen_in_shell(const TinyLab *lab, const char *const *words)
{
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    Screen *screen = calloc(1, sizeof *screen);
    assert_non_null(screen);
    fflush(NULL);
    screen->process = forkpty(&screen->terminal, NULL, NULL, &size);
    assert_true(screen->process >= 0);
    if (screen->process == 0) {
        be_a_shell(lab->folder, words);
    }
    return screen;
}

/* Ctrl-Z: the shell has the terminal, in order, and the race goes on; then the screen comes back. */
static void behind_the_shell_the_race_goes_on(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    struct termios modes;
    write_experiment(lab, "behind.json", "\"max_steps\": 8", "\"max_steps\": 10000000", path);
    join_path(lab->folder, "behind", folder);
    Screen *screen = open_screen_in_shell(lab, (const char *[]){path, "--out", folder, NULL});
    watch_for_event(screen, folder, "started");
    type_keys(screen, "\032");
    watch_for_text(screen, "\033[?1049l");
    watch_for_text(screen, "shell>");
    assert_int_equal(tcgetattr(screen->terminal, &modes), 0);
    assert_true((modes.c_lflag & ICANON) != 0 && (modes.c_lflag & ECHO) != 0);
    char *metrics = text_in(folder, "metrics.jsonl");
    const size_t lines = count_json_lines(metrics);
    free(metrics);
    /* Where the terminal itself has stopped the group, the shell may speak before the modes are all put back. */
    wait_for_lines(folder, "metrics.jsonl", lines + 30);
    (void)watch(screen);
    const size_t drawn = screen->used;
    wait_for_lines(folder, "metrics.jsonl", lines + 90);
    (void)watch(screen);
    assert_int_equal(screen->used, drawn); /* and not a byte on the shell's screen */
    screen->used = 0;
    screen->sent[0] = '\0';
    type_keys(screen, "\n");
    watch_for_text(screen, "\033[?1049h");
    watch_for_text(screen, "steps/s");
    type_keys(screen, "qs");
    expect_end(screen, 0);
    expect_whole_record(folder);
    free(screen);
}

/* The only child of that process. */
static pid_t child_of(pid_t process)
{
    char path[64];
    long child = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", process, process);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld", &child), 1);
    fclose(file);
    return (pid_t)child;
}

static void kill_9_leaves_a_sane_terminal_and_a_run_that_goes_on(void **state)
{
    const TinyLab *lab = *state;
    char path[MAIN_PATH_BYTES];
    char folder[MAIN_PATH_BYTES];
    struct termios modes;
    MainRun run = {0};
    write_experiment(lab, "kill-9.json", "\"max_steps\": 8",
                     "\"max_steps\": 400, \"save_steps\": 5", path);
    join_path(lab->folder, "kill-9", folder);
    Screen *screen =
        open_screen(lab, "xterm-256color", (const char *[]){path, "--out", folder, NULL});
    watch_for_event(screen, folder, "started");
    wait_for_lines(folder, "metrics.jsonl", 3 * 12);
    watch_for_text(screen, "steps/s");
    screen->used = 0;
    screen->sent[0] = '\0';
    assert_int_equal(kill(child_of(screen->process), SIGKILL), 0);
    watch_for_text(screen, "\033[?1049l");
    watch_for_text(screen, "--resume RUN_DIR");
    assert_int_equal(tcgetattr(screen->terminal, &modes), 0);
    assert_true((modes.c_lflag & ICANON) != 0 && (modes.c_lflag & ECHO) != 0);
    expect_end(screen, KILLED_BY_SIGNAL + SIGKILL);
    main_run(lab, (const char *[]){"run", "--resume", folder, NULL}, &run);
    expect_exit_status(&run, 0);
    char *events = text_in(folder, "events.jsonl");
    expect_in_last_line(events, "\"finished\"");
    free(events);
    main_clear(&run);
    free(screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_screen_and_plain_text_record_the_same_bits),
        cmocka_unit_test(a_signal_saves_and_gives_the_terminal_back),
        cmocka_unit_test(a_terminal_that_takes_nothing_holds_nothing_up),
        cmocka_unit_test(kill_9_leaves_a_sane_terminal_and_a_run_that_goes_on),
        cmocka_unit_test(behind_the_shell_the_race_goes_on),
        cmocka_unit_test(with_keep_a_lost_terminal_leaves_a_whole_run),
        cmocka_unit_test(paused_waits_for_the_key_and_discard_deletes),
        cmocka_unit_test(plain_text_is_for_those_who_ask_and_for_terminals_that_cannot),
        cmocka_unit_test(without_a_terminal_the_lab_runs_in_plain_text),
        cmocka_unit_test(a_wrong_experiment_is_told_before_the_screen_opens),
        cmocka_unit_test(a_race_that_cannot_load_is_told_on_the_screen_and_after_it),
        cmocka_unit_test(control_characters_in_names_and_files_never_reach_the_terminal),
        cmocka_unit_test(hostile_experiments_are_refused_in_clean_words),
        cmocka_unit_test(whatever_is_typed_nothing_recorded_is_lost),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
