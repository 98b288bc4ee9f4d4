/* packet-erspan-marker.c
 * The marker packet that ties a Nexus switch's ERSPAN timestamps to the time of day
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/dissector/packet-erspan-marker.h"

#include "core/wire/marker.h"
#include "plugin/base/compat.h"
#include "plugin/revisit/copy-analysis.h"

static int proto_marker = -1;

/* Wireshark's own fields: same names, same types, so that old filters keep working. */
static int hf_marker_prop_header = -1;
static int hf_marker_header = -1;
static int hf_marker_version = -1;
static int hf_marker_type = -1;
static int hf_marker_ssid = -1;
static int hf_marker_granularity = -1;
static int hf_marker_utc_offset = -1;
static int hf_marker_timestamp = -1;
static int hf_marker_utc_sec = -1;
static int hf_marker_utc_usec = -1;
static int hf_marker_sequence_number = -1;
static int hf_marker_reserved = -1;
static int hf_marker_tail = -1;
/* New. */
static int hf_marker_tai = -1;
static int hf_marker_utc = -1;

static int ett_marker = -1;

static expert_field ei_marker_asic_time_zero = EI_INIT;

static void add_times(proto_tree *tree, tvbuff_t *tvb, const struct marker *marker)
{
    nstime_t tai = {(time_t)marker->tai_seconds, (int)marker->microseconds * 1000};
    proto_item_set_generated(proto_tree_add_time(tree, hf_marker_tai, tvb, 34, 8, &tai));
    nstime_t utc = {(time_t)marker_utc_seconds(marker), tai.nsecs};
    proto_item_set_generated(proto_tree_add_time(tree, hf_marker_utc, tvb, 34, 8, &utc));
}

