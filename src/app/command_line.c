#include "app/command_line.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Which subcommands know an option: one bit each. */
enum {
    FOR_LAB = 1 << SUBCOMMAND_LAB,
    FOR_RUN = 1 << SUBCOMMAND_RUN,
    FOR_PRETRAIN = 1 << SUBCOMMAND_PRETRAIN,
    FOR_TOKENIZER = 1 << SUBCOMMAND_TOKENIZER,
    FOR_EVALUATE = 1 << SUBCOMMAND_EVALUATE,
    FOR_TRACE = 1 << SUBCOMMAND_TRACE,
    FOR_EXPORT = 1 << SUBCOMMAND_EXPORT,
    FOR_METHODS = 1 << SUBCOMMAND_METHODS,
    FOR_METRICS = 1 << SUBCOMMAND_METRICS,
    FOR_DOCTOR = 1 << SUBCOMMAND_DOCTOR,
    FOR_KEYS = 1 << SUBCOMMAND_KEYS,
    FOR_INIT = 1 << SUBCOMMAND_INIT,
    FOR_RACES = FOR_LAB | FOR_RUN | FOR_PRETRAIN
};

typedef enum OptionKind { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_SET } OptionKind;

typedef struct Option {
    const char *name;
    OptionKind kind;
    unsigned subcommands;
    size_t offset; /* of its field in CommandLine */
} Option;

static const Option OPTIONS[] = {
    {"--plain", OPTION_FLAG, FOR_RACES, offsetof(CommandLine, is_plain)},
    {"--paused", OPTION_FLAG, FOR_LAB, offsetof(CommandLine, is_paused)},
    {"--once", OPTION_FLAG, FOR_LAB, offsetof(CommandLine, is_once)},
    {"--mouse", OPTION_FLAG, FOR_LAB, offsetof(CommandLine, is_mouse)},
    {"--keep", OPTION_FLAG, FOR_LAB, offsetof(CommandLine, is_kept)},
    {"--low", OPTION_FLAG, FOR_LAB, offsetof(CommandLine, is_low)},
    {"--theme", OPTION_TEXT, FOR_LAB, offsetof(CommandLine, theme)},
    {"--out", OPTION_TEXT, FOR_RACES | FOR_TOKENIZER | FOR_TRACE | FOR_EXPORT | FOR_INIT,
     offsetof(CommandLine, out)},
    {"--resume", OPTION_TEXT, FOR_RACES, offsetof(CommandLine, resume)},
    {"--set", OPTION_SET, FOR_RACES | FOR_TRACE, 0},
    {"--steps", OPTION_NUMBER, FOR_RACES | FOR_TRACE, offsetof(CommandLine, steps)},
    {"--seed", OPTION_NUMBER, FOR_RACES | FOR_TRACE, offsetof(CommandLine, seed)},
    {"--workers", OPTION_NUMBER, FOR_RACES | FOR_EVALUATE, offsetof(CommandLine, workers)},
    {"--method", OPTION_TEXT, FOR_TRACE, offsetof(CommandLine, method)},
    {"--metric", OPTION_TEXT, FOR_EXPORT, offsetof(CommandLine, metric)},
    {"--x", OPTION_TEXT, FOR_EXPORT, offsetof(CommandLine, x_axis)},
    {"--data", OPTION_TEXT, FOR_TOKENIZER | FOR_EVALUATE, offsetof(CommandLine, data)},
    {"--model", OPTION_TEXT, FOR_INIT, offsetof(CommandLine, model)},
    {"--data-format", OPTION_TEXT, FOR_EVALUATE, offsetof(CommandLine, data_format)},
    {"--split", OPTION_TEXT, FOR_EVALUATE, offsetof(CommandLine, split)},
    {"--languages", OPTION_TEXT, FOR_EVALUATE, offsetof(CommandLine, languages)},
    {"--domains", OPTION_TEXT, FOR_EVALUATE, offsetof(CommandLine, languages)},
    {"--zero-shot", OPTION_TEXT, FOR_EVALUATE, offsetof(CommandLine, zero_shot)},
    {"--vocab-size", OPTION_NUMBER, FOR_TOKENIZER, offsetof(CommandLine, vocab_size)},
    {"--stride", OPTION_NUMBER, FOR_EVALUATE, offsetof(CommandLine, stride)},
    {"--json", OPTION_FLAG, FOR_METHODS | FOR_METRICS | FOR_EVALUATE | FOR_DOCTOR,
     offsetof(CommandLine, is_json)},
    {"--markdown", OPTION_FLAG, FOR_EVALUATE | FOR_METHODS | FOR_KEYS,
     offsetof(CommandLine, is_markdown)},
};
enum { OPTION_COUNT = sizeof OPTIONS / sizeof *OPTIONS };

