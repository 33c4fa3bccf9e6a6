#include "app/init_command.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/complaint.h"
#include "app/data_survey.h"
#include "app/experiment_file.h"
#include "app/experiment_guess.h"
#include "app/model_survey.h"
#include "base/whole_file.h"

/* Where the file goes, and how it names the data. */
typedef struct Places {
    char folder[PATH_MAX]; /* absolute */
    char out[PATH_MAX];
    const char *data;
} Places;

static Status find_places(const CommandLine *line, Places *places, Problem *problem)
{
    if (realpath(line->input, places->folder) == NULL) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE, "%s: %s", line->input,
                                strerror(errno));
    }
    /* Beside its data a file can be moved with them. */
    places->data = line->out == NULL ? "." : places->folder;
    const int length = line->out == NULL
                           ? snprintf(places->out, PATH_MAX, "%s/experiment.json", line->input)
                           : snprintf(places->out, PATH_MAX, "%s", line->out);
    if (length >= PATH_MAX) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%.80s...: the path is too long",
                                line->input);
    }
    if (access(places->out, F_OK) == 0) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                "%s: is there already; remove it, or write elsewhere with --out "
                                "FILE",
                                places->out);
    }
    return STATUS_OK;
}

static Status guess(const CommandLine *line, const Places *places, ExperimentGuess *guessed,
                    Problem *problem)
{
    char lanes[PATH_MAX];
    DataSurvey data = {0};
    ModelSurvey model = {0};
    const char *slash = strrchr(places->folder, '/');
    TRY(bundled_path("sample-runs/presets/trio.json", lanes, sizeof lanes, problem));
    TRY(data_survey_read(line->input, &data, problem));
    Status status = model_survey_read(line->model, data.task, &model, problem);
    if (status == STATUS_OK) {
        status = experiment_guess_make(slash == NULL ? places->folder : slash + 1, places->data,
                                       lanes, &data, &model, guessed, problem);
    }
    data_survey_clear(&data);
    model_survey_clear(&model);
    return status;
}

int init_main(const CommandLine *line)
{
    Places places;
    ExperimentGuess guessed = {0};
    Problem problem = {0};
    Status status = find_places(line, &places, &problem);
    if (status == STATUS_OK) {
        status = guess(line, &places, &guessed, &problem);
    }
    if (status == STATUS_OK) {
        status = whole_file_write(places.out, guessed.text, &problem);
    }
    if (status == STATUS_OK) {
        printf("%s: an experiment for %s. Guessed, each with its reason:\n%sRace it: tramlab %s\n",
               places.out, line->input, guessed.report, places.out);
    }
    experiment_guess_clear(&guessed);
    return status == STATUS_OK ? 0 : complain(&problem);
}
