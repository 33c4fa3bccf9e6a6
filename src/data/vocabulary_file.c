#include "data/vocabulary_file.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/whole_file.h"
#include "data/byte_symbol.h"
#include "data/word_map.h"

/* What is needed all along while a file is read. */
typedef struct Reading {
    const char *path;
    Problem *problem;
    const Json *model;
    /* [size] by id: a vocabulary entry, or an added token (an object); owned */
    const Json **entries;
    size_t size;
    WordMap ids; /* from a vocabulary entry's key to its id */
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

static bool is_absent(const Json *value)
{
    const bool is_null = value != NULL && !json_is_object(value) && !json_is_array(value) &&
                         !json_is_string(value) && !json_is_number(value) && !json_is_bool(value);
    return value == NULL || is_null;
}

static Status check_type(const Reading *reading, const Json *parent, const char *key,
                         const char *wanted)
{
    const Json *part = json_member(parent, key);
    if (!json_is_object(part)) {
        return missing(reading, key, "an object");
    }
    const Json *named = json_member(part, "type");
    const char *type = json_string(named);
    /* Files of before 2021, GPT-2's own among them, do not name the model's type; what it has tells enough. */
    const bool is_old_model = named == NULL && strcmp(key, "model") == 0 &&
                              json_is_object(json_member(part, "vocab")) &&
                              json_is_array(json_member(part, "merges"));
    if (strcmp(type, wanted) != 0 && !is_old_model) {
        return problem_describe(reading->problem, STATUS_BAD_VALUE,
                                "%s: \"%s.type\" is \"%s\"; only \"%s\"%s can be read.",
                                reading->path, key, type, wanted,
                                strcmp(key, "model") == 0 ? " and \"Unigram\"" : "");
    }
    return STATUS_OK;
}

/* The parts around the model, which decide what bytes it gets to see. */
static Status check_surroundings(const Reading *reading, const Json *root)
{
    if (!is_absent(json_member(root, "normalizer"))) {
        return refused(reading, "normalizer",
                       "must be null; a normalizer would change the text before it is encoded.");
    }
    return check_type(reading, root, "decoder", "ByteLevel");
}

/* "WhitespaceSplit", then "ByteLevel" which cuts no further and puts a blank before each word. */
static Status read_white_space_split(const Reading *reading, const Json *parts,
                                     Vocabulary *vocabulary)
{
    const Json *split = json_first(parts);
    const Json *bytes = json_next(split);
    const bool is_known = strcmp(json_string(json_member(split, "type")), "WhitespaceSplit") == 0 &&
                          strcmp(json_string(json_member(bytes, "type")), "ByteLevel") == 0 &&
                          json_next(bytes) == NULL;
    if (!is_known) {
        return refused(reading, "pre_tokenizer.pretokenizers",
                       "only \"WhitespaceSplit\" and then \"ByteLevel\" can be read.");
    }
    const Json *use_regex = json_member(bytes, "use_regex");
    if (!json_is_bool(use_regex) || json_truth(use_regex) ||
        !json_truth(json_member(bytes, "add_prefix_space"))) {
        return refused(reading, "pre_tokenizer.pretokenizers",
                       "\"ByteLevel\" after \"WhitespaceSplit\" must have \"use_regex\": false and "
                       "\"add_prefix_space\": true.");
    }
    vocabulary->splits_at_white_space = true;
    vocabulary->has_prefix_space = true;
    return STATUS_OK;
}

/* How a text is cut into words. */
static Status read_pre_tokenizer(const Reading *reading, const Json *root, Vocabulary *vocabulary)
{
    const Json *cutter = json_member(root, "pre_tokenizer");
    if (strcmp(json_string(json_member(cutter, "type")), "Sequence") == 0) {
        return read_white_space_split(reading, json_member(cutter, "pretokenizers"), vocabulary);
    }
    TRY(check_type(reading, root, "pre_tokenizer", "ByteLevel"));
    const Json *prefix = json_member(cutter, "add_prefix_space");
    if (!json_is_bool(prefix)) {
        return missing(reading, "pre_tokenizer.add_prefix_space", "true or false");
    }
    const Json *use_regex = json_member(cutter, "use_regex");
    if (!is_absent(use_regex) && !json_truth(use_regex)) {
        return refused(reading, "pre_tokenizer.use_regex",
                       "must be true; only GPT-2's way of cutting words is known here.");
    }
    vocabulary->has_prefix_space = json_truth(prefix);
    return STATUS_OK;
}

/* The switches of the model which change how it encodes. */
static Status check_model(const Reading *reading)
{
    const Json *dropout = json_member(reading->model, "dropout");
    if (!is_absent(dropout) && !(json_number(dropout) == 0.0)) {
        return refused(reading, "model.dropout", "must be null; encoding is not random here.");
    }
    static const char *const texts[] = {"continuing_subword_prefix", "end_of_word_suffix"};
    static const char *const text_paths[] = {"model.continuing_subword_prefix",
                                             "model.end_of_word_suffix"};
    static const char *const switches[] = {"byte_fallback", "ignore_merges"};
    static const char *const switch_paths[] = {"model.byte_fallback", "model.ignore_merges"};
    for (size_t i = 0; i < 2; i++) {
        const Json *text = json_member(reading->model, texts[i]);
        if (!is_absent(text) && (!json_is_string(text) || json_string(text)[0] != '\0')) {
            return refused(reading, text_paths[i], "must be null or empty.");
        }
        const Json *value = json_member(reading->model, switches[i]);
        if (!is_absent(value) && (!json_is_bool(value) || json_truth(value))) {
            return refused(reading, switch_paths[i], "must be false.");
        }
    }
    return STATUS_OK;
}

/* A whole number in 0..VOCABULARY_SIZE_MAX-1; false if it is none. */
static bool read_id(const Json *json, size_t *id)
{
    const double number = json_number(json);
    if (!(number >= 0.0 && number < VOCABULARY_SIZE_MAX) || floor(number) != number) {
        return false;
    }
    *id = (size_t)number;
    return true;
}

static Status place_entry(const Reading *reading, const char *list, const Json *entry, size_t id)
{
    if (id >= reading->size) {
        return problem_describe(reading->problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" has the id %zu, but only %zu entries exist; ids "
                                "must run from 0 without a gap.",
                                reading->path, list, id, reading->size);
    }
    if (reading->entries[id] != NULL) {
        return problem_describe(reading->problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" gives the id %zu a second time.", reading->path, list,
                                id);
    }
    reading->entries[id] = entry;
    return STATUS_OK;
}

static Status place_vocabulary(Reading *reading, const Json *vocabulary)
{
    for (const Json *entry = json_first(vocabulary); entry != NULL; entry = json_next(entry)) {
        size_t id = 0;
        if (!read_id(entry, &id)) {
            return problem_describe(reading->problem, STATUS_BAD_VALUE,
                                    "%s: \"model.vocab\": the id of \"%s\" is not a whole number "
                                    "from 0 to %d.",
                                    reading->path, json_key(entry), VOCABULARY_SIZE_MAX - 1);
        }
        TRY(place_entry(reading, "model.vocab", entry, id));
        TRY(word_map_add(&reading->ids, json_key(entry), strlen(json_key(entry)), (uint32_t)id));
    }
    return STATUS_OK;
}

static Status place_added_tokens(Reading *reading, const Json *added)
{
    for (const Json *token = json_first(added); token != NULL; token = json_next(token)) {
        size_t id = 0;
        const Json *content = json_member(token, "content");
        if (!json_is_object(token) || !json_is_string(content) ||
            !read_id(json_member(token, "id"), &id)) {
            return missing(reading, "added_tokens",
                           "a list of objects with \"id\" and \"content\"");
        }
        const Json *special = json_member(token, "special");
        if (json_is_bool(special) && !json_truth(special)) {
            return problem_describe(reading->problem, STATUS_BAD_VALUE,
                                    "%s: \"added_tokens\": \"%s\" is not special; only special "
                                    "tokens may be added here.",
                                    reading->path, json_string(content));
        }
        const Json *entry = id < reading->size ? reading->entries[id] : NULL;
        if (entry != NULL && strcmp(json_key(entry), json_string(content)) == 0) {
            reading->entries[id] = NULL; /* GPT-2's file lists it in both places */
        }
        TRY(place_entry(reading, "added_tokens", token, id));
    }
    return STATUS_OK;
}

/* How many ids the two lists have together: those added tokens which the vocabulary lists too count once. */
static size_t count_ids(const Json *vocabulary, const Json *added)
{
    size_t count = json_count(vocabulary);
    for (const Json *token = json_first(added); token != NULL; token = json_next(token)) {
        const char *content = json_string(json_member(token, "content"));
        count += json_member(vocabulary, content) == NULL ? 1 : 0;
    }
    return count;
}

static Status place_entries(Reading *reading, const Json *root)
{
    const Json *vocabulary = json_member(reading->model, "vocab");
    const Json *added = json_member(root, "added_tokens");
    if (!json_is_object(vocabulary)) {
        return missing(reading, "model.vocab", "an object of tokens and their ids");
    }
    if (!json_is_array(added)) {
        return missing(reading, "added_tokens", "a list");
    }
    /* The list of added tokens is searched for in the vocabulary one by one. */
    enum { ADDED_TOKENS_MAX = 1024 };
    if (json_count(added) > ADDED_TOKENS_MAX || json_count(vocabulary) >= VOCABULARY_SIZE_MAX) {
        return refused(reading, "model.vocab", "is too large.");
    }
    reading->size = count_ids(vocabulary, added);
    reading->entries = calloc(reading->size + 1, sizeof *reading->entries);
    if (reading->entries == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    TRY(place_vocabulary(reading, vocabulary));
    return place_added_tokens(reading, added);
}

/* The bytes of a vocabulary entry; *size is -1 if it has a character that stands for no byte. `bytes` has room for the key. */
static void bytes_of_symbols(const char *symbols, char *bytes, ptrdiff_t *size)
{
    const size_t length = strlen(symbols);
    ptrdiff_t written = 0;
    for (size_t at = 0; at < length;) {
        int32_t code_point = 0;
        at += text_decode(symbols + at, length - at, &code_point);
        const int byte = symbol_to_byte(code_point);
        if (byte < 0) {
            *size = -1;
            return;
        }
        bytes[written++] = (char)byte;
    }
    *size = written;
}

static Status add_entry(const Reading *reading, const Json *entry, Vocabulary *vocabulary)
{
    const char *symbols = json_key(entry);
    char *bytes = malloc(strlen(symbols) + 1);
    if (bytes == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    ptrdiff_t size = 0;
    bytes_of_symbols(symbols, bytes, &size);
    const Status status =
        size > 0 ? vocabulary_add_token(vocabulary, bytes, (size_t)size)
                 : problem_describe(reading->problem, STATUS_BAD_VALUE,
                                    "%s: \"model.vocab\": the token \"%s\" is not written in "
                                    "byte-level characters.",
                                    reading->path, symbols);
    free(bytes);
    return status;
}

static Status add_entries(const Reading *reading, Vocabulary *vocabulary)
{
    for (size_t id = 0; id < reading->size; id++) {
        const Json *entry = reading->entries[id];
        if (entry == NULL) {
            return problem_describe(reading->problem, STATUS_BAD_VALUE,
                                    "%s: \"model.vocab\": no token has the id %zu.", reading->path,
                                    id);
        }
        if (!json_is_object(entry)) {
            TRY(add_entry(reading, entry, vocabulary));
            continue;
        }
        const char *content = json_string(json_member(entry, "content"));
        TRY(vocabulary_add_special(vocabulary, content));
        vocabulary->tokens[id].flags = added_token_flags(entry);
    }
    vocabulary->end_of_text = vocabulary_find_special(vocabulary, END_OF_TEXT);
    if (vocabulary->end_of_text < 0) {
        vocabulary->end_of_text = vocabulary_find_special(vocabulary, END_OF_SEQUENCE);
    }
    if (vocabulary->end_of_text < 0) {
        return refused(reading, "added_tokens", "has neither \"<|endoftext|>\" nor \"</s>\".");
    }
    return STATUS_OK;
}

static Status check_bytes(const Reading *reading, const Vocabulary *vocabulary)
{
    bool is_there[BYTE_SYMBOL_COUNT] = {false};
    for (size_t i = 0; i < vocabulary->token_count; i++) {
        const VocabularyToken *token = &vocabulary->tokens[i];
        if (token->bytes != NULL && token->size == 1) {
            is_there[(uint8_t)token->bytes[0]] = true;
        }
    }
    for (int byte = 0; byte < BYTE_SYMBOL_COUNT; byte++) {
        if (!is_there[byte]) {
            return problem_describe(reading->problem, STATUS_BAD_VALUE,
                                    "%s: \"model.vocab\" has no token for the byte 0x%02X.",
                                    reading->path, (unsigned)byte);
        }
    }
    return STATUS_OK;
}

/* The two halves of a merge as the file has them; false if it is none. */
static bool halves_of(const Json *merge, const char **left, size_t *left_size, const char **right)
{
    if (json_is_array(merge) && json_count(merge) == 2) {
        const Json *first = json_first(merge);
        *left = json_string(first);
        *left_size = strlen(*left);
        *right = json_string(json_next(first));
        return *left_size > 0 && (*right)[0] != '\0';
    }
    const char *text = json_string(merge);
    const char *space = strchr(text, ' ');
    if (space == NULL) {
        return false;
    }
    *left = text;
    *left_size = (size_t)(space - text);
    *right = space + 1;
    return *left_size > 0 && (*right)[0] != '\0' && strchr(*right, ' ') == NULL;
}

static Status read_merge(const Reading *reading, const Json *merge, size_t index, MergeRule *rule)
{
    const char *left = "";
    const char *right = "";
    size_t left_size = 0;
    if (!halves_of(merge, &left, &left_size, &right)) {
        return problem_describe(reading->problem, STATUS_BAD_FORMAT,
                                "%s: \"model.merges.%zu\" should be two tokens: \"a b\" or "
                                "[\"a\", \"b\"].",
                                reading->path, index);
    }
    const size_t right_size = strlen(right);
    char *both = malloc(left_size + right_size + 1);
    if (both == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    memcpy(both, left, left_size);
    memcpy(both + left_size, right, right_size + 1);
    const uint32_t left_id = word_map_find(&reading->ids, left, left_size);
    const uint32_t right_id = word_map_find(&reading->ids, right, right_size);
    const uint32_t result = word_map_find(&reading->ids, both, left_size + right_size);
    Status status = STATUS_OK;
    if (left_id == WORD_NOT_FOUND || right_id == WORD_NOT_FOUND || result == WORD_NOT_FOUND) {
        const char *stranger = left_id == WORD_NOT_FOUND    ? "the first half of"
                               : right_id == WORD_NOT_FOUND ? "the second half of"
                                                            : "what becomes of";
        status = problem_describe(reading->problem, STATUS_BAD_VALUE,
                                  "%s: \"model.merges.%zu\": %s \"%.*s\" + \"%s\" is not in the "
                                  "vocabulary.",
                                  reading->path, index, stranger, (int)left_size, left, right);
    }
    free(both);
    *rule = (MergeRule){(int32_t)left_id, (int32_t)right_id, (int32_t)result};
    return status;
}

static Status add_merges(const Reading *reading, Vocabulary *vocabulary)
{
    const Json *merges = json_member(reading->model, "merges");
    if (!json_is_array(merges)) {
        return missing(reading, "model.merges", "a list");
    }
    size_t index = 0;
    for (const Json *merge = json_first(merges); merge != NULL; merge = json_next(merge)) {
        MergeRule rule = {0};
        TRY(read_merge(reading, merge, index, &rule));
        const int32_t parts[3] = {rule.left, rule.right, rule.result};
        assert(vocabulary->tokens != NULL); /* read_merge found its tokens there */
        for (size_t i = 0; i < 3; i++) {
            if (vocabulary->tokens[parts[i]].bytes == NULL) {
                return problem_describe(reading->problem, STATUS_BAD_VALUE,
                                        "%s: \"model.merges.%zu\" uses an added token.",
                                        reading->path, index);
            }
        }
        TRY(vocabulary_add_merge(vocabulary, rule));
        index++;
    }
    return STATUS_OK;
}

static Status read_document(Reading *reading, const Json *root, Vocabulary *vocabulary)
{
    if (!json_is_object(root)) {
        return missing(reading, "(the document)", "an object");
    }
    TRY(check_type(reading, root, "model", "BPE"));
    reading->model = json_member(root, "model");
    TRY(check_model(reading));
    TRY(check_surroundings(reading, root));
    TRY(read_pre_tokenizer(reading, root, vocabulary));
    TRY(place_entries(reading, root));
    TRY(add_entries(reading, vocabulary));
    TRY(check_bytes(reading, vocabulary));
    return add_merges(reading, vocabulary);
}

Status vocabulary_from_json(const Json *root, const char *path, Vocabulary *out, Problem *problem)
{
    Reading reading = {.path = path, .problem = problem};
    Vocabulary vocabulary = {0};
    const Status status = read_document(&reading, root, &vocabulary);
    if (status == STATUS_OUT_OF_MEMORY) {
        problem_describe(problem, status, "%s: not enough memory to read it.", path);
    }
    word_map_clear(&reading.ids);
    free(reading.entries);
    if (status != STATUS_OK) {
        vocabulary_clear(&vocabulary);
        return status;
    }
    *out = vocabulary;
    return STATUS_OK;
}

Status vocabulary_read(const char *path, Vocabulary *out, Problem *problem)
{
    char *text = NULL;
    size_t size = 0;
    TRY(json_read_text(path, JSON_FILE_BYTES_MAX, &text, &size, problem));
    Json *root = NULL;
    Status status = json_parse(text, size, path, &root, problem);
    if (status == STATUS_OK) {
        status = vocabulary_from_json(root, path, out, problem);
    }
    json_destroy(root);
    free(text);
    return status;
}

/* A token in byte-level characters, as heap text that the caller frees. */
static char *symbols_of(const VocabularyToken *token)
{
    enum { SYMBOL_BYTES_MAX = 2 }; /* they end at U+0143 */
    char *symbols = malloc(token->size * SYMBOL_BYTES_MAX + 1);
    if (symbols == NULL) {
        return NULL;
    }
    size_t written = 0;
    for (size_t i = 0; i < token->size; i++) {
        char encoded[4];
        const size_t length = text_encode(byte_to_symbol((uint8_t)token->bytes[i]), encoded);
        memcpy(symbols + written, encoded, length);
        written += length;
    }
    symbols[written] = '\0';
    return symbols;
}

static bool add_vocab(Json *model, const Vocabulary *vocabulary)
{
    Json *vocab = json_new_object();
    bool is_complete = vocab != NULL;
    for (size_t i = 0; is_complete && i < vocabulary->token_count; i++) {
        const VocabularyToken *token = &vocabulary->tokens[i];
        char *symbols = token->special_text == NULL ? symbols_of(token) : NULL;
        const char *key = token->special_text == NULL ? symbols : token->special_text;
        is_complete = key != NULL && json_add_number(vocab, key, (double)i);
        free(symbols);
    }
    return json_add(model, "vocab", vocab) && is_complete;
}

static bool add_merge_texts(Json *model, const Vocabulary *vocabulary)
{
    Json *merges = json_new_array();
    bool is_complete = merges != NULL;
    for (size_t i = 0; is_complete && i < vocabulary->merge_count; i++) {
        const MergeRule rule = vocabulary->merges[i];
        char *left = symbols_of(&vocabulary->tokens[rule.left]);
        char *right = symbols_of(&vocabulary->tokens[rule.right]);
        char *both = NULL;
        if (left == NULL || right == NULL || asprintf(&both, "%s %s", left, right) < 0) {
            both = NULL;
        }
        is_complete = both != NULL && json_append(merges, json_new_string(both));
        free(left);
        free(right);
        free(both);
    }
    return json_add(model, "merges", merges) && is_complete;
}

static bool add_model(Json *root, const Vocabulary *vocabulary)
{
    Json *model = json_new_object();
    if (model == NULL) {
        return false;
    }
    const bool is_complete =
        json_add_string(model, "type", "BPE") && json_add_number(model, "dropout", NAN) &&
        json_add_number(model, "unk_token", NAN) &&
        json_add_number(model, "continuing_subword_prefix", NAN) &&
        json_add_number(model, "end_of_word_suffix", NAN) &&
        json_add_bool(model, "fuse_unk", false) && json_add_bool(model, "byte_fallback", false) &&
        json_add_bool(model, "ignore_merges", false) && add_vocab(model, vocabulary) &&
        add_merge_texts(model, vocabulary);
    return json_add(root, "model", model) && is_complete;
}

static bool add_added_tokens(Json *root, const Vocabulary *vocabulary)
{
    Json *added = json_new_array();
    bool is_complete = added != NULL;
    for (size_t i = 0; is_complete && i < vocabulary->token_count; i++) {
        if (vocabulary->tokens[i].special_text == NULL) {
            continue;
        }
        Json *token = json_new_object();
        is_complete = token != NULL && json_add_number(token, "id", (double)i) &&
                      added_token_describe(token, vocabulary->tokens[i].special_text,
                                           vocabulary->tokens[i].flags);
        is_complete = json_append(added, token) && is_complete;
    }
    return json_add(root, "added_tokens", added) && is_complete;
}

/* NULL when out of memory. */
static Json *new_byte_level(bool has_prefix_space, bool uses_pattern)
{
    Json *part = json_new_object();
    const bool is_complete = part != NULL && json_add_string(part, "type", "ByteLevel") &&
                             json_add_bool(part, "add_prefix_space", has_prefix_space) &&
                             json_add_bool(part, "trim_offsets", true) &&
                             json_add_bool(part, "use_regex", uses_pattern);
    if (!is_complete) {
        json_destroy(part);
        return NULL;
    }
    return part;
}

/* "WhitespaceSplit" and "ByteLevel", one after the other. NULL when out of memory. */
static Json *new_white_space_split(void)
{
    Json *sequence = json_new_object();
    Json *parts = json_new_array();
    Json *split = json_new_object();
    bool is_complete = split != NULL && json_add_string(split, "type", "WhitespaceSplit");
    is_complete = json_append(parts, split) && is_complete;
    is_complete = json_append(parts, new_byte_level(true, false)) && is_complete;
    is_complete = json_add(sequence, "pretokenizers", parts) && is_complete &&
                  json_add_string(sequence, "type", "Sequence");
    if (!is_complete) {
        json_destroy(sequence);
        return NULL;
    }
    return sequence;
}

static bool add_pre_tokenizer(Json *root, const Vocabulary *vocabulary)
{
    return json_add(root, "pre_tokenizer",
                    vocabulary->splits_at_white_space
                        ? new_white_space_split()
                        : new_byte_level(vocabulary->has_prefix_space, true));
}

/* A token and its id, as a list of two. */
static bool add_token_pair(Json *part, const char *key, const char *token, int32_t id)
{
    Json *pair = json_new_array();
    const bool is_complete = pair != NULL && json_append(pair, json_new_string(token)) &&
                             json_append(pair, json_new_number(id));
    return json_add(part, key, pair) && is_complete;
}

static bool add_post_processor(Json *root, const Vocabulary *vocabulary)
{
    static const char START[] = "<s>";
    const int32_t start = vocabulary_find_special(vocabulary, START);
    const int32_t end = vocabulary_find_special(vocabulary, END_OF_SEQUENCE);
    if (start < 0 || end < 0) {
        return json_add_number(root, "post_processor", NAN);
    }
    Json *part = json_new_object();
    const bool is_complete = part != NULL && json_add_string(part, "type", "RobertaProcessing") &&
                             add_token_pair(part, "sep", END_OF_SEQUENCE, end) &&
                             add_token_pair(part, "cls", START, start) &&
                             json_add_bool(part, "trim_offsets", true) &&
                             json_add_bool(part, "add_prefix_space", vocabulary->has_prefix_space);
    return json_add(root, "post_processor", part) && is_complete;
}

/* The document as heap text; NULL when out of memory. NaN is how a null is written. */
static char *print_vocabulary(const Vocabulary *vocabulary)
{
    Json *root = json_new_object();
    if (root == NULL) {
        return NULL;
    }
    const bool is_complete =
        json_add_string(root, "version", "1.0") && json_add_number(root, "truncation", NAN) &&
        json_add_number(root, "padding", NAN) && add_added_tokens(root, vocabulary) &&
        json_add_number(root, "normalizer", NAN) && add_pre_tokenizer(root, vocabulary) &&
        add_post_processor(root, vocabulary) &&
        json_add(root, "decoder", new_byte_level(vocabulary->has_prefix_space, true)) &&
        add_model(root, vocabulary);
    char *text = is_complete ? json_print(root, true) : NULL;
    json_destroy(root);
    return text;
}

Status vocabulary_write(const Vocabulary *vocabulary, const char *path, Problem *problem)
{
    char *text = print_vocabulary(vocabulary);
    if (text == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "%s: not enough memory to write it.",
                                path);
    }
    const Status status = whole_file_write(path, text, problem);
    free(text);
    return status;
}