/* Beyond any machine this runs on; a typing mistake must not start a million threads. */
enum { WORKERS_MAX = 1024 };

static const struct {
    const char *name;
    Subcommand subcommand;
} SUBCOMMANDS[] = {
    {"run", SUBCOMMAND_RUN},
    {"pretrain", SUBCOMMAND_PRETRAIN},
    {"tokenizer", SUBCOMMAND_TOKENIZER},
    {"evaluate", SUBCOMMAND_EVALUATE},
    {"trace", SUBCOMMAND_TRACE},
    {"export", SUBCOMMAND_EXPORT},
    {"methods", SUBCOMMAND_METHODS},
    {"metrics", SUBCOMMAND_METRICS},
    {"doctor", SUBCOMMAND_DOCTOR},
    {"keys", SUBCOMMAND_KEYS},
    {"init", SUBCOMMAND_INIT},
    {"--version", SUBCOMMAND_VERSION},
    {"--help", SUBCOMMAND_HELP},
    {"-h", SUBCOMMAND_HELP},
    {"help", SUBCOMMAND_HELP},
};
enum { SUBCOMMAND_NAME_COUNT = sizeof SUBCOMMANDS / sizeof *SUBCOMMANDS };

static bool find_subcommand(const char *word, Subcommand *out)
{
    for (size_t i = 0; i < SUBCOMMAND_NAME_COUNT; i++) {
        if (strcmp(word, SUBCOMMANDS[i].name) == 0) {
            *out = SUBCOMMANDS[i].subcommand;
            return true;
        }
    }
    return false;
}

static const Option *find_option(const char *word, size_t length)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (strlen(OPTIONS[i].name) == length && strncmp(word, OPTIONS[i].name, length) == 0) {
            return &OPTIONS[i];
        }
    }
    return NULL;
}

/* The nearest of those that the subcommand takes: advice must not be refused in turn. */
static Status unknown_option(const char *word, size_t length, const CommandLine *line,
                             Problem *problem)
{
    char name[64];
    const char *nearest = "--help";
    snprintf(name, sizeof name, "%.*s", (int)length, word);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if ((OPTIONS[i].subcommands & (1U << line->subcommand)) != 0 &&
            text_distance(OPTIONS[i].name, name) < text_distance(nearest, name)) {
            nearest = OPTIONS[i].name;
        }
    }
    return problem_describe(problem, STATUS_BAD_USAGE,
                            "unknown option %s; did you mean %s? (tramlab --help lists all)", name,
                            nearest);
}

static Status store_number(const Option *option, const char *text, uint64_t *field,
                           Problem *problem)
{
    if (!text_parse_u64(text, field)) {
        return problem_describe(problem, STATUS_BAD_USAGE, "%s needs a whole number, not \"%s\"",
                                option->name, text);
    }
    if (*field == 0 && strcmp(option->name, "--seed") != 0) {
        return problem_describe(problem, STATUS_BAD_USAGE, "%s needs a number of at least 1",
                                option->name);
    }
    if (*field > WORKERS_MAX && strcmp(option->name, "--workers") == 0) {
        return problem_describe(problem, STATUS_BAD_USAGE, "%s takes %d at most", option->name,
                                WORKERS_MAX);
    }
    return STATUS_OK;
}

