#!/usr/bin/env python3
"""Try knob values of presets' lanes on the dev split, and print a Markdown table.

    tests/reference/sweep.py --out runs/sweep --preset sample-runs/presets/paper.json \\
        sample-runs/experiments/cross-domain.json "SAM rho=0.05,0.1,0.2" "R3F lambda=0.1,1 sigma=0.1"

Every quoted word names a lane of the preset and the values of its knobs; of several knobs, all combinations are tried. The lanes
are spread over --races races a seed of one worker each, --jobs at a time (neither changes a bit of the result). Further arguments of the program, such
as --set KEY=VALUE, follow "--". Lanes that have finished in --out already (with whatever settings) are not run again. Of several --seeds the
mean counts.

Rule of choice: of the values that act (where a method climbs: L(theta + eps) - L(theta) at least --acts percent of the loss, column
"rise"), the lowest ID perplexity on dev; values within --tie percent of it are equal, and of them the lowest zero-shot perplexity on
dev is taken. Where the task has classes: the highest ID accuracy on dev, values within --tie points of it are equal, and of them the lowest ID
loss on dev is taken; no other language or data set is looked at. Chosen rows have a "*".

Plain python3, no packages.
"""
import argparse
import itertools
import json
import pathlib
import subprocess
import sys
import time

WARM_UP = 10  # steps left out of the means of what a method does


def combinations(word, known):
    """"SAM rho=0.05,0.1" -> the lanes to run, each (name, label, lane as JSON)."""
    name, *knobs = word.split()
    lanes = [lane for lane in known if lane.get("name", lane["method"]) == name]
    if not lanes:
        sys.exit(f"no preset has a lane \"{name}\"")
    pairs = [knob.split("=") for knob in knobs]
    for values in itertools.product(*(values.split(",") for _, values in pairs)):
        chosen = dict(zip((key for key, _ in pairs), values))
        lane = dict(lanes[0], **{key: number_or_word(value) for key, value in chosen.items()})
        label = " ".join(f"{key} {value}" for key, value in chosen.items())
        lane["name"] = name + "".join(f"_{key}-{value}" for key, value in chosen.items())
        yield name, label, lane


def number_or_word(text):
    try:
        return float(text)
    except ValueError:
        return text


def run_missing(options, seed, lanes):
    """Race the lanes that no finished race of this seed holds, spread over --races races; returns all its finished races' folders."""
    out = pathlib.Path(options.out) / f"seed-{seed}"
    out.mkdir(parents=True, exist_ok=True)
    done = {name for folder in finished_races(out) for name in read([folder])}
    missing = [lane for _, _, lane in lanes if lane["name"] not in done]
    used = len(list(out.glob("lanes-*.json")))
    commands = []
    for i, race in enumerate(race for race in (missing[i::options.races] for i in range(options.races)) if race):
        folder = out / f"race-{used + i}"
        file = out / f"lanes-{used + i}.json"
        file.write_text(json.dumps({"lanes": race}, indent=1))
        commands.append((folder, [options.tramlab, "run", options.experiment, "--plain", "--workers", "1", "--out", str(folder),
                                  "--seed", str(seed), "--set", f"lanes={file}", *options.further]))
    run_commands(commands, options.jobs)
    return finished_races(out)


def finished_races(out):
    return [folder for folder in sorted(out.glob("race-*")) if folder.is_dir() and is_finished(folder)]


def run_commands(commands, jobs):
    """Run (run directory, command) pairs, so many at a time, those that are not finished already."""
    running = []
    for folder, command in commands:
        if is_finished(folder):
            continue
        if len(running) == jobs:
            wait_for_one(running)
        with open(f"{folder}.log", "w") as log:
            running.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT))
    while running:
        wait_for_one(running)


def is_finished(folder):
    path = folder / "events.jsonl"
    return path.exists() and '"event":"finished"' in path.read_text()


def wait_for_one(running):
    """Until any of the processes has ended, which is then taken off the list."""
    while True:
        for process in running:
            if process.poll() is None:
                continue
            if process.returncode != 0:
                sys.exit(f"failed; see the log beside its run: {' '.join(process.args)}")
            running.remove(process)
            return
        time.sleep(0.2)


def mean(values):
    values = [value for value in values if isinstance(value, (int, float))]
    return sum(values) / len(values) if values else None


