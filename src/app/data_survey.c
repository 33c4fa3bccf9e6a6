#include "app/data_survey.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/labelled_files.h"
#include "data/text_corpus.h"

enum { HEAD_BYTES = 4096 };

/* Of rows that do not say their language. */
static const char ONE_LANGUAGE[] = "all";

static Status out_of_memory(const char *folder, Problem *problem)
{
    return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s: not enough memory to look into it",
                            folder);
}

static void add_other(DataSurvey *survey, const char *name)
{
    if (survey->other_count == SPEC_DOMAINS_MAX - 1) {
        survey->left_out++;
        return;
    }
    snprintf(survey->others[survey->other_count++], SPEC_NAME_BYTES, "%s", name);
}

static bool keep_sample(DataSurvey *survey, const char *text, size_t bytes)
{
    survey->sample = malloc(bytes + 1);
    if (survey->sample == NULL) {
        return false;
    }
    memcpy(survey->sample, text, bytes);
    survey->sample[bytes] = '\0';
    survey->sample_bytes = bytes;
    return true;
}

/* -- domains of text ---------------------------------------------------------------------------------------- */

static Status survey_texts(const char *folder, DataSurvey *survey, Problem *problem)
{
    TextCorpus corpus = {0};
    size_t largest = 0;
    TRY(text_corpus_load(folder, &corpus, problem));
    for (size_t i = 1; i < corpus.count; i++) {
        largest = corpus.domains[i].size > corpus.domains[largest].size ? i : largest;
    }
    for (size_t i = 0; i < corpus.count; i++) {
        if (i != largest) {
            add_other(survey, corpus.domains[i].name);
        }
    }
    const TextDomain *domain = &corpus.domains[largest];
    survey->task = SPEC_TASK_CAUSAL_LM;
    survey->format = SPEC_DATA_TEXT;
    snprintf(survey->train, SPEC_NAME_BYTES, "%s", domain->name);
    const bool is_kept =
        keep_sample(survey, domain->text + domain->split_start[TEXT_SPLIT_FINE_TUNE],
                    domain->split_size[TEXT_SPLIT_FINE_TUNE]);
    text_corpus_clear(&corpus);
    return is_kept ? STATUS_OK : out_of_memory(folder, problem);
}

/* -- labelled rows ------------------------------------------------------------------------------------------ */

/* The file of a split, as .tsv or .jsonl; false if it is not there. */
static bool split_path(const char *folder, const char *split, char path[PATH_MAX])
{
    static const char *const ENDINGS[] = {"tsv", "jsonl"};
    for (size_t i = 0; i < 2; i++) {
        const int length = snprintf(path, PATH_MAX, "%s/%s.%s", folder, split, ENDINGS[i]);
        if (length < PATH_MAX && access(path, F_OK) == 0) {
            return true;
        }
    }
    return false;
}

/* The first lines name the columns or keys. */
static LabelledForm form_of_file(const char *path)
{
    char head[HEAD_BYTES + 1] = "";
    FILE *file = fopen(path, "re");
    if (file != NULL) {
        head[fread(head, 1, HEAD_BYTES, file)] = '\0';
        fclose(file);
    }
    const bool is_inference = strstr(head, "sentence1") != NULL || strstr(head, "premise") != NULL;
    return is_inference ? LABELLED_FORM_INFERENCE : LABELLED_FORM_COLUMNS;
}

static size_t row_bytes(const LabelledText *set, uint32_t index)
{
    const char *second = labelled_text_second(set, index);
    return strlen(labelled_text_first(set, index)) + (second == NULL ? 0 : 1 + strlen(second));
}

