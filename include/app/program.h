/* app/program.h -- the whole program behind main(). */
#ifndef APP_PROGRAM_H
#define APP_PROGRAM_H

/* Understand the words, run the subcommand, hand back the exit status: 0 done, 1 failed, 2 wrong command line or experiment. */
int program_run(int argc, const char *const *argv);

#endif
