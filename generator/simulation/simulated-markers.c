/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/simulation/simulated-markers.h"

#include "core/base/time-units.h"
#include "core/wire/protocol.h"
#include "generator/base/ip-header.h"
#include "generator/encapsulate/source-clock.h"

static const int64_t asic_tick_ps = 100; /* granularity 4 */
static const uint64_t asic_time_mask = (UINT64_C(1) << 48) - 1;

void simulated_markers_init(struct simulated_markers *markers, const struct marker_plan *plan,
                            int64_t start_ns)
{
    const struct udp_ports ports = {true, UDP_PORT_MARKER, UDP_PORT_MARKER};
    const struct outer_plan *outer = &plan->stream.outer;
    *markers = (struct simulated_markers){
        plan, outer_template_make(outer, outer->link, IP_PROTOCOL_UDP, ports, 0), start_ns};
}

gboolean simulated_markers_emit(struct simulated_markers *markers, uint64_t n, int64_t now_ns,
                                const struct frame_sink *sink, GError **error)
{
    const struct marker_plan *plan = markers->plan;
    struct marker marker = plan->marker;
    int64_t tick_ps = plan->asic_tick_ps == AUTO ? asic_tick_ps : plan->asic_tick_ps;
    marker.asic_time += clock_ticks(now_ns - markers->start_ns, tick_ps, plan->asic_drift_ppb);
    marker.asic_time &= asic_time_mask;
    marker.tai_seconds = (uint32_t)(now_ns / NS_PER_SECOND) + marker.utc_offset;
    marker.microseconds = (uint32_t)(now_ns % NS_PER_SECOND / NS_PER_US);
    marker.sequence += (uint32_t)n;

    uint8_t bytes[OUTER_MAX_LENGTH + MARKER_LENGTH];
    struct buffer out = {bytes, sizeof bytes, 0, false};
    size_t start = outer_begin(&markers->outer, &out);
    marker_encode(&marker, &out);
    outer_end(&markers->outer, start,
              plan->stream.outer.id_policy == ID_INCREMENT ? (uint16_t)(n + 1) : 0, &out);
    const struct frame frame = {
        .time_ns = now_ns, .interface = markers->outer.interface, .bytes = {out.data, out.len}};
    return frame_put(sink, &frame, error);
}
