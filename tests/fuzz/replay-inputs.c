/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for libFuzzer where only inputs that are there are run: findings of old, under any
 * compiler, sanitizer or valgrind. Arguments: files, and directories of files.
 */
#include <glib.h>

#include "tests/fuzz/fuzz.h"

static void fail(GError *error)
{
    fprintf(stderr, "%s\n", error->message);
    exit(2);
}

/* In memory of exactly its size, so that a byte too far is seen. */
static void run_file(const char *path)
{
    GError *error = NULL;
    char *content;
    gsize size;
    if (!g_file_get_contents(path, &content, &size, &error))
        fail(error);
    uint8_t *data = g_memdup2(content, size);
    g_free(content);
    LLVMFuzzerTestOneInput(data, size);
    g_free(data);
}

static unsigned run_directory(const char *path)
{
    GError *error = NULL;
    unsigned count = 0;
    const char *name;
    GDir *directory = g_dir_open(path, 0, &error);
    if (directory == NULL)
        fail(error);
    while ((name = g_dir_read_name(directory)) != NULL) {
        char *file = g_build_filename(path, name, NULL);
        run_file(file);
        g_free(file);
        count++;
    }
    g_dir_close(directory);
    return count;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    for (int i = 1; i < argc; i++) {
        if (g_file_test(argv[i], G_FILE_TEST_IS_DIR)) {
            count += run_directory(argv[i]);
        } else {
            run_file(argv[i]);
            count++;
        }
    }
    fprintf(stderr, "%u inputs\n", count);
    return 0;
}
