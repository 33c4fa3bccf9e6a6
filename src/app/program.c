#include "app/program.h"

#include <stdbool.h>
#include <stdio.h>

#include "app/command_line.h"
#include "app/complaint.h"
#include "app/doctor_command.h"
#include "app/evaluate_command.h"
#include "app/export_command.h"
#include "app/headless.h"
#include "app/init_command.h"
#include "app/keys_command.h"
#include "app/lab_command.h"
#include "app/once_command.h"
#include "app/record_command.h"
#include "app/standard_streams.h"
#include "app/table_commands.h"
#include "app/tokenizer_command.h"
#include "app/trace_command.h"
#include "app/version.h"

static int run_command(const CommandLine *line)
{
    switch (line->subcommand) {
    case SUBCOMMAND_LAB:
        if (record_is_asked_for(line)) {
            return record_main(line);
        }
        return line->is_once ? once_main(line) : lab_main(line);
    case SUBCOMMAND_RUN:
    case SUBCOMMAND_PRETRAIN:
        return headless_main(line);
    case SUBCOMMAND_TOKENIZER:
        return tokenizer_main(line);
    case SUBCOMMAND_EVALUATE:
        return evaluate_main(line);
    case SUBCOMMAND_TRACE:
        return trace_main(line);
    case SUBCOMMAND_EXPORT:
        return export_main(line);
    case SUBCOMMAND_METHODS:
        return methods_main(line);
    case SUBCOMMAND_METRICS:
        return metrics_main(line);
    case SUBCOMMAND_DOCTOR:
        return doctor_main(line);
    case SUBCOMMAND_INIT:
        return init_main(line);
    case SUBCOMMAND_KEYS:
        return keys_main(line);
    case SUBCOMMAND_VERSION:
        puts("tramlab " TRAMLAB_VERSION);
        return 0;
    case SUBCOMMAND_HELP:
        fputs(command_line_help(), stdout);
        return 0;
    }
    return 2;
}

/* A race is in its run directory, whatever became of the words about it: losing those is no failure. */
static bool is_output_wanted(const CommandLine *line)
{
    const bool is_race = line->subcommand == SUBCOMMAND_RUN ||
                         line->subcommand == SUBCOMMAND_PRETRAIN ||
                         (line->subcommand == SUBCOMMAND_LAB && !line->is_once);
    return !is_race || record_is_asked_for(line);
}

int program_run(int argc, const char *const *argv)
{
    CommandLine line = {0};
    Problem problem = {0};
    standard_streams_hold();
    if (command_line_parse(argc, argv, &line, &problem) != STATUS_OK) {
        fprintf(stderr, "tramlab: %s\n", problem.text);
        return 2;
    }
    const int exit_status = run_command(&line);
    const bool is_told = standard_streams_finish(&problem) == STATUS_OK || !is_output_wanted(&line);
    return exit_status == 0 && !is_told ? complain(&problem) : exit_status;
}
