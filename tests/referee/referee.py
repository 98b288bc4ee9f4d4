#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs erspanrate and tshark on random scenarios and has the judge look at every sentence.

scripts/referee [N] [--seed S]: N scenarios, 5000 unless said, from seed S on. A false sentence is printed
with the scenario that makes it, from which every key is taken that the sentence does not need.
"""

import argparse
import collections
import json
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import drawn_scenarios  # noqa: E402
import sentence_judge  # noqa: E402
from programs import Tshark, built  # noqa: E402

TOGETHER = 20  # scenarios in a capture
NAMED_LEAST = 0.95  # of the causes that the evidence proves


class Referee:
    """The programs of this build, and room for their files."""

    def __init__(self, stage):
        self.stage = stage
        self.erspangen = built("generator/erspangen")
        self.erspanrate = built("collector/erspanrate")
        self.tshark = Tshark(stage, built("plugin/erspan.so"))
        self.kinds = drawn_scenarios.traffic_kinds(self.erspangen)

    def draw(self, seed, place):
        """The scenario of a seed, less the keys that mean nothing beside the others."""
        scenario = drawn_scenarios.draw(seed, place, self.kinds)
        with tempfile.NamedTemporaryFile("w+", suffix=".ini") as file:
            for _ in range(20):
                lines = drawn_scenarios.text(scenario).splitlines()
                Path(file.name).write_text("\n".join(lines) + "\n")
                done = subprocess.run([self.erspangen, "check", file.name], capture_output=True, text=True)
                if done.returncode == 0:
                    return scenario
                wrong = re.search(r"\.ini:(\d+): ", done.stderr)
                assert wrong, done.stderr
                key = lines[int(wrong[1]) - 1].split(" = ")[0]
                for keys in scenario.values():
                    keys.pop(key, None)
        raise AssertionError(f"seed {seed}: no scenario")

    def read(self, scenarios):
        """What each program says of the scenarios' sessions, by its name and their source; and the truth."""
        with tempfile.TemporaryDirectory(dir=self.stage) as directory:
            made, capture, truth = (Path(directory) / name for name in ("made.ini", "made.pcap", "truth.json"))
            made.write_text("\n".join(map(drawn_scenarios.text, scenarios)))
            subprocess.run([self.erspangen, "write", made, "-o", capture, "-t", truth], check=True)
            rate = subprocess.run([self.erspanrate, "-r", capture, "--json"], check=True, capture_output=True)
            reports = {"erspanrate": json.loads(rate.stdout.splitlines()[-1])}
            for name, passes in (("tshark", []), ("tshark -2", ["-2"])):
                fast = ["-o", "erspan.dissect_inner:FALSE", "-q", "-z", "erspan,json"]
                staged = self.tshark.staged(capture)
                said = self.tshark.call("-n", "-r", str(staged), *passes, *fast).stdout
                reports[name] = json.loads(said[said.index("{\n") :])
            staged.unlink()
            said = {
                name: {session["source"]: session["verdicts"] for session in report["sessions"]}
                for name, report in reports.items()
            }
            return said, json.loads(truth.read_text())

    def judge(self, scenarios):
        """For each scenario: its false sentences, the causes that are proved, those that are named."""
        said, truth = self.read(scenarios)
        judged = []
        for scenario in scenarios:
            one = sentence_judge.Truth(scenario, truth)
            wrong = []
            for program, sessions in said.items():
                wrong += [f"{program}: {line}" for line in sentence_judge.false_sentences(one, sessions.get(one.source, []))]
            named = {verdict["cause"] for verdict in said["erspanrate"].get(one.source, [])}
            judged.append((wrong, sentence_judge.provable(one), named))
        return judged

    def shrink(self, scenario):
        """Takes keys away for as long as a sentence is false."""
        again = True
        while again:
            again = False
            for group, keys in scenario.items():
                for key in list(keys):
                    smaller = {name: dict(content) for name, content in scenario.items()}
                    del smaller[group][key]
                    try:
                        if key not in ("kind", "source", "mirror", "type") and self.judge([smaller])[0][0]:
                            scenario, again = smaller, True
                            break
                    except subprocess.CalledProcessError:
                        pass
                if again:
                    break
        return scenario


class Tally:
    """What came out over all scenarios."""

    def __init__(self):
        self.false = []
        self.proved = collections.Counter()
        self.named = collections.Counter()
        self.unnamed = collections.defaultdict(list)

    def add(self, seed, scenario, judged):
        wrong, proved, named = judged
        if wrong:
            self.false.append((seed, scenario, wrong))
        for cause in proved:
            self.proved[cause] += 1
            self.named[cause] += cause in named
            if cause not in named:
                self.unnamed[cause].append(seed)

    def missed(self):
        """The causes that are named too seldom."""
        return [cause for cause, count in self.proved.items() if self.named[cause] < count * NAMED_LEAST]


def run(referee, seeds, workers=2):
    tally = Tally()
    seeds = list(seeds)
    batches = [seeds[i : i + TOGETHER] for i in range(0, len(seeds), TOGETHER)]

    def one(batch):
        scenarios = [referee.draw(seed, place) for place, seed in enumerate(batch)]
        return batch, scenarios, referee.judge(scenarios)

    with ThreadPoolExecutor(workers) as pool:
        for batch, scenarios, judged in pool.map(one, batches):
            for seed, scenario, single in zip(batch, scenarios, judged):
                tally.add(seed, scenario, single)
    return tally


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-shrink", action="store_true")
    options = parser.parse_args()
    stage = Path(tempfile.mkdtemp(prefix="erspan-referee-"))
    stage.chmod(0o755)
    try:
        referee = Referee(stage)
        tally = run(referee, range(options.seed, options.seed + options.count))
        for seed, scenario, wrong in tally.false:
            print(f"seed {seed}:", *wrong, sep="\n  ")
            if not options.no_shrink:
                print(drawn_scenarios.text(referee.shrink(scenario)))
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    for cause, count in sorted(tally.proved.items()):
        print(f"{cause}: named {tally.named[cause]} of {count}; not of seeds {tally.unnamed[cause][:5]}")
    print(f"{options.count} scenarios, {len(tally.false)} with false sentences")
    sys.exit(1 if tally.false or tally.missed() else 0)


if __name__ == "__main__":
    main()
