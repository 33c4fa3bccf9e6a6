#!/usr/bin/env python3
"""Run an experiment for several seeds, and keep every lane's final numbers, one JSON line a seed and lane.

    tests/reference/record.py --out runs/record --table sample-runs/recorded/cross-domain/finals.jsonl --seeds 1,2,3,4,5

Of the default experiment all presets are run, of another one (--experiment FILE) its own lanes.

A lane's numbers do not depend on which lanes race beside it, so each method is run once a seed, whatever the presets that hold it.
The last evaluation reads the test split; the evaluation at the last step reads all of the dev split ("dev_..." in the table).
For each number of passes that a method spends in a race, AdamW alone runs with the steps that spend as many (its whole schedule, the
warm-up in proportion): lanes "AdamW-120-steps", "AdamW-200-steps" ... "AdamW-own-rate" is AdamW at its own best learning rate (of the default experiment). Lanes that have
finished in --out already are not run again.

Plain python3, no packages.
"""
import argparse
import json
import pathlib
import sys

import sweep

PRESETS = "sample-runs/presets"
EXPERIMENT = "sample-runs/experiments/cross-domain.json"
# AdamW at the learning rate that the sweep chose for it, below the presets'.
OWN_RATE = {"name": "AdamW-own-rate", "method": "adamw", "learning_rate": 1.25e-4}


def preset(name):
    return json.loads(pathlib.Path(PRESETS, f"{name}.json").read_text())["lanes"]


def unique(*presets):
    """Lanes of the presets, each once; one name must mean one lane."""
    lanes = {}
    for lane in (lane for group in presets for lane in group):
        if lanes.setdefault(lane["name"], lane) != lane:
            sys.exit(f"the presets differ about the lane {lane['name']}")
    return list(lanes.values())


def equal_pass_groups(plain, costs):
    """AdamW with as many passes as the plain settings' steps at each cost (its own is 3), the most frequent costs first."""
    for cost in costs:
        count = round(plain["max_steps"] * cost / 3)
        lane = {"name": f"AdamW-{count}-steps", "method": "adamw"}
        yield lane["name"], [lane], {"max_steps": count, "warmup_steps": round(plain["warmup_steps"] * count / plain["max_steps"])}


def own_lanes(path):
    """The lanes of an experiment file, written out in it or in the preset it names."""
    lanes = json.loads(path.read_text())["lanes"]
    return json.loads((path.parent / lanes).read_text())["lanes"] if isinstance(lanes, str) else lanes


def groups(file, costs):
    """(name, lanes, settings) of the races of one seed, what the most comparisons need first."""
    experiment = json.loads(pathlib.Path(file).read_text())
    plain = {key: experiment.get(key, 0) for key in ("max_steps", "warmup_steps")}
    if pathlib.Path(file) != pathlib.Path(EXPERIMENT):
        yield pathlib.Path(file).stem, own_lanes(pathlib.Path(file)), plain
        yield from equal_pass_groups(plain, costs)
        return
    unique(*map(preset, ("trio", "modern", "paper", "controls")))
    yield "trio", preset("trio") + [OWN_RATE], plain
    yield from equal_pass_groups(plain, costs[:2])
    for name in ("modern", "paper", "controls"):
        yield name, preset(name), plain
    yield from equal_pass_groups(plain, costs[2:])


def without(lanes, done):
    """The lanes that are not done, and those they follow."""
    left = [lane for lane in lanes if lane["name"] not in done]
    followed = {lane.get("follow") for lane in left}
    return [lane for lane in lanes if lane in left or lane["name"] in followed]


def finished(out):
    """(seed, lane) -> its row, from all finished runs in the folder."""
    found = {}
    for folder in sorted(out.iterdir()):
        if folder.is_dir() and sweep.is_finished(folder):
            found.update(((row["seed"], row["lane"]), row) for row in rows(folder))
    return found


def command(options, seed, folder, lanes, settings):
    file = pathlib.Path(f"{folder}.lanes.json")
    file.write_text(json.dumps({"lanes": lanes}))
    assignments = [f"lanes={file}", "final_split=test", "max_eval_samples=0", f"eval_steps={settings['max_steps']}", "eval_windows=1000000",
                   "probe_steps=0"]
    assignments += [f"{key}={value}" for key, value in settings.items()]
    sets = [word for assignment in assignments for word in ("--set", assignment)]
    return [options.tramlab, "run", options.experiment, "--plain", "--workers", "1", "--seed", str(seed), "--out", str(folder), *sets]


def commands(options, seeds, found):
    """What is still to be run: one kind of race for all seeds, then the next kind."""
    planned = set(found)
    for name, lanes, settings in groups(options.experiment, [float(cost) for cost in options.costs.split(",")]):
        for seed in seeds:
            left = without(lanes, {lane for known_seed, lane in planned if known_seed == seed})
            planned.update((seed, lane["name"]) for lane in left)
            folder = pathlib.Path(options.out, f"{name}-{seed}")
            if left:
                yield folder, command(options, seed, folder, left, settings)


def rounded(value):
    return float(f"{value:.7g}") if isinstance(value, float) else value


def rows(folder):
    """One table row a lane: what it is, what it cost, where it ended."""
    run = json.loads((folder / "run.json").read_text())
    experiment = run["experiment"]
    last = {}
    sums = {}
    for line in (folder / "metrics.jsonl").read_text().splitlines():
        sample = json.loads(line)
        if sample["step"] == experiment["max_steps"]:
            last.setdefault(sample["lane"], {}).update(sample)
        for key in ("loss", "loss_rise", "divergence", "radius", "perturbation_norm_own"):
            if key in sample and sample["step"] > experiment["warmup_steps"]:
                sums.setdefault(sample["lane"], {}).setdefault(key, []).append(sample[key])
    for lane in experiment["lanes"]:
        final = last[lane["name"]]
        row = {"seed": run["seed"], "lane": lane["name"], "method": lane["method"], "steps": experiment["max_steps"],
               "passes": final["passes"]}
        row["knobs"] = {key: value for key, value in lane.items() if key not in ("name", "method")}
        for key, value in final.items():
            if key.startswith(("final_", "kl_")):
                row[key] = rounded(value)
            elif key.startswith(("eval_", "zero_shot_", "perplexity/", "accuracy/")):
                row[f"dev_{key}"] = rounded(value)
        for key, values in sums.get(lane["name"], {}).items():
            row[f"mean_{key}"] = rounded(sum(values) / len(values))
        yield row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tramlab", default="./tramlab")
    parser.add_argument("--experiment", default=EXPERIMENT)
    parser.add_argument("--out", required=True)
    parser.add_argument("--table", required=True)
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--costs", default="6,7,4,3.6,9,12", help="passes a step for which AdamW runs longer")
    options = parser.parse_args()

    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    seeds = [int(seed) for seed in options.seeds.split(",")]
    sweep.run_commands(list(commands(options, seeds, finished(out))), options.jobs)
    write_table(finished(out), seeds, pathlib.Path(options.table))


def write_table(found, seeds, path):
    names = list(dict.fromkeys(lane for _, lane in found))
    table = [found[seed, lane] for seed in seeds for lane in names if (seed, lane) in found]
    path.write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in table))


if __name__ == "__main__":
    main()
