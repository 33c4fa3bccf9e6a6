/* model/config_text.h -- configurations as text for the tests of shapes: a good one, with one member replaced. */
#ifndef TESTS_MODEL_CONFIG_TEXT_H
#define TESTS_MODEL_CONFIG_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

enum { CONFIG_TEXT_BYTES = 2048 };

/* `good` is the inside of an object, whose values hold neither comma nor brace. `member` ("key":value) takes the place of the member of
 * its key or is added; a bare "key" is taken out. The caller destroys what is returned. */
static inline Json *config_with(const char *good, const char *member)
{
    char text[CONFIG_TEXT_BYTES] = "{";
    char key[64] = "";
    const size_t key_length = strcspn(member, ":");
    assert_true(key_length < sizeof key - 1);
    memcpy(key, member, key_length);
    memcpy(key + key_length, ":", 2);
    for (const char *at = good; *at != '\0';) {
        const size_t length = strcspn(at, ",");
        if (key_length == 0 || strncmp(at, key, strlen(key)) != 0) {
            (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s",
                           strlen(text) > 1 ? "," : "", (int)length, at);
        }
        at += length + (at[length] == ',' ? 1 : 0);
    }
    if (strchr(member, ':') != NULL) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), ",%s", member);
    }
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), "}");
    Json *config = NULL;
    assert_int_equal(json_parse(text, strlen(text), "config.json", &config, NULL), STATUS_OK);
    return config;
}

#endif
