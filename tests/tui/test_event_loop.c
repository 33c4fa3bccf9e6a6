#include "tui/event_loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/signalfd.h>

#include "tui/lab_child.h"

/* What the child found out, as its exit status. */
enum {
    CHILD_KEPT = 20,
    CHILD_SAVED = 0,
    CHILD_DISCARDED,
    CHILD_FAILED,
    CHILD_UNUSABLE,
    CHILD_NO_KNOB
};

typedef struct ChildPlan {
    long step_ms;
    double expected_rho;   /* what SET_KNOB must have brought; 0 = none is expected */
    const char *view_path; /* NULL: nowhere */
    bool has_signals;
    bool is_kept;
    const UserConfig *config;
} ChildPlan;

static int run_screen(void *context)
{
    const ChildPlan *plan = context;
    FakeRace *race = calloc(1, sizeof *race);
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &signals, NULL);
    if (race == NULL || !fake_race_start(race, plan->step_ms)) {
        return CHILD_FAILED;
    }
    LabScreen screen = lab_child_screen(race);
    screen.view_path = plan->view_path;
    screen.is_kept = plan->is_kept;
    screen.config = plan->config;
    screen.signal_fd = plan->has_signals ? signalfd(-1, &signals, SFD_CLOEXEC) : -1;
    LabExit how = LAB_EXIT_SAVE;
    Problem problem = {0};
    const Status status = event_loop_run(&screen, &how, &problem);
    if (status != STATUS_OK) {
        (void)command_queue_push(race->commands, &(RunCommand){.kind = RUN_COMMAND_STOP});
        fake_race_join(race);
        free(race);
        return status == STATUS_TERMINAL_UNUSABLE ? CHILD_UNUSABLE : CHILD_FAILED;
    }
    if (how == LAB_EXIT_KEPT) {
        fake_race_join(race); /* to its end, by itself */
        const bool is_whole = race->step == race->max_steps;
        free(race);
        return is_whole ? CHILD_KEPT : CHILD_FAILED;
    }
    const bool has_knob =
        plan->expected_rho == 0.0
            ? race->set_count == 0
            : race->last_set.knob == KNOB_RHO && race->last_set.value == plan->expected_rho;
    fake_race_join(race);
    free(race);
    return !has_knob ? CHILD_NO_KNOB : how == LAB_EXIT_SAVE ? CHILD_SAVED : CHILD_DISCARDED;
}

static void a_knob_turned_by_key_reaches_the_race_and_quit_saves(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 20, .expected_rho = 1.0};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    pty_type(&child, "]");
    assert_true(pty_wait_for(&child, 0, "applied"));
    pty_type(&child, "q");
    assert_true(pty_wait_for(&child, 0, "The race is not over"));
    pty_type(&child, "s");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    expect_terminal_restored(&child);
    pty_free(&child);
}

static void a_typed_command_reaches_the_race_and_k_discards(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 20, .expected_rho = 0.07};
    PtyChild child;
    pty_start(&child, 40, 120, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    pty_type(&child, ":set lanes.T\trh\t.07\r");
    assert_true(pty_wait_for(&child, 0, "applied"));
    pty_type(&child, "\003");
    (void)pty_listen(&child, 200);
    pty_type(&child, "\003");
    assert_true(pty_wait_for(&child, 0, "The race is not over"));
    pty_type(&child, "k");
    assert_int_equal(pty_finish(&child), CHILD_DISCARDED);
    expect_terminal_restored(&child);
    pty_free(&child);
}

static void page_up_at_the_end_of_the_help_is_seen_at_once(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 20};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    pty_type(&child, "?");
    assert_true(pty_wait_for(&child, 0, "Help"));
    for (int i = 0; i < 20; i++) {
        pty_type(&child, " ");
    }
    assert_true(pty_wait_for(&child, 0, "help    quit"));
    (void)pty_listen(&child, 200);
    const size_t end = child.size;
    pty_type(&child, "\033[5~");
    assert_true(pty_wait_for(&child, end, "Command line"));
    pty_type(&child, "qqk");
    (void)pty_finish(&child);
    pty_free(&child);
}