static void dissect_marker(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                           const struct marker *marker)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "ERSPAN MARKER");
    col_add_fstr(pinfo->cinfo, COL_INFO, "Marker, SSID %u, sequence %u, ASIC time %" PRIu64,
                 marker->ssid, marker->sequence, marker->asic_time);

    proto_item *root = proto_tree_add_item(tree, proto_marker, tvb, 0, -1, ENC_NA);
    proto_tree *marker_tree = proto_item_add_subtree(root, ett_marker);
    proto_tree_add_item(marker_tree, hf_marker_prop_header, tvb, 0, 20, ENC_NA);
    proto_tree_add_item(marker_tree, hf_marker_header, tvb, 20, 2, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(marker_tree, hf_marker_version, tvb, 22, 2, ENC_BIG_ENDIAN);
    proto_tree_add_item(marker_tree, hf_marker_type, tvb, 22, 2, ENC_BIG_ENDIAN);
    proto_tree_add_item(marker_tree, hf_marker_ssid, tvb, 22, 2, ENC_BIG_ENDIAN);
    proto_tree_add_item(marker_tree, hf_marker_granularity, tvb, 24, 2, ENC_BIG_ENDIAN);
    proto_tree_add_item(marker_tree, hf_marker_utc_offset, tvb, 24, 2, ENC_BIG_ENDIAN);
    proto_item *asic =
        proto_tree_add_item(marker_tree, hf_marker_timestamp, tvb, 28, 6, ENC_BIG_ENDIAN);
    proto_tree_add_item(marker_tree, hf_marker_utc_sec, tvb, 34, 4, ENC_BIG_ENDIAN);
    proto_tree_add_item(marker_tree, hf_marker_utc_usec, tvb, 38, 4, ENC_BIG_ENDIAN);
    add_times(marker_tree, tvb, marker);
    proto_tree_add_item(marker_tree, hf_marker_sequence_number, tvb, 42, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(marker_tree, hf_marker_reserved, tvb, 46, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(marker_tree, hf_marker_tail, tvb, 50, 8, ENC_BIG_ENDIAN);
    if (marker->asic_time == 0)
        expert_add_info(pinfo, asic, &ei_marker_asic_time_zero);
}

static ws_bool_t dissect_marker_heur(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                     void *data _U_)
{
    struct marker marker;
    if (tvb_reported_length(tvb) != MARKER_LENGTH || tvb_captured_length(tvb) != MARKER_LENGTH)
        return FALSE;
    struct bytes payload = {tvb_get_ptr(tvb, 0, MARKER_LENGTH), MARKER_LENGTH};
    if (marker_decode(payload, &marker).kind != FAILURE_NONE || !marker_is_plausible(&marker))
        return FALSE;
    copy_analysis_take_marker(pinfo, &marker);
    dissect_marker(tvb, pinfo, tree, &marker);
    return TRUE;
}

void proto_register_erspan_marker_found(void)
{
    static hf_register_info hf[] = {
        {&hf_marker_prop_header,
         {"Proprietary CISCO Header", "erspan-marker.prop_header", FT_BYTES, BASE_NONE, NULL, 0x0,
          NULL, HFILL}},
        {&hf_marker_header,
         {"Header", "erspan-marker.header", FT_BOOLEAN, 8, NULL, 0x0, NULL, HFILL}},
        {&hf_marker_version,
         {"Version", "erspan-marker.version", FT_UINT16, BASE_DEC, NULL, 0x0f00, NULL, HFILL}},
        {&hf_marker_type,
         {"Type", "erspan-marker.type", FT_UINT16, BASE_DEC, NULL, 0xf000, NULL, HFILL}},
        {&hf_marker_ssid,
         {"SSID", "erspan-marker.ssid", FT_UINT16, BASE_DEC, NULL, 0x00ff, NULL, HFILL}},
        {&hf_marker_granularity,
         {"Granularity", "erspan-marker.granularity", FT_UINT16, BASE_DEC, NULL, 0xff00, NULL,
          HFILL}},
        {&hf_marker_utc_offset,
         {"UTC Offset", "erspan-marker.utc_offset", FT_UINT16, BASE_DEC, NULL, 0x00ff,
          "TAI - UTC in seconds", HFILL}},
        {&hf_marker_timestamp,
         {"ASIC 48-bit Timestamp", "erspan-marker.timestamp", FT_UINT48, BASE_DEC, NULL, 0, NULL,
          HFILL}},
        {&hf_marker_utc_sec,
         {"Seconds (TAI)", "erspan-marker.utc_sec", FT_UINT32, BASE_DEC, NULL, 0xffffffff,
          "As sent; despite the filter's name these count TAI", HFILL}},
        {&hf_marker_utc_usec,
         {"Microseconds", "erspan-marker.utc_usec", FT_UINT32, BASE_DEC, NULL, 0xffffffff, NULL,
          HFILL}},
        {&hf_marker_sequence_number,
         {"Sequence Number", "erspan-marker.sequence_number", FT_UINT32, BASE_DEC, NULL, 0xffffffff,
          NULL, HFILL}},
        {&hf_marker_reserved,
         {"Reserved", "erspan-marker.reserved", FT_UINT32, BASE_DEC, NULL, 0xffffffff, NULL,
          HFILL}},
        {&hf_marker_tail,
         {"TAIL", "erspan-marker.tail", FT_UINT64, BASE_HEX, NULL, 0xffffffff, NULL, HFILL}},
        {&hf_marker_tai,
         {"Time since 1970 (TAI)", "erspan-marker.tai", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
          NULL, HFILL}},
        {&hf_marker_utc,
         {"Time of day", "erspan-marker.utc", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL, 0x0,
          "TAI less the UTC offset", HFILL}},
    };
    static int *ett[] = {&ett_marker};
    static ei_register_info ei[] = {
        {&ei_marker_asic_time_zero,
         {"erspan-marker.asic_time.zero", PI_PROTOCOL, PI_WARN,
          "ASIC time 0: this marker ties no timestamp to the time of day", EXPFILL}},
    };

    proto_marker = proto_get_id_by_filter_name("erspan-marker");
    if (proto_marker == -1)
        proto_marker = proto_register_protocol("CISCO ERSPAN3 Marker Packet",
                                               "CISCO3 ERSPAN MARKER", "erspan-marker");
    proto_register_field_array(proto_marker, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto_marker), ei, array_length(ei));
}

void proto_reg_handoff_erspan_marker_found(void)
{
    heur_dissector_add("udp", dissect_marker_heur, "ERSPAN marker packet over UDP",
                       "erspan_marker_udp", proto_marker, HEURISTIC_ENABLE);
}
