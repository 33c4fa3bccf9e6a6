#include "app/tokenizer_command.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "app/complaint.h"
#include "data/parallel_text.h"
#include "data/text_corpus.h"
#include "data/tokenizer.h"
#include "records/experiment_spec.h"

enum { ABOUT_BYTES = 96 };

static Status train(const TextCorpus *corpus, size_t vocab_size, Tokenizer **out, Problem *problem)
{
    const char *texts[DOMAIN_COUNT_MAX];
    size_t sizes[DOMAIN_COUNT_MAX];
    for (size_t i = 0; i < corpus->count; i++) {
        const TextDomain *domain = &corpus->domains[i];
        texts[i] = domain->text + domain->split_start[TEXT_SPLIT_PRETRAIN];
        sizes[i] = domain->split_size[TEXT_SPLIT_PRETRAIN];
    }
    return tokenizer_train(texts, sizes, corpus->count, vocab_size, out, problem);
}

static Status train_on_domains(const CommandLine *line, Tokenizer **out, char about[ABOUT_BYTES],
                               Problem *problem)
{
    TextCorpus corpus = {0};
    TRY(text_corpus_load(line->data, &corpus, problem));
    const Status status = train(&corpus, (size_t)line->vocab_size, out, problem);
    snprintf(about, ABOUT_BYTES, "the pretraining pools of %zu domains", corpus.count);
    text_corpus_clear(&corpus);
    return status;
}

/* With the special tokens that an encoder needs. */
static Status train_on_languages(const CommandLine *line, Tokenizer **out, char about[ABOUT_BYTES],
                                 Problem *problem)
{
    ParallelText text = {0};
    TRY(parallel_text_read(line->data, &text, problem));
    /* The NUL between strings becomes a blank. */
    for (size_t i = 0; i < text.text_bytes; i++) {
        text.texts[i] = text.texts[i] == '\0' ? ' ' : text.texts[i];
    }
    const Status status = tokenizer_train_for_encoder(text.texts, text.text_bytes,
                                                      (size_t)line->vocab_size, out, problem);
    snprintf(about, ABOUT_BYTES, "parallel texts in %zu languages", text.languages.count);
    parallel_text_clear(&text);
    return status;
}

/* The list of languages and their shares is what tells parallel texts from domains. */
static bool has_languages(const char *folder)
{
    char path[SPEC_PATH_BYTES];
    snprintf(path, sizeof path, "%s/shares.tsv", folder);
    return access(path, R_OK) == 0;
}

/* A model that was trained with the older file could no longer be read. Asked first: training takes its time. */
static Status check_place(const char *path, Problem *problem)
{
    if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
        return STATUS_OK;
    }
    return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                            "%s: is there already; remove it, or give another --out", path);
}

static Status train_tokenizer(const CommandLine *line, Tokenizer **out, char about[ABOUT_BYTES],
                              Problem *problem)
{
    TRY(check_place(line->out, problem));
    return has_languages(line->data) ? train_on_languages(line, out, about, problem)
                                     : train_on_domains(line, out, about, problem);
}

int tokenizer_main(const CommandLine *line)
{
    Tokenizer *tokenizer = NULL;
    Problem problem = {0};
    char about[ABOUT_BYTES] = "";
    Status status = train_tokenizer(line, &tokenizer, about, &problem);
    if (status == STATUS_OK) {
        status = tokenizer_save(tokenizer, line->out, &problem);
    }
    if (status == STATUS_OK) {
        printf("%s: %zu entries, from %s\n", line->out, tokenizer_vocab_size(tokenizer), about);
    }
    tokenizer_destroy(tokenizer);
    return status == STATUS_OK ? 0 : complain(&problem);
}
