/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversations of one connection. */
#include "core/visibility/flow.h"

#include "tests/unit/support/flow-events.h"

static const struct flow_case flow_cases[] = {
    {"handshake-only", {HANDSHAKE}, {SUMS(0, 0, 0)}},
    {"refused",
     {
         C(SYN, CI, 0, 0, 1),
         S(RST | ACK, 0, 0, CI + 1, 2),
     },
     {SUMS(0, 0, 0)}},
    {"all-came",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 101, 20),
         S(ACK, SI + 1, 40, CI + 101, 30),
         C(ACK, CI + 101, 0, SI + 41, 40),
     },
     {SUMS(140, 140, 2), TIMES(20, 40)}},
    /* Either end's SYN and FIN take a number, but are no payload, and no progress. */
    {"closed",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 101, 20),
         C(ACK | FIN, CI + 101, 0, SI + 1, 5 * SECOND),
         S(ACK | FIN, SI + 1, 0, CI + 102, 5 * SECOND + 1),
         C(ACK, CI + 102, 0, SI + 2, 5 * SECOND + 2),
     },
     {SUMS(100, 100, 1), TIMES(20, 20)}},
    {"fin-with-payload",
     {
         HANDSHAKE,
         C(ACK | FIN, CI + 1, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 102, 20),
     },
     {SUMS(100, 100, 1), TIMES(20, 20)}},
    {"fin-did-not-come",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 102, 20),
     },
     {SUMS(101, 100, 1), TIMES(20, 20)}},
    /* The server sends nothing but its FIN. */
    {"lone-fin-did-not-come",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 0, SI + 2, 10),
     },
     {SUMS(0, 0, 0)}},
    {"one-byte",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 1, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 2, 20),
     },
     {SUMS(1, 1, 1), TIMES(20, 20)}},
    {"only-acks",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 1 + 14480, 10),
         S(ACK, SI + 1, 0, CI + 1 + 28961, 20),
     },
     {SUMS(28961, 0, 21), .blind_flows = 1, TIMES(10, 20)}},
    {"one-sided",
     {
         S(SYN | ACK, SI, 0, CI + 1, 2),
         S(ACK, SI + 1, 0, CI + 1449, 10),
     },
     {SUMS(1448, 0, 1), .blind_flows = 1, .one_sided_flows = 1, TIMES(10, 10)}},
    {"only-data",
     {
         C(ACK, 70000, 1448, SI, 1),
         C(ACK, 71448, 1448, SI, 2),
     },
     {SUMS(0, 0, 0), .one_sided_flows = 1}},
    /* Two ACKs, farther apart than a window: data between them bears both out. */
    {"mid-stream-two-acks",
     {
         S(ACK, SI, 0, CI, 1),
         C(ACK, CI, 60000, SI, 2),
         C(ACK, CI + 61000, 60000, SI, 3),
         S(ACK, SI, 0, CI + 121000, 4),
     },
     {SUMS(121000, 120000, 3), TIMES(4, 4)}},
    /* What came before the first ACK does not count, nor what was never acknowledged. */
    {"mid-stream",
     {
         C(ACK, 70000, 1000, SI, 1),
         S(ACK, SI, 0, 71000, 2),
         C(ACK, 71000, 1000, SI, 3),
         C(ACK, 72000, 1000, SI, 4),
         S(ACK, SI, 0, 72000, 5),
     },
     {SUMS(1000, 1000, 1), TIMES(5, 5)}},
    {"retransmissions",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 10),
         C(ACK, CI + 1, 100, SI + 1, 20),
         C(ACK, CI + 51, 100, SI + 1, 30),
         S(ACK, SI + 1, 0, CI + 151, 40),
         C(ACK, CI + 1, 150, SI + 1, 50),
     },
     {SUMS(150, 150, 1), TIMES(40, 40)}},
    {"reordered",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 301, 10),
         C(ACK, CI + 201, 100, SI + 1, 20),
         S(ACK, SI + 1, 0, CI + 101, 30),
         C(ACK, CI + 1, 100, SI + 1, 40),
     },
     {SUMS(300, 200, 1), TIMES(10, 10)}},
    /* Ingress and egress are mirrored. */
    {"everything-twice",
     {
         C(SYN, CI, 0, 0, 1),
         C(SYN, CI, 0, 0, 1),
         S(SYN | ACK, SI, 0, CI + 1, 2),
         S(SYN | ACK, SI, 0, CI + 1, 2),
         C(ACK, CI + 1, 100, SI + 1, 10),
         C(ACK, CI + 1, 100, SI + 1, 11),
         S(ACK, SI + 1, 0, CI + 101, 20),
         S(ACK, SI + 1, 0, CI + 101, 21),
     },
     {SUMS(100, 100, 1), TIMES(20, 20)}},
    {"wrap",
     {
         C(SYN, 0xffffff00, 0, 0, 1),
         S(SYN | ACK, SI, 0, 0xffffff01, 2),
         C(ACK, 0xffffff01, 0x200, SI + 1, 10),
         S(ACK, SI + 1, 0, 0x101, 20),
     },
     {SUMS(0x200, 0x200, 1), TIMES(20, 20)}},
    {"fast-open",
     {
         C(SYN, CI, 50, 0, 1),
         S(SYN | ACK, SI, 0, CI + 51, 2),
         C(ACK, CI + 51, 0, SI + 1, 3),
     },
     {SUMS(50, 50, 1), TIMES(2, 2)}},
    /* A byte of rubbish that was acknowledged long ago, or none. */
    {"keep-alive",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 101, 10),
         C(ACK, CI + 100, 1, SI + 1, 60 * SECOND),
         S(ACK, SI + 1, 0, CI + 101, 60 * SECOND + 1),
         C(ACK, CI + 100, 0, SI + 1, 120 * SECOND),
     },
     {SUMS(100, 0, 1), .blind_flows = 1, TIMES(10, 10)}},
    /* The ACK overtook the copy of the last byte. */
    {"last-byte-overtaken",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 99, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 101, 20),
         C(ACK, CI + 100, 1, SI + 1, 20 + 3 * SECOND / 1000),
     },
     {SUMS(100, 100, 1), TIMES(20, 20)}},
    {"window-probe",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 1, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 1, 20),
         C(ACK, CI + 1, 100, SI + 1, 30),
         S(ACK, SI + 1, 0, CI + 101, 40),
     },
     {SUMS(100, 100, 1), TIMES(40, 40)}},
};

static void test_flow(gconstpointer data)
{
    flow_events_check(data);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TABLE("/flow", flow_cases, test_flow)
    return g_test_run();
}
