/* records/experiment_spec.h -- everything that defines a race, as plain values. */
#ifndef RECORDS_EXPERIMENT_SPEC_H
#define RECORDS_EXPERIMENT_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/problem.h"
#include "records/knob.h"
#include "records/metric_sample.h"

enum {
    SPEC_NAME_BYTES = 64,
    SPEC_PATH_BYTES = 1024,
    SPEC_TEXT_BYTES = 512,
    SPEC_LANES_MAX = 24,   /* in the life of a race, those removed included */
    SPEC_DOMAINS_MAX = 60, /* zero-shot domains fit METRIC_ID_MAX - METRIC_DOMAIN_FIRST */
    SPEC_CONFIG_BYTES = 4096
};

typedef enum LrScheduler {
    LR_SCHEDULER_CONSTANT,
    LR_SCHEDULER_LINEAR,
    LR_SCHEDULER_POLYNOMIAL,
    LR_SCHEDULER_COSINE
} LrScheduler;
typedef enum SpecPool { SPEC_POOL_FINE_TUNE, SPEC_POOL_PRETRAIN } SpecPool;
typedef enum SpecTask {
    SPEC_TASK_CAUSAL_LM,
    SPEC_TASK_TEXT_CLASSIFICATION,
    SPEC_TASK_MASKED_LM,
    SPEC_TASK_IMAGE_CLASSIFICATION
} SpecTask;
typedef enum SpecDataFormat {
    SPEC_DATA_TEXT,
    SPEC_DATA_EMOJI,
    SPEC_DATA_EMOJI_NAMES,
    SPEC_DATA_EMOJI_WORDS,
    SPEC_DATA_EMOJI_PAIRS,
    SPEC_DATA_COLUMNS,
    SPEC_DATA_INFERENCE
} SpecDataFormat;
typedef enum SpecFinalSplit { SPEC_FINAL_DEV, SPEC_FINAL_TEST } SpecFinalSplit;

typedef struct LaneSpec {
    char name[SPEC_NAME_BYTES];   /* letters, digits, . _ + - ; unique in the race */
    char method[32];              /* a method's id */
    char follow[SPEC_NAME_BYTES]; /* the lane whose d a control takes; "" in all other lanes */
    bool knob_is_set[KNOB_COUNT];
    double knobs[KNOB_COUNT];
    size_t line; /* where the lane starts in the file; 0 if unknown */
} LaneSpec;

/* Keys are the JSON names; those of Hugging Face's TrainingArguments where it has them.
 * Numbers: X(field, key, minimum, maximum, default, is_integer, meaning) */
