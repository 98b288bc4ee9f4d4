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
import drawn_traffic  # noqa: E402
import item_judge  # noqa: E402
import scenario_truth  # noqa: E402
import sentence_judge  # noqa: E402
import text_judge  # noqa: E402
from programs import Tshark, built  # noqa: E402

NAMED_LEAST = 0.95  # of the causes that the evidence proves


class Referee:
    """The programs of this build, and room for their files."""

    def __init__(self, stage):
        self.stage = stage
        self.erspangen = built("generator/erspangen")
        self.erspanrate = built("collector/erspanrate")
        self.tshark = Tshark(stage, built("plugin/erspan.so"))
        self.traffic = drawn_traffic.Traffic(self.erspangen, self.plain_capture())

    def plain_capture(self):
        """Frames without copies around them, to be replayed."""
        copies, frames = self.stage / "copies.pcap", self.stage / "plain.pcap"
        scenario = self.stage / "plain.ini"
        scenario.write_text("[traffic t]\nkind = iperf\nbytes = 300kB\nnetwork = 250\n[session s]\nmirror = t\n")
        subprocess.run([self.erspangen, "write", scenario, "-o", copies], check=True)
        subprocess.run([self.erspanrate, "-r", copies, "-w", frames, "--decapsulate"], check=True, capture_output=True)
        return frames

    def draw(self, seeds):
        """The scenarios of some seeds, which share a capture, less the keys that mean nothing beside others."""
        scenarios = [drawn_scenarios.draw(seed, place, self.traffic) for place, seed in enumerate(seeds)]
        owners = {group: keys for scenario in scenarios for group, keys in scenario.items()}
        with tempfile.NamedTemporaryFile("w+", suffix=".ini") as file:
            for _ in range(40 * len(scenarios)):
                lines = "".join(map(drawn_scenarios.text, scenarios)).splitlines()
                Path(file.name).write_text("\n".join(lines) + "\n")
                done = subprocess.run([self.erspangen, "check", file.name], capture_output=True, text=True)
                if done.returncode == 0:
                    return scenarios
                wrong = re.findall(r"\.ini:(\d+): (?:\[[^]]+\]:? )?([a-z-]+)", done.stderr)
                assert wrong, done.stderr
                for place, named in wrong:
                    group = next(line for line in reversed(lines[: int(place)]) if line.startswith("["))
                    keys = owners[group.strip("[]")]
                    key = lines[int(place) - 1].split(" = ")[0]
                    assert keys.pop(key if key in keys else named, None), done.stderr
        raise AssertionError(f"seeds {seeds}: no scenario")

    def read_with_tshark(self, capture, passes, with_items):
        """The report in JSON, the texts, and the expert items of each outer source, if they are asked for."""
        staged = self.tshark.staged(capture)
        wanted = ["-o", "erspan.dissect_inner:FALSE", *passes]
        for statistic in ("json", "loss", "bandwidth"):
            wanted += ["-z", f"erspan,{statistic}"]
        if with_items:
            wanted += ["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|"]
            wanted += ["-e", "ip.src", "-e", "_ws.expert.message"]
        else:
            wanted += ["-q"]
        said = self.tshark.call("-n", "-r", str(staged), *wanted).stdout
        staged.unlink()
        items = collections.defaultdict(set)
        for line in said[: said.index("\n==")].splitlines():
            sources, _, messages = line.partition("\t")
            for source in sources.split("|"):
                items[source] |= set(filter(None, messages.split("|")))
        begin = said.index("\n{\n") + 1
        report, end = json.JSONDecoder().raw_decode(said, begin)
        return {"report": report, "text": said[said.index("\n==") : begin] + said[end:], "items": items}

    def read(self, scenarios, items_at_once):
        """What each program says, by its name; and the truth. The plugin's items are read in one pass, if
        items_at_once, or in two."""
        with tempfile.TemporaryDirectory(dir=self.stage) as directory:
            made, capture, truth = (Path(directory) / name for name in ("made.ini", "made.pcap", "truth.json"))
            made.write_text("\n".join(map(drawn_scenarios.text, scenarios)))
            subprocess.run([self.erspangen, "write", made, "-o", capture, "-t", truth], check=True)
            read = [self.erspanrate, "-r", capture, "--top", "1000"]
            report = subprocess.run([*read, "--json"], check=True, capture_output=True, text=True).stdout
            text = subprocess.run(read, check=True, capture_output=True, text=True).stdout
            said = {
                "erspanrate": {"report": json.loads(report.splitlines()[-1]), "text": text},
                "tshark": self.read_with_tshark(capture, [], items_at_once),
                "tshark -2": self.read_with_tshark(capture, ["-2"], not items_at_once),
            }
            return said, json.loads(truth.read_text())

    def judge(self, scenarios, items_at_once=False):
        """For each scenario: its false sentences, the causes that are proved, those that are named. Last, the
        false sentences about all of them."""
        said, truth = self.read(scenarios, items_at_once)
        truths = [scenario_truth.truths(scenario, truth) for scenario in scenarios]
        everyone = [one for several in truths for one in several.values()]
        judged = [judge_scenario(said, several) for several in truths]
        of_all = [f"erspanrate: {line}" for line in text_judge.false_head(said["erspanrate"]["text"], truth)]
        for program, answer in said.items():
            of_all += [f"{program}: {line}" for line in text_judge.false_totals(answer["text"], everyone)]
        return judged, of_all

    def is_false(self, scenario):
        try:
            answers = [self.judge([scenario], items_at_once) for items_at_once in (True, False)]
        except subprocess.CalledProcessError:
            return False
        return any(of_all or judged[0][0] for judged, of_all in answers)

    def shrink(self, scenario):
        """Takes groups and keys away for as long as a sentence is false."""
        again = self.is_false(scenario)
        while again:
            again = False
            for smaller in drawn_scenarios.smaller(scenario):
                if self.is_false(smaller):
                    scenario, again = smaller, True
                    break
        return scenario


