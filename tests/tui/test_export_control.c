#include "tui/export_control.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "tui/control_bench.h"
#include "tui/seed_states.h"

typedef struct ExportBench {
    ControlBench bench;
    char folder[64];
    Theme theme;
    CellGrid grid;
} ExportBench;

static int open_bench(void **state)
{
    ExportBench *export = calloc(1, sizeof *export);
    if (export == NULL) {
        return -1;
    }
    strcpy(export->folder, "/tmp/tramlab-test-XXXXXX");
    if (mkdtemp(export->folder) == NULL) {
        return -1;
    }
    bench_open(&export->bench);
    export->bench.fixed.view.run_directory = export->folder;
    export->theme = theme_default();
    *state = export;
    return cell_grid_create(&export->grid, 24, 80) == STATUS_OK ? 0 : -1;
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
    ExportBench *export = *state;
    bench_close(&export->bench);
    cell_grid_destroy(&export->grid);
    const int result = nftw(export->folder, remove_visited, 16, FTW_DEPTH | FTW_PHYS);
    free(export);
    return result;
}

/* Type "w FOLDER/name" (or w!), and write. */
static void write_to(ExportBench *export, const char *word, const char *name)
{
    char line[256];
    (void)snprintf(line, sizeof line, "%s %s/%s", word, export->folder, name);
    assert_int_equal(lab_control_line(&export->bench.control, line), UI_REQUEST_EXPORT);
    export_control_write(&export->bench.control, &export->theme, &export->grid);
}

static char *text_of(const ExportBench *export, const char *name)
{
    char path[256];
    char *text = NULL;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/%s", export->folder, name);
    assert_int_equal(json_read_text(path, 1 << 24, &text, &size, NULL), STATUS_OK);
    return text;
}

static void expect_message(const ExportBench *export, Role role, const char *words)
{
    const ViewState *view = &export->bench.fixed.view;
    if (strstr(view->message, words) == NULL) {
        fail_msg("\"%s\" is not in: %s", words, view->message);
    }
    assert_int_equal(view->message_role, role);
}

static void w_writes_the_focused_chart(void **state)
{
    ExportBench *export = *state;
    export->bench.fixed.view.chart = CHART_PERTURBATION;
    write_to(export, ":w", "norm.csv");
    expect_message(export, ROLE_TEXT, "norm.csv: the chart's data as CSV");
    char *text = text_of(export, "norm.csv");
    assert_int_equal(strncmp(text, "lane,step,passes,seconds,perturbation_norm\nSAM,0,0,0,", 52),
                     0);
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++) {
        lines += *c == '\n' ? 1 : 0;
    }
    assert_int_equal(lines, 1 + 2 * 121);
    free(text);
}

static void what_came_of_it_is_an_event_too(void **state)
{
    ExportBench *export = *state;
    char text[RUN_EVENT_TEXT_BYTES + 64];
    const LabState *lab = export->bench.fixed.state;
    write_to(export, "w", "loss.json");
    lab_state_event_text(lab, lab->event_count - 1, text, sizeof text);
    assert_non_null(strstr(text, "loss.json: the chart as JSON"));
    write_to(export, "w", "no/loss.json");
    expect_message(export, ROLE_ERROR, "No such file or directory");
    lab_state_event_text(lab, lab->event_count - 1, text, sizeof text);
    assert_non_null(strstr(text, "No such file or directory"));
}

static void an_older_file_needs_the_exclamation_mark(void **state)
{
    ExportBench *export = *state;
    write_to(export, "w", "a.csv");
    export->bench.fixed.view.chart = CHART_KL;
    write_to(export, "w", "a.csv");
    expect_message(export, ROLE_ERROR, "is there already; nothing was written (:w! replaces it)");
    char *text = text_of(export, "a.csv");
    assert_non_null(strstr(text, "seconds,loss,"));
    free(text);
    write_to(export, "w!", "a.csv");
    expect_message(export, ROLE_TEXT, "wrote");
    text = text_of(export, "a.csv");
    assert_non_null(strstr(text, "seconds,kl_in_domain\n"));
    free(text);
}

static void txt_is_the_whole_screen_in_the_themes_colours(void **state)
{
    ExportBench *export = *state;
    write_to(export, "w", "screen.txt");
    expect_message(export, ROLE_TEXT, "the screen as text");
    char *text = text_of(export, "screen.txt");
    assert_non_null(strstr(text, "step 120/200"));
    assert_non_null(strstr(text, "\033[;38;5;39m"));
    assert_null(strstr(text, "screen.txt")); /* no message in the picture */
    free(text);
}

