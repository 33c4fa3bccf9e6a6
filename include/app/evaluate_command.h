/* app/evaluate_command.h -- `tramlab evaluate`: how well a checkpoint predicts each domain's dev text. */
#ifndef APP_EVALUATE_COMMAND_H
#define APP_EVALUATE_COMMAND_H

#include "app/command_line.h"

/* Print perplexity (a token) and bits per byte of every domain's dev split, and their mean; as text, --json or --markdown.
 * Windows of n_positions tokens; --stride N (default: n_positions, no overlap) lets them overlap, so that context is never empty.
 * Exit status 0, 1 or 2. */
int evaluate_main(const CommandLine *line);

#endif
