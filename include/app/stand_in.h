/* app/stand_in.h -- the process that the shell knows, and stops at Ctrl-Z, while the race goes on in its child. */
#ifndef APP_STAND_IN_H
#define APP_STAND_IN_H

#include <stdbool.h>
#include <sys/types.h>

/* Before any thread of ours and any file is opened: goes on in a child; the process itself does nothing from now on but wait for it. It
 * stops and wakes as shells ask, hands on SIGINT, SIGTERM and SIGHUP that somebody sent to it alone, and ends as the child ends; after one
 * that was killed (kill -9) it puts the terminal in order. If it is killed itself, the child gets a SIGTERM: it saves and ends. Returns in the child only, with the pid to hand to stand_in_leave; 0 (and no child) if none could be had:
 * Ctrl-Z then stops the race too. */
pid_t stand_in_begin(void);

/* The child is about to end: a stand-in that is stopped wakes, so that the shell hears of it. */
void stand_in_leave(pid_t stand_in);

#endif
