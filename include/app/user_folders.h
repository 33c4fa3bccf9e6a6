/* app/user_folders.h -- where the user's own files lie, by the XDG base directories. */
#ifndef APP_USER_FOLDERS_H
#define APP_USER_FOLDERS_H

#include <stddef.h>

/* "$XDG_CONFIG_HOME/tramlab/NAME", or "$HOME/.config/tramlab/NAME"; "" if neither variable holds an absolute path, or it does not fit. */
void user_config_path(const char *name, char *out, size_t out_bytes);

/* The same for XDG_STATE_HOME, else ~/.local/state. */
void user_state_path(const char *name, char *out, size_t out_bytes);

#endif
