/* data/vocabulary.h -- what a byte-level BPE tokenizer knows: its tokens, and its merges in order. */
#ifndef DATA_VOCABULARY_H
#define DATA_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "data/added_token.h"

enum { VOCABULARY_SIZE_MAX = 1 << 20 };

/* The text of "<|endoftext|>", the token between documents, and of "</s>", which has its place where there is no such token. */
extern const char END_OF_TEXT[];
extern const char END_OF_SEQUENCE[];

typedef struct VocabularyToken {
    char *bytes; /* what the token stands for; owned; NULL if none (a special token) */
    size_t size;
    /* how a special token is written in the file, NUL-ended; owned; NULL if not special */
    char *special_text;
    AddedTokenFlags flags; /* of a special token */
} VocabularyToken;

/* Two neighbouring symbols and what they become. The rank of a rule is its place in the list. */
typedef struct MergeRule {
    int32_t left;
    int32_t right;
    int32_t result;
} MergeRule;

/* `{0}` is an empty one. A token's place is its id. */
typedef struct Vocabulary {
    VocabularyToken *tokens; /* [token_count]; owned */
    size_t token_count;
    size_t token_capacity;
    MergeRule *merges; /* [merge_count]; owned */
    size_t merge_count;
    size_t merge_capacity;
    int32_t end_of_text;
    bool has_prefix_space; /* a text that does not begin with a blank is encoded as if it did */
    /* Words are what stands between white space, each with one blank before it (pre_tokenizer_space_words), not what GPT-2's pattern cuts;
     * then has_prefix_space is set as well. */
    bool splits_at_white_space;
} Vocabulary;

/* Append copies; the id is the place. All three: STATUS_OUT_OF_MEMORY leaves the vocabulary as it was. */
Status vocabulary_add_token(Vocabulary *vocabulary, const char *bytes, size_t size);
Status vocabulary_add_special(Vocabulary *vocabulary, const char *text);
Status vocabulary_add_merge(Vocabulary *vocabulary, MergeRule rule);

/* Append the 256 single bytes in the order of their symbols (byte_symbol.h). */
Status vocabulary_add_all_bytes(Vocabulary *vocabulary);

/* The id of a special token; -1 if there is none of that text. */
int32_t vocabulary_find_special(const Vocabulary *vocabulary, const char *text);

void vocabulary_clear(Vocabulary *vocabulary);

#endif
