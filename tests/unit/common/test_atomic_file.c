/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are written as a whole or not at all, and the process that names them. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/atomic-file.h"
#include "common/confinement/file-keeper.h"
#include "common/errors.h"

static char *directory;

/* What the tested code asks of fsync(2), which comes here. */
static struct {
    const char *name; /* that the file has only afterwards; NULL: any */
    unsigned calls;
    off_t length; /* of the file at the last one */
    int reason;   /* errno of the next one; 0: it succeeds */
} disk;

static unsigned names_in_directory(void)
{
    unsigned count = 0;
    GDir *opened = g_dir_open(directory, 0, NULL);
    while (g_dir_read_name(opened) != NULL)
        count++;
    g_dir_close(opened);
    return count;
}

int fsync(int fd)
{
    struct stat status;
    g_assert_cmpint(fstat(fd, &status), ==, 0);
    g_assert_true(disk.name == NULL || !g_file_test(disk.name, G_FILE_TEST_EXISTS));
    disk.calls++;
    disk.length = status.st_size;
    errno = disk.reason;
    return disk.reason == 0 ? 0 : -1;
}

/* A file with a temporary name, as where the file system knows no other. */
static int open_beside(struct atomic_file *file, const char *name)
{
    *file = (struct atomic_file){.way = ATOMIC_FILE_BESIDE, .keeper = -1};
    file->path = g_build_filename(directory, name, NULL);
    file->temporary = g_strconcat(file->path, ".unfinished", NULL);
    int fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    g_assert_cmpint(fd, >=, 0);
    file->held = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return fd;
}

/* The process may open no more descriptors than so many further ones. */
static struct rlimit limit_descriptors(int more)
{
    struct rlimit before;
    getrlimit(RLIMIT_NOFILE, &before);
    int next = dup(STDERR_FILENO); /* all below are in use */
    close(next);
    const struct rlimit few = {(rlim_t)(next + more), before.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &few), ==, 0);
    return before;
}

/* The first file has its socket, the second has none: then there is no process. */
static void test_no_keeper(void)
{
    struct atomic_file files[2];
    int descriptors[2];
    GError *error = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        descriptors[i] = open_beside(&files[i], i == 0 ? "capture" : "truth");
    struct atomic_file *const all[] = {&files[0], &files[1], NULL};
    const struct rlimit before = limit_descriptors(3);
    g_assert_false(file_keeper_begin(all, &error));
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
    g_assert_true(g_error_matches(error, TOOL_ERROR, STATUS_FAILED));
    g_assert_nonnull(strstr(error->message, g_strerror(EMFILE)));
    g_clear_error(&error);
    g_assert_cmpuint(names_in_directory(), ==, 2);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        close(descriptors[i]);
        atomic_file_abort(&files[i]);
    }
    g_assert_cmpuint(names_in_directory(), ==, 0);
}

static void test_put(void)
{
    struct atomic_file file;
    GString *text = g_string_new("all of it");
    g_autofree char *path = g_build_filename(directory, "report", NULL);
    g_autofree char *found = NULL;
    int fd = atomic_file_open(&file, path, 0600);
    g_assert_true(atomic_file_put(&file, fd, text));
    g_assert_true(g_file_get_contents(path, &found, NULL, NULL));
    g_assert_cmpstr(found, ==, "all of it");
    g_unlink(path);
    g_string_free(text, TRUE);
}

/* All of it is on the disk before it has its name: a machine that loses its power then has the old
 * file or the new one. */
static void test_on_the_disk_first(void)
{
    static const bool beside[] = {false, true};
    for (size_t i = 0; i < G_N_ELEMENTS(beside); i++) {
        struct atomic_file file;
        GString *text = g_string_new("all of it");
        g_autofree char *path = g_build_filename(directory, "report", NULL);
        int fd = beside[i] ? open_beside(&file, "report") : atomic_file_open(&file, path, 0600);
        disk.calls = 0;
        disk.name = path;
        g_assert_true(atomic_file_put(&file, fd, text));
        disk.name = NULL;
        g_assert_cmpuint(disk.calls, ==, 1);
        g_assert_cmpint(disk.length, ==, strlen("all of it"));
        g_assert_cmpuint(names_in_directory(), ==, 1);
        g_unlink(path);
        g_string_free(text, TRUE);
    }
}

/* A disk that fails then: nothing has the name. */
static void test_not_on_the_disk(void)
{
    struct atomic_file file;
    GString *text = g_string_new("all of it");
    g_autofree char *path = g_build_filename(directory, "report", NULL);
    int fd = atomic_file_open(&file, path, 0600);
    disk.reason = EIO;
    g_assert_false(atomic_file_put(&file, fd, text));
    g_assert_cmpint(errno, ==, EIO);
    disk.reason = 0;
    g_assert_cmpuint(names_in_directory(), ==, 0);
    g_string_free(text, TRUE);
}

/* A disk without room: nothing is left, and errno says why. */
static void test_put_fails(void)
{
    struct atomic_file file;
    GString *text = g_string_new("all of it");
    close(open_beside(&file, "report"));
    errno = 0;
    g_assert_false(atomic_file_put(&file, open("/dev/full", O_WRONLY | O_CLOEXEC), text));
    g_assert_cmpint(errno, ==, ENOSPC);
    g_assert_cmpuint(names_in_directory(), ==, 0);
    g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    directory = g_dir_make_tmp("atomic-file-XXXXXX", NULL);
    g_test_add_func("/atomic-file/no-keeper", test_no_keeper);
    g_test_add_func("/atomic-file/put", test_put);
    g_test_add_func("/atomic-file/put-fails", test_put_fails);
    g_test_add_func("/atomic-file/on-the-disk-first", test_on_the_disk_first);
    g_test_add_func("/atomic-file/not-on-the-disk", test_not_on_the_disk);
    int status = g_test_run();
    g_rmdir(directory);
    g_free(directory);
    return status;
}
