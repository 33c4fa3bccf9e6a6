#include "data/text_corpus.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/text.h"

enum { BLOCKS_MIN = 10, SPLIT_PERCENT = 10 };

static const char SUFFIX[] = ".txt";
static const size_t SUFFIX_BYTES = sizeof SUFFIX - 1;

/* The length of the line at `at`, its newline included; *is_blank if it has only blanks. */
static size_t line_length(const char *text, size_t size, size_t at, bool *is_blank)
{
    const char *newline = memchr(text + at, '\n', size - at);
    const size_t length = newline == NULL ? size - at : (size_t)(newline - (text + at)) + 1;
    *is_blank = true;
    for (size_t i = at; i < at + length && *is_blank; i++) {
        *is_blank = strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0';
    }
    return length;
}

/* The start of the first block at or after `at`; size if there is none. `at` is not within a block. */
static size_t block_start(const char *text, size_t size, size_t at)
{
    bool is_blank = true;
    while (at < size) {
        const size_t length = line_length(text, size, at, &is_blank);
        if (!is_blank) {
            break;
        }
        at += length;
    }
    return at;
}

static size_t block_end(const char *text, size_t size, size_t at)
{
    bool is_blank = false;
    while (at < size) {
        const size_t length = line_length(text, size, at, &is_blank);
        if (is_blank) {
            break;
        }
        at += length;
    }
    return at;
}

static size_t next_block(const char *text, size_t size, size_t start)
{
    return block_start(text, size, block_end(text, size, start));
}

static void cut_splits(TextDomain *domain, size_t block_count)
{
    const size_t tenth = block_count * SPLIT_PERCENT / 100;
    const size_t train = block_count - 2 * tenth;
    domain->split_blocks[TEXT_SPLIT_TEST] = tenth;
    domain->split_blocks[TEXT_SPLIT_DEV] = tenth;
    domain->split_blocks[TEXT_SPLIT_PRETRAIN] = train - train / 2;
    domain->split_blocks[TEXT_SPLIT_FINE_TUNE] = train / 2;
    size_t at = block_start(domain->text, domain->size, 0);
    for (size_t split = 0; split < TEXT_SPLIT_COUNT; split++) {
        domain->split_start[split] = at;
        for (size_t i = 0; i < domain->split_blocks[split]; i++) {
            at = next_block(domain->text, domain->size, at);
        }
        domain->split_size[split] = at - domain->split_start[split];
    }
}

/* Bytes of plain ASCII at the start of text[0..size), eight at a time. */
static size_t ascii_bytes(const char *text, size_t size)
{
    size_t at = 0;
    for (; at + sizeof(uint64_t) <= size; at += sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, text + at, sizeof eight);
        if ((eight & 0x8080808080808080U) != 0) {
            break;
        }
    }
    return at;
}

/* A text in another encoding would be raced on as it is, and nobody would know. */
static Status check_utf8(const char *path, const TextDomain *domain, Problem *problem)
{
    size_t at = 0;
    while (at < domain->size) {
        int32_t code_point = 0;
        at += ascii_bytes(domain->text + at, domain->size - at);
        const size_t length = text_decode(domain->text + at, domain->size - at, &code_point);
        if (at < domain->size && code_point < 0) {
            size_t line = 1;
            for (size_t i = 0; i < at; i++) {
                line += domain->text[i] == '\n' ? 1 : 0;
            }
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s, line %zu: is not UTF-8 (byte %zu of the file); convert "
                                    "it, with iconv say",
                                    path, line, at + 1);
        }
        at += length;
    }
    return STATUS_OK;
}

/* Files from other systems begin with a byte order mark, or end their lines with two characters: a model would learn these. */
static void take_out_foreign_marks(TextDomain *domain)
{
    static const char MARK[] = "\xEF\xBB\xBF";
    const size_t mark_bytes = sizeof MARK - 1;
    const bool has_mark = domain->size >= mark_bytes && memcmp(domain->text, MARK, mark_bytes) == 0;
    size_t kept = 0;
    for (size_t at = has_mark ? mark_bytes : 0; at < domain->size; at++) {
        if (domain->text[at] != '\r' || at + 1 == domain->size || domain->text[at + 1] != '\n') {
            domain->text[kept++] = domain->text[at];
        }
    }
    domain->text[kept] = '\0'; /* as it was read; never more than there was */
    domain->size = kept;
}

