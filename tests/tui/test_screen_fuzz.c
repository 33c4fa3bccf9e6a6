/* Random keys, mouse reports, pastes, command lines and sizes: nothing may crash, and the terminal must show what was drawn.
 * SCREEN_FUZZ_ROUNDS in the environment sets how many (`make check` runs 10,000 under the address sanitizer). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/control_bench.h"
#include "tui/lab_child.h"
#include "tui/mouse_control.h"
#include "tui/screen_model.h"
#include "tui/screen_painter.h"
#include "tui/view_lab.h"

enum { ROUNDS_DEFAULT = 400, ROWS_MAX = 100, COLUMNS_MAX = 300, INPUT_BYTES = 64 };

static int rounds_wanted(void)
{
    const char *text = getenv("SCREEN_FUZZ_ROUNDS");
    const long rounds = text != NULL ? strtol(text, NULL, 10) : 0;
    return rounds > 0 ? (int)rounds : ROUNDS_DEFAULT;
}

typedef struct Fuzz {
    uint32_t random;
    ControlBench bench;
    KeyDecoder decoder;
    ScreenPainter painter;
    CellGrid shown;
    CellGrid wanted;
    ScreenModel *model;
    uint32_t step;
    bool is_full;
} Fuzz;

static uint32_t below(uint32_t *random, uint32_t end)
{
    *random = *random * 1664525U + 1013904223U;
    return (uint32_t)(((uint64_t)*random * end) >> 32);
}

/* One input as a terminal sends it. */
static void random_input(uint32_t *random, char out[INPUT_BYTES])
{
    static const char *const SEQUENCES[] = {
        "\033OA", "\033OB",    "\033[A",    "\033[D",     "\033[5~",       "\033[6~",
        "\033OP", "\033[Z",    "\033[1;5C", "\033[0n",    "\033[",         "\033",
        "\033[<", "\033[200~", "\033[201~", "\033]2;x\a", "\033[?2026;2$y"};
    static const char *const PASTES[] = {"qk", "q\rk\r", "\003\003k", ":quit\r", "\033[0n]]", ""};
    switch (below(random, 8)) {
    case 0:
        (void)snprintf(out, INPUT_BYTES, "%s",
                       SEQUENCES[below(random, sizeof SEQUENCES / sizeof *SEQUENCES)]);
        return;
    case 1:
    case 2:
        (void)snprintf(out, INPUT_BYTES, "\033[<%u;%u;%u%c", below(random, 70), below(random, 320),
                       below(random, 120), below(random, 3) == 0 ? 'm' : 'M');
        return;
    case 3:
        (void)snprintf(out, INPUT_BYTES, "\033[200~%s\033[201~",
                       PASTES[below(random, sizeof PASTES / sizeof *PASTES)]);
        return;
    default:
        (void)snprintf(out, INPUT_BYTES, "%c", 1 + (int)below(random, 127));
        return;
    }
}

static void random_line(uint32_t *random, char out[INPUT_BYTES])
{
    static const char *const LINES[] = {"theme light",
                                        "set rho=.1",
                                        "set lanes.*.scale=7",
                                        "axis passes",
                                        "chart grad_norm",
                                        "glyphs ascii",
                                        "glyphs braille",
                                        "mouse on",
                                        "mouse off",
                                        "mouse",
                                        "step 3",
                                        "log",
                                        "smooth .9",
                                        "add sam",
                                        "remove SAM",
                                        "methods",
                                        "help",
                                        "set =",
                                        "x",
                                        "pause",
                                        "resume",
                                        "hide SAM",
                                        "open sample-runs/recorded/cross-domain/trio-seed-1",
                                        "close",
                                        "grid 4x3",
                                        "plot loss(TRAM) - loss(SAM) / 2",
                                        "diff loss",
                                        "diff TRAM SAM",
                                        "filter tram",
                                        "filter",
                                        "last 20",
                                        "sort best"};
    (void)snprintf(out, INPUT_BYTES, "%s", LINES[below(random, sizeof LINES / sizeof *LINES)]);
    if (below(random, 4) == 0) { /* a typing mistake */
        out[below(random, (uint32_t)strlen(out))] = (char)(32 + below(random, 95));
    }
}