static void lanes_join_and_leave_from_the_keyboard(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 20};
    PtyChild child;
    pty_start(&child, 40, 120, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    pty_type(&child, ":add asam name=late\r");
    assert_true(pty_wait_for(&child, 0, "late"));
    assert_true(pty_wait_for(&child, 0, "joined"));
    pty_type(&child, "m");
    assert_true(pty_wait_for(&child, 0, "adds it at"));
    pty_type(&child, "A\033");
    assert_true(pty_wait_for(&child, 0, "tram-prev"));
    (void)pty_listen(&child, 200);
    pty_type(&child, "D");
    assert_true(pty_wait_for(&child, 0, "remove TRAM?"));
    pty_type(&child, "y");
    assert_true(pty_wait_for(&child, 0, "has left"));
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    pty_free(&child);
}

/* Whoever opens the experiment again must see at once that lanes are missing, and how to get them back. */
static void lanes_hidden_last_time_are_told_on_reopening(void **unused)
{
    (void)unused;
    static const char *const FILES[] = {"{\"filter\": \"tram\"}", "{\"hidden\": [\"SAM\"]}"};
    static const char *const NOTICES[] = {"only 1 of 3 lanes are shown: filter \"tram\" (/",
                                          "only 2 of 3 lanes are shown: H"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        char path[] = "/tmp/tramlab-view-XXXXXX";
        const int descriptor = mkstemp(path);
        assert_true(descriptor >= 0);
        assert_int_equal(write(descriptor, FILES[i], strlen(FILES[i])), strlen(FILES[i]));
        assert_int_equal(close(descriptor), 0);
        ChildPlan plan = {.step_ms = 20, .view_path = path};
        PtyChild child;
        pty_start(&child, 24, 120, NULL, run_screen, &plan);
        assert_true(pty_wait_for(&child, 0, NOTICES[i]));
        assert_true(pty_wait_for(&child, 0, i == 0 ? "1 of 3 lanes" : "2 of 3 lanes"));
        pty_type(&child, "qs");
        assert_int_equal(pty_finish(&child), CHILD_SAVED);
        pty_free(&child);
        (void)unlink(path);
    }
}

static void a_run_that_was_open_beside_and_is_gone_is_told(void **unused)
{
    (void)unused;
    static const char FILE_TEXT[] = "{\"references\": [\"/nowhere/run\"]}";
    char path[] = "/tmp/tramlab-view-XXXXXX";
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, FILE_TEXT, strlen(FILE_TEXT)), strlen(FILE_TEXT));
    assert_int_equal(close(descriptor), 0);
    ChildPlan plan = {.step_ms = 20, .view_path = path};
    PtyChild child;
    pty_start(&child, 24, 120, NULL, run_screen, &plan);
    assert_true(
        pty_wait_for(&child, 0, "was open beside last time, and is forgotten: /nowhere/run"));
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    pty_free(&child);
    (void)unlink(path);
}

static void synchronized_output_can_be_left_out(void **unused)
{
    (void)unused;
    static UserConfig config;
    PtyChild child;
    user_config_init(&config);
    config.sync = USER_CHOICE_OFF;
    ChildPlan plan = {.step_ms = 20, .config = &config};
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "steps/s"));
    assert_null(strstr(child.output, "\033[?2026"));
    assert_non_null(strstr(child.output, "\033[?2004h")); /* pastes are still told from keys */
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    pty_free(&child);
}

/* Every question is answered after 0.3 s: after three of them there are fewer frames, and the status line says why. */
static void a_link_that_answers_slowly_gets_fewer_frames_and_is_told(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 20};
    PtyChild child;
    size_t answered = 0;
    pty_start(&child, 40, 120, NULL, run_screen, &plan);
    const long end = pty_now_ms() + PTY_PATIENCE_MS;
    while (pty_now_ms() < end && strstr(child.output, "slow link: 5 fps") == NULL) {
        (void)pty_read(&child, 50);
        const char *asked = strstr(child.output + answered, "\033[5n");
        if (asked != NULL) {
            (void)pty_listen(&child, 300);
            answered = (size_t)(asked - child.output) + 1;
            pty_type(&child, "\033[0n");
        }
    }
    assert_non_null(strstr(child.output, "slow link: 5 fps"));
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    pty_free(&child);
}

