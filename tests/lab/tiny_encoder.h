/* lab/tiny_encoder.h -- labelled and parallel texts in three languages, a tokenizer and an encoder of some hundred weights. */
#ifndef TESTS_LAB_TINY_ENCODER_H
#define TESTS_LAB_TINY_ENCODER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/byte_pair_trainer.h"
#include "data/vocabulary_file.h"
#include "records/experiment_spec.h"

typedef struct TinyEncoder {
    char folder[128];
    ExperimentSpec classification; /* form "columns": en, and to be told fr and sw */
    ExperimentSpec emoji;          /* form "emoji": en, and to be told fr */
    ExperimentSpec emoji_names;    /* form "emoji-names": en and fr */
    ExperimentSpec pretraining;
} TinyEncoder;

static inline FILE *tiny_open(const TinyEncoder *lab, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", lab->folder, name);
    return fopen(path, "w");
}

/* Words that tell the class in three languages, with words that do not. */
static inline void tiny_write_columns(const TinyEncoder *lab, const char *split, int rows)
{
    static const char *const LANGUAGES[] = {"en", "fr", "sw"};
    static const char *const WORDS[3][2] = {{"good", "bad"}, {"bon", "mal"}, {"zuri", "baya"}};
    char name[64];
    snprintf(name, sizeof name, "%s.tsv", split);
    FILE *file = tiny_open(lab, name);
    fprintf(file, "text\tlabel\tlanguage\n");
    for (int row = 0; row < rows; row++) {
        for (int language = 0; language < 3; language++) {
            /* Nothing but the word tells the class: each number comes with both. */
            fprintf(file, "%d %s %s\t%s\t%s\n", row / 2, split, WORDS[language][row % 2],
                    row % 2 == 0 ? "plus" : "minus", LANGUAGES[language]);
        }
    }
    fclose(file);
}

static inline void tiny_write_emoji(const TinyEncoder *lab, const char *language)
{
    static const char *const SPLITS[] = {"pre", "train", "dev", "test"};
    char name[64];
    snprintf(name, sizeof name, "emoji.%s.tsv", language);
    FILE *file = tiny_open(lab, name);
    for (int row = 0; row < 120; row++) {
        fprintf(file, "e%d\t%s\t%d\tname %d %s\tone|two %s|%d\n", row, SPLITS[row % 4], row % 8,
                row, language, language, row);
    }
    fclose(file);
}

static inline void tiny_write_parallel(const TinyEncoder *lab)
{
    static const char *const LANGUAGES[] = {"en", "fr"};
    FILE *file = tiny_open(lab, "shares.tsv");
    fprintf(file, "en\t1\nfr\t0.5\n");
    fclose(file);
    file = tiny_open(lab, "localenames.tsv");
    fprintf(file, "code\tfr\ten\n");
    for (int row = 0; row < 200; row++) {
        fprintf(file, "t:%d\tpays %d\tcountry %d\n", row, row, row);
    }
    fclose(file);
    for (int i = 0; i < 2; i++) {
        char name[64];
        tiny_write_emoji(lab, LANGUAGES[i]);
        snprintf(name, sizeof name, "udhr.%s.tsv", LANGUAGES[i]);
        file = tiny_open(lab, name);
        fprintf(file, "0\tfirst %s\n0\tsecond %s\n30\tlast %s\n", LANGUAGES[i], LANGUAGES[i],
                LANGUAGES[i]);
        fclose(file);
    }
}

/* An encoder's special tokens, words cut by GPT-2's pattern: as RoBERTa has them. */
static inline Status tiny_write_tokenizer(const TinyEncoder *lab)
{
    static const char *const SPECIALS[] = {"<s>", "<pad>", "</s>", "<unk>"};
    static const char TEXT[] = "good bad bon mal zuri baya train dev test name one two country "
                               "pays first second last en fr good name country pays";
    const char *const texts[] = {TEXT};
    const size_t sizes[] = {sizeof TEXT - 1};
    char path[256];
    Vocabulary vocabulary = {0};
    Problem problem = {0};
    Status status = STATUS_OK;
    for (size_t i = 0; i < 4 && status == STATUS_OK; i++) {
        status = vocabulary_add_special(&vocabulary, SPECIALS[i]);
    }
    if (status == STATUS_OK) {
        status = vocabulary_add_all_bytes(&vocabulary);
    }
    if (status == STATUS_OK) {
        status = byte_pairs_learn(texts, sizes, 1, 279, &vocabulary, &problem);
    }
    if (status == STATUS_OK) {
        status = vocabulary_add_special(&vocabulary, "<mask>");
    }
    if (status == STATUS_OK) {
        snprintf(path, sizeof path, "%s/tokenizer.json", lab->folder);
        status = vocabulary_write(&vocabulary, path, &problem);
    }
    vocabulary_clear(&vocabulary);
    return status;
}

