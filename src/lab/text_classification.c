#include "lab/text_classification.h"

#include <stdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/labelled_files.h"
#include "data/labelled_text.h"
#include "data/language_shares.h"
#include "data/padded_batch.h"
#include "data/split_file.h"
#include "lab/encoder_folder.h"
#include "lab/folder_files.h"
#include "lab/model_labels.h"
#include "model/text_encoder.h"
#include "model/text_encoder_parameters.h"

enum {
    SOURCES_MAX = SPEC_DOMAINS_MAX,
    PATH_BYTES = SPEC_PATH_BYTES + SPEC_NAME_BYTES + 16,
    MIXES = 32 /* selections of an emoji's words; so many that none is seen often */
};

/* The examples of one part, domain after domain. */
typedef struct TextPart {
    LabelledText texts;
    SequenceSet sequences; /* of all texts, in their order */
    uint32_t *order;       /* [starts[domain_count]] numbers of texts */
    size_t starts[SPEC_DOMAINS_MAX + 2];
} TextPart;

typedef struct TextClassification {
    const ExperimentSpec *spec;
    EncoderStart start;
    TextPart parts[SOURCE_PART_COUNT];
    SourcePart label_part; /* whose labels are the model's */
    size_t domain_count;
    PaddedBatch batch; /* room for `batch_room` examples */
    uint32_t *numbers; /* [batch_room] scratch */
    uint64_t *lengths; /* [batch_room] scratch: a text's length, then its number in the low half */
    size_t batch_room;
} TextClassification;

/* -- the network -------------------------------------------------------------------------------------------- */

/* Padding behind the longest of these examples is left out: nobody looks at it. */
static TextEncoderBatch windows_of(const ExampleBatch *batch)
{
    const PaddedBatch *padded = batch->inputs;
    return (TextEncoderBatch){.B = batch->B,
                              .T = padded_batch_longest(padded, batch->first, batch->B),
                              .tokens = padded->ids + batch->first * padded->T,
                              .stride = padded->T};
}

static Status create_workspace(const void *context, size_t examples, void **out)
{
    const TextClassification *task = context;
    TextEncoderWorkspace *workspace = NULL;
    TRY(text_encoder_workspace_create(&task->start.shape, examples, (size_t)task->spec->block_size,
                                      examples, &workspace));
    *out = workspace;
    return STATUS_OK;
}

static void destroy_workspace(void *workspace)
{
    text_encoder_workspace_destroy(workspace);
}

static double workspace_bytes(const void *context, size_t examples)
{
    const TextClassification *task = context;
    return (double)text_encoder_workspace_bytes(&task->start.shape, examples,
                                                (size_t)task->spec->block_size, examples);
}

static Real *forward(const void *context, const Real *params, const ExampleBatch *batch,
                     const NetworkPass *pass, void *workspace)
{
    const TextClassification *task = context;
    const TextEncoderBatch windows = windows_of(batch);
    const ModelPass options = network_model_pass(pass, batch);
    return text_encoder_forward(&task->start.shape, &task->start.table, params, &windows, &options,
                                workspace);
}

static void backward(const void *context, const Real *params, const ExampleBatch *batch,
                     Real *d_outputs, Real *grads, void *workspace)
{
    const TextClassification *task = context;
    const TextEncoderBatch windows = windows_of(batch);
    text_encoder_backward(&task->start.shape, &task->start.table, params, &windows, d_outputs,
                          grads, workspace);
}

/* -- reading ------------------------------------------------------------------------------------------------ */

static LabelledForm form_of(SpecDataFormat format)
{
    switch (format) {
    case SPEC_DATA_EMOJI:
        return LABELLED_FORM_EMOJI;
    case SPEC_DATA_EMOJI_NAMES:
        return LABELLED_FORM_EMOJI_NAMES;
    case SPEC_DATA_EMOJI_WORDS:
        return LABELLED_FORM_EMOJI_WORDS;
    case SPEC_DATA_EMOJI_PAIRS:
        return LABELLED_FORM_EMOJI_PAIRS;
    case SPEC_DATA_INFERENCE:
        return LABELLED_FORM_INFERENCE;
    case SPEC_DATA_COLUMNS:
    case SPEC_DATA_TEXT:
        break;
    }
    return LABELLED_FORM_COLUMNS;
}

/* Paths and sources of one part; the paths are pointed at. */
typedef struct SourceList {
    char paths[SOURCES_MAX][PATH_BYTES];
    LabelledSource sources[SOURCES_MAX];
    const char *languages[SOURCES_MAX];
    size_t count;
    size_t language_count;
} SourceList;

