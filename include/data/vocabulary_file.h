/* data/vocabulary_file.h -- a vocabulary as the tokenizer.json of Hugging Face's `tokenizers`. */
#ifndef DATA_VOCABULARY_FILE_H
#define DATA_VOCABULARY_FILE_H

#include "base/json.h"
#include "base/problem.h"
#include "base/status.h"
#include "data/vocabulary.h"

/* Read a byte-level BPE file as GPT-2 and RoBERTa have it: model.type "BPE" (or, in old files, not given); pre_tokenizer and decoder
 * "ByteLevel", the former perhaps after a "WhitespaceSplit" in a "Sequence"; no normalizer; merges as "a b" or ["a", "b"]; all 256 bytes in the vocabulary; ids 0, 1, ... without a gap;
 * "<|endoftext|>" or else "</s>" among added_tokens. What would encode differently is refused: dropout, byte_fallback, ignore_merges,
 * prefixes and suffixes, added tokens which are not special (they would have to be found in the text).
 * The post-processor, truncation and padding are not looked at: special_tokens.h puts tokens around a text.
 * STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT (not JSON, a part missing or of the wrong kind), STATUS_BAD_VALUE, STATUS_OUT_OF_MEMORY;
 * the problem names file and key, and *out is untouched. The caller calls vocabulary_clear. */
Status vocabulary_read(const char *path, Vocabulary *out, Problem *problem);

/* The same from a document that has been parsed; `path` is only for messages. */
Status vocabulary_from_json(const Json *root, const char *path, Vocabulary *out, Problem *problem);

/* Write the same form (with RoBERTa's post-processor if there are "<s>" and "</s>"), into a new file beside `path` which then takes its place.
 * STATUS_FILE_UNWRITABLE, STATUS_OUT_OF_MEMORY: what was at `path` is still there. */
Status vocabulary_write(const Vocabulary *vocabulary, const char *path, Problem *problem);

#endif
