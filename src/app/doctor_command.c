#include "app/doctor_command.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/complaint.h"
#include "app/experiment_file.h"
#include "app/machine_facts.h"
#include "app/test_pattern.h"
#include "app/user_folders.h"
#include "app/version.h"
#include "base/json.h"
#include "base/text.h"
#include "kernels/gemm.h"
#include "tui/ansi_text.h"
#include "tui/layout.h"
#include "tui/terminal_facts.h"
#include "tui/user_config.h"
#include "tui/view_state.h"

/* One finding goes to a line of text and, with its plain value, to a member of the document. */
typedef struct Findings {
    Json *document; /* NULL: print lines */
    Json *section;
    bool is_complete;
} Findings;

static void begin_section(Findings *findings, const char *key, const char *title)
{
    if (findings->document == NULL) {
        printf("%s\n", title);
        return;
    }
    findings->section = json_new_object();
    findings->is_complete =
        json_add(findings->document, key, findings->section) && findings->is_complete;
}

static void say(const char *label, const char *text, const char *remark)
{
    printf("  %-15s%s%s%s\n", label, text[0] != '\0' ? text : "-", remark[0] != '\0' ? ": " : "",
           remark);
}

/* remark: for people only */
static void find_text(Findings *findings, const char *key, const char *label, const char *text,
                      const char *remark)
{
    if (findings->document == NULL) {
        say(label, text, remark);
    } else if (findings->is_complete) {
        findings->is_complete = json_add_string(findings->section, key, text);
    }
}

static void find_truth(Findings *findings, const char *key, const char *label, bool is_true,
                       const char *remark)
{
    if (findings->document == NULL) {
        say(label, is_true ? "yes" : "no", remark);
    } else if (findings->is_complete) {
        findings->is_complete = json_add_bool(findings->section, key, is_true);
    }
}

static void find_number(Findings *findings, const char *key, const char *label, double value,
                        const char *unit)
{
    if (findings->document == NULL) {
        char number[64];
        char text[128];
        text_number(value, 9, number, sizeof number);
        snprintf(text, sizeof text, "%s%s%s", number, unit[0] != '\0' ? " " : "", unit);
        say(label, text, "");
    } else if (findings->is_complete) {
        findings->is_complete = json_add_number(findings->section, key, value);
    }
}

static const char *type_remark(const TerminalFacts *facts)
{
    if (!facts->is_terminal) {
        return "stdin and stdout are not both a terminal: plain text";
    }
    if (facts->drawn_as[0] == '\0') {
        return "no screen can be drawn: plain text; set TERM=xterm-256color";
    }
    return facts->is_known ? "" : "not known on this machine";
}

static void find_size(Findings *findings, const TerminalFacts *facts)
{
    char size[64];
    char remark[96] = "";
    if (findings->document != NULL) {
        find_number(findings, "columns", "", facts->columns, "");
        find_number(findings, "rows", "", facts->rows, "");
        return;
    }
    snprintf(size, sizeof size, "%d columns, %d rows", facts->columns, facts->rows);
    if (facts->columns < LAYOUT_COLUMNS_MIN || facts->rows < LAYOUT_ROWS_MIN) {
        snprintf(remark, sizeof remark, "too small, the lab needs %dx%d", LAYOUT_COLUMNS_MIN,
                 LAYOUT_ROWS_MIN);
    }
    find_text(findings, "", "size", facts->is_terminal ? size : "",
              facts->is_terminal ? remark : "");
}

static void find_answers(Findings *findings, const TerminalFacts *facts)
{
    char remark[64] = "";
    const TerminalAnswer *answer = &facts->answer;
    if (answer->has_answered) {
        snprintf(remark, sizeof remark, "after %.1f ms", 1000.0 * answer->seconds);
    }
    find_truth(findings, "answers", "answers", answer->has_answered,
               !facts->is_asked       ? "not asked"
               : answer->has_answered ? remark
                                      : "frames are not paced by it");
    if (findings->document != NULL) {
        find_number(findings, "answer_ms", "", 1000.0 * answer->seconds, "");
    }
    find_truth(findings, "synchronized_output", "synchronized", answer->knows_sync,
               answer->knows_sync ? "a frame is shown at once"
                                  : "a frame may be seen while it is drawn");
}

static void find_terminal(Findings *findings, const TerminalFacts *facts)
{
    begin_section(findings, "terminal", "Terminal");
    find_truth(findings, "is_terminal", "a terminal", facts->is_terminal, "");
    find_text(findings, "term", "TERM", facts->term, type_remark(facts));
    find_text(findings, "drawn_as", "drawn as", facts->drawn_as, "");
    find_size(findings, facts);
    find_text(findings, "locale", "locale", facts->locale,
              facts->locale[0] == '\0' ? "none is set" : "");
    find_text(findings, "charset", "characters", facts->charset, "");
    find_truth(findings, "is_utf8", "UTF-8", facts->is_utf8,
               facts->is_utf8 ? "" : "try LANG=C.UTF-8");
    find_number(findings, "colours", "colours", facts->colours, "");
    find_truth(findings, "no_color", "NO_COLOR", facts->has_no_color, "");
    find_text(findings, "glyphs", "glyphs", view_state_glyphs_name(facts->glyphs),
              facts->glyph_reason);
    if (findings->document != NULL) {
        find_text(findings, "glyphs_because", "", facts->glyph_reason, "");
    }
    find_answers(findings, facts);
    find_text(findings, "network", "network", facts->network,
              facts->network[0] != '\0' ? "fewer frames, no mouse unless asked for" : "");
    find_number(findings, "frames_per_second", "frames", facts->frames_a_second,
                "a second at most");
}

