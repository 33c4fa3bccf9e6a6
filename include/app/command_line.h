/* app/command_line.h -- what the user typed, understood. */
#ifndef APP_COMMAND_LINE_H
#define APP_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

enum { COMMAND_LINE_SETS_MAX = 64, COMMAND_LINE_INPUTS_MAX = 64 };

typedef enum Subcommand {
    SUBCOMMAND_LAB, /* no subcommand: the screen */
    SUBCOMMAND_RUN,
    SUBCOMMAND_PRETRAIN,
    SUBCOMMAND_TOKENIZER,
    SUBCOMMAND_EVALUATE,
    SUBCOMMAND_TRACE,
    SUBCOMMAND_EXPORT,
    SUBCOMMAND_METHODS,
    SUBCOMMAND_METRICS,
    SUBCOMMAND_DOCTOR,
    SUBCOMMAND_KEYS,
    SUBCOMMAND_INIT,
    SUBCOMMAND_VERSION,
    SUBCOMMAND_HELP
} Subcommand;

/* Texts are borrowed from argv; NULL or 0 = not given. */
typedef struct CommandLine {
    Subcommand subcommand;
    const char *
        input; /* EXPERIMENT.json, MODEL of evaluate, FOLDER of init, or RUN_DIR of export; = inputs[0] */
    /* of the lab: one, or several run directories */
    const char *inputs[COMMAND_LINE_INPUTS_MAX];
    size_t input_count;
    const char *out;
    const char *resume; /* the directory of a stopped run that goes on */
    const char *data;
    const char *model;
    const char *data_format;
    const char *split;
    const char *languages; /* or other domains */
    const char *zero_shot;
    const char *theme;
    const char *color; /* a word of terminal_choice_color_wish */
    const char *method;
    const char *metric;
    const char *x_axis;
    const char *sets[COMMAND_LINE_SETS_MAX];
    size_t set_count;
    uint64_t steps;
    uint64_t seed;
    bool has_seed;
    uint64_t workers;
    uint64_t vocab_size;
    uint64_t stride;
    bool is_json;
    bool is_paused;
    bool is_plain;
    bool is_low;
    bool is_mouse;
    bool is_kept;
    bool is_once;
    bool is_markdown;
} CommandLine;

/* Understand argv. STATUS_BAD_USAGE names the word and what is known: unknown subcommand or option, an option of another subcommand, a
 * missing or malformed value, a second file (of the lab: more than
 * COMMAND_LINE_INPUTS_MAX). *line is then untouched. */
Status command_line_parse(int argc, const char *const *argv, CommandLine *line, Problem *problem);

/* The text of `tramlab --help`; static storage. */
const char *command_line_help(void);

#endif
