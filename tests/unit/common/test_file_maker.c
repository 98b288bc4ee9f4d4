/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that may have been taken over asks for files: it gets those of its capture, and no
 * other. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/confinement/file-maker.h"
#include "common/run-files.h"

struct fixture {
    char *directory;
    char *capture;
};

static void begin(struct fixture *place, gconstpointer data)
{
    (void)data;
    place->directory = g_dir_make_tmp(NULL, NULL);
    place->capture = g_build_filename(place->directory, "out.pcap", NULL);
    g_chmod(place->directory, 0777); /* for who is root no more */
}

static void end(struct fixture *place, gconstpointer data)
{
    (void)data;
    GDir *names = g_dir_open(place->directory, 0, NULL);
    for (const char *name; (name = g_dir_read_name(names)) != NULL;) {
        g_autofree char *path = g_build_filename(place->directory, name, NULL);
        g_remove(path);
    }
    g_dir_close(names);
    g_rmdir(place->directory);
    g_free(place->directory);
    g_free(place->capture);
}

static struct file_maker *maker_of(const struct fixture *place, size_t fixed, bool removes)
{
    const struct file_maker_plan plan = {
        .path = place->capture, .fixed = fixed, .removes = removes};
    GError *error = NULL;
    struct file_maker *maker = file_maker_begin(&plan, &error);
    g_assert_no_error(error);
    return maker;
}

/* Of the path, all is fixed. */
static struct file_maker *maker_of_all(const struct fixture *place)
{
    return maker_of(place, strlen(place->capture), true);
}

static char *beside(const struct fixture *place, const char *name)
{
    return g_build_filename(place->directory, name, NULL);
}

static void assert_refused(struct file_maker *maker, const char *path, int reason)
{
    int fd = file_maker_open(maker, path);
    g_assert_cmpint(errno, ==, reason);
    g_assert_cmpint(fd, ==, -1);
}

static void test_a_file_is_read_and_written(struct fixture *place, gconstpointer data)
{
    (void)data;
    char read_back[3];
    struct file_maker *maker = maker_of_all(place);
    g_autofree char *path = beside(place, "out.pcap1");
    g_assert_true(file_maker_check(maker));
    int fd = file_maker_open(maker, path);
    g_assert_cmpint(fd, >=, 0);
    g_assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    g_assert_cmpint(write(fd, "abc", 3), ==, 3);
    g_assert_cmpint(pread(fd, read_back, 3, 0), ==, 3);
    g_assert_true(memcmp(read_back, "abc", 3) == 0);
    close(fd);
    g_assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
    file_maker_remove(maker, path);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    file_maker_end(maker);
}

static void test_no_other_name_is_given(struct fixture *place, gconstpointer data)
{
    (void)data;
    struct file_maker *maker = maker_of_all(place);
    static const char *const names[] = {"other.pcap", "out.pca", "out.pcap/x", "out.pcap/../other",
                                        "../out.pcap"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = beside(place, names[i]);
        assert_refused(maker, path, EINVAL);
    }
    assert_refused(maker, "/etc/passwd", EINVAL);
    g_autofree char *endless = g_strnfill(1000, '1');
    g_autofree char *path = g_strconcat(place->capture, endless, NULL);
    assert_refused(maker, path, ENAMETOOLONG);
    file_maker_end(maker);
}

static void test_what_is_no_regular_file_stays(struct fixture *place, gconstpointer data)
{
    (void)data;
    struct file_maker *maker = maker_of_all(place);
    g_autofree char *pipe = beside(place, "out.pcap1");
    g_autofree char *directory = beside(place, "out.pcap2");
    g_assert_cmpint(mkfifo(pipe, 0666), ==, 0);
    g_assert_cmpint(g_mkdir(directory, 0777), ==, 0);
    assert_refused(maker, pipe, EEXIST);
    assert_refused(maker, directory, EEXIST);
    file_maker_remove(maker, directory);
    g_assert_true(g_file_test(directory, G_FILE_TEST_IS_DIR));
    file_maker_end(maker);
}

static void test_other_files_of_the_run_stay(struct fixture *place, gconstpointer data)
{
    (void)data;
    g_autofree char *plot = beside(place, "out.pcap1");
    const struct run_file files[] = {{.option = "--plot", .path = plot, .written = true}};
    g_assert_true(g_file_set_contents(plot, "plot", 4, NULL));
    g_assert_true(run_files_check(files, G_N_ELEMENTS(files), NULL));
    struct file_maker *maker = maker_of_all(place);
    assert_refused(maker, plot, EBUSY);
    file_maker_remove(maker, plot);
    g_assert_true(g_file_test(plot, G_FILE_TEST_EXISTS));
    file_maker_end(maker);
    g_assert_true(run_files_check(NULL, 0, NULL));
}

static void test_nothing_is_removed_unless_that_is_asked_for(struct fixture *place,
                                                             gconstpointer data)
{
    (void)data;
    struct file_maker *maker = maker_of(place, strlen(place->directory) + 1, false);
    g_autofree char *path = beside(place, "any name");
    int fd = file_maker_open(maker, path);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
    file_maker_remove(maker, path);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    file_maker_end(maker);
}

static void test_a_directory_that_is_not_there(struct fixture *place, gconstpointer data)
{
    (void)data;
    g_autofree char *path = beside(place, "none/out.pcap");
    const struct file_maker_plan plan = {.path = path, .fixed = strlen(path)};
    struct file_maker *maker = file_maker_begin(&plan, NULL);
    g_assert_false(file_maker_check(maker));
    g_assert_cmpint(errno, ==, ENOENT);
    assert_refused(maker, path, ENOENT);
    file_maker_end(maker);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(struct fixture *, gconstpointer);
    } tests[] = {
        {"a-file-is-read-and-written", test_a_file_is_read_and_written},
        {"no-other-name-is-given", test_no_other_name_is_given},
        {"what-is-no-regular-file-stays", test_what_is_no_regular_file_stays},
        {"other-files-of-the-run-stay", test_other_files_of_the_run_stay},
        {"nothing-is-removed-unless-that-is-asked-for",
         test_nothing_is_removed_unless_that_is_asked_for},
        {"a-directory-that-is-not-there", test_a_directory_that_is_not_there},
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/file-maker/", tests[i].name, NULL);
        g_test_add(path, struct fixture, NULL, begin, tests[i].test, end);
    }
    return g_test_run();
}
