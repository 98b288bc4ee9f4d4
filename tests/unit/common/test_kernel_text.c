/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Short texts of the kernel: numbers, lists and masks of processors. */
#include <glib.h>
#include <unistd.h>

#include "common/preflight/kernel-text.h"

static const struct {
    const char *list;
    unsigned count;
} lists[] = {{"0", 1},   {"0-3", 4}, {"0-3,8", 5}, {"1,3,5-6", 4},       {"", 0}, {"x", 0},
             {"3-1", 0}, {"0-", 0},  {"0x", 0},    {"0-99999999999", 0}, {"-", 0}};

static void test_lists(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_test_message("%s", lists[i].list);
        g_assert_cmpuint(kernel_text_count_list(lists[i].list), ==, lists[i].count);
    }
}

static void test_masks(void)
{
    g_assert_false(kernel_text_mask_is_set("0"));
    g_assert_false(kernel_text_mask_is_set("00000000,00000000"));
    g_assert_false(kernel_text_mask_is_set(""));
    g_assert_true(kernel_text_mask_is_set("00000000,0000000f"));
    g_assert_true(kernel_text_mask_is_set("a0"));
}

static void test_files(void)
{
    g_autofree char *root = g_dir_make_tmp("erspan-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(root, "setting", NULL);
    int64_t number = 7;
    g_assert_true(g_file_set_contents(path, " 1000\n", -1, NULL));
    g_autofree char *text = kernel_text_read(root, "/setting");
    g_assert_cmpstr(text, ==, "1000");
    g_assert_true(kernel_text_number(root, "/setting", &number));
    g_assert_cmpint(number, ==, 1000);
    g_assert_true(g_file_set_contents(path, "12 apples\n", -1, NULL));
    g_assert_false(kernel_text_number(root, "/setting", &number));
    g_assert_true(g_file_set_contents(path, "", -1, NULL));
    g_assert_false(kernel_text_number(root, "/setting", &number));
    unlink(path);
    g_assert_false(kernel_text_number(root, "/setting", &number));
    g_assert_null(kernel_text_read(root, "/setting"));
    rmdir(root);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kernel-text/lists", test_lists);
    g_test_add_func("/kernel-text/masks", test_masks);
    g_test_add_func("/kernel-text/files", test_files);
    return g_test_run();
}
