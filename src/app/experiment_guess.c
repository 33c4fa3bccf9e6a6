#include "app/experiment_guess.h"

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "records/spec_keys.h"

/* From here on a model is fine-tuned as GPT-2 small is: slowly, in long windows, one at a time. */
static const double LARGE_WEIGHTS = 5e7;

enum {
    REASON_BYTES = 240,
    SHOWN_BYTES = 160,
    WINDOWS_A_STEP = 8, /* of text */
    ROWS_A_STEP = 16,   /* of labelled rows */
    IMAGES_A_STEP = 32,
    WINDOWS_MIN = 16, /* in one pass over the text, rather than windows of full length */
    BLOCK_MIN = 8,
    SPECIAL_TOKENS = 4, /* around a pair of texts */
    PASSES = 3,         /* over the data */
    STEPS_MIN = 40,
    STEPS_MAX = 300
};

/* What a race over the data goes through, in the words of a file's reasons. */
typedef struct TaskWords {
    const char *holds;    /* "the folder holds ..." */
    const char *domains;  /* of what is watched */
    const char *examples; /* in a batch */
    size_t step_examples;
} TaskWords;

static TaskWords words_of(SpecTask task)
{
    switch (task) {
    case SPEC_TASK_CAUSAL_LM:
        return (TaskWords){"plain texts", "domains", "windows", WINDOWS_A_STEP};
    case SPEC_TASK_IMAGE_CLASSIFICATION:
        return (TaskWords){"data sets of images", "data sets", "images", IMAGES_A_STEP};
    case SPEC_TASK_TEXT_CLASSIFICATION:
    case SPEC_TASK_MASKED_LM:
        break;
    }
    return (TaskWords){"labelled texts", "languages", "rows", ROWS_A_STEP};
}

/* The numbers that are guessed. */
typedef struct Sizes {
    size_t tokens;     /* of the sample; 0 for images */
    size_t block_size; /* likewise */
    size_t examples;   /* windows or rows of one pass over what is trained on */
    size_t step_examples;
    size_t batch_size;
    size_t steps;
    bool is_large;
} Sizes;

/* A file in the making. */
typedef struct Draft {
    Json *json;
    char *report; /* [GUESS_REPORT_BYTES] */
    bool is_complete;
} Draft;

/* -- sizes -------------------------------------------------------------------------------------------------- */

static size_t between(size_t value, size_t least, size_t most)
{
    return value < least ? least : value > most ? most : value;
}

static Status count_tokens(const DataSurvey *survey, const ModelSurvey *model, size_t *count,
                           Problem *problem)
{
    const size_t room = tokenizer_ids_max(model->tokenizer, survey->sample_bytes);
    int32_t *ids = calloc(room + 1, sizeof *ids);
    const Status status = ids == NULL ? STATUS_OUT_OF_MEMORY
                                      : tokenizer_encode(model->tokenizer, survey->sample,
                                                         survey->sample_bytes, ids, count);
    free(ids);
    return status == STATUS_OK
               ? STATUS_OK
               : problem_describe(problem, status, "not enough memory to count the tokens");
}

/* Windows as long as the model takes them (but not longer than helps), shorter where there is little text. */
static Status size_text(const DataSurvey *survey, const ModelSurvey *model, Sizes *sizes,
                        Problem *problem)
{
    const size_t wanted = sizes->is_large ? 256 : 128;
    sizes->block_size = wanted < model->longest ? wanted : model->longest;
    while (sizes->block_size / 2 >= BLOCK_MIN && sizes->tokens < WINDOWS_MIN * sizes->block_size) {
        sizes->block_size /= 2;
    }
    if (sizes->tokens < 2 * sizes->block_size + 1) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "the domain \"%s\", the largest, has only %zu tokens to train on; "
                                "at least %zu are needed",
                                survey->train, sizes->tokens, 2 * sizes->block_size + 1);
    }
    sizes->examples = sizes->tokens / sizes->block_size;
    return STATUS_OK;
}

/* Windows that hold the longest row, in eights. */
static void size_rows(const DataSurvey *survey, const ModelSurvey *model, Sizes *sizes)
{
    const size_t longest = (sizes->tokens + SPECIAL_TOKENS + 7) / 8 * 8;
    const size_t most = model->longest < 128 ? model->longest : 128;
    sizes->block_size = longest < most ? longest : most;
    sizes->examples = survey->examples;
}