static void list_languages(const ExperimentSpec *spec, SourcePart part, SourceList *list)
{
    const size_t watched = part == SOURCE_PART_TRAIN ? 0 : spec->zero_shot_domain_count;
    for (size_t d = 0; d < spec->train_domain_count + watched; d++) {
        list->languages[list->language_count++] = experiment_spec_domain(spec, d);
    }
}

/* Strings of all languages labelled with what they name, for pretraining. */
static bool has_emoji_named(const ExperimentSpec *spec)
{
    return spec->data_format == SPEC_DATA_EMOJI_NAMES || spec->data_format == SPEC_DATA_EMOJI_WORDS;
}

/* Of these only what they call dev is kept apart. */
static const char *split_of(const ExperimentSpec *spec, SourcePart part)
{
    const bool is_test =
        part == SOURCE_PART_FINAL && spec->final_split == SPEC_FINAL_TEST && !has_emoji_named(spec);
    return part == SOURCE_PART_TRAIN ? "train" : is_test ? "test" : "dev";
}

/* Strings to tell the emoji from: the languages' shares come from the folder. */
static Status list_shares(const ExperimentSpec *spec, SourcePart part, SourceList *list,
                          Problem *problem)
{
    LanguageShares shares = {0};
    TRY(language_shares_read(spec->data, &shares, problem));
    Status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < list->language_count; i++) {
        const uint32_t number = name_list_find(&shares.languages, list->languages[i]);
        if (number == NAME_NOT_FOUND) {
            status =
                problem_describe(problem, STATUS_BAD_VALUE, "%s/shares.tsv: has no language \"%s\"",
                                 spec->data, list->languages[i]);
        } else {
            list->sources[i].names = (EmojiNames){.number = number,
                                                  .share = shares.shares[number],
                                                  .mixes = part == SOURCE_PART_TRAIN ? MIXES : 0,
                                                  .seed = (uint64_t)spec->seed};
        }
    }
    language_shares_clear(&shares);
    return status;
}

/* Emoji names: a file a language, with all splits. */
static void list_emoji_files(const ExperimentSpec *spec, SourcePart part, SourceList *list)
{
    for (size_t i = 0; i < list->language_count; i++) {
        snprintf(list->paths[i], PATH_BYTES, "%s/emoji.%s.tsv", spec->data, list->languages[i]);
        list->sources[i] = (LabelledSource){
            .path = list->paths[i],
            .form = form_of(spec->data_format),
            .language = list->languages[i],
            .label_path = list->paths[0], /* of the first language trained on */
            .emoji_strings = part == SOURCE_PART_TRAIN ? EMOJI_STRINGS_NAME | EMOJI_STRINGS_JOINED |
                                                             EMOJI_STRINGS_KEYWORDS
                                                       : EMOJI_STRINGS_JOINED,
            .seed = (uint64_t)spec->seed};
    }
    list->count = list->language_count;
}

/* Other files: one a split, which says the language of each row (or there is but one, as in MultiNLI). */
static Status list_split_file(const ExperimentSpec *spec, SourcePart part, SourceList *list,
                              Problem *problem)
{
    const char *split = split_of(spec, part);
    const char *language = list->language_count > 0 ? list->languages[0] : "en";
    if (!split_file_find(spec->data, split, language, list->paths[0], PATH_BYTES)) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE,
                                "%s: there is neither %s.tsv nor %s.jsonl, nor a file named as "
                                "XNLI's are",
                                spec->data, split, split);
    }
    list->sources[0] = (LabelledSource){.path = list->paths[0],
                                        .form = form_of(spec->data_format),
                                        .language = list->languages[0],
                                        .split = split};
    list->count = 1;
    return STATUS_OK;
}

static Status list_sources(const ExperimentSpec *spec, SourcePart part, SourceList *list,
                           Problem *problem)
{
    list_languages(spec, part, list);
    switch (spec->data_format) {
    case SPEC_DATA_EMOJI:
    case SPEC_DATA_EMOJI_PAIRS:
        list_emoji_files(spec, part, list);
        return STATUS_OK;
    case SPEC_DATA_EMOJI_NAMES:
    case SPEC_DATA_EMOJI_WORDS:
        list_emoji_files(spec, part, list);
        return list_shares(spec, part, list, problem);
    case SPEC_DATA_COLUMNS:
    case SPEC_DATA_INFERENCE:
    case SPEC_DATA_TEXT:
        break;
    }
    return list_split_file(spec, part, list, problem);
}

