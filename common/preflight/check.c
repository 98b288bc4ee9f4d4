/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/preflight/check.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/preflight/link-table.h"

static void clear_finding(gpointer data)
{
    struct check_finding *finding = data;
    g_free(finding->found);
    g_free(finding->mend);
}

static void clear_gap(gpointer data)
{
    g_free(((struct check_gap *)data)->reason);
}

struct check_report *check_report_new(void)
{
    struct check_report *report = g_new0(struct check_report, 1);
    report->findings = g_array_new(FALSE, FALSE, sizeof(struct check_finding));
    g_array_set_clear_func(report->findings, clear_finding);
    report->gaps = g_array_new(FALSE, FALSE, sizeof(struct check_gap));
    g_array_set_clear_func(report->gaps, clear_gap);
    report->made = g_ptr_array_new();
    return report;
}

void check_report_free(struct check_report *report)
{
    g_array_free(report->findings, TRUE);
    g_array_free(report->gaps, TRUE);
    g_ptr_array_free(report->made, TRUE);
    g_free(report);
}

void check_run(const struct check *checks, size_t count, const struct check_subject *subject,
               struct check_report *report)
{
    for (size_t i = 0; i < count; i++) {
        report->running = checks[i].name;
        g_ptr_array_add(report->made, (gpointer)checks[i].name);
        checks[i].look(subject, report);
    }
}

void check_found(struct check_report *report, char *mend, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const struct check_finding finding = {report->running, g_strdup_vprintf(format, arguments),
                                          mend};
    va_end(arguments);
    g_array_append_val(report->findings, finding);
}

void check_could_not(struct check_report *report, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const struct check_gap gap = {report->running, g_strdup_vprintf(format, arguments)};
    va_end(arguments);
    g_array_append_val(report->gaps, gap);
}

char *check_shell_name(const struct check_subject *subject)
{
    const char *name = subject->own->name;
    for (const char *at = name; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && strchr("._-@:", *at) == NULL)
            return g_shell_quote(name);
    return g_strdup(name);
}

bool check_has_capability(unsigned capability)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3] = {{0}};
    return syscall(SYS_capget, &header, held) == 0 &&
           (held[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
}
