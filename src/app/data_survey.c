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

#include "data/image_folder.h"
#include "data/labelled_files.h"
#include "data/split_file.h"
#include "data/text_corpus.h"

enum { HEAD_BYTES = 4096 };

/* Of rows that do not say their language. */
static const char ONE_LANGUAGE[] = "all";
static const char ENGLISH[] = "en";

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

/* Of the languages that are evaluated, too; none is chosen if there is none. */
static void choose_language(const LabelledText *train, const LabelledText *dev, DataSurvey *survey)
{
    size_t most = 0;
    for (size_t i = 0; i < train->languages.count; i++) {
        const char *name = train->languages.names[i];
        const bool is_evaluated = labelled_text_choose(dev, name, NULL, NULL) > 0;
        const size_t rows = is_evaluated ? labelled_text_choose(train, name, NULL, NULL) : 0;
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

/* A language is chosen if the two parts have one in common. */
static Status check_language(const char *dev_path, const LabelledText *train,
                             const LabelledText *dev, const DataSurvey *survey, Problem *problem)
{
    if (survey->train[0] != '\0' || train->count == 0 || dev->count == 0) {
        return STATUS_OK;
    }
    return problem_describe(
        problem, STATUS_BAD_VALUE,
        "%s: has no row in \"%s\", the language of the training rows (\"%s\": they do not say "
        "theirs), but in \"%s\"; what is trained on is evaluated, too",
        dev_path, train->languages.names[0], ONE_LANGUAGE, dev->languages.names[0]);
}

static Status check_labels(const char *dev_path, const LabelledText *train, const LabelledText *dev,
                           Problem *problem)
{
    for (size_t i = 0; i < dev->labels.count; i++) {
        if (name_list_find(&train->labels, dev->labels.names[i]) == NAME_NOT_FOUND) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s: the label \"%.60s\" is on no training row", dev_path,
                                    dev->labels.names[i]);
        }
    }
    return STATUS_OK;
}

static Status read_rows(const char *path, LabelledForm form, const char *split, LabelledText *set,
                        Problem *problem)
{
    /* MultiNLI does not say that it is English; XNLI's dev rows say their language. */
    const char *language = form == LABELLED_FORM_INFERENCE ? ENGLISH : ONE_LANGUAGE;
    const LabelledSource source = {
        .path = path, .form = form, .language = language, .split = split};
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
    if (!split_file_find(folder, "dev", ENGLISH, dev_path, sizeof dev_path)) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE,
                                "%s: there is no dev.tsv or dev.jsonl beside it to evaluate on",
                                train_path);
    }
    survey->task = SPEC_TASK_TEXT_CLASSIFICATION;
    survey->format = form == LABELLED_FORM_INFERENCE ? SPEC_DATA_INFERENCE : SPEC_DATA_COLUMNS;
    TRY(read_rows(train_path, form, "train", &train, problem));
    Status status = read_rows(dev_path, form, "dev", &dev, problem);
    if (status == STATUS_OK) {
        choose_language(&train, &dev, survey);
        status = check_language(dev_path, &train, &dev, survey, problem);
    }
    if (status == STATUS_OK) {
        status = measure_rows(&train, "train", survey) ? STATUS_OK : out_of_memory(folder, problem);
    }
    if (status == STATUS_OK) {
        status = check_rows(folder, train_path, survey, problem);
    }
    if (status == STATUS_OK) {
        status = check_labels(dev_path, &train, &dev, problem);
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

/* -- images ------------------------------------------------------------------------------------------------- */

/* How large a data set is, and what it tells apart. */
typedef struct ImageFacts {
    size_t images;
    size_t trained_on; /* of them, if the set is the one to train on */
    size_t classes;
    NameList class_names; /* owned; empty: just numbers */
} ImageFacts;

static Status look_at_images(const char *folder, const char *name, ImageFacts *facts,
                             Problem *problem)
{
    ImageDomain domain = {0};
    TRY(image_folder_read(folder, name, true, &domain, problem));
    *facts = (ImageFacts){.images = domain.images.count,
                          .trained_on = image_split_choose(domain.splits, domain.images.count,
                                                           IMAGE_SPLIT_TRAIN, NULL),
                          .classes = domain.images.class_count,
                          .class_names = domain.class_names};
    domain.class_names = (NameList){0};
    image_domain_clear(&domain);
    return STATUS_OK;
}

/* Is class `index` called so? Without names it goes by its number. */
static bool is_class_called(const ImageFacts *facts, size_t index, const char *name)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", index);
    const NameList *names = &facts->class_names;
    return strcmp(index < names->count ? names->names[index] : number, name) == 0;
}

/* The same classes: otherwise one cannot be watched while the other is trained on. */
static bool are_alike(const ImageFacts *a, const ImageFacts *b)
{
    bool is_alike = a->classes == b->classes;
    for (size_t i = 0; is_alike && i < a->class_names.count; i++) {
        is_alike = is_class_called(b, i, a->class_names.names[i]);
    }
    for (size_t i = 0; is_alike && i < b->class_names.count; i++) {
        is_alike = is_class_called(a, i, b->class_names.names[i]);
    }
    return is_alike;
}

