"""What every measured script shares: settings from the command line, and one JSON line at the end."""

import json
import resource
import sys
import time


def settings():
    return json.loads(sys.argv[1])


def peak_bytes():
    """Most resident memory of this process so far."""
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def report(**values):
    print(json.dumps({"peakBytes": peak_bytes(), **values}), flush=True)


def repeat(step, warmup, repeats):
    """Seconds of `repeats` calls, after `warmup` unmeasured ones."""
    seconds = []
    for index in range(warmup + repeats):
        start = time.perf_counter()
        step()
        if index >= warmup:
            seconds.append(time.perf_counter() - start)
    return seconds