def read(folders):
    """lane -> what it did and where it ended."""
    found = {}
    for folder in folders:
        spec = json.loads((folder / "run.json").read_text())
        samples = {}
        for line in (folder / "metrics.jsonl").read_text().splitlines():
            sample = json.loads(line)
            samples.setdefault(sample["lane"], []).append(sample)
        for lane in find_lanes(spec):
            found[lane["name"]] = digest(samples[lane["name"]], lane)
    return found


def find_lanes(run):
    """The lanes in run.json, wherever the experiment stands in it."""
    if isinstance(run, dict):
        if isinstance(run.get("lanes"), list):
            return run["lanes"]
        for value in run.values():
            lanes = find_lanes(value)
            if lanes:
                return lanes
    return []


def digest(samples, lane):
    steps = [sample for sample in samples if sample["step"] > WARM_UP and "loss" in sample]
    loss = mean(sample["loss"] for sample in steps)
    rise = mean(sample.get("loss_rise") for sample in steps)
    penalty = mean(sample.get("penalty") for sample in steps)
    radius = mean(sample.get("perturbation_norm_own") for sample in steps)
    final = [sample for sample in samples if "final_loss" in sample][-1]
    weight = lane.get("lambda", 0.1) * lane.get("temperature", 1.0) ** 2
    scores = {"accuracy": final["final_accuracy"], "loss": final["final_loss"]} if "final_accuracy" in final else \
        {"perplexity": final["final_perplexity"], "zero_shot": final["final_zero_shot_perplexity"]}
    return {**scores, "radius": radius,
            "rise": None if rise is None else 100 * rise / loss,
            "penalty": None if penalty is None else 100 * weight * penalty / loss, "passes": final["passes"]}


def acts(row, least):
    return row["rise"] is None or row["rise"] >= least


def over_seeds(rows):
    """The mean of every number; None where a method has no such number."""
    return {key: mean(row[key] for row in rows) for key in rows[0]}


def choose(rows, options):
    """The label of the row the rule picks."""
    active = {label: row for label, row in rows.items() if acts(row, options.acts)} or rows
    if all("accuracy" in row for row in active.values()):
        best = max(row["accuracy"] for row in active.values())
        near = {label: row for label, row in active.items() if row["accuracy"] >= best - options.tie}
        return min(near, key=lambda label: near[label]["loss"])
    best = min(row["perplexity"] for row in active.values())
    near = {label: row for label, row in active.items() if row["perplexity"] <= best * (1 + options.tie / 100)}
    return min(near, key=lambda label: near[label]["zero_shot"])


def cell(value, digits):
    return "" if value is None else f"{value:.{digits}f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tramlab", default="./tramlab")
    parser.add_argument("--preset", required=True, action="append")
    parser.add_argument("--out", required=True)
    parser.add_argument("--seeds", default="100")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--races", type=int, default=2)
    parser.add_argument("--acts", type=float, default=2.0)
    parser.add_argument("--tie", type=float, default=0.25)
    parser.add_argument("experiment")
    parser.add_argument("grid", nargs="+")
    arguments = sys.argv[1:]
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:cut])
    options.further = arguments[cut + 1:]

    known = [lane for path in options.preset for lane in json.loads(pathlib.Path(path).read_text())["lanes"]]
    lanes = [entry for word in options.grid for entry in combinations(word, known)]
    found = [read(run_missing(options, seed, lanes)) for seed in options.seeds.split(",")]
    has_classes = "accuracy" in next(iter(found[0].values()))
    scores = ("accuracy", "loss") if has_classes else ("perplexity", "zero_shot")
    print(f"| lane | value | | {'ID accuracy | ID loss' if has_classes else 'ID perplexity | ZS perplexity'} | radius | rise % | penalty % | passes |")
    print("|---" * 9 + "|")
    for name in dict.fromkeys(name for name, _, _ in lanes):
        rows = {label: over_seeds([seed[lane["name"]] for seed in found]) for owner, label, lane in lanes if owner == name}
        chosen = choose(rows, options)
        for label, row in rows.items():
            print(f"| {name} | {label} | {'*' if label == chosen else ''} | {row[scores[0]]:.3f} | {row[scores[1]]:.3f} | "
                  f"{cell(row['radius'], 4)} | {cell(row['rise'], 2)} | {cell(row['penalty'], 2)} | {row['passes']:.0f} |")


if __name__ == "__main__":
    main()
