/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the anomalies of one copy, among them quirks Q5 (no sequence in Type III), Q7 (version
 * contradicts GRE), Q12 (ISL without ISL), Q13 (VLAN tag in the frame), Q15 (tagged frames marked
 * oversized), Q32 (En 3 untagged) and Q33 (Type III without S). */
#include "core/copy/anomaly-detect.h"

#include "core/wire/protocol.h"

static uint32_t version_anomalies(const struct copy_input *input, const struct copy *copy)
{
    uint8_t version = copy->header.version;
    if (copy->header.type == ERSPAN_TYPE_I)
        return copy->reading.header.undeclared ? anomaly_bit(ANOMALY_HEADERLESS) : 0;
    uint32_t set = 0;
    if (copy->reading.header.undeclared)
        set |= anomaly_bit(ANOMALY_HEADER_UNDECLARED);
    if (!bytes_has(input->payload, 0, 4)) /* the first word was not read */
        return set;
    if (version == ERSPAN_VERSION_OBSOLETE)
        set |= anomaly_bit(ANOMALY_VERSION_OBSOLETE);
    if ((copy->header.type == ERSPAN_TYPE_III) != (input->gre.protocol == GRE_PROTOCOL_ERSPAN_III))
        set |= anomaly_bit(ANOMALY_VERSION_CONTRADICTION);
    return set;
}

static bool reserved_bits_are_set(const struct copy_input *input, const struct copy *copy)
{
    const struct erspan_header *header = &copy->header;
    uint16_t gre_reserved = GRE_BITS_RESERVED | GRE_BITS_RECURSION | GRE_BIT_STRICT_ROUTE;
    return (input->has_gre && (input->gre.flags & gre_reserved)) || header->reserved != 0 ||
           header->subheader.reserved != 0 || header->subheader.reserved2 != 0;
}

static uint32_t integrity_anomalies(const struct erspan_header *header)
{
    if (header->type != ERSPAN_TYPE_III)
        return 0;
    switch (header->en_bso) {
    case ERSPAN_BSO_SHORT:
        return anomaly_bit(ANOMALY_SHORT);
    case ERSPAN_BSO_OVERSIZED:
        return anomaly_bit(ANOMALY_OVERSIZED);
    case ERSPAN_BSO_BAD:
        return anomaly_bit(ANOMALY_BAD);
    default:
        return 0;
    }
}

/* True if the end of the copy is missing because the packet is quoted or fragmented. The source
 * did not cut it. */
static bool end_is_elsewhere(const struct copy_input *input)
{
    return input->quoted || input->fragment;
}

uint32_t copy_header_anomalies(const struct copy_input *input, const struct copy *copy)
{
    const struct erspan_header *header = &copy->header;
    uint32_t set = input->quoted ? anomaly_bit(ANOMALY_QUOTED) : 0;
    /* Only if the copy itself ends there, not the capture. */
    if (copy->header_length > input->carried && !end_is_elsewhere(input))
        set |= anomaly_bit(ANOMALY_HEADER_CUT);
    if (!copy->reading.version_known) /* whatever else stands there is no header's field */
        return set | anomaly_bit(ANOMALY_VERSION_UNKNOWN);
    set |= version_anomalies(input, copy) | integrity_anomalies(header);
    if (reserved_bits_are_set(input, copy))
        set |= anomaly_bit(ANOMALY_RESERVED);
    if (header->type == ERSPAN_TYPE_I)
        return set;
    if (input->has_gre && !(input->gre.flags & GRE_BIT_SEQUENCE))
        set |= anomaly_bit(ANOMALY_SEQUENCE_ABSENT);
    if (header->truncated)
        set |= anomaly_bit(ANOMALY_TRUNCATED);
    if (header->type == ERSPAN_TYPE_II && header->en_bso == ERSPAN_EN_ISL)
        set |= anomaly_bit(ANOMALY_ENCAPSULATION_ISL);
    if (copy->reading.subheader.undeclared)
        set |= anomaly_bit(header->has_subheader ? ANOMALY_SUBHEADER_HIDDEN
                                                 : ANOMALY_SUBHEADER_MISSING);
    return set;
}

static uint32_t vlan_anomalies(const struct copy *copy)
{
    const struct erspan_header *header = &copy->header;
    if (header->type == ERSPAN_TYPE_I || copy->inner.kind != FRAME_ETHERNET)
        return 0;
    bool preserved = header->type == ERSPAN_TYPE_II && header->en_bso == ERSPAN_EN_PRESERVED;
    bool readable = copy->inner_captured >= ETHERNET_LENGTH;
    if (preserved)
        return readable && copy->inner.tags == 0 ? anomaly_bit(ANOMALY_VLAN_MISSING) : 0;
    /* The header's VLAN replaces a tag that was taken off. Its own tag again, or a tag where it
     * speaks of none, was left on; another tag below is the customer's. */
    bool untagged = header->type == ERSPAN_TYPE_III || header->en_bso == ERSPAN_EN_NONE;
    bool none = header->vlan == 0 && untagged;
    bool same = header->vlan == copy->inner.vlan;
    return copy->inner.tags > 0 && (none || same) ? anomaly_bit(ANOMALY_VLAN_KEPT) : 0;
}

static uint32_t frame_type_anomalies(const struct copy *copy)
{
    const struct erspan_header *header = &copy->header;
    if (header->type != ERSPAN_TYPE_III)
        return copy->inner.kind != FRAME_ETHERNET ? anomaly_bit(ANOMALY_FRAME_TYPE_CONTRADICTION)
                                                  : 0;
    if (header->frame_type != ERSPAN_FT_ETHERNET && header->frame_type != ERSPAN_FT_IP)
        return anomaly_bit(ANOMALY_FRAME_TYPE_RESERVED);
    bool declared_ip = header->frame_type == ERSPAN_FT_IP;
    bool is_ip = copy->inner.kind == FRAME_IPV4 || copy->inner.kind == FRAME_IPV6;
    return declared_ip != is_ip ? anomaly_bit(ANOMALY_FRAME_TYPE_CONTRADICTION) : 0;
}

uint32_t copy_inner_anomalies(const struct copy_input *input, const struct copy *copy)
{
    uint32_t set = vlan_anomalies(copy);
    if (copy->inner_captured > 0)
        set |= frame_type_anomalies(copy);
    if (copy->cut && !copy->header.truncated && !end_is_elsewhere(input))
        set |= anomaly_bit(ANOMALY_CUT);
    if (copy->fcs == FCS_GOOD)
        set |= anomaly_bit(ANOMALY_FCS);
    if (copy->fcs == FCS_BAD)
        set |= anomaly_bit(ANOMALY_FCS_BAD);
    return set;
}