static void the_first_frame_stands_while_the_race_still_loads(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 10000}; /* loads for 40 s */
    PtyChild child;
    const long start = pty_now_ms();
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "waiting for the first value"));
    assert_true(pty_now_ms() - start < 30000);
    assert_int_equal(kill(child.process, SIGKILL), 0); /* nobody waits for the rest of it */
    assert_int_equal(pty_finish(&child), 1000 + SIGKILL);
    pty_free(&child);
}

static void a_paused_race_writes_nothing(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 10};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "RUN"));
    pty_type(&child, " ");
    assert_true(pty_wait_for(&child, 0, "PAUSE"));
    assert_true(pty_wait_for_silence(&child, 1000));
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    pty_free(&child);
}

static void a_finished_race_stays_until_q(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 1};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "DONE"));
    (void)pty_listen(&child, 300);
    assert_int_equal(waitpid(child.process, &child.status, WNOHANG), 0);
    pty_type(&child, "q");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    pty_free(&child);
}

static void sizes_may_change_at_any_time(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 10};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    for (int i = 0; i < 60; i++) {
        pty_resize(&child, 1 + i * 37 % 90, 1 + i * 71 % 290);
        (void)pty_listen(&child, i % 5 == 0 ? 80 : 2);
    }
    pty_resize(&child, 9, 50);
    assert_true(pty_wait_for(&child, child.size, "40x10 is the smallest size; this is 50x9"));
    pty_resize(&child, 24, 80);
    (void)pty_listen(&child, 300);
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    expect_terminal_restored(&child);
    pty_free(&child);
}

static void any_typing_is_survived(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 5, .expected_rho = -1.0};
    PtyChild child;
    uint32_t random = 99;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    for (int i = 0; i < 3000; i++) {
        random = random * 1664525U + 1013904223U;
        const char key[2] = {(char)(random >> 24 & 0x7F), '\0'};
        /* Not s and k, which would answer the quit question, and not Ctrl-Z, which stops the child as it should. */
        if (key[0] != '\0' && key[0] != 's' && key[0] != 'k' && key[0] != 26) {
            pty_type(&child, key);
        }
        if (i % 50 == 0) {
            (void)pty_listen(&child, 20);
        }
    }
    /* Whatever is open is left, and then the race; until it is, for an Esc that comes with the next key is another key. */
    const long end = pty_now_ms() + PTY_PATIENCE_MS;
    while (waitpid(child.process, &child.status, WNOHANG) == 0) {
        static const char *const KEYS[] = {"\033", "\033", "\033", "q", "s"};
        assert_true(pty_now_ms() < end);
        for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
            pty_type(&child, KEYS[i]);
            (void)pty_listen(&child, 200);
        }
    }
    assert_true(WIFEXITED(child.status));
    assert_int_equal(WEXITSTATUS(child.status), CHILD_NO_KNOB); /* they were turned at random */
    pty_free(&child);
}

static void a_signal_stops_and_saves(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 10, .has_signals = true};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    assert_int_equal(kill(child.process, SIGTERM), 0);
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    expect_terminal_restored(&child);
    pty_free(&child);
}

static void a_terminal_that_hangs_up_stops_and_saves(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 10, .has_signals = true};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    assert_int_equal(close(child.terminal), 0);
    child.terminal = -1;
    assert_int_equal(waitpid(child.process, &child.status, 0), child.process);
    assert_true(WIFEXITED(child.status));
    assert_int_equal(WEXITSTATUS(child.status), CHILD_SAVED);
    pty_free(&child);
}

static void with_keep_the_race_outlives_its_terminal(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 5, .has_signals = true, .is_kept = true};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    assert_int_equal(close(child.terminal), 0);
    child.terminal = -1;
    assert_int_equal(waitpid(child.process, &child.status, 0), child.process);
    assert_true(WIFEXITED(child.status));
    assert_int_equal(WEXITSTATUS(child.status), CHILD_KEPT);
    pty_free(&child);
}

