/* data/unigram_file.h -- a Unigram tokenizer as Hugging Face's tokenizer.json has it. */
#ifndef DATA_UNIGRAM_FILE_H
#define DATA_UNIGRAM_FILE_H

#include "base/json.h"
#include "base/problem.h"
#include "base/status.h"
#include "data/text_normalizer.h"
#include "data/unigram.h"
#include "data/vocabulary.h"

/* Read a document as XLM-R, T5 and their like have it: model.type "Unigram" with vocab [["piece", score], ...] and unk_id; pre_tokenizer
 * "Metaspace", alone or after "WhitespaceSplit"; normalizer null, "Precompiled", "NFKC", "Strip", "Replace" of two or more blanks by one,
 * or a "Sequence" of these; "</s>" among added_tokens (which may name entries of the vocabulary, or follow it without a gap). Added tokens
 * are never found in a text. `path` is only for messages.
 * unigram, normalizer, vocabulary  out: vocabulary holds each id's bytes (marks as U+2581) and the special tokens, and no merges.
 * STATUS_BAD_FORMAT (a part missing or of the wrong kind), STATUS_BAD_VALUE (something that would encode differently, a piece twice),
 * STATUS_OUT_OF_MEMORY: the problem names file and key, and all three are cleared. The caller clears them. */
Status unigram_from_json(const Json *root, const char *path, Unigram *unigram,
                         TextNormalizer *normalizer, Vocabulary *vocabulary, Problem *problem);

#endif
