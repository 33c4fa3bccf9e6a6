/* app/kept_race.h -- a race whose terminal is gone goes on to its end (--keep). */
#ifndef APP_KEPT_RACE_H
#define APP_KEPT_RACE_H

#include "app/race_job.h"

/* Wait until the race has said its last word; a paused one is resumed, as nobody could. SIGINT and SIGTERM end it, SIGHUP has been and gone. stdout and
 * stderr, which lead nowhere any more, are led into /dev/null. signal_fd  of signals_open. The caller waits for the job and closes it. */
void kept_race_finish(RaceJob *job, int signal_fd);

#endif