static Status store_set(const char *text, CommandLine *line, Problem *problem)
{
    if (line->set_count == COMMAND_LINE_SETS_MAX) {
        return problem_describe(problem, STATUS_BAD_USAGE, "--set can be given %d times at most",
                                COMMAND_LINE_SETS_MAX);
    }
    line->sets[line->set_count++] = text;
    return STATUS_OK;
}

/* Fields are reached by the offset that the option's row gives. */
static Status store_option(const Option *option, const char *text, CommandLine *line,
                           Problem *problem)
{
    char *field = (char *)line + option->offset;
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)(void *)field = true;
        return STATUS_OK;
    case OPTION_TEXT:
        *(const char **)(void *)field = text;
        return STATUS_OK;
    case OPTION_NUMBER:
        line->has_seed = line->has_seed || strcmp(option->name, "--seed") == 0;
        return store_number(option, text, (uint64_t *)(void *)field, problem);
    case OPTION_SET:
        return store_set(text, line, problem);
    }
    return STATUS_OK;
}

static const char *subcommand_name(Subcommand subcommand)
{
    for (size_t i = 0; i < SUBCOMMAND_NAME_COUNT; i++) {
        if (SUBCOMMANDS[i].subcommand == subcommand) {
            return SUBCOMMANDS[i].name;
        }
    }
    return "the lab";
}

static Status foreign_option(const Option *option, Subcommand asked, Problem *problem)
{
    char owners[128] = "";
    for (Subcommand owner = SUBCOMMAND_LAB; owner <= SUBCOMMAND_INIT; owner++) {
        const size_t used = strlen(owners);
        if ((option->subcommands & (1U << owner)) != 0) {
            snprintf(owners + used, sizeof owners - used, "%s%s", used == 0 ? "" : ", ",
                     subcommand_name(owner));
        }
    }
    return problem_describe(problem, STATUS_BAD_USAGE, "%s is an option of %s, not of %s",
                            option->name, owners, subcommand_name(asked));
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

/* Takes "--name value" or "--name=value"; a value that looks like an option needs the "=".
 * *index is left at the last word used. */
static Status take_option(int argc, const char *const *argv, int *index, CommandLine *line,
                          Problem *problem)
{
    const char *word = argv[*index];
    const char *equals = strchr(word, '=');
    const size_t length = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const Option *option = find_option(word, length);
    if (option == NULL) {
        return unknown_option(word, length, line, problem);
    }
    if ((option->subcommands & (1U << line->subcommand)) == 0) {
        return foreign_option(option, line->subcommand, problem);
    }
    if (option->kind == OPTION_FLAG) {
        if (equals != NULL) {
            return problem_describe(problem, STATUS_BAD_USAGE, "%s takes no value", option->name);
        }
        return store_option(option, NULL, line, problem);
    }
    const char *value = equals == NULL ? NULL : equals + 1;
    const char *next = *index + 1 < argc ? argv[*index + 1] : NULL;
    if (value == NULL && next != NULL && !is_option(next)) {
        value = argv[++*index];
    }
    if (value == NULL && next != NULL && find_option(next, strcspn(next, "=")) == NULL) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "%s needs a value; one that begins with a dash goes behind an "
                                "equals sign: %s=%s",
                                option->name, option->name, next);
    }
    if (value == NULL || value[0] == '\0') {
        return problem_describe(problem, STATUS_BAD_USAGE, "%s needs a value", option->name);
    }
    return store_option(option, value, line, problem);
}