#define SPEC_NUMBER_TABLE(X)                                                                       \
    X(seed, "seed", 0, 9007199254740991.0, 1, true,                                                \
      "seed of the batches (and of the weights without a model)")                                  \
    X(max_steps, "max_steps", 1, 100000000, 200, true, "optimizer steps of every lane")            \
    X(batch_size, "per_device_train_batch_size", 1, 65536, 16, true, "windows in a batch (B)")     \
    X(accumulation_steps, "gradient_accumulation_steps", 1, 65536, 1, true,                        \
      "such batches that make one step: it sees all their windows, as one batch of that size, "    \
      "and holds the activations of one at a time")                                                \
    X(block_size, "block_size", 2, 65536, 128, true, "tokens in a window (T)")                     \
    X(micro_batch_count, "micro_batch_count", 1, 1024, 8, true,                                    \
      "parts a batch is cut into at most, worked on at the same time; part of the result's bits")  \
    X(max_train_samples, "max_train_samples", 0, 4294967295.0, 0, true,                            \
      "the training text is cut to this many windows, so that a race passes it several times; 0 "  \
      "= all of it")                                                                               \
    X(learning_rate, "learning_rate", 0, 1e6, 1e-3, false,                                         \
      "peak learning rate of lanes that do not say otherwise")                                     \
    X(weight_decay, "weight_decay", 0, 1, 0, false,                                                \
      "decoupled weight decay of lanes that do not say otherwise")                                 \
    X(warmup_steps, "warmup_steps", 0, 100000000, 0, true, "steps of linear warm-up")              \
    X(lr_end, "lr_end", 0, 1e6, 1e-7, false,                                                       \
      "learning rate at the end of the polynomial schedule")                                       \
    X(power, "power", 0.01, 100, 1, false, "power of the polynomial schedule")                     \
    X(adam_beta1, "adam_beta1", 0, 0.999999, 0.9, false, "decay of Adam's first moment")           \
    X(adam_beta2, "adam_beta2", 0, 0.99999999, 0.99, false, "decay of Adam's second moment")       \
    X(adam_epsilon, "adam_epsilon", 1e-30, 1, 1e-8, false,                                         \
      "added to the root of Adam's second moment")                                                 \
    X(max_grad_norm, "max_grad_norm", 0, 1e6, 0, false,                                            \
      "clip the final gradient to this norm; 0 = never")                                           \
    X(logging_steps, "logging_steps", 1, 100000000, 1, true, "steps between samples")              \
    X(probe_steps, "probe_steps", 0, 100000000, 10, true, "steps between KL probes; 0 = never")    \
    X(eval_steps, "eval_steps", 0, 100000000, 50, true,                                            \
      "steps between evaluations; 0 = only first and last")                                        \
    X(save_steps, "save_steps", 0, 100000000, 500, true,                                           \
      "steps between saves of where the race stands, from which it goes on if it is killed; 0 = "  \
      "only when it is stopped")                                                                   \
    X(probe_windows, "probe_windows", 1, 4096, 4, true, "windows in each probe batch")             \
    X(eval_windows, "eval_windows", 1, 1000000, 16, true,                                          \
      "windows a domain in evaluations on the way (the last uses max_eval_samples)")               \
    X(max_eval_samples, "max_eval_samples", 0, 4294967295.0, 0, true,                              \
      "windows or examples a domain in the last evaluation; 0 = all of final_split")               \
    X(bpe_dropout, "bpe_dropout", 0, 0.9, 0, false,                                                \
      "text-classification: chance of each merge to be left out in the training texts' tokens, "   \
      "so that words come in several spellings")

typedef struct ExperimentSpec {
    char name[SPEC_NAME_BYTES];
    char about[SPEC_TEXT_BYTES];
    char model
        [SPEC_PATH_BYTES]; /* folder of a Hugging Face checkpoint; "" = start from model_config */
    char model_config
        [SPEC_CONFIG_BYTES]; /* JSON text of a Hugging Face configuration, or of what is to differ from that of `model`; may be "" */
    char tokenizer[SPEC_PATH_BYTES]; /* tokenizer.json; "" = the model folder's */
    char data[SPEC_PATH_BYTES];      /* folder of text domains or images */
    char train_domains[SPEC_DOMAINS_MAX][SPEC_NAME_BYTES]; /* one entry "*" = all */
    size_t train_domain_count;
    char zero_shot_domains[SPEC_DOMAINS_MAX][SPEC_NAME_BYTES];
    size_t zero_shot_domain_count;
    /* key task: "causal-lm" (default), "text-classification", "masked-lm", "image-classification" */
    SpecTask task;
    /* key data_format: "text" (default), "emoji", "emoji-names", "emoji-words", "emoji-pairs", "columns", "inference": how `data` is laid out */
    SpecDataFormat data_format;
    SpecPool train_pool; /* key train_pool: "fine-tune" (default) or "pretrain" */
    /* key final_split: "dev" (default) or "test": what the last evaluation reads */
    SpecFinalSplit final_split;
    /* key lr_scheduler_type: "constant", "linear", "polynomial" (default), "cosine" */
    LrScheduler lr_scheduler_type;
#define SPEC_FIELD(field, key, minimum, maximum, default_value, is_integer, meaning) double field;
    SPEC_NUMBER_TABLE(SPEC_FIELD)
#undef SPEC_FIELD
    LaneSpec lanes[SPEC_LANES_MAX]; /* key lanes: written out, or the path of a preset file */
    size_t lane_count;
} ExperimentSpec;

