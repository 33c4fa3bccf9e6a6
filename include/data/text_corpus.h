/* data/text_corpus.h -- a folder of text domains, cut into splits that never share a block. */
#ifndef DATA_TEXT_CORPUS_H
#define DATA_TEXT_CORPUS_H

#include <stddef.h>

#include "base/problem.h"
#include "base/status.h"

/* Per domain, in file order: the first 10 % of the blocks are the test split, the next 10 % dev, the rest train;
 * the first half of the train blocks is the pretraining pool, the other half the fine-tuning pool. */
typedef enum TextSplit {
    TEXT_SPLIT_TEST,
    TEXT_SPLIT_DEV,
    TEXT_SPLIT_PRETRAIN,
    TEXT_SPLIT_FINE_TUNE,
    TEXT_SPLIT_COUNT
} TextSplit;

enum { DOMAIN_NAME_BYTES = 64, DOMAIN_SUFFIX_BYTES = 5, DOMAIN_COUNT_MAX = 64 };

/* One domain: the file's text and where its splits lie. A split is a contiguous stretch of the file: its blocks
 * with the blank lines between and after them. */
typedef struct TextDomain {
    char name[DOMAIN_NAME_BYTES];     /* the file's name without ".txt" */
    char suffix[DOMAIN_SUFFIX_BYTES]; /* ".txt", or ".TXT" as the file has it */
    char *text;                       /* owned */
    size_t size;
    size_t split_start[TEXT_SPLIT_COUNT]; /* bytes */
    size_t split_size[TEXT_SPLIT_COUNT];
    size_t split_blocks[TEXT_SPLIT_COUNT];
} TextDomain;

typedef struct TextCorpus {
    TextDomain *domains; /* [count], sorted by name; owned */
    size_t count;
} TextCorpus;

/* Read every *.txt or *.TXT in `folder` (blocks are separated by blank lines; a byte order mark is left out, and lines that end in CR LF then end in LF). STATUS_FILE_UNREADABLE (no folder, no file),
 * STATUS_BAD_VALUE (a domain that is not UTF-8, or with fewer than 10 blocks, a name too long, two that differ in the suffix only, more than DOMAIN_COUNT_MAX domains), STATUS_OUT_OF_MEMORY.
 * The caller calls text_corpus_clear. */
Status text_corpus_load(const char *folder, TextCorpus *corpus, Problem *problem);
void text_corpus_clear(TextCorpus *corpus);

/* The domain of that name; NULL if there is none. */
const TextDomain *text_corpus_find(const TextCorpus *corpus, const char *name);

#endif
