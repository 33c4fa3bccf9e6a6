#!/usr/bin/env python3
"""Record the default race as an asciicast (version 2), with a few turns of knobs in it, and a picture of its charts.

    tests/record_cast.py [FOLDER]        FOLDER: sample-runs/recorded, if not given; `make cast` calls it

The program runs in a pseudo-terminal of 120x40 that answers as terminals do; keys are pressed when the record has reached a step.
Writes FOLDER/default-race.cast and FOLDER/default-race.svg (the chart of zero-shot perplexity, by the program's own exporter).
"""
import fcntl
import json
import os
import pty
import select
import shutil
import struct
import sys
import tempfile
import termios
import time

COLUMNS, ROWS = 120, 40
PAUSE_SECONDS = 0.4  # between two keys: somebody will watch
IDLE_SECONDS = 0.5   # what players cut longer waits to
BYTES_MAX = 300_000
EXPERIMENT = "sample-runs/experiments/cross-domain.json"


def script_of(picture):
    """(step from which on, keys)"""
    return [
        (15, ["r", "}", "}"]),                             # TRAM's cap far up: its trust region decides
        (30, [*":set lanes.SAM.rho=1", "\r"]),             # SAM climbs further
        (45, ["u"]),                                       # and back
        (60, ["2"]),                                       # zero-shot perplexity, full screen
        (75, ["\033", "m"]),                               # the page of methods
        (80, ["\033", "5"]),                               # the table of lanes
        (90, ["\033"]),
        (100, ["2", *f":w! {picture}", "\r", "\033"]),
    ]


def step_of(run):
    try:
        with open(os.path.join(run, "metrics.jsonl"), encoding="utf-8") as lines:
            steps = [json.loads(line)["step"] for line in lines if line.endswith("\n")]
    except OSError:
        return 0
    return max(steps, default=0)


def is_over(run):
    try:
        with open(os.path.join(run, "events.jsonl"), encoding="utf-8") as lines:
            return '"event":"finished"' in lines.read()
    except OSError:
        return False


def start(run):
    process, terminal = pty.fork()
    if process == 0:
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith(("SSH_", "LC_", "XDG_", "NO_COLOR", "MOSH"))}
        environment.update(TERM="xterm-256color", LANG="C.UTF-8", XDG_CONFIG_HOME=run, XDG_STATE_HOME=run)
        os.execve("./tramlab", ["tramlab", EXPERIMENT, "--out", run], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    return process, terminal


class Recording:
    def __init__(self, terminal):
        self.terminal = terminal
        self.begun = time.monotonic()
        self.events = []
        self.rest = b""

    def take(self, seconds):
        """What comes within this time; False once the program has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ready, _, _ = select.select([self.terminal], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                continue
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                return False
            if not data:
                return False
            os.write(self.terminal, b"\033[0n" * data.count(b"\033[5n"))
            self.keep(data)
        return True

    def keep(self, data):
        data = self.rest + data
        whole = len(data)
        while whole > 0 and len(data) - whole < 4 and (data[whole - 1] & 0xC0) == 0x80:
            whole -= 1
        if whole > 0 and data[whole - 1] >= 0xC0:
            needed = 2 if data[whole - 1] < 0xE0 else 3 if data[whole - 1] < 0xF0 else 4
            whole = len(data) if len(data) - whole + 1 >= needed else whole - 1
        else:
            whole = len(data)
        self.rest = data[whole:]
        text = data[:whole].decode().replace("\033[5n", "")
        if text:
            self.events.append([round(time.monotonic() - self.begun, 3), "o", text])

    def press(self, keys):
        for key in keys:
            os.write(self.terminal, key.encode())
            self.take(PAUSE_SECONDS if len(keys) < 8 else PAUSE_SECONDS / 4)


def write_cast(path, events):
    header = {"version": 2, "width": COLUMNS, "height": ROWS, "timestamp": int(time.time()),
              "idle_time_limit": IDLE_SECONDS, "title": "tramlab: AdamW, SAM and TRAM in the default race",
              "env": {"TERM": "xterm-256color", "SHELL": "/bin/sh"}}
    beside = path + ".tmp"
    with open(beside, "w", encoding="utf-8") as file:
        for line in [header, *events]:
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    if os.path.getsize(beside) > BYTES_MAX:
        sys.exit(f"{beside} has {os.path.getsize(beside)} bytes, more than {BYTES_MAX}")
    os.replace(beside, path)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else "sample-runs/recorded"
    work = tempfile.mkdtemp(prefix="tramlab-cast-")
    run = os.path.join(work, "default-race")
    picture = os.path.join(work, "race.svg")
    process, terminal = start(run)
    recording = Recording(terminal)
    for step, keys in script_of(picture):
        while step_of(run) < step or (step >= 100 and not is_over(run)):
            if not recording.take(0.2):
                sys.exit("the program has ended too early")
        recording.take(0.5)
        recording.press(keys)
    recording.take(2.0)
    os.write(terminal, b"q")
    while recording.take(0.2):
        pass
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if status != 0:
        sys.exit(f"the program has ended with status {status}")
    write_cast(os.path.join(folder, "default-race.cast"), recording.events)
    shutil.copyfile(picture, os.path.join(folder, "default-race.svg"))
    shutil.rmtree(work)
    print(f"{folder}/default-race.cast: {len(recording.events)} events, {recording.events[-1][0]:.0f} s")


if __name__ == "__main__":
    main()
