/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Memory shared between the stripping XDP program and its reader, besides count.bpf.h.
 */
#ifndef COLLECTOR_SOURCE_BPF_STRIP_BPF_H
#define COLLECTOR_SOURCE_BPF_STRIP_BPF_H

enum { STRIP_CPUS_MAX = 128 /* a power of two */, STRIP_CPU_QUEUE = 4096 /* frames */ };

/** What user space found of a session, under its struct count_key: a byte with the number of copies
 * that are as GRE declares them and end with the frame, or one of these. */
enum strip_judgement {
    STRIP_PLAIN = 16, /* so many that the next ones are taken for such */
    STRIP_ODD = 255   /* some copy is another */
};

/** Of all sessions. */
enum {
    STRIP_TOTAL_REDIRECTED, /* frames that were to go to the interface, those below among them */
    STRIP_TOTAL_TOO_LONG,   /* for the interface's MTU */
    STRIP_TOTAL_REFUSED,    /* by the interface: it is down, gone or full, or cannot take frames */
    STRIP_TOTAL_CPU_FULL,   /* the queue of a processor was full */
    STRIP_TOTAL_FRAGMENTS,  /* fragments that went to user space */
    STRIP_TOTAL_UNSURE,     /* copies that went there for another reason */
    STRIP_TOTALS
};

#endif
