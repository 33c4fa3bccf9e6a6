/* data/tokenizer_config.h -- tokenizer_config.json: what Hugging Face's AutoTokenizer must know beside tokenizer.json. */
#ifndef DATA_TOKENIZER_CONFIG_H
#define DATA_TOKENIZER_CONFIG_H

#include <stddef.h>

#include "base/json.h"
#include "data/vocabulary.h"

/* Without this file AutoTokenizer goes by the model's type: its classes for GPT-2 and RoBERTa put their own add_prefix_space into what
 * tokenizer.json says (transformers 4), or build GPT-2's and XLM-R's splitting anew from the vocabulary (transformers 5). The class named here takes
 * tokenizer.json as it is, in both; but it hands a model "token_type_ids", which GPT-2 would add as words, unless told not to, and knows no padding unless told.
 * longest  tokens that the model takes
 * The caller calls json_destroy. NULL when out of memory. */
Json *tokenizer_config_new(const Vocabulary *vocabulary, size_t longest);

#endif
