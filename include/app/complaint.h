/* app/complaint.h -- how an error reaches the user, and which exit status it is. */
#ifndef APP_COMPLAINT_H
#define APP_COMPLAINT_H

#include "base/problem.h"

/* Print "tramlab: <problem>" to stderr. Returns 2 for a wrong command line or experiment, 1 for any other failure. */
int complain(const Problem *problem);

#endif
