#include "app/user_folders.h"

#include <stdio.h>
#include <stdlib.h>

static void user_path(const char *variable, const char *fallback, const char *name, char *out,
                      size_t out_bytes)
{
    const char *base = getenv(variable);
    const char *home = getenv("HOME");
    int length = 0;
    out[0] = '\0';
    if (base != NULL && base[0] == '/') {
        length = snprintf(out, out_bytes, "%s/tramlab/%s", base, name);
    } else if (home != NULL && home[0] == '/') {
        length = snprintf(out, out_bytes, "%s/%s/tramlab/%s", home, fallback, name);
    }
    if (length < 0 || (size_t)length >= out_bytes) {
        out[0] = '\0';
    }
}

void user_config_path(const char *name, char *out, size_t out_bytes)
{
    user_path("XDG_CONFIG_HOME", ".config", name, out, out_bytes);
}

void user_state_path(const char *name, char *out, size_t out_bytes)
{
    user_path("XDG_STATE_HOME", ".local/state", name, out, out_bytes);
}
