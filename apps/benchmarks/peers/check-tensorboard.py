"""Reads a run's TensorBoard event files with TensorBoard itself and compares every scalar with the run's metrics.jsonl.

    python check-tensorboard.py RUN_DIRECTORY

Prints one line a tag; exits with 1 where a step is missing, doubled or differs by more than float32 rounding.
Needs tensorboard (checked with 2.21.0).
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def main() -> int:
    run = Path(sys.argv[1])
    expected: dict[str, dict[int, float]] = defaultdict(dict)
    for line in (run / "metrics.jsonl").read_text().splitlines():
        entry = json.loads(line)
        kind, step = entry.pop("kind"), entry.pop("step")
        entry.pop("seconds")
        for name, value in entry.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                expected[f"{kind}/{name}"][step] = value

    # size_guidance 0: keep all events. Purging is what hides steps that a resumed run made again.
    events = EventAccumulator(str(run), size_guidance={"scalars": 0}, purge_orphaned_data=True)
    events.Reload()
    failures = 0
    for tag in sorted(expected | {tag: {} for tag in events.Tags()["scalars"]}):
        got = [(event.step, event.value) for event in events.Scalars(tag)] if tag in events.Tags()["scalars"] else []
        steps = sorted(expected[tag])
        same_steps = [step for step, _ in got] == steps
        worst = max((abs(value - expected[tag].get(step, float("inf"))) for step, value in got), default=0.0)
        largest = max((abs(value) for value in expected[tag].values()), default=1.0)
        good = same_steps and worst <= 1e-6 * max(largest, 1e-30)
        failures += not good
        print(f"{'ok  ' if good else 'FAIL'} {tag}: {len(got)} of {len(steps)} steps, largest difference {worst:.1e}")
    return 1 if failures or not expected else 0


if __name__ == "__main__":
    sys.exit(main())
