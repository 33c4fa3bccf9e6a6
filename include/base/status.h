/* base/status.h -- the one error type, and the sentence the user sees for each code. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/* X(code, sentence) */
#define STATUS_TABLE(X)                                                                            \
    X(STATUS_OK, "done")                                                                           \
    X(STATUS_OUT_OF_MEMORY, "not enough memory")                                                   \
    X(STATUS_FILE_UNREADABLE, "the file cannot be read")                                           \
    X(STATUS_FILE_UNWRITABLE, "the file cannot be written")                                        \
    X(STATUS_BAD_FORMAT, "the file is not in the form it should have")                             \
    X(STATUS_BAD_VALUE, "a value is missing, unknown or outside its range")                        \
    X(STATUS_BAD_USAGE, "the command line cannot be understood")                                   \
    X(STATUS_TERMINAL_UNUSABLE, "the terminal cannot show the screen")

#define STATUS_ENUMERATOR(code, sentence) code,
typedef enum Status { STATUS_TABLE(STATUS_ENUMERATOR) STATUS_COUNT } Status;
#undef STATUS_ENUMERATOR

/* For functions that own nothing: hand a failure on to the caller. */
#define TRY(expression)                                                                            \
    do {                                                                                           \
        const Status try_status = (expression);                                                    \
        if (try_status != STATUS_OK) {                                                             \
            return try_status;                                                                     \
        }                                                                                          \
    } while (0)

/* The sentence for `status`, without a full stop; never NULL. Static storage. ANY THREAD. */
const char *status_sentence(Status status);

#endif
