/* data/added_token.h -- how a token of its own, "<mask>" say, is looked for in a text: flags that we carry from file to file for others to follow. */
#ifndef DATA_ADDED_TOKEN_H
#define DATA_ADDED_TOKEN_H

#include <stdbool.h>

#include "base/json.h"

/* As in "added_tokens" of tokenizer.json; `{0}` is what the tokens of our own tokenizers have. RoBERTa's "<mask>" takes the blanks before it. */
typedef struct AddedTokenFlags {
    bool is_single_word;
    bool takes_blanks_before; /* "lstrip" */
    bool takes_blanks_after;  /* "rstrip" */
    bool is_normalized;
} AddedTokenFlags;

/* What `token`, an object of "added_tokens", says; false where it says nothing. */
AddedTokenFlags added_token_flags(const Json *token);

/* Put "content" and the flags, and that it is special, into `token`. False when out of memory. */
bool added_token_describe(Json *token, const char *content, AddedTokenFlags flags);

#endif
