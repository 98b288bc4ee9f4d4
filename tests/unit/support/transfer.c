/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/transfer.h"

uint32_t transfer_next_number;

void transfer_send_frame(struct mirror *mirror, const struct transfer *transfer,
                         const struct made_segment *segment, size_t payload, enum fate fate)
{
    static unsigned frames;
    struct made_copy made = transfer->copy;
    if (fate == COMES && transfer->chance != NULL)
        fate = transfer->chance(transfer_next_number);
    if (fate == IS_NOT_MIRRORED)
        return;
    made.segment = segment;
    made.payload = payload;
    /* Identifications that count nothing. */
    made.content = ++frames * 30011;
    made.sequence = transfer_next_number++;
    made.lost = fate == IS_LOST;
    mirror_take(mirror, &made);
}

void transfer_send(struct mirror *mirror, const struct transfer *transfer)
{
    uint32_t mss = transfer->mss != 0 ? (uint32_t)transfer->mss : MSS;
    const struct made_segment handshake[] = {
        {.flow = transfer->flow, .syn = true, .sequence = 999, .mss = (uint16_t)mss},
        {.flow = transfer->flow,
         .from_server = true,
         .syn = true,
         .ack = true,
         .sequence = 4999,
         .acknowledgement = 1000,
         .mss = (uint16_t)mss},
        {.flow = transfer->flow, .ack = true, .sequence = 1000, .acknowledgement = 5000},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(handshake); i++)
        transfer_send_frame(mirror, transfer, &handshake[i], 0, transfer->small);
    for (uint32_t i = 0; i < transfer->segments; i++) {
        const struct made_segment data = {.flow = transfer->flow,
                                          .ack = true,
                                          .sequence = 1000 + i * mss,
                                          .acknowledgement = 5000};
        const struct made_segment ack = {.flow = transfer->flow,
                                         .from_server = true,
                                         .ack = true,
                                         .sequence = 5000,
                                         .acknowledgement = 1000 + (i + 1) * mss};
        transfer_send_frame(mirror, transfer, &data, mss, transfer->full);
        transfer_send_frame(mirror, transfer, &ack, 0, transfer->small);
    }
}

void transfer_begin(struct mirror *mirror)
{
    mirror_begin_usual(mirror);
    transfer_next_number = 0;
}

size_t transfer_judge(struct mirror *mirror, struct verdict verdicts[CAUSES])
{
    const struct report_session *session = mirror_sum(mirror, 0);
    size_t found = verdict_find(mirror->report, session, verdicts);
    mirror_end(mirror);
    return found;
}

size_t transfer_judge_alone(const struct transfer *transfer, struct verdict verdicts[CAUSES])
{
    struct mirror mirror;
    transfer_begin(&mirror);
    transfer_send(&mirror, transfer);
    return transfer_judge(&mirror, verdicts);
}

void transfer_assert_said(const struct verdict *verdict, const char *text)
{
    bool said = strstr(verdict->summary, text) != NULL;
    for (size_t i = 0; i < verdict->evidence_count; i++)
        said |= strstr(verdict->evidence[i], text) != NULL;
    if (!said)
        g_test_message("not said of %s: %s", cause_name(verdict->cause), text);
    g_assert_true(said);
}

void transfer_send_side(struct mirror *mirror, struct made_copy copy, bool from_server)
{
    const struct transfer transfer = {.copy = copy,
                                      .segments = 200,
                                      .full = from_server ? IS_NOT_MIRRORED : COMES,
                                      .small = from_server ? COMES : IS_NOT_MIRRORED};
    const struct made_segment hello = {
        .from_server = from_server, .ack = true, .sequence = 5000, .acknowledgement = 1000};
    if (!from_server) {
        transfer_send(mirror, &transfer);
        return;
    }
    transfer_send_frame(mirror, &transfer, &hello, 0, COMES);
    for (uint32_t i = 0; i < transfer.segments; i++) {
        const struct made_segment ack = {.from_server = true,
                                         .ack = true,
                                         .sequence = 5000,
                                         .acknowledgement = 1000 + (i + 1) * MSS};
        transfer_send_frame(mirror, &transfer, &ack, 0, COMES);
    }
}
