#include "data/unigram_file.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ADDED_TOKENS_MAX = 1024 };

/* What is needed all along while a document is read. */
typedef struct Reading {
    const Json *root;
    const Json *model;
    const Json *vocab;
    const char *path;
    Problem *problem;
    Unigram *unigram;
    TextNormalizer *normalizer;
    Vocabulary *vocabulary;
    bool *is_special; /* [vocab_count]: entries which are among the added tokens; owned */
    size_t vocab_count;
    size_t byte_count; /* how many of "<0x00>" to "<0xFF>" there are */
} Reading;

static Status missing(const Reading *reading, const char *key, const char *what)
{
    return problem_describe(reading->problem, STATUS_BAD_FORMAT, "%s: \"%s\" should be %s.",
                            reading->path, key, what);
}

static Status refused(const Reading *reading, const char *key, const char *reason)
{
    return problem_describe(reading->problem, STATUS_BAD_VALUE, "%s: \"%s\": %s", reading->path,
                            key, reason);
}

static bool is_type(const Json *part, const char *type)
{
    return strcmp(json_string(json_member(part, "type")), type) == 0;
}

static bool is_null(const Json *json)
{
    return json == NULL || (!json_is_object(json) && !json_is_array(json) &&
                            !json_is_string(json) && !json_is_number(json) && !json_is_bool(json));
}

/* A whole number in 0..limit-1; false if it is none. */
static bool read_id(const Json *json, size_t limit, size_t *id)
{
    const double number = json_number(json);
    if (!(number >= 0.0 && number < (double)limit) || floor(number) != number) {
        return false;
    }
    *id = (size_t)number;
    return true;
}

/* --- the normalizer --- */

static Status add_step(const Reading *reading, NormalizerStep step)
{
    TextNormalizer *normalizer = reading->normalizer;
    if (normalizer->step_count == NORMALIZER_STEPS_MAX) {
        return refused(reading, "normalizer", "has more steps than can be read.");
    }
    normalizer->steps[normalizer->step_count++] = step;
    return STATUS_OK;
}

static Status add_charsmap(const Reading *reading, const Json *part)
{
    static const char KEY[] = "precompiled_charsmap";
    const Json *text = json_member(part, KEY);
    if (is_null(text)) {
        return STATUS_OK; /* an identity, as SentencePiece writes it */
    }
    Charsmap *charsmap = &reading->normalizer->charsmap;
    if (!json_is_string(text) || charsmap->units != NULL) {
        return missing(reading, KEY, "a base64 text, given once");
    }
    const Status status = charsmap_read(json_string(text), charsmap);
    if (status == STATUS_BAD_FORMAT) {
        return missing(reading, KEY, "a base64 text of a trie and its replacements");
    }
    TRY(status);
    return add_step(reading, NORMALIZER_CHARSMAP);
}

static Status add_strip(const Reading *reading, const Json *part)
{
    if (json_truth(json_member(part, "strip_left"))) {
        TRY(add_step(reading, NORMALIZER_STRIP_LEFT));
    }
    if (json_truth(json_member(part, "strip_right"))) {
        TRY(add_step(reading, NORMALIZER_STRIP_RIGHT));
    }
    return STATUS_OK;
}

static Status add_replace(const Reading *reading, const Json *part)
{
    const char *pattern = json_string(json_member(json_member(part, "pattern"), "Regex"));
    const char *content = json_string(json_member(part, "content"));
    const bool is_mark = strcmp(content, WORD_MARK) == 0;
    if (strcmp(pattern, " {2,}") != 0 || (!is_mark && strcmp(content, " ") != 0)) {
        return refused(reading, "normalizer",
                       "the only replacement that can be read is that of \" {2,}\" by one blank.");
    }
    return add_step(reading, is_mark ? NORMALIZER_SQUEEZE_TO_MARK : NORMALIZER_SQUEEZE_BLANKS);
}

static Status read_step(const Reading *reading, const Json *part)
{
    if (is_type(part, "Precompiled")) {
        return add_charsmap(reading, part);
    }
    if (is_type(part, "NFKC")) {
        return add_step(reading, NORMALIZER_NFKC);
    }
    if (is_type(part, "Strip")) {
        return add_strip(reading, part);
    }
    if (is_type(part, "Replace")) {
        return add_replace(reading, part);
    }
    return problem_describe(reading->problem, STATUS_BAD_VALUE,
                            "%s: \"normalizer\": a step \"%.40s\"; only Precompiled, NFKC, Strip "
                            "and Replace can be read.",
                            reading->path, json_string(json_member(part, "type")));
}

