/* tui/job_signals.h -- being stopped and woken by others (SIGTSTP, SIGCONT), as something to poll. */
#ifndef TUI_JOB_SIGNALS_H
#define TUI_JOB_SIGNALS_H

#include <signal.h>

typedef struct JobSignals {
    int descriptor; /* for poll(); readable when one has come; -1 if none could be had */
    sigset_t mask_before;
    struct sigaction stop_before;
    struct sigaction continue_before;
} JobSignals;

/* UI THREAD, as everything here. From now on a SIGTSTP stops nobody: whoever reads it has to. Before ncurses is started, which would take it for
 * itself and bring an empty screen back. */
void job_signals_begin(JobSignals *jobs);

/* The next signal that came, SIGTSTP or SIGCONT; 0 if there is none. Never blocks. */
int job_signals_next(const JobSignals *jobs);

/* After a stop of our own doing: the SIGCONT that ended it is no news. A SIGTSTP that came since is: it stays to be read. */
void job_signals_forget_continue(void);

/* As before job_signals_begin. */
void job_signals_end(JobSignals *jobs);

#endif
