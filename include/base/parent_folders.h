/* base/parent_folders.h -- the folders in which a file is to lie. */
#ifndef BASE_PARENT_FOLDERS_H
#define BASE_PARENT_FOLDERS_H

/* Make every missing folder above `path` (mkdir -p), for this user only. Failures show when the file is written: that call names the path. */
void parent_folders_make(const char *path);

#endif