static inline Status tiny_parse(const TinyEncoder *lab, const char *rest, ExperimentSpec *spec)
{
    char text[4096];
    Problem problem = {0};
    const int length =
        snprintf(text, sizeof text,
                 "{\"name\": \"tiny\", \"data\": \"%s\", \"tokenizer\": \"%s/tokenizer.json\", "
                 "\"model_config\": {\"model_type\": \"xlm-roberta\", \"vocab_size\": 280, "
                 "\"hidden_size\": 16, \"num_hidden_layers\": 1, \"num_attention_heads\": 2, "
                 "\"intermediate_size\": 32, \"max_position_embeddings\": 30, \"pad_token_id\": 1, "
                 "\"type_vocab_size\": 1, \"layer_norm_eps\": 1e-5, \"hidden_act\": \"gelu\"}, "
                 "\"seed\": 3, \"max_steps\": 30, \"per_device_train_batch_size\": 10, "
                 "\"micro_batch_count\": 3, \"block_size\": 24, \"learning_rate\": 0.01, "
                 "\"probe_windows\": 4, \"eval_windows\": 8, \"eval_steps\": 10, %s}",
                 lab->folder, lab->folder, rest);
    const Status status =
        experiment_spec_parse(text, (size_t)length, "tiny.json", "", spec, &problem);
    if (status != STATUS_OK) {
        fprintf(stderr, "%s\n", problem.text);
    }
    return status;
}

static inline Status tiny_encoder_open(TinyEncoder *lab)
{
    memset(lab, 0, sizeof *lab);
    snprintf(lab->folder, sizeof lab->folder, "/tmp/tramlab-encoder-XXXXXX");
    if (mkdtemp(lab->folder) == NULL) {
        return STATUS_FILE_UNWRITABLE;
    }
    tiny_write_columns(lab, "train", 20);
    tiny_write_columns(lab, "dev", 9);
    tiny_write_columns(lab, "test", 11);
    tiny_write_parallel(lab);
    TRY(tiny_write_tokenizer(lab));
    TRY(tiny_parse(lab,
                   "\"task\": \"text-classification\", \"data_format\": \"columns\", "
                   "\"train_domains\": [\"en\"], \"zero_shot_domains\": [\"fr\", \"sw\"], "
                   "\"final_split\": \"test\", \"lanes\": [{\"method\": \"adamw\"}, "
                   "{\"method\": \"tram-prev\", \"scale\": 100}]",
                   &lab->classification));
    TRY(tiny_parse(lab,
                   "\"task\": \"text-classification\", \"data_format\": \"emoji\", "
                   "\"train_domains\": [\"en\"], \"zero_shot_domains\": [\"fr\"], "
                   "\"lanes\": [{\"method\": \"adamw\"}]",
                   &lab->emoji));
    TRY(tiny_parse(lab,
                   "\"task\": \"text-classification\", \"data_format\": \"emoji-names\", "
                   "\"train_domains\": [\"en\", \"fr\"], \"lanes\": [{\"method\": \"adamw\"}]",
                   &lab->emoji_names));
    return tiny_parse(lab,
                      "\"task\": \"masked-lm\", \"train_domains\": \"*\", "
                      "\"lanes\": [{\"method\": \"adamw\"}]",
                      &lab->pretraining);
}

static inline int tiny_encoder_close(const TinyEncoder *lab)
{
    char command[200];
    snprintf(command, sizeof command, "rm -rf '%s'", lab->folder);
    return system(command);
}

/* Group fixtures: *state is the TinyEncoder. */
static inline int open_encoder_lab(void **state)
{
    TinyEncoder *lab = calloc(1, sizeof *lab);
    *state = lab;
    return lab != NULL && tiny_encoder_open(lab) == STATUS_OK ? 0 : -1;
}

static inline int close_encoder_lab(void **state)
{
    TinyEncoder *lab = *state;
    const int failed = tiny_encoder_close(lab);
    free(lab);
    return failed;
}

#endif