static Status unknown_subcommand(const char *word, Problem *problem)
{
    const char *nearest = SUBCOMMANDS[0].name;
    for (size_t i = 1; i < SUBCOMMAND_NAME_COUNT; i++) {
        if (text_distance(SUBCOMMANDS[i].name, word) < text_distance(nearest, word)) {
            nearest = SUBCOMMANDS[i].name;
        }
    }
    return problem_describe(problem, STATUS_BAD_USAGE,
                            "there is no command \"%s\"; did you mean %s? (an experiment file or "
                            "run directory of that name: ./%s)",
                            word, nearest, word);
}

static Status take_input(const char *word, CommandLine *line, Problem *problem)
{
    const unsigned takes_input = FOR_RACES | FOR_EVALUATE | FOR_TRACE | FOR_EXPORT | FOR_INIT;
    if ((takes_input & (1U << line->subcommand)) == 0) {
        return problem_describe(problem, STATUS_BAD_USAGE, "unexpected \"%s\" (tramlab --help)",
                                word);
    }
    if (word[0] == '\0') {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "an argument is empty; an unset variable? (tramlab --help)");
    }
    if (line->input != NULL && line->subcommand != SUBCOMMAND_LAB) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "one file only: \"%s\" comes after \"%s\"", word, line->input);
    }
    if (line->input_count == COMMAND_LINE_INPUTS_MAX) {
        return problem_describe(problem, STATUS_BAD_USAGE, "%d runs can be compared at most",
                                COMMAND_LINE_INPUTS_MAX);
    }
    const bool may_be_file = strpbrk(word, "./") != NULL;
    if (line->subcommand == SUBCOMMAND_LAB && !may_be_file) {
        return unknown_subcommand(word, problem);
    }
    line->inputs[line->input_count++] = word;
    line->input = line->inputs[0];
    return STATUS_OK;
}

/* A run goes on as it was: what would make another one of it is refused. */
static Status check_resume(const CommandLine *line, Problem *problem)
{
    const char *other = line->input != NULL   ? line->input
                        : line->out != NULL   ? "--out"
                        : line->set_count > 0 ? "--set"
                        : line->steps > 0     ? "--steps"
                        : line->has_seed      ? "--seed"
                        : line->is_once       ? "--once"
                                              : NULL;
    if (other == NULL) {
        return STATUS_OK;
    }
    return problem_describe(problem, STATUS_BAD_USAGE,
                            "--resume DIR goes on with the run as it is; leave %s out (in the lab "
                            ":steps and :set change it)",
                            other);
}

static Status check_needs(const CommandLine *line, Problem *problem)
{
    const bool is_race =
        line->subcommand == SUBCOMMAND_RUN || line->subcommand == SUBCOMMAND_PRETRAIN;
    if (line->resume != NULL) {
        return check_resume(line, problem);
    }
    if (is_race && (line->input == NULL || line->out == NULL)) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "%s needs EXPERIMENT.json and --out DIR (tramlab --help)",
                                line->subcommand == SUBCOMMAND_RUN ? "run" : "pretrain");
    }
    if (line->subcommand == SUBCOMMAND_TOKENIZER &&
        (line->data == NULL || line->out == NULL || line->vocab_size == 0)) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "tokenizer needs --data DIR, --vocab-size N and --out FILE");
    }
    if (line->subcommand == SUBCOMMAND_EVALUATE && (line->input == NULL || line->data == NULL)) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "evaluate needs MODEL (a folder) and --data DIR");
    }
    if (line->subcommand == SUBCOMMAND_TRACE &&
        (line->input == NULL || line->method == NULL || line->steps == 0 || line->out == NULL)) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "trace needs EXPERIMENT.json, --method M, --steps N and --out DIR");
    }
    if (line->subcommand == SUBCOMMAND_INIT && line->input == NULL) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "init needs FOLDER, where your data are (tramlab --help)");
    }
    if (line->subcommand == SUBCOMMAND_EXPORT &&
        (line->input == NULL || line->metric == NULL || line->out == NULL)) {
        return problem_describe(problem, STATUS_BAD_USAGE,
                                "export needs RUN_DIR, --metric NAME and --out FILE (.csv .json "
                                ".svg .png)");
    }
    return STATUS_OK;
}