static Status read_part(const ExperimentSpec *spec, SourcePart part, const NameList *labels,
                        LabelledText *out, Problem *problem)
{
    SourceList *list = calloc(1, sizeof *list);
    if (list == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the texts");
    }
    Status status = list_sources(spec, part, list, problem);
    /* Dev and test rows are numbered by the training labels; another one is refused. */
    const LabelledWish wish = {.labels = labels == NULL ? NULL : (const char *const *)labels->names,
                               .label_count = labels == NULL ? 0 : labels->count,
                               .languages = list->languages,
                               .language_count = list->language_count};
    if (status == STATUS_OK) {
        status = labelled_files_read(list->sources, list->count, &wish, out, problem);
    }
    free(list);
    return status;
}

/* Number the examples of the part's split domain by domain. */
static Status order_part(TextClassification *task, SourcePart part)
{
    const ExperimentSpec *spec = task->spec;
    TextPart *one = &task->parts[part];
    const char *split = split_of(spec, part);
    size_t count = 0;
    one->order = calloc(one->texts.count + 1, sizeof *one->order);
    if (one->order == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t d = 0; d < task->domain_count; d++) {
        const char *language = experiment_spec_domain(spec, d);
        one->starts[d] = count;
        count += labelled_text_choose(&one->texts, language, split, one->order + count);
    }
    if (part == SOURCE_PART_TRAIN && spec->max_train_samples > 0.0 &&
        (double)count > spec->max_train_samples) {
        count = (size_t)spec->max_train_samples;
    }
    one->starts[task->domain_count] = count;
    return STATUS_OK;
}

static Status encode_part(TextClassification *task, SourcePart part, Problem *problem)
{
    const Tokenizer *tokenizer = task->start.tokenizer;
    const SpecialTokens special = tokenizer_special_tokens(tokenizer);
    TextPart *one = &task->parts[part];
    const SpellingDropout dropout = {.rate =
                                         part == SOURCE_PART_TRAIN ? task->spec->bpe_dropout : 0.0,
                                     .seed = (uint64_t)task->spec->seed};
    const Status status = sequence_set_encode(&one->texts, tokenizer, &special, &dropout,
                                              (size_t)task->spec->block_size, &one->sequences);
    if (status == STATUS_BAD_VALUE) {
        return problem_describe(problem, status, "block_size %.0f is too short for these texts",
                                task->spec->block_size);
    }
    if (status != STATUS_OK || order_part(task, part) != STATUS_OK) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the texts");
    }
    return STATUS_OK;
}

/* -- the source --------------------------------------------------------------------------------------------- */

static size_t first_example(void *context, SourcePart part, size_t domain)
{
    const TextClassification *task = context;
    return task->parts[part].starts[domain];
}

