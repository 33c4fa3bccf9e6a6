#include "base/parent_folders.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void parent_folders_make(const char *path)
{
    char folder[PATH_MAX];
    if (path[0] == '\0' || snprintf(folder, sizeof folder, "%s", path) >= (int)sizeof folder) {
        return;
    }
    for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(folder, 0700); /* it may be there */
        *slash = '/';
    }
}
