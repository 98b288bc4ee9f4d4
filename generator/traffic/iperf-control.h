/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The control connection of an iperf3 test, seen at the client's port: over it the client says
 * which test it wants, the server says when the data connections may be opened and when the test
 * runs, and at the end both say what they counted.
 *
 * Of four parts, each waits for the data connections: PREPARE is over before they are opened, RUN
 * comes when all are open, REPORT when all are closed.
 */
#ifndef GENERATOR_TRAFFIC_IPERF_CONTROL_H
#define GENERATOR_TRAFFIC_IPERF_CONTROL_H

#include "generator/traffic/tcp-flow.h"
#include "generator/traffic/traffic-kinds.h"

enum { IPERF_PORT = 5201, IPERF_COOKIE_LENGTH = 37 };

/**
 * What tells the test: the same on each of its connections. 36 letters and digits, and a NUL.
 *
 * Without a control connection all are NUL: Wireshark, from 4.4 on, takes the first connection with
 * a new name for the control connection, and reads each byte of its data as a message.
 */
void iperf_cookie(const struct traffic_plan *plan, uint8_t cookie[IPERF_COOKIE_LENGTH]);

struct iperf_control;

/** @param plan  outlives it. Free with iperf_control_free(). */
struct iperf_control *iperf_control_new(const struct traffic_plan *plan);
void iperf_control_free(struct iperf_control *control); /* NULL is allowed */

/** When the client may open the first data connection. */
int64_t iperf_control_prepared_ps(const struct iperf_control *control);

/** All data connections are open: the server says at @p time_ps that the test runs. */
void iperf_control_run(struct iperf_control *control, int64_t time_ps);

/** True once iperf_control_report() was called. */
bool iperf_control_reports(const struct iperf_control *control);

/**
 * All data connections are closed at @p time_ps.
 *
 * @param bytes  of data that each of the plan's flows carried.
 */
void iperf_control_report(struct iperf_control *control, int64_t time_ps, const uint64_t *bytes);

/** When its next frame passes the port, and whether from the server; INT64_MAX: none now. */
int64_t iperf_control_due(const struct iperf_control *control, bool *reverse);

/** Makes that frame. The bytes lie in memory of the control connection until the next one. */
struct bytes iperf_control_send(struct iperf_control *control, int64_t now_ps);

#endif