/* By length, so that each part of the batch has texts of about one length and little padding (windows_of). */
static int compare_lengths(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left;
    const uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static void sort_by_length(TextClassification *task, const SequenceSet *sequences, size_t B)
{
    for (size_t b = 0; b < B; b++) {
        const uint32_t number = task->numbers[b];
        const size_t length = sequences->starts[number + 1] - sequences->starts[number];
        task->lengths[b] = (uint64_t)length << 32 | number;
    }
    qsort(task->lengths, B, sizeof *task->lengths, compare_lengths);
    for (size_t b = 0; b < B; b++) {
        task->numbers[b] = (uint32_t)task->lengths[b];
    }
}

static ExampleBatch fill(void *context, SourcePart part, const uint32_t *chosen, size_t B)
{
    TextClassification *task = context;
    const TextPart *one = &task->parts[part];
    for (size_t b = 0; b < B; b++) {
        task->numbers[b] = one->order[chosen[b]];
    }
    /* In pretraining only: elsewhere the order drawn is what a trace or a method's parts of the batch speak of. */
    if (part == SOURCE_PART_TRAIN && has_emoji_named(task->spec)) {
        sort_by_length(task, &one->sequences, B);
    }
    task->batch.B = B;
    padded_batch_fill(&task->batch, &one->sequences, task->numbers);
    return (ExampleBatch){.B = B, .rows = 1, .targets = task->batch.labels, .inputs = &task->batch};
}

/* What the classes are called, by number. */
static const NameList *labels_of(const TextClassification *task)
{
    return &task->parts[task->label_part].texts.labels;
}

static Status save(void *context, const char *folder, const Real *params, Problem *problem)
{
    const TextClassification *task = context;
    const NameList *labels = labels_of(task);
    return encoder_folder_save(folder, &task->start, params, (const char *const *)labels->names,
                               problem);
}

static Status keep_batch(void *context, NamedTensors *tensors)
{
    const TextClassification *task = context;
    const PaddedBatch *batch = &task->batch;
    const TensorShape tokens = {{batch->B, batch->T}, 2};
    const TensorShape examples = {{batch->B}, 1};
    int32_t *x = NULL;
    int32_t *mask = NULL;
    int32_t *y = NULL;
    TRY(named_tensors_add_integers(tensors, "x", tokens, &x));
    TRY(named_tensors_add_integers(tensors, "attention_mask", tokens, &mask));
    TRY(named_tensors_add_integers(tensors, "y", examples, &y));
    for (size_t i = 0; i < batch->B * batch->T; i++) {
        x[i] = batch->ids[i];
        mask[i] = batch->mask[i];
    }
    memcpy(y, batch->labels, batch->B * sizeof *y);
    return STATUS_OK;
}

static Json *config_of(void *context)
{
    const TextClassification *task = context;
    const NameList *labels = labels_of(task);
    return text_encoder_shape_to_json(&task->start.shape, (const char *const *)labels->names);
}

static void close_source(void *context)
{
    TextClassification *task = context;
    for (size_t part = 0; part < SOURCE_PART_COUNT; part++) {
        labelled_text_clear(&task->parts[part].texts);
        sequence_set_clear(&task->parts[part].sequences);
        free(task->parts[part].order);
    }
    encoder_start_clear(&task->start);
    padded_batch_clear(&task->batch);
    free(task->numbers);
    free(task->lengths);
    free(task);
}

static Status take_batch_room(TextClassification *task, Problem *problem)
{
    const ExperimentSpec *spec = task->spec;
    task->batch_room = (size_t)fmax(experiment_spec_step_examples(spec), spec->probe_windows);
    task->numbers = calloc(task->batch_room, sizeof *task->numbers);
    task->lengths = calloc(task->batch_room, sizeof *task->lengths);
    if (task->numbers == NULL || task->lengths == NULL ||
        padded_batch_init(&task->batch, task->batch_room, (size_t)spec->block_size) != STATUS_OK) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for a batch");
    }
    return STATUS_OK;
}

/* What the model's folder calls its labels. The caller calls model_labels_clear. */
static Status read_model_labels(const ExperimentSpec *spec, ModelLabels *labels, Problem *problem)
{
    char source[FOLDER_PATH_BYTES];
    Json *config = NULL;
    TRY(folder_files_read_config(spec, &config, source, problem));
    const Status status = model_labels_read(config, source, labels, problem);
    json_destroy(config);
    return status;
}

/* The training rows' labels: numbered as the model numbers them, if it tells the same ones by name, so that its head can stay. */
static Status number_labels(TextClassification *task, Problem *problem)
{
    LabelledText *texts = &task->parts[SOURCE_PART_TRAIN].texts;
    ModelLabels labels = {0};
    if (task->spec->model[0] == '\0') {
        return STATUS_OK;
    }
    TRY(read_model_labels(task->spec, &labels, problem));
    const Status status = labelled_text_number_labels(
        texts, (const char *const *)labels.names.names, labels.names.count);
    model_labels_clear(&labels);
    return status != STATUS_OUT_OF_MEMORY
               ? STATUS_OK
               : problem_describe(problem, status, "not enough memory for the texts");
}

static Status load(TextClassification *task, Problem *problem)
{
    const ExperimentSpec *spec = task->spec;
    const NameList *labels = &task->parts[SOURCE_PART_TRAIN].texts.labels;
    TRY(read_part(spec, SOURCE_PART_TRAIN, NULL, &task->parts[SOURCE_PART_TRAIN].texts, problem));
    TRY(number_labels(task, problem));
    for (SourcePart part = SOURCE_PART_DEV; part < SOURCE_PART_COUNT; part++) {
        TRY(read_part(spec, part, labels, &task->parts[part].texts, problem));
    }
    if (labels->count < 2) {
        return problem_describe(
            problem, STATUS_BAD_VALUE,
            "%s: all training rows have the same label; there is nothing to tell apart",
            spec->data);
    }
    TRY(encoder_start_load(spec, TEXT_HEAD_CLASSIFIER, (const char *const *)labels->names,
                           labels->count, &task->start, problem));
    for (SourcePart part = SOURCE_PART_TRAIN; part < SOURCE_PART_COUNT; part++) {
        TRY(encode_part(task, part, problem));
    }
    return take_batch_room(task, problem);
}