static Status read_normalizer(const Reading *reading)
{
    const Json *normalizer = json_member(reading->root, "normalizer");
    if (is_null(normalizer)) {
        return STATUS_OK;
    }
    if (!is_type(normalizer, "Sequence")) {
        return read_step(reading, normalizer);
    }
    const Json *steps = json_member(normalizer, "normalizers");
    for (const Json *step = json_first(steps); step != NULL; step = json_next(step)) {
        TRY(read_step(reading, step));
    }
    return STATUS_OK;
}

/* --- the pre-tokenizer --- */

static Status read_metaspace(const Reading *reading, const Json *part)
{
    static const char KEY[] = "pre_tokenizer";
    if (!is_type(part, "Metaspace")) {
        return refused(reading, KEY,
                       "only Metaspace, alone or after WhitespaceSplit, can be read.");
    }
    const Json *replacement = json_member(part, "replacement");
    if (!is_null(replacement) && strcmp(json_string(replacement), WORD_MARK) != 0) {
        return refused(reading, KEY, "the replacement must be U+2581.");
    }
    const Json *split = json_member(part, "split");
    if (json_is_bool(split) && !json_truth(split)) {
        return refused(reading, KEY, "\"split\" must be true.");
    }
    const char *scheme = json_string(json_member(part, "prepend_scheme"));
    if (strcmp(scheme, "first") == 0 && reading->unigram->splits_at_white_space) {
        return refused(reading, KEY, "\"prepend_scheme\" must be \"always\" or \"never\" here.");
    }
    const Json *prefix = json_member(part, "add_prefix_space");
    reading->unigram->has_prefix_mark =
        scheme[0] != '\0' ? strcmp(scheme, "never") != 0 : is_null(prefix) || json_truth(prefix);
    return STATUS_OK;
}

static Status read_pre_tokenizer(const Reading *reading)
{
    const Json *part = json_member(reading->root, "pre_tokenizer");
    if (!is_type(part, "Sequence")) {
        return read_metaspace(reading, part);
    }
    const Json *first = json_first(json_member(part, "pretokenizers"));
    if (is_type(first, "WhitespaceSplit")) {
        reading->unigram->splits_at_white_space = true;
        first = json_next(first);
    }
    if (first == NULL || json_next(first) != NULL) {
        return missing(reading, "pre_tokenizer.pretokenizers",
                       "WhitespaceSplit and Metaspace, in this order");
    }
    return read_metaspace(reading, first);
}

/* --- tokens --- */