static Status guess_sizes(const DataSurvey *survey, const ModelSurvey *model, Sizes *sizes,
                          Problem *problem)
{
    *sizes = (Sizes){.is_large = (double)model->weights > LARGE_WEIGHTS,
                     .step_examples = words_of(survey->task).step_examples};
    if (survey->task == SPEC_TASK_IMAGE_CLASSIFICATION) {
        sizes->examples = survey->examples;
    } else {
        TRY(count_tokens(survey, model, &sizes->tokens, problem));
    }
    if (survey->task == SPEC_TASK_CAUSAL_LM) {
        TRY(size_text(survey, model, sizes, problem));
    } else if (survey->task == SPEC_TASK_TEXT_CLASSIFICATION) {
        size_rows(survey, model, sizes);
    }
    sizes->batch_size = sizes->is_large ? 1 : sizes->step_examples;
    const size_t passes = PASSES * sizes->examples / sizes->step_examples;
    sizes->steps = between(passes, STEPS_MIN, STEPS_MAX);
    return STATUS_OK;
}

/* -- writing ------------------------------------------------------------------------------------------------ */

static void report_line(const Draft *draft, const char *key, const char *value, const char *reason)
{
    const size_t used = strlen(draft->report);
    char shown[SHOWN_BYTES];
    text_clean(value, shown, sizeof shown, 60);
    snprintf(draft->report + used, GUESS_REPORT_BYTES - used, "  %s %s%s\n      %s\n", key, shown,
             strlen(shown) < strlen(value) ? "..." : "", reason);
}