/* Rows of the language that is trained on: how many, with how many labels, and the longest. */
static bool measure_rows(const LabelledText *set, const char *split, DataSurvey *survey)
{
    uint32_t *chosen = calloc(set->count + 1, sizeof *chosen);
    bool *has_label = calloc(set->labels.count + 1, sizeof *has_label);
    char *row = NULL;
    size_t longest = 0;
    bool is_measured = true;
    if (chosen == NULL || has_label == NULL) {
        free(chosen);
        free(has_label);
        return false;
    }
    survey->examples = labelled_text_choose(set, survey->train, split, chosen);
    for (size_t i = 0; i < survey->examples; i++) {
        longest = row_bytes(set, chosen[i]) > row_bytes(set, chosen[longest]) ? i : longest;
        has_label[set->examples[chosen[i]].label] = true;
    }
    for (size_t i = 0; i < set->labels.count; i++) {
        survey->label_count += has_label[i] ? 1 : 0;
    }
    if (survey->examples > 0) {
        const char *second = labelled_text_second(set, chosen[longest]);
        const char *first = labelled_text_first(set, chosen[longest]);
        const int length = asprintf(&row, "%s%s%s", first, second == NULL ? "" : " ",
                                    second == NULL ? "" : second);
        is_measured = length >= 0 && keep_sample(survey, row, (size_t)length);
        free(length >= 0 ? row : NULL);
    }
    free(chosen);
    free(has_label);
    return is_measured;
}

static void choose_language(const LabelledText *set, DataSurvey *survey)
{
    size_t most = 0;
    for (size_t i = 0; i < set->languages.count; i++) {
        const char *name = set->languages.names[i];
        const size_t rows = labelled_text_choose(set, name, NULL, NULL);
        const bool is_english = strcmp(name, "en") == 0 && rows > 0;
        if (is_english || rows > most) {
            most = is_english ? SIZE_MAX : rows;
            snprintf(survey->train, SPEC_NAME_BYTES, "%s", name);
        }
    }
}

static Status check_rows(const char *folder, const char *path, const DataSurvey *survey,
                         Problem *problem)
{
    if (survey->examples == 0) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s: no row of \"%s\" to train on", path,
                                survey->train);
    }
    if (survey->label_count < 2) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: all rows of \"%s\" have the same label; telling classes needs "
                                "two at least (%s)",
                                path, survey->train, folder);
    }
    return STATUS_OK;
}

static Status read_rows(const char *path, LabelledForm form, const char *split, LabelledText *set,
                        Problem *problem)
{
    const LabelledSource source = {
        .path = path, .form = form, .language = ONE_LANGUAGE, .split = split};
    const LabelledWish everything = {0};
    return labelled_files_read(&source, 1, &everything, set, problem);
}

static Status survey_rows(const char *folder, const char *train_path, DataSurvey *survey,
                          Problem *problem)
{
    char dev_path[PATH_MAX];
    LabelledText train = {0};
    LabelledText dev = {0};
    const LabelledForm form = form_of_file(train_path);
    if (!split_path(folder, "dev", dev_path)) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE,
                                "%s: there is no dev.tsv or dev.jsonl beside it to evaluate on",
                                train_path);
    }
    survey->task = SPEC_TASK_TEXT_CLASSIFICATION;
    survey->format = form == LABELLED_FORM_INFERENCE ? SPEC_DATA_INFERENCE : SPEC_DATA_COLUMNS;
    TRY(read_rows(train_path, form, "train", &train, problem));
    Status status = read_rows(dev_path, form, "dev", &dev, problem);
    if (status == STATUS_OK) {
        choose_language(&train, survey);
        status = measure_rows(&train, "train", survey) ? STATUS_OK : out_of_memory(folder, problem);
    }
    if (status == STATUS_OK) {
        status = check_rows(folder, train_path, survey, problem);
    }
    for (size_t i = 0; status == STATUS_OK && i < dev.languages.count; i++) {
        if (strcmp(dev.languages.names[i], survey->train) != 0) {
            add_other(survey, dev.languages.names[i]);
        }
    }
    labelled_text_clear(&train);
    labelled_text_clear(&dev);
    return status;
}

/* -- emoji names -------------------------------------------------------------------------------------------- */