/* The final part with the labels that the model's folder names. */
static Status read_final(TextClassification *task, const ModelLabels *labels, Problem *problem)
{
    const ExperimentSpec *spec = task->spec;
    LabelledText *texts = &task->parts[SOURCE_PART_FINAL].texts;
    TRY(read_part(spec, SOURCE_PART_FINAL, labels->is_numbered ? NULL : &labels->names, texts,
                  problem));
    if (texts->labels.count != labels->count) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: the model tells %zu labels, which its config.json only "
                                "numbers, but %s has %zu; name them in id2label",
                                spec->model, labels->count, spec->data, texts->labels.count);
    }
    return STATUS_OK;
}

static Status load_final(TextClassification *task, Problem *problem)
{
    const ExperimentSpec *spec = task->spec;
    const NameList *names = &task->parts[SOURCE_PART_FINAL].texts.labels;
    ModelLabels labels = {0};
    TRY(read_model_labels(spec, &labels, problem));
    Status status = read_final(task, &labels, problem);
    if (status == STATUS_OK) {
        status = encoder_start_load(spec, TEXT_HEAD_CLASSIFIER, (const char *const *)names->names,
                                    names->count, &task->start, problem);
    }
    model_labels_clear(&labels);
    TRY(status);
    if (task->start.has_new_head) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: the model has no classifier for its %zu labels; fine-tune it "
                                "first",
                                spec->model, task->start.shape.label_count);
    }
    TRY(encode_part(task, SOURCE_PART_FINAL, problem));
    return take_batch_room(task, problem);
}

static ClassificationSource source_of(TextClassification *task)
{
    const NameList *labels = &task->parts[task->label_part].texts.labels;
    return (ClassificationSource){
        .context = task,
        .network = {.context = task,
                    .n = task->start.table.size,
                    .rows = 1,
                    .classes = task->start.shape.label_count,
                    .create_workspace = create_workspace,
                    .destroy_workspace = destroy_workspace,
                    .workspace_bytes = workspace_bytes,
                    .forward = forward,
                    .backward = backward},
        .table = &task->start.table,
        .theta_0 = task->start.theta_0,
        .head_text = task->start.head_text,
        .class_names = (const char *const *)labels->names,
        .domain_count = task->domain_count,
        .train_domain_count = task->spec->train_domain_count,
        .first_example = first_example,
        .fill = fill,
        .save = save,
        .close = close_source,
        .disclosure = {.context = task,
                       .embedding_rows = (size_t)task->spec->block_size,
                       .embedding_width = task->start.shape.stack.C,
                       .has_dropout = text_encoder_has_dropout(&task->start.shape),
                       .keep_batch = keep_batch,
                       .config = config_of}};
}

/* load_parts: one of the two above. */
static Status open_source(const ExperimentSpec *spec, SourcePart label_part,
                          Status (*load_parts)(TextClassification *task, Problem *problem),
                          ClassificationSource *source, Problem *problem)
{
    if (spec->data_format == SPEC_DATA_TEXT) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "data_format: text-classification needs labelled texts: \"emoji\", "
                                "\"emoji-names\", \"emoji-words\", \"emoji-pairs\", \"columns\" "
                                "or \"inference\"");
    }
    TextClassification *task = calloc(1, sizeof *task);
    if (task == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the texts");
    }
    task->spec = spec;
    task->label_part = label_part;
    task->domain_count = spec->train_domain_count + spec->zero_shot_domain_count;
    const Status status = load_parts(task, problem);
    if (status != STATUS_OK) {
        close_source(task);
        return status;
    }
    *source = source_of(task);
    return STATUS_OK;
}

Status text_classification_open(const ExperimentSpec *spec, ClassificationSource *source,
                                Problem *problem)
{
    return open_source(spec, SOURCE_PART_TRAIN, load, source, problem);
}

Status text_classification_open_final(const ExperimentSpec *spec, ClassificationSource *source,
                                      Problem *problem)
{
    return open_source(spec, SOURCE_PART_FINAL, load_final, source, problem);
}

Status text_classification_languages(const ExperimentSpec *spec, NameList *languages,
                                     Problem *problem)
{
    LabelledText texts = {0};
    SourceList *list = calloc(1, sizeof *list);
    if (list == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the texts");
    }
    Status status = list_split_file(spec, SOURCE_PART_FINAL, list, problem);
    if (status == STATUS_OK) {
        status =
            labelled_files_read(list->sources, list->count, &(LabelledWish){0}, &texts, problem);
    }
    free(list);
    TRY(status);
    *languages = texts.languages;
    texts.languages = (NameList){0}; /* handed over */
    labelled_text_clear(&texts);
    return STATUS_OK;
}