def judge_session(said, truth):
    """The false sentences of all programs about one session, and the causes that erspanrate names."""
    wrong = []
    named = set()
    for program, answer in said.items():
        verdicts = [
            session["verdicts"]
            for session in answer["report"]["sessions"]
            if (session["source"], session["destination"], session.get("session_id")) == truth.address
        ]
        if len(verdicts) != 1:
            came = truth.count("delivered") + truth.count("duplicates") + truth.count("foreign")
            wrong += [f"{program}: {len(verdicts)} reports of one session"] * (len(verdicts) > 1 or came > 0)
            continue
        found = sentence_judge.false_sentences(truth, verdicts[0])
        if program == "erspanrate":
            named = {verdict["cause"] for verdict in verdicts[0]}
            found += text_judge.false_session(truth, answer["text"], verdicts[0])
            found += text_judge.false_row(truth, answer["text"])
        wrong += [f"{program}: {line}" for line in found]
    return wrong, named


def judge_scenario(said, truths):
    wrong, proved, named = [], set(), set()
    for truth in truths.values():
        found, names = judge_session(said, truth)
        wrong += found
        named |= names
        proved |= sentence_judge.provable(truth)
    for program, answer in said.items():
        sessions = answer["report"]["sessions"]
        lost = {(session["source"], session.get("session_id")): session["sequence"]["lost"] for session in sessions}
        wrong += [f"{program}: {line}" for line in text_judge.false_shared(list(truths.values()), lost)]
        for source in {truth.source for truth in truths.values()} if "items" in answer else ():
            of_one = [truth for truth in truths.values() if truth.source == source]
            of_source = item_judge.Source(of_one, sees_all=program == "tshark -2")
            wrong += [f"{program}: {line}" for line in item_judge.false_items(of_source, answer["items"][source])]
    return wrong, proved, named


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
    batches = [seeds[i : i + drawn_scenarios.PLACES] for i in range(0, len(seeds), drawn_scenarios.PLACES)]

    def one(batch):
        scenarios = referee.draw(batch)
        return batch, scenarios, referee.judge(scenarios, batch[0] // drawn_scenarios.PLACES % 2 == 0)

    with ThreadPoolExecutor(workers) as pool:
        for batch, scenarios, (judged, of_all) in pool.map(one, batches):
            if of_all:
                together = {group: keys for scenario in scenarios for group, keys in scenario.items()}
                tally.false.append((f"{batch[0]} to {batch[-1]}", together, of_all))
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
            print(f"seed {seed}:", *wrong, sep="\n  ", flush=True)
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
