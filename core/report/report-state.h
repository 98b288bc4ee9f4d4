/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a report keeps. Private to core/report: report.c adds copies, report-sum.c sums up.
 */
#ifndef CORE_REPORT_REPORT_STATE_H
#define CORE_REPORT_REPORT_STATE_H

#include <glib.h>

#include "core/report/report-entries.h"
#include "core/report/report-fragments.h"
#include "core/report/report-gaps.h"
#include "core/report/report-odd-copies.h"
#include "core/report/report-session.h"

enum { NEST_MAX = 64 /* sessions around a copy that are told apart */ };

/* A copy that encloses others. */
struct nest {
    const struct session *session;
    uint32_t number; /* of the innermost copy of the session so far */
    bool numbered;
    bool deep; /* it is inside another of the session */
};

/* The number of a copy that an ICMP error for its size quotes. */
struct quote {
    struct session_entry *entry;
    uint32_t number;
    uint8_t hardware_id;
    uint8_t mtu; /* index of session.icmp_mtus; REPORT_MTUS_MAX: none of them */
    bool asked;  /* report_sum() has checked this quote once without a result ... */
    bool came;   /* ... and counts it as one of a number that came */
};

struct report {
    /* One thread may count packets while another adds copies: what lies between is seldom used. */
    struct report_totals totals;
    GPtrArray *sessions; /* by report_sum(): struct session_entry, in order of stream */
    GArray *domains;     /* likewise: of struct report_domain */
    GArray *gap_rows;    /* likewise: of struct report_gap */
    uint64_t gaps_dropped;
    uint64_t analysis_given_up;
    struct fragment_table *fragments; /* NULL before the first */
    GArray *quotes;                   /* of struct quote, such as have not been judged */
    uint64_t given_up;
    struct report_entries entries;
    struct gap_list gaps;
    struct odd_copies odd[DOMAIN_KINDS]; /* of each candidate */
    struct flow_table *flows;
    /* the frame of the last copy, and the copies that enclose it, one of each session */
    uint64_t nest_frame;
    size_t nest_count;
    struct nest nest[NEST_MAX];
};

#endif