static size_t count_alike(const ImageFacts *facts, size_t count, size_t index)
{
    size_t alike = 0;
    for (size_t i = 0; i < count; i++) {
        alike += i != index && are_alike(&facts[i], &facts[index]) ? 1 : 0;
    }
    return alike;
}

/* Trained on is a set of at least two classes that has others of its classes to watch, if there is one; of those the largest, and of these the first. */
static size_t choose_images(const ImageFacts *facts, size_t count)
{
    size_t chosen = 0;
    for (size_t i = 1; i < count; i++) {
        const bool has_others = count_alike(facts, count, i) > 0;
        const bool had_others = count_alike(facts, count, chosen) > 0;
        const bool is_larger = facts[i].images > facts[chosen].images;
        const bool is_better = has_others > had_others || (has_others == had_others && is_larger);
        const bool can_be_told = facts[i].classes >= 2;
        const bool could_be_told = facts[chosen].classes >= 2;
        chosen =
            can_be_told > could_be_told || (can_be_told == could_be_told && is_better) ? i : chosen;
    }
    return chosen;
}

static void describe_images(const NameList *names, const ImageFacts *facts, DataSurvey *survey)
{
    const size_t chosen = choose_images(facts, names->count);
    survey->task = SPEC_TASK_IMAGE_CLASSIFICATION;
    survey->examples = facts[chosen].trained_on;
    survey->label_count = facts[chosen].classes;
    snprintf(survey->train, SPEC_NAME_BYTES, "%s", names->names[chosen]);
    for (size_t i = 0; i < names->count; i++) {
        if (i != chosen && are_alike(&facts[i], &facts[chosen])) {
            add_other(survey, names->names[i]);
        } else if (i != chosen) {
            survey->other_classes++;
        }
    }
}

static Status survey_images(const char *folder, const NameList *names, DataSurvey *survey,
                            Problem *problem)
{
    ImageFacts *facts = calloc(names->count, sizeof *facts);
    Status status = STATUS_OK;
    if (facts == NULL) {
        return out_of_memory(folder, problem);
    }
    for (size_t i = 0; status == STATUS_OK && i < names->count; i++) {
        status = look_at_images(folder, names->names[i], &facts[i], problem);
    }
    if (status == STATUS_OK) {
        describe_images(names, facts, survey);
        if (survey->label_count < 2) {
            status = problem_describe(problem, STATUS_BAD_VALUE,
                                      "%s: all images of \"%s\" have the same label; telling "
                                      "classes needs two at least",
                                      folder, survey->train);
        }
    }
    for (size_t i = 0; i < names->count; i++) {
        name_list_clear(&facts[i].class_names);
    }
    free(facts);
    return status;
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
    static const char *const PATTERNS[] = {"*.png", "*.jpg", "*.jpeg"};
    for (size_t i = 0; i < sizeof PATTERNS / sizeof *PATTERNS; i++) {
        if (fnmatch(PATTERNS[i], name, FNM_CASEFOLD) == 0) {
            return true;
        }
    }
    return false;
}

static Status nothing_known(const char *folder, bool has_images, Problem *problem)
{
    if (has_images) {
        return problem_describe(
            problem, STATUS_BAD_VALUE,
            "%s: holds images one by one; they are read from IDX files (README.md)", folder);
    }
    return problem_describe(problem, STATUS_FILE_UNREADABLE,
                            "%s: holds none of what can be raced on: *.txt (a domain each), "
                            "train and dev .tsv or .jsonl (text, label, language), "
                            "emoji.<language>.tsv, images as IDX files or .jhf",
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
    NameList image_sets = {0};
    if (emoji == NULL) {
        return out_of_memory(folder, problem);
    }
    Status status = image_folder_list(folder, &image_sets, problem);
    if (status != STATUS_OK) {
        free(emoji);
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        char *name = entries[i]->d_name;
        has_texts = has_texts || fnmatch("*.txt", name, FNM_PERIOD | FNM_CASEFOLD) == 0;
        has_images = has_images || is_image_file(name);
        if (fnmatch("emoji.?*.tsv", name, 0) == 0) {
            emoji[emoji_count++] = name;
        }
    }
    status = split_file_find(folder, "train", ENGLISH, train_path, sizeof train_path)
                 ? survey_rows(folder, train_path, survey, problem)
             : emoji_count > 0      ? survey_emoji(folder, emoji, emoji_count, survey, problem)
             : image_sets.count > 0 ? survey_images(folder, &image_sets, survey, problem)
             : has_texts            ? survey_texts(folder, survey, problem)
                                    : nothing_known(folder, has_images, problem);
    name_list_clear(&image_sets);
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
