#include "data/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "data/byte_symbol.h"
#include "data/growing_array.h"

const char END_OF_TEXT[] = "<|endoftext|>";
const char END_OF_SEQUENCE[] = "</s>";

static Status reserve_token(Vocabulary *vocabulary)
{
    VocabularyToken *tokens =
        array_with_room(vocabulary->tokens, &vocabulary->token_capacity,
                        vocabulary->token_count + 1, sizeof *vocabulary->tokens);
    if (tokens == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    vocabulary->tokens = tokens;
    return STATUS_OK;
}

Status vocabulary_add_token(Vocabulary *vocabulary, const char *bytes, size_t size)
{
    TRY(reserve_token(vocabulary));
    char *copy = malloc(size + 1);
    if (copy == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    memcpy(copy, bytes, size);
    copy[size] = '\0';
    vocabulary->tokens[vocabulary->token_count++] = (VocabularyToken){.bytes = copy, .size = size};
    return STATUS_OK;
}

Status vocabulary_add_special(Vocabulary *vocabulary, const char *text)
{
    TRY(reserve_token(vocabulary));
    char *copy = strdup(text);
    if (copy == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    vocabulary->tokens[vocabulary->token_count++] = (VocabularyToken){.special_text = copy};
    return STATUS_OK;
}

Status vocabulary_add_merge(Vocabulary *vocabulary, MergeRule rule)
{
    MergeRule *merges = array_with_room(vocabulary->merges, &vocabulary->merge_capacity,
                                        vocabulary->merge_count + 1, sizeof *vocabulary->merges);
    if (merges == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    vocabulary->merges = merges;
    vocabulary->merges[vocabulary->merge_count++] = rule;
    return STATUS_OK;
}

Status vocabulary_add_all_bytes(Vocabulary *vocabulary)
{
    for (int rank = 0; rank < BYTE_SYMBOL_COUNT; rank++) {
        const char byte = (char)byte_of_rank(rank);
        TRY(vocabulary_add_token(vocabulary, &byte, 1));
    }
    return STATUS_OK;
}

int32_t vocabulary_find_special(const Vocabulary *vocabulary, const char *text)
{
    for (size_t i = 0; i < vocabulary->token_count; i++) {
        const char *special = vocabulary->tokens[i].special_text;
        if (special != NULL && strcmp(special, text) == 0) {
            return (int32_t)i;
        }
    }
    return -1;
}

void vocabulary_clear(Vocabulary *vocabulary)
{
    for (size_t i = 0; i < vocabulary->token_count; i++) {
        free(vocabulary->tokens[i].bytes);
        free(vocabulary->tokens[i].special_text);
    }
    free(vocabulary->tokens);
    free(vocabulary->merges);
    *vocabulary = (Vocabulary){0};
}
