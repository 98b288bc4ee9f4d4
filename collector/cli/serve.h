/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The collector's side of a limit test (erspanrate --serve): counts what comes between two messages
 * of a generator. It obeys one generator at a time, and only one that has the key, if there is one.
 */
#ifndef COLLECTOR_CLI_SERVE_H
#define COLLECTOR_CLI_SERVE_H

#include <glib.h>

#include "collector/meter/snapshot.h"
#include "common/control/control-message.h"

/** Where it listens. */
struct serve_plan {
    char *address;  /* NULL: at all */
    char *key_file; /* NULL: everyone is obeyed */
    int port;       /* TCP: 1 to 65535 */
};

/** What counts. */
struct serve_meter {
    void *context;
    void (*look)(void *context, struct snapshot *snapshot); /* the caller clears it */
    uint64_t mtu;                                           /* of the interface */
    enum control_receiver receiver;                         /* how it receives */
};

struct serve;

/** Frees the names. */
void serve_plan_clear(struct serve_plan *plan);

/** Opens the port and reads the key. NULL after an error. */
struct serve *serve_open(const struct serve_plan *plan, GError **error);

/** Takes and answers messages of the generator. Call it often. */
void serve_step(struct serve *serve, const struct serve_meter *meter);

/** NULL does nothing. */
void serve_close(struct serve *serve);

#endif
