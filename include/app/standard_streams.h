/* app/standard_streams.h -- standard input, output and errors that may be closed, or lead to a full disk. */
#ifndef APP_STANDARD_STREAMS_H
#define APP_STANDARD_STREAMS_H

#include "base/problem.h"

/* Whoever starts the program may have closed some of the three: let no other file get their numbers, or what is printed would go into it.
 * Reading from such a stream, and writing to it, fails. */
void standard_streams_hold(void);

/* Send off what was printed. STATUS_FILE_UNWRITABLE says why not all of it was written; not where a pipe's reader had seen enough. */
Status standard_streams_finish(Problem *problem);

#endif
