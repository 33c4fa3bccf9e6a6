#include "data/language_shares.h"

#include <stdio.h>

#include "base/random.h"
#include "base/text.h"
#include "data/text_lines.h"

enum { PATH_BYTES = 1200 };

static Status read_share(LanguageShares *shares, const TextLines *lines, char *line,
                         Problem *problem)
{
    char *fields[2];
    double share = 0.0;
    uint32_t number = 0;
    if (text_cut_fields(line, '\t', fields, 2) != 2 || !text_parse_double(fields[1], &share) ||
        !(share > 0.0 && share <= 1.0)) {
        return text_lines_refuse(lines, problem, STATUS_BAD_VALUE,
                                 "a line is a language, a tab and a share above 0 up to 1.");
    }
    if (shares->languages.count == LANGUAGE_SHARES_MAX) {
        return text_lines_refuse(lines, problem, STATUS_BAD_VALUE, "more than %d languages.",
                                 LANGUAGE_SHARES_MAX);
    }
    if (name_list_add(&shares->languages, fields[0], &number) != STATUS_OK) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the texts");
    }
    shares->shares[number] = share;
    return STATUS_OK;
}

Status language_shares_read(const char *folder, LanguageShares *out, Problem *problem)
{
    TextLines lines = {0};
    char *line = NULL;
    char path[PATH_BYTES];
    *out = (LanguageShares){0};
    snprintf(path, sizeof path, "%s/shares.tsv", folder);
    TRY(text_lines_open(path, &lines, problem));
    Status status = text_lines_next(&lines, &line, problem);
    while (status == STATUS_OK && line != NULL) {
        status = read_share(out, &lines, line, problem);
        if (status == STATUS_OK) {
            status = text_lines_next(&lines, &line, problem);
        }
    }
    text_lines_close(&lines);
    if (status != STATUS_OK) {
        language_shares_clear(out);
    }
    return status;
}

void language_shares_clear(LanguageShares *shares)
{
    name_list_clear(&shares->languages);
    *shares = (LanguageShares){0};
}

double language_shares_draw(size_t language, size_t item)
{
    Random random = random_stream(language, RANDOM_STREAM_SPLITS, item);
    return random_uniform(&random);
}