/* Add a value (taken) with its reason before it, and tell of it. */
static void guess_value(Draft *draft, const char *key, Json *value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void guess_value(Draft *draft, const char *key, Json *value, const char *format, ...)
{
    char reason[REASON_BYTES];
    char comment[SPEC_NAME_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    snprintf(comment, sizeof comment, "_%s", key);
    char *shown = value == NULL ? NULL : json_print(value, false);
    draft->is_complete = shown != NULL && draft->is_complete;
    report_line(draft, key, shown == NULL ? "" : shown, reason);
    free(shown);
    draft->is_complete = json_add_string(draft->json, comment, reason) && draft->is_complete;
    draft->is_complete = json_add(draft->json, key, value) && draft->is_complete;
}

static Json *new_names(const char names[][SPEC_NAME_BYTES], size_t count)
{
    Json *list = json_new_array();
    bool is_complete = list != NULL;
    for (size_t i = 0; i < count && is_complete; i++) {
        is_complete = json_append(list, json_new_string(names[i]));
    }
    if (!is_complete) {
        json_destroy(list);
        return NULL;
    }
    return list;
}

static void add_name(Draft *draft, const char *name)
{
    char plain[SPEC_NAME_BYTES];
    text_clean(name, plain, sizeof plain, INT_MAX);
    if (plain[0] == '\0' || plain[0] == '.' || strchr(plain, '/') != NULL) {
        snprintf(plain, sizeof plain, "experiment");
    }
    draft->is_complete = json_add_string(draft->json, "name", plain) && draft->is_complete;
}

static void add_about(Draft *draft, const DataSurvey *survey)
{
    char about[SPEC_TEXT_BYTES];
    snprintf(about, sizeof about,
             "Written by tramlab init. Train on %.60s and watch %zu %s never trained on. Keys that "
             "begin with _ are comments: each tells why the key after it is as it is. Change what "
             "you like; man tramlab explains the keys, tramlab methods what lanes can be.",
             survey->train, survey->other_count, words_of(survey->task).domains);
    draft->is_complete = json_add_string(draft->json, "about", about) && draft->is_complete;
}

static const char *reason_to_train(const DataSurvey *survey)
{
    if (survey->task != SPEC_TASK_TEXT_CLASSIFICATION) {
        return survey->task == SPEC_TASK_CAUSAL_LM ? "the largest file"
                                                   : "the largest with others of its classes";
    }
    return strcmp(survey->train, "en") == 0 ? "English, as in cross-lingual transfer"
                                            : "the language with the most rows";
}

static void add_data(Draft *draft, const char *data, const DataSurvey *survey)
{
    guess_value(draft, "task", json_new_string(spec_task_words[survey->task]),
                "the folder holds %s", words_of(survey->task).holds);
    guess_value(draft, "data", json_new_string(data),
                "from this file's folder, unless it begins with /");
    if (survey->task == SPEC_TASK_TEXT_CLASSIFICATION) {
        guess_value(draft, "data_format", json_new_string(spec_data_format_words[survey->format]),
                    "%s",
                    survey->format == SPEC_DATA_EMOJI       ? "files emoji.<language>.tsv"
                    : survey->format == SPEC_DATA_INFERENCE ? "pairs as XNLI has them"
                                                            : "columns or keys text and label");
    }
    guess_value(draft, "train_domains", new_names(&survey->train, 1), "%s",
                reason_to_train(survey));
    guess_value(draft, "zero_shot_domains", new_names(survey->others, survey->other_count),
                "all others%s%s", survey->other_classes > 0 ? " of the same classes" : "",
                survey->left_out > 0 ? ", as far as there is place" : "");
}

static void add_window(Draft *draft, const DataSurvey *survey, const ModelSurvey *model,
                       const Sizes *sizes)
{
    guess_value(draft, "block_size", json_new_number((double)sizes->block_size),
                "tokens in a window: the %s %zu, the model takes %zu%s",
                survey->task == SPEC_TASK_CAUSAL_LM ? "training text has" : "longest row has",
                sizes->tokens, model->longest,
                survey->task == SPEC_TASK_CAUSAL_LM
                    ? "; rule of thumb: halved while the text gives fewer than 16 of them"
                    : "; longer rows of other languages are cut");
}

static void add_sizes(Draft *draft, const DataSurvey *survey, const ModelSurvey *model,
                      const Sizes *sizes)
{
    const char *examples = words_of(survey->task).examples;
    const size_t parts = sizes->step_examples / sizes->batch_size;
    const size_t warmup = sizes->steps / 10;
    const size_t between = sizes->steps / 4;
    if (sizes->block_size > 0) {
        add_window(draft, survey, model, sizes);
    }
    guess_value(draft, "per_device_train_batch_size", json_new_number((double)sizes->batch_size),
                sizes->is_large
                    ? "%s at a time: one, since activations of a large model fill the memory"
                    : "%s a step; rule of thumb: few enough for many steps over little data, "
                      "enough for a gradient that is not all noise",
                examples);
    if (sizes->batch_size < sizes->step_examples) {
        guess_value(draft, "gradient_accumulation_steps", json_new_number((double)parts),
                    "so that a step sees %zu %s, as with smaller models", sizes->step_examples,
                    examples);
    }
    guess_value(draft, "max_steps", json_new_number((double)sizes->steps),
                "%.1f passes over %zu %s; rule of thumb: %d passes, within %d steps, to see "
                "something, and %d, not to wait long",
                (double)(sizes->steps * sizes->step_examples) / (double)sizes->examples,
                sizes->examples, examples, PASSES, STEPS_MIN, STEPS_MAX);
    guess_value(draft, "warmup_steps", json_new_number((double)warmup),
                "rule of thumb: a tenth of max_steps, while Adam's second moments still come "
                "from few gradients, and a new head's are large");
    guess_value(draft, "eval_steps", json_new_number((double)between),
                "rule of thumb: four evaluations on the way show a trend and cost little");
}

static void add_model(Draft *draft, const ModelSurvey *model, const Sizes *sizes,
                      const DataSurvey *survey)
{
    const bool is_text = survey->task == SPEC_TASK_CAUSAL_LM;
    guess_value(draft, "model", json_new_string(model->folder), "%s; %.1f million weights",
                model->is_bundled ? "the bundled model (init --model FOLDER takes another)"
                                  : "as asked for",
                1e-6 * (double)model->weights);
    const double rate = sizes->is_large ? (is_text ? 5e-5 : 2e-5) : 5e-4;
    guess_value(
        draft, "learning_rate", json_new_number(rate),
        "rule of thumb, and the guess that matters most: %s; race a third and the triple too",
        !sizes->is_large ? "that of the bundled experiments, whose models have about a "
                           "million weights"
        : is_text        ? "5e-5 is the usual start for a model of GPT-2's size (Hugging "
                           "Face's default)"
                         : "2e-5 is what TRAM's paper takes for XLM-R");
    if (sizes->is_large) {
        guess_value(
            draft, "probe_windows", json_new_number(1),
            "memory: the outputs of each window compared with theta_0's are kept four times");
    }
}

Status experiment_guess_make(const char *name, const char *data, const char *lanes,
                             const DataSurvey *survey, const ModelSurvey *model,
                             ExperimentGuess *guess, Problem *problem)
{
    Sizes sizes;
    memset(guess, 0, sizeof *guess);
    TRY(guess_sizes(survey, model, &sizes, problem));
    Draft draft = {.json = json_new_object(), .report = guess->report, .is_complete = true};
    add_name(&draft, name);
    add_about(&draft, survey);
    add_data(&draft, data, survey);
    add_model(&draft, model, &sizes, survey);
    guess_value(&draft, "seed", json_new_number(1), "run other seeds with --seed N");
    add_sizes(&draft, survey, model, &sizes);
    guess_value(&draft, "lanes", json_new_string(lanes),
                "AdamW, SAM and TRAM; their rho and scale were chosen for the bundled language "
                "model at a rate of 5e-4: turn them while it runs (r and t, then [ and ])");
    guess->text = draft.is_complete ? json_print(draft.json, true) : NULL;
    json_destroy(draft.json);
    if (guess->text == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                "not enough memory to write the experiment");
    }
    return STATUS_OK;
}

void experiment_guess_clear(ExperimentGuess *guess)
{
    free(guess->text);
    memset(guess, 0, sizeof *guess);
}
