/* export.c
 * Export of mirrored frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/taps/export.h"

#include <epan/exported_pdu.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>

#include "core/base/time-units.h"
#include "plugin/base/preferences.h"

static int export_tap = -1;

void export_register(void)
{
    export_tap = register_export_pdu_tap_with_encap("ERSPAN", WTAP_ENCAP_ETHERNET);
}

/* Of a mirror loop the outermost frame alone: the others are in it. What ICMP errors quote reaches
 * no export: Wireshark keeps it from taps that do not ask for it. */
static bool is_wanted(const struct copy *copy, const struct copy_analysis *meaning)
{
    if (copy->inner.kind != FRAME_ETHERNET || copy->inner_captured == 0 || meaning->place.depth > 1)
        return false;
    return !(erspan_preferences.export_once && meaning->repeats);
}

/* The export takes the time of a frame from the packet_info, at the end of the dissection. */
static void take_source_time(packet_info *pinfo, const struct analysis_finding *finding)
{
    if (!erspan_preferences.export_source_time || !finding->has_time || !finding->time.absolute ||
        finding->time.time_ns < 0)
        return;
    pinfo->abs_ts.secs = (time_t)(finding->time.time_ns / NS_PER_SECOND);
    pinfo->abs_ts.nsecs = (int)(finding->time.time_ns % NS_PER_SECOND);
}

void export_frame(packet_info *pinfo, tvbuff_t *tvb, const struct copy *copy,
                  const struct copy_analysis *meaning)
{
    if (!have_tap_listener(export_tap) || !is_wanted(copy, meaning))
        return;
    take_source_time(pinfo, &meaning->finding);
    exp_pdu_data_t *frame = wmem_new0(pinfo->pool, exp_pdu_data_t);
    frame->tvb_captured_length = (unsigned)copy->inner_captured;
    frame->tvb_reported_length = (unsigned)copy->mirrored_length;
    frame->pdu_tvb = tvb_new_subset_length_caplen(
        tvb, (int)copy->header_length, (int)copy->inner_captured, (int)copy->inner_captured);
    tap_queue_packet(export_tap, pinfo, frame);
}