static Status survey_emoji(const char *folder, char **files, size_t count, DataSurvey *survey,
                           Problem *problem)
{
    static const char PREFIX[] = "emoji.";
    static const char SUFFIX[] = ".tsv";
    char path[PATH_MAX];
    LabelledText set = {0};
    survey->task = SPEC_TASK_TEXT_CLASSIFICATION;
    survey->format = SPEC_DATA_EMOJI;
    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(files[i]) - strlen(PREFIX) - strlen(SUFFIX);
        char language[SPEC_NAME_BYTES];
        snprintf(language, sizeof language, "%.*s", (int)length, files[i] + strlen(PREFIX));
        if (i == 0 || strcmp(language, "en") == 0) {
            if (i > 0) {
                add_other(survey, survey->train);
            }
            snprintf(survey->train, SPEC_NAME_BYTES, "%s", language);
        } else {
            add_other(survey, language);
        }
    }
    snprintf(path, sizeof path, "%s/emoji.%s.tsv", folder, survey->train);
    const LabelledSource source = {.path = path,
                                   .form = LABELLED_FORM_EMOJI,
                                   .language = survey->train,
                                   .emoji_strings = EMOJI_STRINGS_NAME | EMOJI_STRINGS_JOINED |
                                                    EMOJI_STRINGS_KEYWORDS};
    const LabelledWish everything = {0};
    TRY(labelled_files_read(&source, 1, &everything, &set, problem));
    const bool is_measured = measure_rows(&set, "train", survey);
    labelled_text_clear(&set);
    return is_measured ? check_rows(folder, path, survey, problem) : out_of_memory(folder, problem);
}

/* -- which of them ------------------------------------------------------------------------------------------ */

static void clear_names(struct dirent **entries, int count)
{
    for (int i = 0; i < count; i++) {
        free(entries[i]);
    }
    free(entries);
}

static bool is_image_file(const char *name)
{
    static const char *const PATTERNS[] = {"*-ubyte", "*-ubyte.gz", "*.png", "*.jpg", "*.jpeg"};
    for (size_t i = 0; i < sizeof PATTERNS / sizeof *PATTERNS; i++) {
        if (fnmatch(PATTERNS[i], name, 0) == 0) {
            return true;
        }
    }
    return false;
}

static Status nothing_known(const char *folder, bool has_images, Problem *problem)
{
    if (has_images) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: holds images, for which init writes no experiment; README.md "
                                "says what can be raced on",
                                folder);
    }
    return problem_describe(problem, STATUS_FILE_UNREADABLE,
                            "%s: holds none of what can be raced on: *.txt (a domain each), "
                            "train and dev .tsv or .jsonl (text, label, language), "
                            "emoji.<language>.tsv",
                            folder);
}

static Status survey_entries(const char *folder, struct dirent **entries, size_t count,
                             DataSurvey *survey, Problem *problem)
{
    char train_path[PATH_MAX];
    char **emoji = calloc(count + 1, sizeof *emoji);
    size_t emoji_count = 0;
    bool has_texts = false;
    bool has_images = false;
    if (emoji == NULL) {
        return out_of_memory(folder, problem);
    }
    for (size_t i = 0; i < count; i++) {
        char *name = entries[i]->d_name;
        has_texts = has_texts || fnmatch("*.txt", name, FNM_PERIOD) == 0;
        has_images = has_images || is_image_file(name);
        if (fnmatch("emoji.?*.tsv", name, 0) == 0) {
            emoji[emoji_count++] = name;
        }
    }
    const Status status =
        split_path(folder, "train", train_path) ? survey_rows(folder, train_path, survey, problem)
        : emoji_count > 0 ? survey_emoji(folder, emoji, emoji_count, survey, problem)
        : has_texts       ? survey_texts(folder, survey, problem)
                          : nothing_known(folder, has_images, problem);
    free(emoji);
    return status;
}

Status data_survey_read(const char *folder, DataSurvey *survey, Problem *problem)
{
    struct dirent **entries = NULL;
    memset(survey, 0, sizeof *survey);
    const int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE, "%s: %s", folder, strerror(errno));
    }
    const Status status = survey_entries(folder, entries, (size_t)count, survey, problem);
    clear_names(entries, count);
    if (status != STATUS_OK) {
        data_survey_clear(survey);
    }
    return status;
}

void data_survey_clear(DataSurvey *survey)
{
    free(survey->sample);
    memset(survey, 0, sizeof *survey);
}
