# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads Prometheus' text format, version 0.0.4, strictly: what it forbids is an error."""

import math
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
KINDS = {"counter", "gauge", "histogram", "summary", "untyped"}
HISTOGRAM = ("_bucket", "_sum", "_count")


class Family:
    """The samples of one metric: values by name and labels."""

    def __init__(self, name, text):
        self.name, self.help, self.kind = name, text, None
        self.samples = {}

    def owns(self, name):
        if self.kind == "histogram":
            return name in [self.name + suffix for suffix in HISTOGRAM]
        return name == self.name

    def values(self, suffix=""):
        """(labels, value) of each sample of that name."""
        return [(dict(labels), value) for (name, labels), value in self.samples.items() if name == self.name + suffix]


def labels_of(text):
    labels, at = {}, 0
    while at < len(text):
        found = LABEL.match(text, at)
        assert found, f"no label: {text[at:]}"
        assert found[1] not in labels, f"twice: {found[1]}"
        labels[found[1]] = re.sub(r"\\(.)", lambda escape: {"n": "\n"}.get(escape[1], escape[1]), found[2])
        at = found.end()
    return labels


def check_histogram(family):
    """Each has buckets in rising order that add up, one without a limit, a count and a sum."""
    buckets = {}
    for labels, value in family.values("_bucket"):
        limit = float(labels.pop("le").replace("Inf", "inf"))
        buckets.setdefault(frozenset(labels.items()), []).append((limit, value))
    counts, sums = ({frozenset(labels.items()): value for labels, value in family.values(suffix)}
                    for suffix in ("_count", "_sum"))
    assert buckets.keys() == counts.keys() == sums.keys()
    for labels, rows in buckets.items():
        limits, values = zip(*rows)
        assert list(limits) == sorted(set(limits))
        assert list(values) == sorted(values)
        assert math.isinf(limits[-1])
        assert values[-1] == counts[labels]


def parse(text):
    """The families by name."""
    families, family = {}, None
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            _, _, name, words = line.split(" ", 3)
            assert re.fullmatch(NAME, name)
            assert name not in families, f"{name} comes twice"
            family = families[name] = Family(name, words)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == family.name
            assert family.kind is None
            assert not family.samples
            assert kind in KINDS
            family.kind = kind
        else:
            found = SAMPLE.fullmatch(line)
            assert found, f"no sample: {line}"
            labels = frozenset(labels_of(found[2] or "").items())
            assert family.owns(found[1]), f"{found[1]} does not belong to {family.name}"
            assert (found[1], labels) not in family.samples, f"twice: {line}"
            family.samples[found[1], labels] = float(found[3])
    for each in families.values():
        assert each.kind is not None
        if each.kind == "histogram":
            check_histogram(each)
    return families
