/* tests/fuzz/damage.h -- damaging files a little, again and again, each time in a way that the round's number alone decides. */
#ifndef TESTS_FUZZ_DAMAGE_H
#define TESTS_FUZZ_DAMAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/problem.h"
#include "base/random.h"

/* How many rounds: FUZZ_ROUNDS, or a few where it is not set. FUZZ_FIRST is the first round's number: to see one again. */
static inline uint64_t fuzz_setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

/* Put `size` bytes in place of text[at..at+gone). The text grows as it has to. */
static inline void splice(char **text, size_t *text_size, size_t at, size_t gone, const char *bytes,
                          size_t size)
{
    char *changed = malloc(*text_size - gone + size + 1);
    assert_non_null(changed);
    memcpy(changed, *text, at);
    memcpy(changed + at, bytes, size);
    memcpy(changed + at + size, *text + at + gone, *text_size - at - gone);
    *text_size += size - gone;
    changed[*text_size] = '\0';
    free(*text);
    *text = changed;
}

/* One to four changes: another byte, a word that readers trip over, a stretch cut out, doubled or put elsewhere. */
static inline void damage(Random *random, char **text, size_t *size)
{
    static const char *const words[] = {"null",
                                        "-1",
                                        "1e308",
                                        "0.5",
                                        "\"\"",
                                        "{}",
                                        "[]",
                                        "true",
                                        "\t",
                                        "\n",
                                        "\xFF",
                                        "\xE2\x96\x81",
                                        "18446744073709551615",
                                        "2147483648",
                                        "<0x41>",
                                        " ",
                                        "|",
                                        "-",
                                        "\\u0000",
                                        "\\ud800",
                                        "\"a b\""};
    const size_t changes = 1 + random_below(random, 4);
    for (size_t i = 0; i < changes; i++) {
        if (*size == 0) {
            return;
        }
        const size_t at = random_below(random, *size);
        const size_t left = *size - at;
        const size_t stretch = random_below(random, (left < 64 ? left : 64) + 1);
        const char *word = words[random_below(random, sizeof words / sizeof *words)];
        const char byte = (char)random_bits(random);
        char moved[64];
        memcpy(moved, *text + at, stretch);
        switch (random_below(random, 6)) {
        case 0:
            splice(text, size, at, 1, &byte, 1);
            break;
        case 1:
            splice(text, size, at, stretch % 8, word, strlen(word));
            break;
        case 2:
            splice(text, size, at, stretch, "", 0);
            break;
        case 3:
            splice(text, size, at, 0, moved, stretch);
            break;
        case 4:
            splice(text, size, random_below(random, *size), 0, moved, stretch);
            break;
        default:
            (*text)[at] = (char)((*text)[at] ^ (1 << random_below(random, 8)));
            break;
        }
    }
}

/* A copy to damage; the caller frees. */
static inline char *copy_of(const char *original, size_t size)
{
    char *text = malloc(size + 1);
    assert_non_null(text);
    memcpy(text, original, size);
    text[size] = '\0';
    return text;
}

static inline void write_whole(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* A refusal is one line for a person, and names the file. */
static inline void assert_one_line(const Problem *problem, const char *path, uint64_t round)
{
    int is_clean = problem->text[0] != '\0' && strstr(problem->text, path) != NULL;
    for (const char *at = problem->text; *at != '\0'; at++) {
        is_clean = is_clean && (unsigned char)*at >= 0x20;
    }
    if (!is_clean) {
        fail_msg("round %lu: \"%s\"", (unsigned long)round, problem->text);
    }
}

#endif
