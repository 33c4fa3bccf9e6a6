/* app/signals.h -- the signals that mean "finish the step, save, end", as something to poll. */
#ifndef APP_SIGNALS_H
#define APP_SIGNALS_H

#include "base/status.h"

/* Block SIGINT, SIGTERM and SIGHUP in this thread (and those it starts), ignore SIGPIPE and SIGXFSZ (write() tells), and open a descriptor that becomes readable when one
 * of them arrives. Call before any thread is started. STATUS_OUT_OF_MEMORY when there is no descriptor to be had. */
Status signals_open(int *signal_fd);

/* Read the signals that arrived, so that the descriptor is quiet again. */
void signals_clear(int signal_fd);

/* On SIGSEGV, SIGABRT, SIGBUS, SIGFPE and SIGILL make the terminal sane again and die of the signal as usual. */
void signals_reset_terminal_on_crash(void);

#endif
