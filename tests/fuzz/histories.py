# SPDX-License-Identifier: GPL-2.0-or-later
"""What can happen to a counter and to a clock, by name: seeds beside those from captures/."""

from typing import NamedTuple


class Again(NamedTuple):
    """Numbers that come once more, with the contents that they had before."""

    numbers: int | range


class Short(NamedTuple):
    """Numbers that come while memory is short."""

    numbers: int | range


# GRE sequence numbers in the order of arrival. Each has a content of its own, but for Again.
COUNTERS = {
    "in order": [range(100)],
    "losses": [range(20), range(25, 40), range(41, 60)],
    "overtaken by a few": [7, 8, 11, 10, 12, 9, 5, 6],
    "overtaken by many": [range(50), range(51, 200), 50, range(200, 210)],
    "one behind the other in pairs": [number ^ 1 for number in range(60)],
    "duplicates": [range(20), Again(range(10, 20)), range(20, 25), Again(3)],
    "more gaps than are remembered": [range(0, 8400, 2), 1, 8397],
    "gaps while memory is short": [range(0, 60, 2), Short(range(60, 200, 2)), 11, 151],
    "gaps where there never was memory": [Short(range(0, 60, 2)), 11, range(60, 80)],
    "the wrap of 32 bits": [range(2**32 - 20, 2**32), range(20)],
    "losses over the wrap": [2**32 - 2, 0, 2**32 - 1, 1, 2**32 - 3],
    "the wrap of 30 bits": [range(2**30 - 20, 2**30), range(20), 2**31, range(20, 26)],
    "losses over the wrap of 30 bits": [2**30 - 2, 1, 2**30 - 1, 2, 0],
    "32 bits that pass 30": [2**30 - 2, 2**30 - 1, 2**30 + 1, 2**30],
    "one flipped bit": [range(5000, 5010), 5010 ^ 1 << 20, range(5011, 5020)],
    "flipped bits in a row": [range(20), *(2**31 + 5000 * i for i in range(12)), range(20, 30)],
    "bits flipped in two ways": [range(20), 1 << 20, 1 << 30, range(20, 30)],
    "a long gap": [1, 100001, 100002, 100000],
    "half of a long gap": [range(20), 100001, 50000, 50001, 50002],
    "a counter that stands still": [7] * 40,
    "one that stands still in equal frames": [7, *[Again(7)] * 40],
    "one that moves after all": [0, 0, 0, 0, 9, 0, 1, 2, 3],
    "numbers that come with two contents": [range(100), 50, range(100, 110), 98, range(110, 120)],
    "a restart": [range(500, 520), range(20)],
    "a restart with losses": [range(500, 520, 3), 2, 4, 3, range(7, 20)],
    "a restart among the same numbers": [range(100), range(100)],
    "a restart beside the last copies": [range(500, 520), 0, 520, 521, 1, 2, 3, 522, 4],
    "a restart, and one copy again": [range(500, 520), range(10), Again(510), range(10, 20), Again(range(15, 20))],
    "a restart, and copies from before": [range(500, 510), range(511, 520), range(5), 510, 522, range(5, 20), 521],
    "copies from before, later and later": [
        range(500, 508), range(510, 540, 2),
        range(10), 509, range(10, 50), 511, range(50, 130), 513, range(130, 300), 515, 516, 300, 0,
    ],
    "a restart into the gaps of before": [range(100, 400, 2), 101, 103, range(104, 150)],
    "a restart to where gaps are, too": [
        range(100, 120), range(121, 350), range(351, 363), range(364, 400), 120, range(400, 404),
        range(340, 350), range(351, 360), 350, 360, 363, range(361, 370),
    ],
    "a restart among equal copies": [range(500, 520), range(505, 512), Again(range(512, 515)), range(515, 530)],
    "a restart shortly before the wrap": [range(2**32 - 2020, 2**32 - 2000), range(20)],
    "a restart far above, and copies from before": [range(20), range(21, 40), range(2**31, 2**31 + 30), 20, 2**31 + 30],
    "a stray before a restart": [range(500, 520), 2**31, 520, 0, 1, 2],
    "copies from before, whose numbers came again": [range(100, 120), range(121, 140), range(100, 130), 120, 130],
    "copies from long before, whose numbers came again": [range(100, 120), range(121, 140), range(100, 250), 120, 250],
    "copies from before, whose numbers are near 0": [range(20), range(21, 40), range(35), 20, 35],
    "copies from before, then a loss": [range(500, 520), range(3), 521, 700, 701],
    "copies from before, beside one that is held": [range(500, 510), range(511, 520), range(20), 5, 510, range(20, 30)],
    "copies from before, which is forgotten": [range(500, 510), range(3), 511, Short(range(3, 6)), range(6, 20)],
    "a restart that was none": [range(500, 520), range(3), range(520, 540), 519, 3],
    "one that was none, behind a loss": [range(500, 520), range(3), 530, 532, 529, range(535, 545)],
    "a jump to the end of the run before": [range(500, 520), range(480, 490), 521, 495, 522, 523, range(496, 500), 530],
    "restarts, more than are remembered": [range(first, first + 20) for first in range(9000, 0, -1000)],
    "one forgotten before its last copy": [range(50000, 50010), range(50011, 50020), range(8300), 50010],
    "two counters in one": [number for pair in zip(range(50), range(90000, 90050)) for number in pair],
    "counters that are near, copy by copy": [
        number for index in range(100) for number in (1000 + index, 1040 + index, 1700 + index)
    ] + [1143, 1200, range(1144, 1150), 30000, range(1150, 1160)],
    "more chains than counters": [
        number for index in range(150)
        for number in (1000 + index, 1300 + index, 90000 + 977 * index % 40000, *[Again(1000)] * (index == 9))
    ],
    "one that is near and begins late": [
        *(number for index in range(60) for number in (1000 + index, 1040 + index)),
        *(number for index in range(60) for number in (1060 + index, 1100 + index, 1500 + index)),
    ],
    "counters in short rows": [
        part for turn in range(12) for part in (range(500 + 20 * turn, 520 + 20 * turn), range(9000 + 20 * turn, 9020 + 20 * turn))
    ],
    "two counters in rows": [
        range(100), range(1070000, 1071200), range(100, 200), range(1071200, 1071300), range(200, 300),
        range(1071300, 1071400), range(300, 400), range(1071400, 1071500),
    ],
    "numbers at random": [number * 2654435761 % 2**32 for number in range(100)],
}


