/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_dump_loop FILE COUNT LENGTH: what libpcap's own way of writing costs. COUNT equal frames of
 * LENGTH bytes, a microsecond apart.
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SNAPLEN = 262144, LONGEST = 65535 };

int main(int argc, char **argv)
{
    static u_char frame[LONGEST];
    if (argc != 4 || strtoul(argv[3], NULL, 10) > LONGEST) {
        fputs("Usage: pcap_dump_loop FILE COUNT LENGTH\n", stderr);
        return 2;
    }
    unsigned long count = strtoul(argv[2], NULL, 10);
    struct pcap_pkthdr header = {.caplen = (bpf_u_int32)strtoul(argv[3], NULL, 10)};
    header.len = header.caplen;
    memset(frame, 0x55, sizeof frame);
    pcap_t *pcap = pcap_open_dead(DLT_EN10MB, SNAPLEN);
    pcap_dumper_t *dumper = pcap_dump_open(pcap, argv[1]);
    if (dumper == NULL) {
        fprintf(stderr, "%s\n", pcap_geterr(pcap));
        return 1;
    }
    for (unsigned long i = 0; i < count; i++) {
        header.ts.tv_sec = (time_t)(i / 1000000);
        header.ts.tv_usec = (suseconds_t)(i % 1000000);
        pcap_dump((u_char *)dumper, &header, frame);
    }
    int failed = pcap_dump_flush(dumper);
    pcap_dump_close(dumper);
    pcap_close(pcap);
    return failed != 0;
}
