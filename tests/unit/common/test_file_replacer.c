/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that may have been taken over has one file replaced, each time as a whole. */
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "common/confinement/file-replacer.h"

struct place {
    char *directory;
    char *path;
};

static void begin(struct place *place, gconstpointer data)
{
    (void)data;
    place->directory = g_dir_make_tmp(NULL, NULL);
    place->path = g_build_filename(place->directory, "metrics", NULL);
    g_chmod(place->directory, 0777); /* for who is root no more */
}

/* What another process leaves unfinished there, it removes when it ends. */
static void end(struct place *place, gconstpointer data)
{
    (void)data;
    g_chmod(place->directory, 0777);
    g_remove(place->path);
    g_assert_cmpint(g_rmdir(place->directory), ==, 0);
    g_free(place->directory);
    g_free(place->path);
}

static struct file_replacer *replacer_of(const char *path)
{
    const struct file_replacer_plan plan = {.path = path, .mode = 0644};
    GError *error = NULL;
    struct file_replacer *replacer = file_replacer_begin(&plan, &error);
    g_assert_no_error(error);
    return replacer;
}

static bool put(struct file_replacer *replacer, const char *text)
{
    GString *whole = g_string_new(text);
    bool good = file_replacer_put(replacer, whole);
    int reason = errno;
    g_string_free(whole, TRUE);
    errno = reason;
    return good;
}

static void assert_holds(const char *path, const char *text)
{
    g_autofree char *found = NULL;
    g_assert_true(g_file_get_contents(path, &found, NULL, NULL));
    g_assert_cmpstr(found, ==, text);
}

static void test_it_is_replaced_again_and_again(struct place *place, gconstpointer data)
{
    (void)data;
    struct stat status;
    struct file_replacer *replacer = replacer_of(place->path);
    g_assert_true(put(replacer, "a long first text"));
    assert_holds(place->path, "a long first text");
    g_assert_cmpint(stat(place->path, &status), ==, 0);
    ino_t first = status.st_ino;
    g_assert_true(put(replacer, "second"));
    assert_holds(place->path, "second");
    g_assert_cmpint(stat(place->path, &status), ==, 0);
    g_assert_true(status.st_ino != first);
    g_assert_cmpuint(status.st_nlink, ==, 1);
    file_replacer_end(replacer);
}

/* No text is half written, and the next one can be written again. */
static void test_what_fails_leaves_the_last_one(struct place *place, gconstpointer data)
{
    (void)data;
    struct rlimit before;
    struct file_replacer *replacer = replacer_of(place->path);
    g_assert_true(put(replacer, "first"));
    getrlimit(RLIMIT_FSIZE, &before);
    const struct rlimit small = {4, before.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
    g_assert_false(put(replacer, "too long"));
    g_assert_cmpint(errno, ==, EFBIG);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
    assert_holds(place->path, "first");
    g_assert_true(put(replacer, "another"));
    assert_holds(place->path, "another");
    file_replacer_end(replacer);
}

static void test_a_directory_that_is_gone(struct place *place, gconstpointer data)
{
    (void)data;
    g_autofree char *path = g_build_filename(place->directory, "none", "metrics", NULL);
    struct file_replacer *replacer = replacer_of(path);
    g_assert_false(put(replacer, "text"));
    g_assert_cmpint(errno, ==, ENOENT);
    file_replacer_end(replacer);
    file_replacer_end(NULL);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(struct place *, gconstpointer);
    } tests[] = {
        {"it-is-replaced-again-and-again", test_it_is_replaced_again_and_again},
        {"what-fails-leaves-the-last-one", test_what_fails_leaves_the_last_one},
        {"a-directory-that-is-gone", test_a_directory_that_is_gone},
    };
    g_test_init(&argc, &argv, NULL);
    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/file-replacer/", tests[i].name, NULL);
        g_test_add(path, struct place, NULL, begin, tests[i].test, end);
    }
    return g_test_run();
}