/* A shell of one job: it is told when the job stops, says so, and brings it back. */
static int run_as_job(void *context)
{
    int status = 0;
    (void)signal(SIGTTOU, SIG_IGN);
    const pid_t job = fork();
    if (job == 0) {
        (void)setpgid(0, 0);
        (void)tcsetpgrp(STDIN_FILENO, getpid());
        (void)signal(SIGTTOU, SIG_DFL);
        _exit(run_screen(context));
    }
    (void)setpgid(job, job);
    while (waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status)) {
        (void)tcsetpgrp(STDIN_FILENO, getpid());
        (void)write(STDOUT_FILENO, "<stopped>", 9);
        (void)tcsetpgrp(STDIN_FILENO, job);
        (void)kill(-job, SIGCONT);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : CHILD_FAILED;
}

static void a_stopped_job_gives_the_terminal_back_and_comes_again(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 20};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_as_job, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    for (int round = 0; round < 2; round++) {
        const size_t before = child.size;
        if (round == 0) {
            pty_type(&child, "\032");
        } else { /* by another process */
            pid_t job = 0;
            assert_int_equal(ioctl(child.terminal, TIOCGPGRP, &job), 0);
            assert_int_equal(kill(job, SIGTSTP), 0);
        }
        assert_true(pty_wait_for(&child, before, "<stopped>"));
        const char *stopped = strstr(child.output + before, "<stopped>");
        const char *left = strstr(child.output + before, "\033[?1049l");
        assert_true(left != NULL && left < stopped);
        assert_non_null(strstr(child.output + before, "\033[?2004l"));
        const size_t resumed = (size_t)(stopped - child.output);
        assert_true(pty_wait_for(&child, resumed, "\033[?1049h"));
        assert_true(pty_wait_for(&child, resumed, "tramlab"));
    }
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    expect_terminal_restored(&child);
    pty_free(&child);
}

static void the_window_has_a_title_and_clicks_choose_a_lane(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 20};
    PtyChild child;
    pty_start(&child, 40, 120, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    assert_non_null(strstr(child.output, "\033]2;tramlab: cross-domain\a"));
    assert_non_null(strstr(child.output, "\033[?1000h"));
    (void)pty_listen(&child, 200);
    const size_t before = child.size;
    pty_type(&child, "\033[<0;6;4M\033[<0;6;4m"); /* the first lane of the table */
    assert_true(pty_wait_for(&child, before, "AdamW"));
    pty_type(&child, "%");
    assert_true(pty_wait_for(&child, before, "\033[?1000l"));
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    pty_free(&child);
}

static void over_a_network_the_mouse_is_the_terminals(void **unused)
{
    (void)unused;
    static const char *const SSH[] = {"SSH_TTY", "/dev/pts/7", NULL};
    ChildPlan plan = {.step_ms = 20};
    PtyChild child;
    pty_start(&child, 24, 80, SSH, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    assert_null(strstr(child.output, "\033[?1000h"));
    pty_type(&child, ":mouse on\r");
    assert_true(pty_wait_for(&child, 0, "\033[?1000h"));
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    assert_non_null(strstr(child.output, "\033[?1000l"));
    pty_free(&child);
}

static void ctrl_z_where_nobody_could_resume_just_repaints(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 10};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    const size_t before = child.size;
    pty_type(&child,
             "\032"); /* the child leads its session: the kernel does not stop an orphaned group */
    assert_true(pty_wait_for(&child, before, "\033[?1049l"));
    assert_true(pty_wait_for(&child, before, "tramlab"));
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    expect_terminal_restored(&child);
    pty_free(&child);
}

static void a_dumb_terminal_is_handed_back_untouched(void **unused)
{
    (void)unused;
    static const char *const ENVIRONMENT[] = {"TERM", "dumb", NULL};
    ChildPlan plan = {.step_ms = 1};
    PtyChild child;
    pty_start(&child, 24, 80, ENVIRONMENT, run_screen, &plan);
    assert_int_equal(pty_finish(&child), CHILD_UNUSABLE);
    assert_int_equal(child.size, 0);
    pty_free(&child);
}

