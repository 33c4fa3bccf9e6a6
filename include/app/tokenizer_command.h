/* app/tokenizer_command.h -- `tramlab tokenizer`: train a byte-level BPE. */
#ifndef APP_TOKENIZER_COMMAND_H
#define APP_TOKENIZER_COMMAND_H

#include "app/command_line.h"

/* Train on the pretraining pools of all domains in --data, write --out. Exit status 0, 1 (files) or 2 (vocabulary size). */
int tokenizer_main(const CommandLine *line);

#endif
