"""What the peers in Python share: their settings, their clock, and the line of JSON that they answer with."""
import json
import resource
import sys
import time

UNAVAILABLE = 3  # contest.mjs


def read_settings():
    """The last argument, in JSON."""
    return json.loads(sys.argv[-1])


def leave_out(error, variable, wanted):
    """Ends a peer whose packages are not installed, so that the contest goes on without it."""
    print(f"{sys.executable}: {error}. Set {variable} to one that has {wanted}.")
    sys.exit(UNAVAILABLE)


def time_calls(call, seconds, warm_up=2, fewest=3):
    """Milliseconds of each call, and of all cores during it, until they add up to `seconds`."""
    for _ in range(warm_up):
        call()
    milliseconds, cpu_milliseconds, total = [], [], 0.0
    while len(milliseconds) < fewest or total < seconds * 1000:
        start, cpu_start = time.perf_counter(), time.process_time()
        call()
        milliseconds.append((time.perf_counter() - start) * 1000)
        cpu_milliseconds.append((time.process_time() - cpu_start) * 1000)
        total += milliseconds[-1]
    return milliseconds, cpu_milliseconds


def report(**figures):
    """Prints figures, and the high-water mark of this process's memory."""
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(dict(figures, megabytes=megabytes)))