/* --help, -h or --version anywhere: whoever asks is answered, whatever else is there. */
static bool asks_for_words(int argc, const char *const *argv, Subcommand *out)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-' && find_subcommand(argv[i], out)) {
            return true;
        }
    }
    return false;
}

Status command_line_parse(int argc, const char *const *argv, CommandLine *line, Problem *problem)
{
    CommandLine parsed = {.subcommand = SUBCOMMAND_LAB};
    int index = 1;
    if (asks_for_words(argc, argv, &parsed.subcommand)) {
        *line = parsed;
        return STATUS_OK;
    }
    if (argc > 1 && find_subcommand(argv[1], &parsed.subcommand)) {
        index = 2;
    }
    for (; index < argc; index++) {
        if (is_option(argv[index])) {
            TRY(take_option(argc, argv, &index, &parsed, problem));
        } else {
            TRY(take_input(argv[index], &parsed, problem));
        }
    }
    TRY(check_needs(&parsed, problem));
    *line = parsed;
    return STATUS_OK;
}

const char *command_line_help(void)
{
    return "tramlab -- see and steer how optimizers fine-tune\n"
           "\n"
           "  tramlab [EXPERIMENT.json] [--out DIR] [--paused] [--theme NAME]\n"
           "                                 open the lab (default: the bundled cross-domain "
           "race)\n"
           "      [--low] two frames a second  [--mouse] over SSH too  [--keep] outlive the "
           "terminal\n"
           "  tramlab RUN_DIR [RUN_DIR...]   look at a recorded run; several seeds of one "
           "experiment: their "
           "mean\n"
           "  tramlab --once [EXPERIMENT.json | RUN_DIR...] [--steps N]\n"
           "                                 race, or open the record, and print the screen as "
           "text\n"
           "  tramlab run EXPERIMENT.json --plain --out DIR\n"
           "                                 the same race without a screen\n"
           "  tramlab pretrain EXPERIMENT.json --out DIR\n"
           "                                 make a base model (an experiment with model_config)\n"
           "  tramlab [run] --resume DIR     go on with a run that was stopped, to the bit\n"
           "      for all three: [--set path=value]... [--steps N] [--seed N] [--workers N]\n"
           "  tramlab init FOLDER [--model FOLDER] [--out FILE]\n"
           "                                 write an experiment for your own data, guessing well\n"
           "  tramlab tokenizer --data DIR --vocab-size N --out tokenizer.json\n"
           "                                 train a byte-level BPE on the pretraining pools\n"
           "  tramlab evaluate MODEL --data DIR [--split dev|test] [--workers N] [--json | "
           "--markdown]\n"
           "                                 perplexity and bits per byte, domain by domain "
           "[--stride N];\n"
           "                                 of an encoder the accuracy, language by language\n"
           "      [--data-format columns|inference|emoji|emoji-pairs] [--languages en,fr],\n"
           "                                 of a Vision Transformer by data set [--domains a,b] "
           "[--zero-shot c,d]\n"
           "  tramlab trace EXPERIMENT.json --method M --steps N --out DIR [--set path=value]... "
           "[--seed N]\n"
           "                                 one lane's batches, weights and numbers, for other "
           "programs to check\n"
           "  tramlab export RUN_DIR --metric NAME [--x step|epoch|passes|seconds] --out FILE\n"
           "                                 a recorded run's chart as .csv .json .svg or .png\n"
           "  tramlab methods [--json | --markdown]\n"
           "  tramlab metrics [--json]       what can be raced, what is measured\n"
           "  tramlab doctor [--json]        what was found here, with a test pattern\n"
           "  tramlab keys [--markdown]      the lab's keys, as lines for your config file\n"
           "  tramlab --version | --help\n"
           "\n"
           "Exit status: 0 done, 1 failed, 2 the command line or the experiment file is wrong.\n"
           "In the lab `?` lists the keys; `man tramlab` has the rest.\n";
}