static void themes_change_live_and_mistakes_are_one_line(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 20};
    PtyChild child;
    pty_start(&child, 24, 120, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    pty_type(&child, "T");
    assert_true(pty_wait_for(&child, 0, "theme: light"));
    pty_type(&child, ":theme nosuch\r");
    assert_true(pty_wait_for(&child, 0, "no theme \"nosuch\""));
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    pty_free(&child);
}

static void a_theme_is_shown_while_its_name_is_typed(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 20};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    const size_t before = child.size;
    pty_type(&child, ":theme light");
    assert_true(pty_wait_for(&child, before, "48;5;253")); /* its status line */
    const size_t shown = child.size;
    pty_type(&child, "\033");
    assert_true(pty_wait_for(&child, shown, "48;5;236")); /* and the first one's again */
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    pty_free(&child);
}

static void what_is_pasted_presses_no_keys(void **unused)
{
    (void)unused;
    ChildPlan plan = {.step_ms = 20, .expected_rho = 0.07};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    pty_type(&child, "\033[200~qk\r]]\003\033[201~");
    pty_type(&child, ":\033[200~set lanes.T\r\t\033[201~RAM.rho=.07\r");
    assert_true(pty_wait_for(&child, 0, "applied"));
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), CHILD_SAVED);
    pty_free(&child);
}

static int crash(void *context)
{
    (void)context;
    struct termios modes;
    (void)tcgetattr(STDIN_FILENO, &modes);
    cfmakeraw(&modes);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &modes);
    event_loop_reset_terminal_in_crash();
    return 0;
}

static void a_crash_leaves_a_sane_terminal(void **unused)
{
    (void)unused;
    PtyChild child;
    pty_start(&child, 24, 80, NULL, crash, NULL);
    assert_int_equal(pty_finish(&child), 0);
    expect_terminal_restored(&child);
    assert_non_null(strstr(child.output, "\033[?25h"));
    pty_free(&child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_knob_turned_by_key_reaches_the_race_and_quit_saves),
        cmocka_unit_test(a_typed_command_reaches_the_race_and_k_discards),
        cmocka_unit_test(page_up_at_the_end_of_the_help_is_seen_at_once),
        cmocka_unit_test(lanes_join_and_leave_from_the_keyboard),
        cmocka_unit_test(lanes_hidden_last_time_are_told_on_reopening),
        cmocka_unit_test(a_run_that_was_open_beside_and_is_gone_is_told),
        cmocka_unit_test(synchronized_output_can_be_left_out),
        cmocka_unit_test(a_link_that_answers_slowly_gets_fewer_frames_and_is_told),
        cmocka_unit_test(the_first_frame_stands_while_the_race_still_loads),
        cmocka_unit_test(a_paused_race_writes_nothing),
        cmocka_unit_test(a_finished_race_stays_until_q),
        cmocka_unit_test(sizes_may_change_at_any_time),
        cmocka_unit_test(any_typing_is_survived),
        cmocka_unit_test(a_signal_stops_and_saves),
        cmocka_unit_test(a_terminal_that_hangs_up_stops_and_saves),
        cmocka_unit_test(with_keep_the_race_outlives_its_terminal),
        cmocka_unit_test(a_stopped_job_gives_the_terminal_back_and_comes_again),
        cmocka_unit_test(the_window_has_a_title_and_clicks_choose_a_lane),
        cmocka_unit_test(over_a_network_the_mouse_is_the_terminals),
        cmocka_unit_test(ctrl_z_where_nobody_could_resume_just_repaints),
        cmocka_unit_test(a_dumb_terminal_is_handed_back_untouched),
        cmocka_unit_test(themes_change_live_and_mistakes_are_one_line),
        cmocka_unit_test(a_theme_is_shown_while_its_name_is_typed),
        cmocka_unit_test(what_is_pasted_presses_no_keys),
        cmocka_unit_test(a_crash_leaves_a_sane_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
