/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file for Prometheus and the plot: what they hold, and what they leave out. */
#include <glib/gstdio.h>
#include <string.h>

#include "collector/output/plot.h"
#include "collector/output/prometheus.h"

static const struct report_session counting = {
    .state.key = {.source = {4, {192, 0, 2, 1}}, .destination = {4, {192, 0, 2, 2}}, .id = 7},
    .counts.copies = 6,
    .counts.outer_bytes = 600,
    .counts.inner_bytes = 480,
    .state.loss_known = true,
    .sequence = {.copies = 6, .lost = 2},
};
static const struct report_session unnumbered = {
    .state.key = {.source = {4, {192, 0, 2, 9}},
                  .destination = {4, {192, 0, 2, 2}},
                  .id = SESSION_NO_ID},
    .counts.copies = 3,
    .counts.outer_bytes = 300,
};

static void take(struct snapshot *snapshot, double seconds, const struct report_session *session)
{
    snapshot_init(snapshot);
    snapshot->seconds = seconds;
    snapshot_begin_part(snapshot, NULL);
    snapshot_put_session(snapshot, session, NULL);
    snapshot_put_counter(snapshot, &session->sequence, session->state.loss_known);
}

static char *contents(const char *path)
{
    char *text;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static char *temporary(void)
{
    char *directory = g_dir_make_tmp("erspan-XXXXXX", NULL);
    char *path = g_build_filename(directory, "out", NULL);
    g_free(directory);
    return path;
}

static void clean(char *path)
{
    char *directory = g_path_get_dirname(path);
    g_remove(path);
    g_rmdir(directory);
    g_free(directory);
    g_free(path);
}

static char *metrics_of(const struct snapshot *snapshot, size_t limit)
{
    char *path = temporary();
    g_assert_true(prometheus_write(path, NULL, snapshot, "eth\"1", limit, NULL));
    char *text = contents(path);
    clean(path);
    return text;
}

#define LABELS(SOURCE, ID)                                                                         \
    "{from=\"eth\\\"1\",source=\"" SOURCE "\",destination=\"192.0.2.2\",session=\"" ID "\"} "

static void test_metrics(void)
{
    struct snapshot snapshot;
    take(&snapshot, 1, &counting);
    snapshot_put_session(&snapshot, &unnumbered, NULL);
    char *text = metrics_of(&snapshot, 10);
    g_assert_nonnull(strstr(text, "erspan_copies_total" LABELS("192.0.2.1", "7") "6\n"));
    g_assert_nonnull(strstr(text, "erspan_lost" LABELS("192.0.2.1", "7") "2\n"));
    g_assert_nonnull(strstr(text, "erspan_copies_total" LABELS("192.0.2.9", "") "3\n"));
    g_assert_null(strstr(text, "erspan_lost" LABELS("192.0.2.9", "")));
    g_assert_null(strstr(text, "erspan_other_"));
    g_free(text);
    snapshot_clear(&snapshot);
}

static void test_metrics_of_others(void)
{
    struct snapshot snapshot;
    take(&snapshot, 1, &counting);
    snapshot_put_session(&snapshot, &unnumbered, NULL);
    char *text = metrics_of(&snapshot, 1);
    g_assert_nonnull(strstr(text, "erspan_copies_total" LABELS("192.0.2.1", "7")));
    g_assert_null(strstr(text, "192.0.2.9"));
    g_assert_nonnull(strstr(text, "erspan_other_sessions{from=\"eth\\\"1\"} 1\n"));
    g_assert_nonnull(strstr(text, "erspan_other_copies{from=\"eth\\\"1\"} 3\n"));
    g_assert_null(strstr(text, "erspan_other_lost")); /* it cannot be known */
    g_free(text);
    snapshot_clear(&snapshot);
}

/* The plot of two intervals. */
static char *plot_of(const struct report_session *first, const struct report_session *second)
{
    char *path = temporary();
    struct plot *plot = plot_open(path, NULL);
    const struct report_session *sessions[] = {first, second};
    for (unsigned i = 0; i < 2; i++) {
        struct snapshot interval;
        struct snapshot now = {.seconds = i + 1};
        take(&interval, 1, sessions[i]);
        plot_add(plot, &interval, &now);
        snapshot_clear(&interval);
    }
    struct snapshot all;
    take(&all, 2, first);
    g_assert_true(plot_close(plot, &all, "a < b", NULL));
    snapshot_clear(&all);
    char *text = contents(path);
    clean(path);
    return text;
}

static unsigned occurrences(const char *text, const char *what)
{
    unsigned found = 0;
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
        found++;
    return found;
}

static void test_plot(void)
{
    const struct report_session all_came = {.counts.copies = 6,
                                            .counts.outer_bytes = 600,
                                            .state.loss_known = true,
                                            .sequence = {.copies = 6}};
    static const char *const unknown = "cannot be known";
    char *text = plot_of(&counting, &all_came);
    g_assert_nonnull(strstr(text, "a &lt; b"));
    g_assert_cmpuint(occurrences(text, "class=\"lost\""), ==, 1); /* of the interval with loss */
    g_assert_null(strstr(text, unknown));
    g_free(text);
    text = plot_of(&unnumbered, &unnumbered);
    g_assert_cmpuint(occurrences(text, "class=\"lost\""), ==, 0);
    g_assert_nonnull(strstr(text, unknown));
    g_free(text);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/graph-outputs/metrics", test_metrics);
    g_test_add_func("/graph-outputs/metrics-of-others", test_metrics_of_others);
    g_test_add_func("/graph-outputs/plot", test_plot);
    return g_test_run();
}
