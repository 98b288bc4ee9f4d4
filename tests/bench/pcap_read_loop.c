/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_read_loop FILE: what libpcap's own way of reading costs, and nothing is done with a packet.
 */
#include <pcap/pcap.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE];
    if (argc != 2) {
        fputs("Usage: pcap_read_loop FILE\n", stderr);
        return 2;
    }
    pcap_t *pcap =
        pcap_open_offline_with_tstamp_precision(argv[1], PCAP_TSTAMP_PRECISION_NANO, error);
    if (pcap == NULL) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    struct pcap_pkthdr *header;
    const u_char *data;
    unsigned long packets = 0;
    int result;
    while ((result = pcap_next_ex(pcap, &header, &data)) == 1)
        packets++;
    pcap_close(pcap);
    printf("%lu\n", packets);
    return result != PCAP_ERROR_BREAK;
}
