/* time-items.c
 * The source's time in the packet tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/tree/time-items.h"

#include "core/base/time-units.h"
#include "plugin/base/referenced-items.h"

enum { AT_TIMESTAMP = 4, TIMESTAMP_LENGTH = 4, STAMP_LENGTH = 12 };

/* The bytes that state the time. */
struct time_bytes {
    tvbuff_t *tvb;
    int start;
    int length;
};

static int hf_erspan_time = -1;
static int hf_erspan_time_of_day = -1;
static int hf_erspan_time_method = -1;
static int hf_erspan_time_tick = -1;
static int hf_erspan_time_delta = -1;
static int hf_erspan_delay = -1;
static int hf_erspan_jitter = -1;

static expert_field ei_erspan_gra_contradiction = EI_INIT;

static value_string method_vals[CLOCK_UNKNOWN + 1];

static nstime_t nstime_of(int64_t ns)
{
    return (nstime_t){(time_t)(ns / NS_PER_SECOND), (int)(ns % NS_PER_SECOND)};
}

static void add_time(proto_tree *tree, int hf, const struct time_bytes *at, int64_t ns)
{
    nstime_t shown = nstime_of(ns);
    proto_item_set_generated(proto_tree_add_time(tree, hf, at->tvb, at->start, at->length, &shown));
}

/* Hidden: the tree has the same time with its date. */
static void add_time_of_day(packet_info *pinfo, proto_tree *tree, const struct time_bytes *at,
                            int64_t ns)
{
    if (!proto_field_is_referenced(tree, hf_erspan_time_of_day))
        return;
    const nstime_t since_1970 = nstime_of(ns);
    struct tm local;
    if (localtime_r(&since_1970.secs, &local) == NULL)
        return;
    const char *text =
        wmem_strdup_printf(pinfo->pool, "%02d:%02d:%02d.%06d", local.tm_hour, local.tm_min,
                           local.tm_sec, since_1970.nsecs / (int)NS_PER_US);
    proto_item *item =
        proto_tree_add_string(tree, hf_erspan_time_of_day, at->tvb, at->start, at->length, text);
    proto_item_set_generated(item);
    proto_item_set_hidden(item);
}

static void add_tick(proto_tree *tree, const struct time_bytes *at, const struct clock_time *known)
{
    if (known->tick_ps == 0)
        return;
    proto_item_set_generated(proto_tree_add_uint64(tree, hf_erspan_time_tick, at->tvb, at->start,
                                                   at->length, known->tick_ps));
}

void time_items_add(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, proto_item *granularity,
                    const struct copy *copy, const struct copy_analysis *meaning)
{
    const struct analysis_finding *finding = &meaning->finding;
    if (!finding->has_time)
        return;
    bool stamp = finding->time.method == CLOCK_STAMP;
    int stamp_at = (int)(copy->header_length + copy->inner.stamp_at);
    int left = (int)tvb_captured_length(tvb) - stamp_at;
    const struct time_bytes at = {tvb, stamp ? stamp_at : AT_TIMESTAMP,
                                  stamp ? MIN(left, STAMP_LENGTH) : TIMESTAMP_LENGTH};
    if (finding->time.absolute && finding->time.time_ns >= 0) {
        add_time(tree, hf_erspan_time, &at, finding->time.time_ns);
        add_time_of_day(pinfo, tree, &at, finding->time.time_ns);
    }
    referenced_uint_add(tree, hf_erspan_time_method, tvb, at.start, at.length,
                        finding->time.method);
    add_tick(tree, &at, &finding->time);
    if (finding->has_time_delta)
        add_time(tree, hf_erspan_time_delta, &at, finding->time_delta_ns);
    if (finding->time.absolute)
        add_time(tree, hf_erspan_delay, &at, finding->delay_ns);
    add_time(tree, hf_erspan_jitter, &at, (int64_t)(finding->jitter_ns + 0.5));
    if (meaning->tells_granularity)
        expert_add_info(pinfo, granularity, &ei_erspan_gra_contradiction);
}

void time_items_register(int proto)
{
    static hf_register_info hf[] = {
        {&hf_erspan_time,
         {"Source time", "erspan.time", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_LOCAL, NULL, 0x0,
          "When the source saw the frame, where its clock is tied to the time of day", HFILL}},
        {&hf_erspan_time_of_day,
         {"Source time of day", "erspan.time.of_day", FT_STRING, BASE_NONE, NULL, 0x0,
          "To the microsecond, in the reader's time zone: the source time for a column", HFILL}},
        {&hf_erspan_time_method,
         {"Source time from", "erspan.time.method", FT_UINT8, BASE_DEC, VALS(method_vals), 0x0,
          NULL, HFILL}},
        {&hf_erspan_time_tick,
         {"Tick in picoseconds", "erspan.time.tick", FT_UINT64, BASE_DEC, NULL, 0x0,
          "One count of the source's clock, as it really is", HFILL}},
        {&hf_erspan_time_delta,
         {"Source time since previous copy", "erspan.time.delta", FT_RELATIVE_TIME, BASE_NONE, NULL,
          0x0, "Since the session's previous copy, by the source's clock", HFILL}},
        {&hf_erspan_delay,
         {"Delay", "erspan.delay", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
          "Arrival time minus source time", HFILL}},
        {&hf_erspan_jitter,
         {"Jitter", "erspan.jitter", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
          "Of the delay within the session, RFC 3550", HFILL}},
    };
    static ei_register_info ei[] = {
        {&ei_erspan_gra_contradiction,
         {"erspan.gra.contradiction", PI_ASSUMPTION, PI_NOTE,
          "The source's clock does not count what the granularity declares (said once for the "
          "session)",
          EXPFILL}},
    };
    for (unsigned method = 0; method < CLOCK_UNKNOWN; method++)
        method_vals[method] = (value_string){method, clock_method_text((enum clock_method)method)};
    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