def numbers_of(part):
    numbers = part.numbers if isinstance(part, Again | Short) else part
    return numbers if isinstance(numbers, range) else range(numbers, numbers + 1)


def arrivals(history):
    """Each number, with which of the arrivals had its content first."""
    contents = {}
    arriving = ((part, number) for part in history for number in numbers_of(part))
    for index, (part, number) in enumerate(arriving):
        if not isinstance(part, Again):
            contents[number] = index
        yield number, contents[number]


class Copies(NamedTuple):
    """Copies of Type III from one clock, or markers, so far apart in milliseconds and in ticks."""

    count: int
    apart_ms: float
    step: int
    ticks: int = 0  # of the first; after others: what is added to where they would have gone on
    after_ms: int = 0  # the beginning; or after others: after when they would have gone on
    after_others: bool = False
    granularity: int = 3
    hardware_id: int = 0
    platform: int | None = None  # None: without a sub-header
    marker: bool = False


BEGIN_S = 1700000000  # when the first copy arrives

NS_10_MS = Copies(100, 10, 10**7)
NS_10_MS_ON = NS_10_MS._replace(after_others=True)
UNIX_100_US = Copies(20, 10, 100, BEGIN_S * 10**4, granularity=0)
MARKERS = Copies(400, 200, 2 * 10**9, granularity=4, marker=True)

