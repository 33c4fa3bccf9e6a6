/* data/tokenizer.h -- byte-level BPE, trained here or read from a Hugging Face tokenizer.json. */
#ifndef DATA_TOKENIZER_H
#define DATA_TOKENIZER_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/status.h"

/* Opaque and unchanging once made: ANY THREAD may encode and decode. */
typedef struct Tokenizer Tokenizer;

/* Train on `count` texts (bytes, any content): pre-tokenize with GPT-2's pattern, then merge the most frequent pair of
 * neighbouring symbols until vocab_size entries exist (256 bytes, the merges, and "<|endoftext|>" as the last entry). Ties go to
 * the pair with the smaller ids, so the result is a pure function of the texts.
 * vocab_size in 257..65536. STATUS_BAD_VALUE when the texts offer too few pairs. The caller calls tokenizer_destroy. */
Status tokenizer_train(const char *const *texts, const size_t *sizes, size_t count,
                       size_t vocab_size, Tokenizer **out, Problem *problem);

/* Read tokenizer.json (model.type "BPE", byte-level pre-tokenizer and decoder). STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT or
 * STATUS_BAD_VALUE naming file and key; *out is then untouched. */
Status tokenizer_load(const char *path, Tokenizer **out, Problem *problem);

/* Write tokenizer.json as the `tokenizers` library does (version "1.0", added_tokens, ByteLevel pre_tokenizer and decoder with
 * add_prefix_space false, model with vocab and merges); atomically. */
Status tokenizer_save(const Tokenizer *tokenizer, const char *path, Problem *problem);
void tokenizer_destroy(Tokenizer *tokenizer);

size_t tokenizer_vocab_size(const Tokenizer *tokenizer);
int32_t tokenizer_end_of_text(const Tokenizer *tokenizer);

/* Encode text[0..size) (any bytes; special tokens are not recognised in the text).
 * ids  [capacity] out; capacity >= size always suffices. *id_count receives the number written.
 * decode(encode(x)) == x for all x. STATUS_OUT_OF_MEMORY. */
Status tokenizer_encode(const Tokenizer *tokenizer, const char *text, size_t size, int32_t *ids,
                        size_t *id_count);

/* The bytes of ids[0..id_count) into out[0..capacity); special tokens give no bytes. Returns the length needed
 * (which may exceed capacity; nothing beyond capacity is written). Unknown ids are passed over. */
size_t tokenizer_decode(const Tokenizer *tokenizer, const int32_t *ids, size_t id_count, char *out,
                        size_t capacity);

#endif
