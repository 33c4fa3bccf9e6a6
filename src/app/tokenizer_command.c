#include "app/tokenizer_command.h"

#include <stdio.h>

#include "app/complaint.h"
#include "data/text_corpus.h"
#include "data/tokenizer.h"

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

int tokenizer_main(const CommandLine *line)
{
    TextCorpus corpus = {0};
    Tokenizer *tokenizer = NULL;
    Problem problem = {0};
    Status status = text_corpus_load(line->data, &corpus, &problem);
    if (status == STATUS_OK) {
        status = train(&corpus, (size_t)line->vocab_size, &tokenizer, &problem);
    }
    if (status == STATUS_OK) {
        status = tokenizer_save(tokenizer, line->out, &problem);
    }
    if (status == STATUS_OK) {
        printf("%s: %zu entries, from the pretraining pools of %zu domains\n", line->out,
               tokenizer_vocab_size(tokenizer), corpus.count);
    }
    tokenizer_destroy(tokenizer);
    text_corpus_clear(&corpus);
    return status == STATUS_OK ? 0 : complain(&problem);
}
