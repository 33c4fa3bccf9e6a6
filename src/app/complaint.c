#include "app/complaint.h"

#include <stdio.h>

int complain(const Problem *problem)
{
    fprintf(stderr, "tramlab: %s\n", problem->text);
    return problem->status == STATUS_BAD_VALUE || problem->status == STATUS_BAD_USAGE ? 2 : 1;
}
