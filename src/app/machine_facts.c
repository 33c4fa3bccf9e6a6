#include "app/machine_facts.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "lab/worker.h"

enum { PROC_BYTES = 16384 };

void machine_facts_value(const char *text, const char *key, char *out, size_t out_bytes)
{
    const size_t key_size = strlen(key);
    out[0] = '\0';
    for (const char *line = text; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        if (length > key_size && strncmp(line, key, key_size) == 0) {
            const char *value = line + key_size + strspn(line + key_size, " \t");
            if (*value == ':') {
                value += 1 + strspn(value + 1, " \t");
                const size_t size = value < line + length ? (size_t)(line + length - value) : 0;
                char raw[MACHINE_TEXT_BYTES];
                snprintf(raw, sizeof raw, "%.*s", (int)size, value);
                text_clean(raw, out, out_bytes, INT_MAX);
                return;
            }
        }
        line += length + (line[length] == '\n');
    }
}

/* The beginning of a file, "" if it cannot be read. */
static void read_start(const char *path, char text[PROC_BYTES])
{
    FILE *file = fopen(path, "r");
    text[0] = '\0';
    if (file != NULL) {
        text[fread(text, 1, PROC_BYTES - 1, file)] = '\0';
        fclose(file); /* read-only: nothing to lose */
    }
}

static void find_features(char *out, size_t out_bytes)
{
    out[0] = '\0';
#if defined(__x86_64__)
    const struct {
        const char *name;
        bool is_there;
    } FEATURES[] = {{"sse4.2", __builtin_cpu_supports("sse4.2") != 0},
                    {"avx", __builtin_cpu_supports("avx") != 0},
                    {"avx2", __builtin_cpu_supports("avx2") != 0},
                    {"fma", __builtin_cpu_supports("fma") != 0},
                    {"avx512f", __builtin_cpu_supports("avx512f") != 0}};
    for (size_t i = 0; i < sizeof FEATURES / sizeof *FEATURES; i++) {
        const size_t used = strlen(out);
        if (FEATURES[i].is_there) {
            snprintf(out + used, out_bytes - used, "%s%s", used > 0 ? " " : "", FEATURES[i].name);
        }
    }
#else
    (void)out_bytes;
#endif
}

static double memory_value(const char *text, const char *key)
{
    char value[MACHINE_TEXT_BYTES];
    machine_facts_value(text, key, value, sizeof value);
    return 1024.0 * strtod(value, NULL); /* in kB */
}

void machine_facts_find(MachineFacts *facts)
{
    char text[PROC_BYTES];
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    *facts = (MachineFacts){.processors = online > 0 ? (size_t)online : 1,
                            .processors_allowed = worker_count_of_machine()};
    read_start("/proc/cpuinfo", text);
    machine_facts_value(text, "model name", facts->processor, sizeof facts->processor);
    find_features(facts->features, sizeof facts->features);
    read_start("/proc/meminfo", text);
    facts->memory_bytes = memory_value(text, "MemTotal");
    facts->memory_available_bytes = memory_value(text, "MemAvailable");
}