/* Which entries of the vocabulary are special: those among the added tokens, and the unknown one. */
static Status mark_special(Reading *reading)
{
    const Json *added = json_member(reading->root, "added_tokens");
    if (!json_is_array(added) || json_count(added) > ADDED_TOKENS_MAX) {
        return missing(reading, "added_tokens", "a list, of at most 1024");
    }
    reading->is_special = calloc(reading->vocab_count + 1, sizeof *reading->is_special);
    if (reading->is_special == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    size_t unknown = 0;
    if (!read_id(json_member(reading->model, "unk_id"), reading->vocab_count, &unknown)) {
        return missing(reading, "model.unk_id", "the place of a token in model.vocab");
    }
    reading->unigram->unknown = (int32_t)unknown;
    reading->is_special[unknown] = true;
    for (const Json *token = json_first(added); token != NULL; token = json_next(token)) {
        size_t id = 0;
        if (!read_id(json_member(token, "id"), VOCABULARY_SIZE_MAX, &id) ||
            !json_is_string(json_member(token, "content"))) {
            return missing(reading, "added_tokens",
                           "a list of objects with \"id\" and \"content\"");
        }
        if (id < reading->vocab_count) {
            reading->is_special[id] = true;
        }
    }
    return STATUS_OK;
}

static Status refuse_piece(const Reading *reading, size_t id, const char *reason)
{
    return problem_describe(reading->problem, STATUS_BAD_VALUE, "%s: \"model.vocab.%zu\" %s.",
                            reading->path, id, reason);
}

/* The byte that "<0x41>" stands for; -1 if the piece is none of these. */
static int byte_of_piece(const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    if (strlen(text) != 6 || strncmp(text, "<0x", 3) != 0 || text[5] != '>') {
        return -1;
    }
    const char *high = strchr(digits, text[3]);
    const char *low = strchr(digits, text[4]);
    return high == NULL || low == NULL ? -1 : (int)(high - digits) * 16 + (int)(low - digits);
}

/* With byte fallback: a piece for one byte, which is not found in a text. */
static Status add_byte(Reading *reading, int value, size_t id)
{
    const char byte = (char)value;
    reading->byte_count++;
    reading->unigram->byte_ids[value] = (int32_t)id;
    return vocabulary_add_token(reading->vocabulary, &byte, 1);
}

static Status add_entry(Reading *reading, const Json *entry, size_t id)
{
    const Json *piece = json_first(entry);
    const Json *score = piece == NULL ? NULL : json_next(piece);
    const char *text = json_string(piece);
    if (!json_is_array(entry) || !json_is_number(score) || text[0] == '\0' ||
        !isfinite(json_number(score))) {
        return refuse_piece(reading, id, "should be a piece and its score: [\"a\", -1.5]");
    }
    if (reading->is_special[id]) {
        return vocabulary_add_special(reading->vocabulary, text);
    }
    const int byte = byte_of_piece(text);
    if (reading->unigram->has_byte_fallback && byte >= 0) {
        return add_byte(reading, byte, id);
    }
    TRY(vocabulary_add_token(reading->vocabulary, text, strlen(text)));
    const Status status =
        unigram_add_piece(reading->unigram, text, strlen(text), (int32_t)id, json_number(score));
    return status == STATUS_BAD_VALUE
               ? refuse_piece(reading, id, "stands in the vocabulary already")
               : status;
}

/* The added tokens which follow the vocabulary. Those within it must be spelt as there. */
static Status add_added_tokens(const Reading *reading)
{
    const Json *added = json_member(reading->root, "added_tokens");
    for (const Json *token = json_first(added); token != NULL; token = json_next(token)) {
        const char *content = json_string(json_member(token, "content"));
        size_t id = 0;
        (void)read_id(json_member(token, "id"), VOCABULARY_SIZE_MAX, &id);
        Vocabulary *vocabulary = reading->vocabulary;
        if (id == vocabulary->token_count) {
            TRY(vocabulary_add_special(vocabulary, content));
        }
        const char *there =
            id < vocabulary->token_count ? vocabulary->tokens[id].special_text : NULL;
        if (there == NULL || strcmp(there, content) != 0) {
            return problem_describe(reading->problem, STATUS_BAD_VALUE,
                                    "%s: \"added_tokens\": \"%.40s\" has the id %zu, which is not "
                                    "its place in the vocabulary, nor the next one after it.",
                                    reading->path, content, id);
        }
        vocabulary->tokens[id].flags = added_token_flags(token);
    }
    return STATUS_OK;
}

static Status read_tokens(Reading *reading)
{
    reading->vocab = json_member(reading->model, "vocab");
    if (!json_is_array(reading->vocab)) {
        return missing(reading, "model.vocab", "a list of pieces and their scores");
    }
    reading->vocab_count = json_count(reading->vocab);
    if (reading->vocab_count >= VOCABULARY_SIZE_MAX - ADDED_TOKENS_MAX) {
        return refused(reading, "model.vocab", "is too large.");
    }
    TRY(mark_special(reading));
    assert(reading->is_special != NULL);
    reading->unigram->has_byte_fallback = json_truth(json_member(reading->model, "byte_fallback"));
    size_t id = 0;
    for (const Json *entry = json_first(reading->vocab); entry != NULL; entry = json_next(entry)) {
        TRY(add_entry(reading, entry, id));
        id++;
    }
    TRY(add_added_tokens(reading));
    if (reading->unigram->has_byte_fallback && reading->byte_count != BYTE_SYMBOL_COUNT) {
        return refused(reading, "model.byte_fallback",
                       "is true, but the vocabulary does not have each of <0x00> to <0xFF> once.");
    }
    reading->vocabulary->end_of_text =
        vocabulary_find_special(reading->vocabulary, END_OF_SEQUENCE);
    if (reading->vocabulary->end_of_text < 0) {
        return refused(reading, "added_tokens", "has no \"</s>\".");
    }
    return STATUS_OK;
}

Status unigram_from_json(const Json *root, const char *path, Unigram *unigram,
                         TextNormalizer *normalizer, Vocabulary *vocabulary, Problem *problem)
{
    *normalizer = (TextNormalizer){0};
    *vocabulary = (Vocabulary){0};
    Reading reading = {.root = root,
                       .model = json_member(root, "model"),
                       .path = path,
                       .problem = problem,
                       .unigram = unigram,
                       .normalizer = normalizer,
                       .vocabulary = vocabulary};
    Status status = unigram_init(unigram);
    if (status == STATUS_OK) {
        status = read_pre_tokenizer(&reading);
    }
    if (status == STATUS_OK) {
        status = read_normalizer(&reading);
    }
    if (status == STATUS_OK) {
        status = read_tokens(&reading);
        vocabulary->has_prefix_space = unigram->has_prefix_mark;
    }
    free(reading.is_special);
    if (status == STATUS_OUT_OF_MEMORY) {
        problem_describe(problem, status, "%s: not enough memory to read it.", path);
    }
    if (status != STATUS_OK) {
        unigram_clear(unigram);
        text_normalizer_clear(normalizer);
        vocabulary_clear(vocabulary);
    }
    return status;
}