static int count_cells(const CellGrid *grid, Role role)
{
    int count = 0;
    for (int cell = 0; cell < grid->rows * grid->columns; cell++) {
        count += grid->cells[cell].role == role;
    }
    return count;
}

static void of_several_seeds_the_screen_has_their_bands(void **state)
{
    ExportBench *export = *state;
    SeedStates states;
    seed_states_create(&states, 5);
    seed_states_race(&states);
    seed_states_average(&states);
    export->bench.control.state = states.fixed.state;
    export->bench.fixed.view.page = VIEW_PAGE_CHART; /* evaluations: no raw points behind them */
    export->bench.fixed.view.chart = 1;
    write_to(export, "w", "seeds.txt");
    expect_message(export, ROLE_TEXT, "the screen as text");
    char *text = text_of(export, "seeds.txt");
    assert_non_null(strstr(text, "\u00b195% of 5 seeds"));
    free(text);
    assert_true(count_cells(&export->grid, ROLE_RAW_2) > 10);
    write_to(export, "w", "seeds.csv");
    text = text_of(export, "seeds.csv");
    assert_non_null(
        strstr(text, "perplexity,zero_shot_perplexity_low,zero_shot_perplexity_high\n"));
    free(text);
    export->bench.control.state = export->bench.fixed.state;
    seed_states_destroy(&states);
}

static void without_a_known_ending_it_says_which_there_are(void **state)
{
    ExportBench *export = *state;
    write_to(export, "w", "loss.gif");
    expect_message(export, ROLE_ERROR, ".csv .json .svg .png (the chart)");
    assert_int_equal(lab_control_line(&export->bench.control, "w"), UI_REQUEST_NONE);
    expect_message(export, ROLE_ERROR, "usage: w FILE");
}

static void e_asks_and_proposes_a_name_in_the_run_directory(void **state)
{
    ExportBench *export = *state;
    LabControl *control = &export->bench.control;
    char wanted[160];
    const struct {
        UiKey key;
        const char *name;
    } answers[] = {{'s', "loss-120.svg"},
                   {'p', "loss-120.png"},
                   {'c', "loss-120.csv"},
                   {'j', "loss-120.json"},
                   {'t', "screen-120.ansi"}};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        assert_int_equal(lab_control_key(control, 'E'), UI_REQUEST_NONE);
        expect_message(export, ROLE_PROMPT, "s SVG  p PNG  c CSV  j JSON");
        assert_int_equal(lab_control_key(control, answers[i].key), UI_REQUEST_PROMPT);
        (void)snprintf(wanted, sizeof wanted, "w %s/%s", export->folder, answers[i].name);
        assert_string_equal(control->prefill, wanted);
    }
    assert_int_equal(lab_control_key(control, 'E'), UI_REQUEST_NONE);
    assert_int_equal(lab_control_key(control, 'n'), UI_REQUEST_NONE); /* not a step */
    bench_sent_nothing(&export->bench);
    expect_message(export, ROLE_TEXT, "nothing written");
    assert_int_equal(lab_control_key(control, 'n'), UI_REQUEST_NONE);
    assert_int_equal(bench_sent(&export->bench).kind, RUN_COMMAND_STEP);
}

static void a_proposed_name_holds_plain_characters_only(void **state)
{
    ExportBench *export = *state;
    LabControl *control = &export->bench.control;
    strcpy(export->bench.fixed.state->spec->zero_shot_domains[0], "../a b\x1b[2J\"c\"");
    export->bench.fixed.view.chart_metrics[0] = METRIC_DOMAIN_FIRST;
    assert_int_equal(lab_control_key(control, 'E'), UI_REQUEST_NONE);
    assert_int_equal(lab_control_key(control, 'p'), UI_REQUEST_PROMPT);
    if (strstr(control->prefill, "/perplexity----a-b--2J-c--120.png") == NULL) {
        fail_msg("%s", control->prefill);
    }
}

#define TEST_AT_THE_BENCH(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_AT_THE_BENCH(w_writes_the_focused_chart),
        TEST_AT_THE_BENCH(what_came_of_it_is_an_event_too),
        TEST_AT_THE_BENCH(an_older_file_needs_the_exclamation_mark),
        TEST_AT_THE_BENCH(txt_is_the_whole_screen_in_the_themes_colours),
        TEST_AT_THE_BENCH(of_several_seeds_the_screen_has_their_bands),
        TEST_AT_THE_BENCH(without_a_known_ending_it_says_which_there_are),
        TEST_AT_THE_BENCH(e_asks_and_proposes_a_name_in_the_run_directory),
        TEST_AT_THE_BENCH(a_proposed_name_holds_plain_characters_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