/* Read an experiment file. Relative paths in it are resolved against the file's own folder (so spec paths can be opened as they are).
 * Errors name file, line, key, what was found and the allowed range or the nearest known key ("did you mean"):
 * STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT, STATUS_BAD_VALUE (unknown key, wrong type, out of range, no lanes, two lanes of one name,
 * neither model nor model_config, model_config alone without tokenizer (but for images), a zero-shot domain that is also trained on,
 * warmup_steps > max_steps, more than 65536 examples a step, 0 < max_train_samples < examples of a step, more domains or lanes than fit; those of preset_read,
 * where `lanes` is the path of a preset). *spec is then untouched.
 * Methods' ids, and which knobs they have, are checked by the race, which knows the method table. */
Status experiment_spec_read(const char *path, ExperimentSpec *spec, Problem *problem);

/* The same from text; `folder` resolves relative paths ("" = leave them). */
Status experiment_spec_parse(const char *text, size_t size, const char *source_name,
                             const char *folder, ExperimentSpec *spec, Problem *problem);

/* Apply one assignment "path=value": a number key, a text key, "lanes=FILE" (a preset, looked for from here), "lanes.NAME.knob=value" (a choice by its word), "lanes.NAME.method=id" or "lanes.NAME.follow=NAME". Checked like the file;
 * on failure *spec is untouched. STATUS_BAD_VALUE, STATUS_BAD_USAGE (no '='). */
Status experiment_spec_set(ExperimentSpec *spec, const char *assignment, Problem *problem);

/* Append a lane. STATUS_BAD_VALUE, with *spec untouched: no place left (SPEC_LANES_MAX), a name that is taken or not plain (as in a file), a
 * knob set outside its range. The method is checked by the race. */
Status experiment_spec_add_lane(ExperimentSpec *spec, const LaneSpec *lane, Problem *problem);

/* The whole spec as JSON, readable by experiment_spec_parse and equal after it. NULL when out of memory; caller destroys. */
Json *experiment_spec_to_json(const ExperimentSpec *spec);

/* Name of domain number `domain`: those trained on, then the zero-shot ones. Borrowed. */
const char *experiment_spec_domain(const ExperimentSpec *spec, size_t domain);

/* Index of the lane of that name; SPEC_LANES_MAX if there is none. */
size_t experiment_spec_lane(const ExperimentSpec *spec, const char *name);

/* A lane's learning rate, weight decay or gradient clipping: its own if set, else the experiment's. Other knobs: set value, else `fallback`. */
double experiment_spec_knob(const ExperimentSpec *spec, size_t lane, KnobId knob, double fallback);

/* How many windows or examples of a domain the last evaluation may read: max_eval_samples, SIZE_MAX for all. */
size_t experiment_spec_final_limit(const ExperimentSpec *spec);

/* Examples that one step sees: per_device_train_batch_size * gradient_accumulation_steps. */
double experiment_spec_step_examples(const ExperimentSpec *spec);

/* Micro-batches that these are cut into. */
double experiment_spec_step_parts(const ExperimentSpec *spec);

/* Is the task one of telling classes, and so measured by accuracy instead of perplexity? */
bool experiment_spec_has_classes(const ExperimentSpec *spec);

/* Name of any metric of this experiment in files: the table's, or "perplexity/<domain>" ("accuracy/<domain>"). out_bytes >= 96 suffices.
 * An id beyond all gives "". */
void experiment_spec_metric_name(const ExperimentSpec *spec, uint16_t metric, char *out,
                                 size_t out_bytes);

/* Its unit: the table's, but "nats/example" for "nats/token" where classes are told; "perplexity" ("%") of a domain's. Static storage. */
const char *experiment_spec_metric_unit(const ExperimentSpec *spec, uint16_t metric);

#endif