/* Read the file of the domain whose name is filled in. On failure the domain owns nothing. */
static Status load_domain(const char *folder, TextDomain *domain, Problem *problem)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s%s", folder, domain->name, domain->suffix) < 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    Status status =
        json_read_text(path, JSON_FILE_BYTES_MAX, &domain->text, &domain->size, problem);
    if (status != STATUS_OK) {
        goto done;
    }
    status = check_utf8(path, domain, problem);
    if (status != STATUS_OK) {
        goto done;
    }
    take_out_foreign_marks(domain);
    size_t block_count = 0;
    for (size_t at = block_start(domain->text, domain->size, 0); at < domain->size;
         at = next_block(domain->text, domain->size, at)) {
        block_count++;
    }
    if (block_count < BLOCKS_MIN) {
        status = problem_describe(problem, STATUS_BAD_VALUE,
                                  "%s: has %zu blocks of text (separated by blank lines); a "
                                  "domain needs at least %d.",
                                  path, block_count, BLOCKS_MIN);
        goto done;
    }
    cut_splits(domain, block_count);
done:
    if (status != STATUS_OK) {
        free(domain->text);
        domain->text = NULL;
    }
    free(path);
    return status;
}

/* Is this a file of a domain (hidden files are not)? *name_bytes is then the length without ".txt". */
static bool is_domain_file(const char *file, size_t *name_bytes)
{
    const size_t length = strlen(file);
    if (file[0] == '.' || length <= SUFFIX_BYTES ||
        strcasecmp(file + length - SUFFIX_BYTES, SUFFIX) != 0) {
        return false;
    }
    *name_bytes = length - SUFFIX_BYTES;
    return true;
}

static Status list_names(const char *folder, DIR *directory, TextCorpus *corpus, Problem *problem)
{
    for (const struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        size_t name_bytes = 0;
        if (!is_domain_file(entry->d_name, &name_bytes)) {
            continue;
        }
        if (name_bytes >= DOMAIN_NAME_BYTES) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s/%s: the name is too long; %d bytes are allowed.", folder,
                                    entry->d_name, DOMAIN_NAME_BYTES - 1);
        }
        if (corpus->count == DOMAIN_COUNT_MAX) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s: has more than %d domains (*.txt).", folder,
                                    DOMAIN_COUNT_MAX);
        }
        TextDomain *domain = &corpus->domains[corpus->count++];
        memcpy(domain->name, entry->d_name, name_bytes);
        memcpy(domain->suffix, entry->d_name + name_bytes, SUFFIX_BYTES);
    }
    if (corpus->count == 0) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE, "%s: has no domains (*.txt).",
                                folder);
    }
    return STATUS_OK;
}

static int compare_names(const void *a, const void *b)
{
    const TextDomain *left = a;
    const TextDomain *right = b;
    const int order = strcmp(left->name, right->name);
    return order != 0 ? order : strcmp(left->suffix, right->suffix);
}

/* x.txt and x.TXT would be one domain. `corpus` is sorted. */
static Status check_names(const char *folder, const TextCorpus *corpus, Problem *problem)
{
    for (size_t i = 1; i < corpus->count; i++) {
        const TextDomain *first = &corpus->domains[i - 1];
        const TextDomain *second = &corpus->domains[i];
        if (strcmp(first->name, second->name) == 0) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s: %s%s and %s%s would be the same domain; rename one.",
                                    folder, first->name, first->suffix, second->name,
                                    second->suffix);
        }
    }
    return STATUS_OK;
}

Status text_corpus_load(const char *folder, TextCorpus *corpus, Problem *problem)
{
    DIR *directory = opendir(folder);
    if (directory == NULL) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE,
                                "%s: the folder cannot be read: %s.", folder, strerror(errno));
    }
    TextCorpus loaded = {.domains = calloc(DOMAIN_COUNT_MAX, sizeof *loaded.domains)};
    Status status = loaded.domains == NULL ? STATUS_OUT_OF_MEMORY
                                           : list_names(folder, directory, &loaded, problem);
    closedir(directory);
    if (status == STATUS_OK) {
        qsort(loaded.domains, loaded.count, sizeof *loaded.domains, compare_names);
        status = check_names(folder, &loaded, problem);
    }
    for (size_t i = 0; status == STATUS_OK && i < loaded.count; i++) {
        status = load_domain(folder, &loaded.domains[i], problem);
    }
    if (status == STATUS_OUT_OF_MEMORY) {
        problem_describe(problem, status, "%s: not enough memory to read it.", folder);
    }
    if (status != STATUS_OK) {
        text_corpus_clear(&loaded);
        return status;
    }
    *corpus = loaded;
    return STATUS_OK;
}

void text_corpus_clear(TextCorpus *corpus)
{
    for (size_t i = 0; i < corpus->count; i++) {
        free(corpus->domains[i].text);
    }
    free(corpus->domains);
    *corpus = (TextCorpus){0};
}

const TextDomain *text_corpus_find(const TextCorpus *corpus, const char *name)
{
    for (size_t i = 0; i < corpus->count; i++) {
        if (strcmp(corpus->domains[i].name, name) == 0) {
            return &corpus->domains[i];
        }
    }
    return NULL;
}
