/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/fields.h"

#include "tests/unit/support/support.h"

#define ASSERT_SAME(field) g_assert_cmphex(actual->field, ==, expected->field)

void assert_gre_equal(const struct gre_header *actual, const struct gre_header *expected)
{
    ASSERT_SAME(flags);
    ASSERT_SAME(protocol);
    ASSERT_SAME(checksum);
    ASSERT_SAME(offset);
    ASSERT_SAME(key);
    ASSERT_SAME(sequence);
}

void assert_subheader_equal(const struct subheader *actual, const struct subheader *expected)
{
    ASSERT_SAME(platform);
    ASSERT_SAME(reserved);
    ASSERT_SAME(reserved2);
    ASSERT_SAME(domain);
    ASSERT_SAME(switch_id);
    ASSERT_SAME(port);
    ASSERT_SAME(time);
    ASSERT_SAME(opaque);
}

void assert_erspan_equal(const struct erspan_header *actual, const struct erspan_header *expected)
{
    ASSERT_SAME(type);
    ASSERT_SAME(version);
    ASSERT_SAME(vlan);
    ASSERT_SAME(cos);
    ASSERT_SAME(en_bso);
    ASSERT_SAME(truncated);
    ASSERT_SAME(session);
    ASSERT_SAME(reserved);
    ASSERT_SAME(index);
    ASSERT_SAME(timestamp);
    ASSERT_SAME(sgt);
    ASSERT_SAME(ethernet_pdu);
    ASSERT_SAME(frame_type);
    ASSERT_SAME(hardware_id);
    ASSERT_SAME(egress);
    ASSERT_SAME(granularity);
    ASSERT_SAME(optional);
    ASSERT_SAME(has_subheader);
    assert_subheader_equal(&actual->subheader, &expected->subheader);
}

void assert_marker_equal(const struct marker *actual, const struct marker *expected)
{
    assert_bytes_equal((struct bytes){actual->proprietary, MARKER_PROPRIETARY_LENGTH},
                       (struct bytes){expected->proprietary, MARKER_PROPRIETARY_LENGTH});
    ASSERT_SAME(info);
    ASSERT_SAME(type);
    ASSERT_SAME(version);
    ASSERT_SAME(ssid);
    ASSERT_SAME(granularity);
    ASSERT_SAME(utc_offset);
    ASSERT_SAME(pad);
    ASSERT_SAME(asic_time);
    ASSERT_SAME(tai_seconds);
    ASSERT_SAME(microseconds);
    ASSERT_SAME(sequence);
    ASSERT_SAME(reserved);
    ASSERT_SAME(pad2);
}