CLOCKS = {
    "a tick of 100 us": [Copies(100, 10, 100)],
    "a tick of 100 ns": [Copies(100, 10, 10**5, granularity=1)],
    "a tick of 8 ns": [Copies(100, 6.4, 800000)],
    "a tick of 2.4 ns": [Copies(100, 6.4, 2666667)],
    "a tick of 1 ns, over the wrap": [NS_10_MS._replace(ticks=2**32 - 256)],
    "a tick of 0.1 ns": [Copies(100, 6.4, 64000000)],
    "a tick of 0.1 ns in 64 bits": [Copies(100, 6.4, 64000000, platform=7)],
    "a tick of no list": [Copies(100, 10, 3125000)],
    "a tick that is not what is declared": [NS_10_MS._replace(granularity=1)],
    "a tick too long for any clock": [Copies(100, 6500, 1)],
    "no tick": [Copies(100, 10, 0)],
    "any ticks at all": [Copies(500, 100, 0x9E37 << 15)],
    "Unix time in 100 us": [UNIX_100_US],
    "Unix time in ns": [NS_10_MS._replace(ticks=BEGIN_S * 10**9, platform=3)],
    "64 bits beyond any time": [NS_10_MS._replace(ticks=3 << 62, platform=3)],
    "seconds in the sub-header": [Copies(100, 1000, 1 << 30, BEGIN_S << 32, granularity=2, platform=5)],
    "ns within the second": [
        Copies(10, 100, 10**8, after_ms=second * 1000, granularity=2) for second in range(10)
    ],
    "an idle hour": [NS_10_MS, NS_10_MS._replace(after_ms=3600000)],
    "a clock that is faster": [Copies(500, 2000, 2000600000)] + [Copies(500, 2000, 2000600000, after_others=True)],
    "a clock that is much faster, later": [NS_10_MS, Copies(500, 100, 101000000, after_others=True)],
    "a clock that is set": [NS_10_MS, NS_10_MS_ON._replace(ticks=2 * 10**9)],
    "a clock that is set ever again": [NS_10_MS, *[NS_10_MS_ON._replace(count=12, ticks=2 * 10**9)] * 70],
    "one wild timestamp": [NS_10_MS, NS_10_MS_ON._replace(count=1, ticks=2**31), NS_10_MS_ON._replace(ticks=2**31)],
    "timestamps that agree on nothing": [
        NS_10_MS,
        NS_10_MS_ON._replace(count=1, ticks=10**9),
        *[NS_10_MS_ON._replace(count=1, ticks=ticks) for ticks in (2**32 - 2 * 10**9, 2 * 10**9) * 40],
    ],
    "Unix time that ends": [UNIX_100_US, UNIX_100_US._replace(ticks=10**9, after_others=True)],
    "Unix time that ends, and a counter goes on": [
        UNIX_100_US, Copies(100, 10, 10**7, after_others=True, granularity=0),
    ],
    "arrivals that go back": [NS_10_MS._replace(count=3), NS_10_MS._replace(after_ms=-1000)],
    "an arrival before 1970": [NS_10_MS._replace(after_ms=-1800000000000)],
    "more clocks than are remembered": [
        Copies(10, 10, 10**7, hardware_id=hardware_id, granularity=granularity)
        for hardware_id in range(4) for granularity in range(4)
    ] + [MARKERS],
    "markers, then copies": [MARKERS, Copies(100, 6.4, 64000000, 10**9)],
    "copies, then markers": [Copies(100, 6.4, 64000000), MARKERS._replace(ticks=64 * 10**8, after_ms=640)],
    "markers of a granularity that is not known": [MARKERS._replace(granularity=0), Copies(100, 6.4, 64000000, 10**9)],
    "markers of a fast clock": [MARKERS._replace(step=2000300000, granularity=granularity) for granularity in (0, 4)],
    "markers of a clock that warms up": [
        MARKERS._replace(step=2000000000 + 2**16 * warmer, after_others=warmer > 0) for warmer in range(5)
    ],
    "markers of a clock that is set": [MARKERS, MARKERS._replace(ticks=2**31, after_others=True)],
    "markers of a clock that stands still": [MARKERS._replace(step=0, granularity=0)],
    "markers of two engines": [
        MARKERS._replace(count=10), MARKERS._replace(count=10, hardware_id=1), *(
            Copies(20, 6.4, 64000000, 10**9, hardware_id=hardware_id) for hardware_id in range(3)
        ),
    ],
}
