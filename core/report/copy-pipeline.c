/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/copy-pipeline.h"

void copy_digest_read(struct analysis *analysis, const struct copy *copy, struct bytes payload,
                      struct copy_digest *digest)
{
    struct bytes frame = copy_frame(copy, payload);
    struct frame_payload packet = frame_probe_find_ip(frame, copy->inner.kind);
    digest->content = analysis_keep(analysis, frame, packet);
    digest->has_segment = tcp_segment_find(frame, packet, copy->mirrored_length, &digest->segment);
}

void copy_digest_read_again(const struct copy *copy, struct bytes payload,
                            struct copy_digest *digest)
{
    struct bytes frame = copy_frame(copy, payload);
    struct frame_payload packet = frame_probe_find_ip(frame, copy->inner.kind);
    digest->content = (struct fingerprint_frame){0};
    digest->has_segment = tcp_segment_find(frame, packet, copy->mirrored_length, &digest->segment);
}
