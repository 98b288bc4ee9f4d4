# SPDX-License-Identifier: GPL-2.0-or-later
"""What --plot draws of paths, against the truth of the generator: places in pixels become delays and shares again."""

import json
import subprocess
from xml.etree import ElementTree

import pytest
import two_points

SVG = "{http://www.w3.org/2000/svg}"

SCENARIO = """
[capture]
time-precision = ns
[traffic t]
kind = rate
rate = 10kpps
count = 10000
flows = 4
inner-size = 100
[sessions]
type = {type}
seed = 5
[session a]
session = 1
mirror = t
[session b]
session = 2
after = a
path-delay = 50us
path-jitter = 50us
path-drop-frames = 4000-4199
"""

LEFT, RIGHT = 90, 940
STEP_NS = 4e6  # 256 steps of 1 ms are too few for a second, 256 of 2 ms, too


def drawn(erspangen, erspanrate, tmp_path, *options, scenario=SCENARIO.format(type="3\ngra = 1")):
    capture, truth = two_points.write(erspangen, tmp_path, scenario)
    out = tmp_path / "x.svg"
    read = [erspanrate, "-r", capture, "-j", "--plot", out, *options]
    total = json.loads(subprocess.run(read, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return ElementTree.parse(out).getroot(), total, truth


def shapes(root, kind):
    """The corners of the lines or areas of that class, but for those of the diagrams above."""
    found = [element for element in root if element.get("class") == kind and element.get("points")]
    return [[tuple(map(float, corner.split(","))) for corner in shape.get("points").split()] for shape in found]


def texts(root):
    return [element.text for element in root.iter(SVG + "text")]


def test_delay_and_loss_over_time(erspangen, erspanrate, tmp_path):
    root, total, truth = drawn(erspangen, erspanrate, tmp_path, "--paths")
    (pair,) = total["paths"]["pairs"]
    assert pair["lost"] == truth["paths"][0]["lost"] == 200
    assert "192.0.2.1 session 1 > 192.0.2.1 session 2" in texts(root)
    (name,) = [text for text in texts(root) if text.startswith("Delay")]
    assert name.startswith("Delay, mean and range, within ") and name.endswith(", us")

    # The axis of delays ends with 100 us or 200 us, that of time with the last step.
    bands = shapes(root, "band")
    bottom = max(y for band in bands for _, y in band)
    top = min(y for band in bands for _, y in band)
    right = max(x for band in bands for x, _ in band)
    assert right == pytest.approx(RIGHT, abs=0.2)
    span_s = 10000 / 10e3
    steps = round((RIGHT - LEFT) / (bands[0][2][0] - bands[0][0][0]))
    assert steps == pytest.approx(span_s / (STEP_NS / 1e9), abs=1.5)
    # The third axis from above is that of delays: what its numbers say, frames took from 50 to 100 us.
    axes = []
    for element in root:
        if element.get("class") == "value" and element.get("text-anchor") == "end":
            if element.text == "0":
                axes.append([])
            axes[-1].append((float(element.text), float(element.get("y")) - 4))
    (low, low_at), (high, high_at) = axes[2][0], axes[2][-1]

    def delay_us(place):
        return low + (high - low) * (low_at - place) / (low_at - high_at)

    assert delay_us(bottom) == pytest.approx(50, abs=1)
    assert delay_us(top) == pytest.approx(100, abs=1)
    lines = shapes(root, "delay")
    assert len(lines) == 2  # before the lost frames and behind them
    means = sorted(delay_us(y) for line in lines for _, y in line)
    assert 50 <= means[0] < means[-1] <= 100
    assert means[len(means) // 2] == pytest.approx(75, abs=5)

    # Lost are the frames from 0.4 s to 0.42 s; nothing else in these steps passed.
    lost = shapes(root, "lost")
    assert 4 <= len(lost) <= 7
    begin = min(x for bar in lost for x, _ in bar)
    end = max(x for bar in lost for x, _ in bar)
    for place, time_s in ((begin, 0.4), (end, 0.42)):
        assert place == pytest.approx(LEFT + (RIGHT - LEFT) * time_s / span_s, abs=2 * 850 * STEP_NS / 1e9)
    captions = [element.text.strip() for element in root.iter(SVG + "text") if element.get("class") == "caption"]
    assert " ".join(captions).endswith(pair["sentence"])


def test_without_paths_it_is_as_before(erspangen, erspanrate, tmp_path):
    root, _, _ = drawn(erspangen, erspanrate, tmp_path)
    assert not [text for text in texts(root) if text.startswith(("Delay", "Frames that"))]
    assert shapes(root, "band") == []


def test_what_is_not_known_is_said(erspangen, erspanrate, tmp_path):
    """Delays by arrival, and a second point without numbers."""
    scenario = SCENARIO.format(type="2").replace("session = 2\n", "session = 2\nsequence-domain = none\n")
    root, _, _ = drawn(erspangen, erspanrate, tmp_path, "--paths", scenario=scenario)
    said = texts(root)
    assert "Frames that the network lost: cannot be known" in said
    assert any(text.startswith("Delay by arrival, mean and range: how right it is is not known") for text in said)
    assert shapes(root, "lost") == []