static void resize(Fuzz *fuzz, int rows, int columns)
{
    cell_grid_destroy(&fuzz->shown);
    cell_grid_destroy(&fuzz->wanted);
    free(fuzz->model);
    assert_int_equal(cell_grid_create(&fuzz->shown, rows, columns), STATUS_OK);
    assert_int_equal(cell_grid_create(&fuzz->wanted, rows, columns), STATUS_OK);
    fuzz->model = model_create(rows, columns);
    fuzz->is_full = true;
}

static void obey_requests(Fuzz *fuzz)
{
    RunCommand command;
    while (command_queue_try_pop(fuzz->bench.commands, &command)) {
        if (command.kind == RUN_COMMAND_SET_KNOB) {
            bench_apply(&fuzz->bench, &command, fuzz->step);
        }
    }
    fuzz->bench.fixed.view.is_leaving = false; /* the race goes on for ever */
}

static void take_input(Fuzz *fuzz, const UiInput *input)
{
    if (input->key == UI_KEY_MOUSE) {
        mouse_control_take(&fuzz->bench.control, &fuzz->wanted, &input->mouse);
    } else if (!input->is_pasted) {
        (void)lab_control_key(&fuzz->bench.control, input->key);
    }
}

static void type_bytes(Fuzz *fuzz, const char *bytes)
{
    UiInput input;
    fuzz->bench.now += 0.3;
    for (; *bytes != '\0'; bytes++) {
        key_decoder_put(&fuzz->decoder, (UiKey)(unsigned char)*bytes, fuzz->bench.now);
        while (key_decoder_next(&fuzz->decoder, fuzz->bench.now, false, &input)) {
            take_input(fuzz, &input);
        }
    }
    while (key_decoder_next(&fuzz->decoder, fuzz->bench.now, true, &input)) {
        take_input(fuzz, &input);
    }
}

static void expect_shown(const Fuzz *fuzz, int round)
{
    for (int row = 0; row < fuzz->wanted.rows; row++) {
        for (int column = 0; column < fuzz->wanted.columns; column++) {
            const int32_t glyph = cell_grid_at(&fuzz->wanted, row, column).glyph;
            if (fuzz->model->cells[row][column].glyph != glyph) {
                fail_msg("round %d, %dx%d, row %d column %d: %d in place of %d", round,
                         fuzz->wanted.columns, fuzz->wanted.rows, row, column,
                         fuzz->model->cells[row][column].glyph, glyph);
            }
        }
    }
    assert_false(fuzz->model->has_scrolled || fuzz->model->is_confused);
}

static void draw(Fuzz *fuzz, int round)
{
    (void)view_lab_draw(fuzz->bench.fixed.state, &fuzz->bench.fixed.view, &fuzz->wanted);
    assert_int_equal(
        screen_painter_paint(&fuzz->painter, &fuzz->shown, &fuzz->wanted, fuzz->is_full),
        STATUS_OK);
    assert_int_equal(model_take(fuzz->model, fuzz->painter.bytes, fuzz->painter.size),
                     fuzz->painter.size);
    memcpy(fuzz->shown.cells, fuzz->wanted.cells,
           (size_t)fuzz->shown.rows * (size_t)fuzz->shown.columns * sizeof(Cell));
    fuzz->is_full = false;
    expect_shown(fuzz, round);
}

static void play_round(Fuzz *fuzz, int round)
{
    char text[INPUT_BYTES];
    random_input(&fuzz->random, text);
    type_bytes(fuzz, text);
    if (below(&fuzz->random, 10) == 0) {
        random_line(&fuzz->random, text);
        (void)lab_control_line(&fuzz->bench.control, text);
    }
    obey_requests(fuzz);
    if (below(&fuzz->random, 12) == 0) {
        resize(fuzz, 1 + (int)below(&fuzz->random, ROWS_MAX),
               1 + (int)below(&fuzz->random, COLUMNS_MAX));
    }
    if (below(&fuzz->random, 3) == 0) {
        fuzz->step++;
        give_steps(fuzz->bench.fixed.state, fuzz->step, fuzz->step, 3000.0);
    }
    draw(fuzz, round);
}

