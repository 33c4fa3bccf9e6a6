/* lab/tiny_lab.h -- a corpus, a tokenizer and an experiment small enough to race in milliseconds. */
#ifndef TESTS_LAB_TINY_LAB_H
#define TESTS_LAB_TINY_LAB_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "data/text_corpus.h"
#include "data/tokenizer.h"
#include "records/experiment_spec.h"

typedef struct TinyLab {
    char folder[256];
    ExperimentSpec spec;
} TinyLab;

static inline void tiny_write_domain(const char *folder, const char *name, uint64_t seed)
{
    static const char *const WORDS[] = {"the",   "lab", "runs",  "steps", "loss",
                                        "falls", "and", "rises", "again", "now"};
    char path[400];
    Random random = random_stream(seed, RANDOM_STREAM_WEIGHTS, 0);
    snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        return;
    }
    for (int block = 0; block < 60; block++) {
        for (int word = 0; word < 30; word++) {
            fprintf(file, "%s ", WORDS[(random_below(&random, 10) * (size_t)(seed % 3 + 1)) % 10]);
        }
        fprintf(file, "%s %d.\n\n", name, block);
    }
    fclose(file);
}

static inline Status tiny_make_tokenizer(const TinyLab *lab)
{
    TextCorpus corpus = {0};
    Tokenizer *tokenizer = NULL;
    Problem problem = {0};
    const char *texts[DOMAIN_COUNT_MAX];
    size_t sizes[DOMAIN_COUNT_MAX];
    TRY(text_corpus_load(lab->spec.data, &corpus, &problem));
    for (size_t i = 0; i < corpus.count; i++) {
        texts[i] = corpus.domains[i].text;
        sizes[i] = corpus.domains[i].size;
    }
    Status status = tokenizer_train(texts, sizes, corpus.count, 280, &tokenizer, &problem);
    if (status == STATUS_OK) {
        status = tokenizer_save(tokenizer, lab->spec.tokenizer, &problem);
    }
    tokenizer_destroy(tokenizer);
    text_corpus_clear(&corpus);
    return status;
}

/* The experiment's text; returns its length. */
static inline size_t tiny_experiment_text(const char *data, const char *folder, char *text,
                                          size_t text_bytes)
{
    const int length = snprintf(
        text, text_bytes,
        "{\"name\": \"tiny\", \"data\": \"%s\", \"tokenizer\": \"%s/tokenizer.json\","
        " \"model_config\": {\"model_type\": \"gpt2\", \"vocab_size\": 280, \"n_positions\": 16, "
        "\"n_embd\": 16, \"n_layer\": 2,"
        " \"n_head\": 2, \"activation_function\": \"gelu_new\", \"layer_norm_epsilon\": 1e-5},"
        " \"train_domains\": [\"alpha\"], \"zero_shot_domains\": [\"beta\", \"gamma\"], \"seed\": "
        "3, \"max_steps\": 8,"
        " \"per_device_train_batch_size\": 6, \"micro_batch_count\": 4, \"block_size\": 16, "
        "\"learning_rate\": 0.01,"
        " \"warmup_steps\": 2, \"probe_steps\": 2, \"probe_windows\": 3, \"eval_steps\": 4, "
        "\"eval_windows\": 2, \"lanes\": ["
        " {\"name\": \"AdamW\", \"method\": \"adamw\"}, {\"name\": \"SAM\", \"method\": \"sam\", "
        "\"rho\": 0.1},"
        " {\"name\": \"TRAM\", \"method\": \"tram-prev\", \"scale\": 1000, \"rho\": 0.5}]}",
        data, folder);
    return (size_t)length;
}

/* Make everything in a folder of its own under /tmp. */
static inline Status tiny_lab_open(TinyLab *lab)
{
    char data[300];
    char text[4096];
    Problem problem = {0};
    memset(lab, 0, sizeof *lab);
    snprintf(lab->folder, sizeof lab->folder, "/tmp/tramlab-tiny-XXXXXX");
    if (mkdtemp(lab->folder) == NULL) {
        return STATUS_FILE_UNWRITABLE;
    }
    snprintf(data, sizeof data, "%s/data", lab->folder);
    mkdir(data, 0777);
    tiny_write_domain(data, "alpha", 1);
    tiny_write_domain(data, "beta", 2);
    tiny_write_domain(data, "gamma", 4);
    const size_t length = tiny_experiment_text(data, lab->folder, text, sizeof text);
    const Status status =
        experiment_spec_parse(text, length, "tiny.json", "", &lab->spec, &problem);
    if (status != STATUS_OK) {
        fprintf(stderr, "%s\n", problem.text);
        return status;
    }
    return tiny_make_tokenizer(lab);
}

static inline void tiny_lab_close(TinyLab *lab)
{
    char command[400];
    snprintf(command, sizeof command, "rm -rf '%s'", lab->folder);
    if (system(command) != 0) {
        fprintf(stderr, "could not remove %s\n", lab->folder);
    }
}

/* Group fixtures: *state is the TinyLab. */
static inline int open_lab(void **state)
{
    TinyLab *lab = calloc(1, sizeof *lab);
    *state = lab;
    return lab != NULL && tiny_lab_open(lab) == STATUS_OK ? 0 : -1;
}

static inline int close_lab(void **state)
{
    tiny_lab_close(*state);
    free(*state);
    return 0;
}

#endif
