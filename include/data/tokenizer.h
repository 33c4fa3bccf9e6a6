/* data/tokenizer.h -- byte-level BPE, trained here or read from a Hugging Face tokenizer.json; Unigram, read from one. */
#ifndef DATA_TOKENIZER_H
#define DATA_TOKENIZER_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/random.h"
#include "base/status.h"
#include "data/special_tokens.h"

/* Opaque and unchanging once made: ANY THREAD may encode and decode. */
typedef struct Tokenizer Tokenizer;

/* Train on `count` texts (bytes, any content): pre-tokenize with GPT-2's pattern, then merge the most frequent pair of
 * neighbouring symbols until vocab_size entries exist (256 bytes, the merges, and "<|endoftext|>" as the last entry). Ties go to
 * the pair with the smaller ids, so the result is a pure function of the texts.
 * vocab_size in 257..65536. STATUS_BAD_VALUE when the texts offer too few pairs. The caller calls tokenizer_destroy. */
Status tokenizer_train(const char *const *texts, const size_t *sizes, size_t count,
                       size_t vocab_size, Tokenizer **out, Problem *problem);

/* Train an encoder's on text[0..size): the special tokens are at XLM-R's places, "<s>", "<pad>", "</s>", "<unk>" are ids 0 to 3, "<mask>"
 * is the last entry; words are what stands between white space, in any script (pre_tokenizer_space_words). vocab_size in 262..65536; the
 * end of a text is "</s>". Else as tokenizer_train. */
Status tokenizer_train_for_encoder(const char *text, size_t size, size_t vocab_size,
                                   Tokenizer **out, Problem *problem);

/* Read tokenizer.json: byte-level BPE as GPT-2's and RoBERTa's (vocabulary_file.h), or Unigram as XLM-R's (unigram_file.h), by its
 * model.type. STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT or
 * STATUS_BAD_VALUE naming file and key; *out is then untouched. */
Status tokenizer_load(const char *path, Tokenizer **out, Problem *problem);

/* Write tokenizer.json as the `tokenizers` library does (version "1.0", added_tokens, ByteLevel pre_tokenizer and decoder, model with
 * vocab and merges), or the very text that a Unigram tokenizer was read from; atomically. */
Status tokenizer_save(const Tokenizer *tokenizer, const char *path, Problem *problem);

/* Write tokenizer_config.json (tokenizer_config.h), for a model that takes `longest` tokens; atomically. */
Status tokenizer_save_config(const Tokenizer *tokenizer, size_t longest, const char *path,
                             Problem *problem);
void tokenizer_destroy(Tokenizer *tokenizer);

size_t tokenizer_vocab_size(const Tokenizer *tokenizer);

/* The token between texts: "<|endoftext|>", or "</s>" where there is none. */
int32_t tokenizer_end_of_text(const Tokenizer *tokenizer);

/* The tokens "<s>", "<pad>", "</s>", "<unk>" and "<mask>"; -1 for those that are not there. */
SpecialTokens tokenizer_special_tokens(const Tokenizer *tokenizer);

/* How many ids a text of `size` bytes may become: `size` for BPE (one more with add_prefix_space), a multiple for Unigram. */
size_t tokenizer_ids_max(const Tokenizer *tokenizer, size_t size);

/* Encode text[0..size) (any bytes; special tokens are not recognised in the text, and none are put around it).
 * ids  out, room for tokenizer_ids_max(tokenizer, size). *id_count receives the number written. STATUS_OUT_OF_MEMORY.
 * BPE: decode(encode(x)) == x for all x, but for the blank which add_prefix_space puts in front, and but for
 * white space, which becomes one blank, if it splits there. Unigram: the text is normalized first,
 * and characters without a piece become "<unk>", so decoding gives back what a reader takes for the same text, at best. */
Status tokenizer_encode(const Tokenizer *tokenizer, const char *text, size_t size, int32_t *ids,
                        size_t *id_count);

/* Merges left out at random. */
typedef struct MergeDropout {
    double rate; /* in [0, 1) */
    Random *random;
} MergeDropout;

/* The same with BPE-dropout (Provilkov et al. 2020, algorithm 1): at each step every merge that could be done is passed over with
 * probability `rate`, and the first of the others is done, until all are passed over; so a word comes in many spellings and a rare one's
 * parts are known. Unigram: nothing is dropped. dropout  NULL: none. */
Status tokenizer_encode_dropping(const Tokenizer *tokenizer, const MergeDropout *dropout,
                                 const char *text, size_t size, int32_t *ids, size_t *id_count);

/* The bytes of ids[0..id_count) into out[0..capacity); special tokens give no bytes, and of Unigram pieces the mark U+2581 gives a
 * blank, but for a first one. Returns the length needed
 * (which may exceed capacity; nothing beyond capacity is written). Unknown ids are passed over. */
size_t tokenizer_decode(const Tokenizer *tokenizer, const int32_t *ids, size_t id_count, char *out,
                        size_t capacity);

#endif