static void find_machine(Findings *findings)
{
    MachineFacts facts;
    char remark[64];
    machine_facts_find(&facts);
    begin_section(findings, "machine", "Machine");
    find_text(findings, "processor", "processor", facts.processor, "");
    find_text(findings, "features", "vector units", facts.features, "");
    find_number(findings, "processors", "processors", (double)facts.processors, "");
    find_number(findings, "workers", "workers", (double)facts.processors_allowed,
                "threads (--workers changes it)");
    if (findings->document != NULL) {
        find_number(findings, "memory_bytes", "", facts.memory_bytes, "");
        find_number(findings, "memory_available_bytes", "", facts.memory_available_bytes, "");
    } else {
        snprintf(remark, sizeof remark, "%.1f GB, %.1f GB of it free", 1e-9 * facts.memory_bytes,
                 1e-9 * facts.memory_available_bytes);
        find_text(findings, "", "memory", remark, "");
    }
    gemm_use_one_thread();
    find_text(findings, "blas", "BLAS", gemm_library_description(), "one thread in each worker");
}

static void find_folder(Findings *findings, const char *key, const char *label, const char *path)
{
    find_text(findings, key, label, path,
              path[0] == '\0'           ? "not found"
              : access(path, F_OK) != 0 ? "not there (nothing is missing)"
                                        : "");
}

static void find_bundled(Findings *findings, const char *key, const char *label, const char *name)
{
    char path[PATH_MAX];
    Problem ignored;
    if (bundled_path(name, path, sizeof path, &ignored) != STATUS_OK) {
        path[0] = '\0';
    }
    find_folder(findings, key, label, path);
}

/* Which file of settings was read, and what is wrong in it. */
static void find_config(Findings *findings)
{
    char path[PATH_MAX];
    char remark[64] = "not there (nothing is missing)";
    UserConfig config;
    user_config_path("config", path, sizeof path);
    user_config_read(path, &config);
    if (config.is_read) {
        snprintf(remark, sizeof remark, "read: keys of %zu actions, %zu mistakes", config.key_lines,
                 config.mistake_count);
    }
    find_text(findings, "config", "your config", config.path, remark);
    if (findings->document != NULL) {
        find_truth(findings, "config_is_read", "", config.is_read, "");
        find_number(findings, "config_mistakes", "", (double)config.mistake_count, "");
        return;
    }
    for (size_t i = 0; i < config.mistake_count && i < USER_CONFIG_NOTICES_MAX; i++) {
        find_text(findings, "", "mistake", config.notices[i].text, "");
    }
}

static void find_folders(Findings *findings)
{
    char path[PATH_MAX];
    begin_section(findings, "folders", "Folders");
    find_config(findings);
    user_config_path("themes", path, sizeof path);
    find_folder(findings, "user_themes", "your themes", path);
    find_bundled(findings, "themes", "themes", "themes");
    find_bundled(findings, "sample_runs", "sample runs", "sample-runs");
    user_state_path("history", path, sizeof path);
    find_folder(findings, "history", "history", path);
    if (getcwd(path, sizeof path) == NULL) {
        path[0] = '\0';
    }
    find_text(findings, "working_folder", "runs go below", path,
              access(".", W_OK) == 0 ? "" : "not writable: give --out DIR");
}

/* In the theme's colours where somebody can see them. */
static int print_pattern(const TerminalFacts *facts)
{
    CellGrid grid = {0};
    const Theme theme = theme_default();
    if (test_pattern_draw(facts->is_utf8, &grid) != STATUS_OK) {
        return complain(&(Problem){STATUS_OUT_OF_MEMORY, "not enough memory"});
    }
    const bool is_coloured = isatty(STDOUT_FILENO) && facts->drawn_as[0] != '\0';
    char *text = is_coloured ? ansi_text(&grid, &theme, facts->colours) : cell_grid_to_text(&grid);
    cell_grid_destroy(&grid);
    if (text == NULL) {
        return complain(&(Problem){STATUS_OUT_OF_MEMORY, "not enough memory"});
    }
    printf("Test pattern\n%s", text);
    puts("  Boxes or gaps instead of a smooth line? Press G in the lab for the next kind of "
         "glyphs.");
    free(text);
    return 0;
}

static void find_all(Findings *findings, const TerminalFacts *facts)
{
    find_terminal(findings, facts);
    find_machine(findings);
    find_folders(findings);
}

static int print_json(const TerminalFacts *facts)
{
    Findings findings = {.document = json_new_object(), .is_complete = true};
    char *text = NULL;
    if (findings.document != NULL &&
        json_add_string(findings.document, "version", TRAMLAB_VERSION)) {
        find_all(&findings, facts);
        text = findings.is_complete ? json_print(findings.document, true) : NULL;
    }
    json_destroy(findings.document);
    if (text == NULL) {
        return complain(&(Problem){STATUS_OUT_OF_MEMORY, "not enough memory"});
    }
    puts(text);
    free(text);
    return 0;
}

int doctor_main(const CommandLine *line)
{
    TerminalFacts facts;
    terminal_facts_find(&facts, wall_clock_monotonic());
    if (line->is_json) {
        return print_json(&facts);
    }
    Findings findings = {0};
    printf("tramlab %s\n", TRAMLAB_VERSION);
    find_all(&findings, &facts);
    return print_pattern(&facts);
}
