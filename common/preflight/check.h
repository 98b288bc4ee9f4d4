/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Checks of a host and an interface: a table of checks, and the report of what they found. No check
 * changes anything.
 */
#ifndef COMMON_PREFLIGHT_CHECK_H
#define COMMON_PREFLIGHT_CHECK_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct link;

/** What a run of checks looks at. */
struct check_subject {
    const char *root;       /* before /proc and /sys: "" but in tests */
    const struct link *own; /* the interface */
    const GArray *links;    /* struct link: all of this network namespace, the own among them */
    const void *plan;       /* of the program whose checks these are; its checks know its type */
};

struct check_report;

/** A check. */
struct check {
    const char *name; /* one word */
    /* Reports each fault by check_found(). If it cannot look, it says so by check_could_not().
     * What does not apply to this host or interface is passed over. */
    void (*look)(const struct check_subject *subject, struct check_report *report);
};

/** A fault that a check found. */
struct check_finding {
    const char *check; /* its name */
    char *found;       /* a sentence without a full stop */
    char *mend;        /* the command that mends it; NULL: there is none */
};

/** A check that could not look, and why. */
struct check_gap {
    const char *check;
    char *reason;
};

struct check_report {
    GArray *findings;    /* struct check_finding */
    GArray *gaps;        /* struct check_gap */
    GPtrArray *made;     /* names of the checks that ran, those with a gap among them */
    const char *running; /* name of the check that looks now */
};

struct check_report *check_report_new(void);
void check_report_free(struct check_report *report);

/** Runs the checks one after the other. */
void check_run(const struct check *checks, size_t count, const struct check_subject *subject,
               struct check_report *report);

/** Adds a finding of the check that runs. @p mend  taken over; NULL: there is no command. */
void check_found(struct check_report *report, char *mend, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/** Says that the check that runs could not look. */
void check_could_not(struct check_report *report, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** The name of the interface as a shell reads it: in quotes if it has unusual characters.
 *  @return for the caller to free. */
char *check_shell_name(const struct check_subject *subject);

/** Whether this thread has the capability, as CAP_NET_RAW. */
bool check_has_capability(unsigned capability);

#endif