static void nothing_that_comes_in_breaks_the_screen(void **unused)
{
    (void)unused;
    const Theme theme = theme_default();
    const int rounds = rounds_wanted();
    Fuzz *fuzz = calloc(1, sizeof *fuzz);
    assert_non_null(fuzz);
    fuzz->random = 20261122;
    fuzz->step = 120;
    bench_open(&fuzz->bench);
    fuzz->bench.fixed.view.is_utf8 = true;
    screen_painter_init(&fuzz->painter, (PaintTerminal){256, true, true, true}, &theme);
    resize(fuzz, 24, 80);
    for (int round = 0; round < rounds; round++) {
        play_round(fuzz, round);
    }
    bench_close(&fuzz->bench);
    screen_painter_clear(&fuzz->painter);
    cell_grid_destroy(&fuzz->shown);
    cell_grid_destroy(&fuzz->wanted);
    free(fuzz->model);
    free(fuzz);
}

/* Whatever is open by now: paste, sequence, prompt, page, question. */
static void leave(PtyChild *child)
{
    static const char *const KEYS[] = {"\033[201~", "\033", "\033", "\033", "q",
                                       "s",         "\033", "q",    "s"};
    const size_t count = sizeof KEYS / sizeof *KEYS;
    const long end = pty_now_ms() + PTY_PATIENCE_MS;
    /* Again, for an Esc that comes with the next key is another key. */
    for (size_t i = 0; pty_now_ms() < end; i++) {
        (void)pty_listen(child, i % count < 4 ? 150 : 60);
        if (waitpid(child->process, &child->status, WNOHANG) != 0) {
            return;
        }
        pty_type(child, KEYS[i % count]);
    }
    assert_int_equal(pty_finish(child), 0);
}

static void the_whole_loop_survives_and_restores_the_terminal(void **unused)
{
    (void)unused;
    const int rounds = rounds_wanted();
    uint32_t random = 4242;
    PtyChild child;
    long step_ms = 2;
    pty_start(&child, 24, 80, NULL, lab_child_run, &step_ms);
    assert_true(pty_wait_for(&child, 0, "tramlab"));
    for (int round = 0; round < rounds; round++) {
        char input[INPUT_BYTES];
        random_input(&random, input);
        if (waitpid(child.process, &child.status, WNOHANG) != 0) {
            break; /* q, when the race was over */
        }
        /* Not Ctrl-Z, which would wait for a shell. */
        if (strchr(input, 26) == NULL) {
            pty_type(&child, input);
        }
        if (below(&random, 12) == 0) {
            pty_resize(&child, 1 + (int)below(&random, ROWS_MAX),
                       1 + (int)below(&random, COLUMNS_MAX));
        }
        (void)pty_listen(&child, round % 16 == 0 ? 30 : 1);
        if (child.size > PTY_OUTPUT_BYTES / 2) {
            child.size = 0; /* only the end matters */
        }
    }
    if (!WIFEXITED(child.status) || kill(child.process, 0) == 0) {
        leave(&child);
    }
    if (!WIFEXITED(child.status) || WEXITSTATUS(child.status) != 0) {
        /* What a sanitizer had to say is the end of it. */
        (void)fprintf(stderr, "%s\n", child.output + (child.size > 6000 ? child.size - 6000 : 0));
        fail_msg("the screen ended with status %#x", (unsigned)child.status);
    }
    while (poll(&(struct pollfd){.fd = child.terminal, .events = POLLIN}, 1, 50) > 0 &&
           pty_read(&child, 50)) {
    }
    expect_terminal_restored(&child);
    pty_free(&child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_comes_in_breaks_the_screen),
        cmocka_unit_test(the_whole_loop_survives_and_restores_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
