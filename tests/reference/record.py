#!/usr/bin/env python3
"""Run the cross-domain presets for several seeds, and keep every lane's final numbers, one JSON line a seed and lane.

    tests/reference/record.py --out runs/record --table sample-runs/recorded/cross-domain/finals.jsonl --seeds 1,2,3,4,5

A lane's numbers do not depend on which lanes race beside it, so each method is run once a seed, whatever the presets that hold it.
The last evaluation reads the test split; the evaluation at the last step reads all of the dev split ("dev_..." in the table).
For each number of passes that a method spends in a race, AdamW alone runs with the steps that spend as many (its whole schedule, the
warm-up in proportion): lanes "AdamW-120-steps", "AdamW-200-steps" ... "AdamW-own-rate" is AdamW at its own best learning rate. A run that is finished in --out already is not run again.

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


def equal_pass_runs(steps, warm_up, costs):
    """(lanes, settings) for AdamW with as many passes as `steps` steps at each cost (AdamW's is 3)."""
    for cost in sorted(costs):
        count = round(steps * cost / 3)
        lane = {"name": f"AdamW-{count}-steps", "method": "adamw"}
        yield [lane], {"max_steps": count, "warmup_steps": round(warm_up * count / steps)}


def command(options, seed, folder, lanes, settings):
    file = pathlib.Path(f"{folder}.lanes.json")
    file.write_text(json.dumps({"lanes": lanes}))
    assignments = [f"lanes={file}", "final_split=test", f"eval_steps={settings['max_steps']}", "eval_windows=1000000",
                   "probe_steps=0"]
    assignments += [f"{key}={value}" for key, value in settings.items()]
    sets = [word for assignment in assignments for word in ("--set", assignment)]
    return [options.tramlab, "run", EXPERIMENT, "--plain", "--workers", "1", "--seed", str(seed), "--out", str(folder), *sets]


def jobs(options):
    """(seed, folder, lanes, settings) of all runs, seed by seed."""
    experiment = json.loads(pathlib.Path(EXPERIMENT).read_text())
    papers = unique(preset("trio"), preset("paper"), preset("controls")) + [OWN_RATE]
    names = [lane["name"] for lane in papers]
    moderns = [lane for lane in preset("modern") if lane["name"] not in names]
    unique(preset("modern"), papers)  # agree on what they share
    plain = {key: experiment[key] for key in ("max_steps", "warmup_steps")}
    runs = [("papers", papers, plain), ("moderns", moderns, plain)]
    costs = [float(cost) for cost in options.costs.split(",")]
    for lanes, settings in equal_pass_runs(plain["max_steps"], plain["warmup_steps"], costs):
        runs.append((lanes[0]["name"], lanes, settings))
    for seed in options.seeds.split(","):
        for name, lanes, settings in runs:
            yield int(seed), pathlib.Path(options.out, f"{name}-{seed}"), lanes, settings


def rounded(value):
    return float(f"{value:.7g}") if isinstance(value, float) else value


def rows(seed, folder):
    """One table row a lane: what it is, what it cost, where it ended."""
    experiment = json.loads((folder / "run.json").read_text())["experiment"]
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
        row = {"seed": seed, "lane": lane["name"], "method": lane["method"], "steps": experiment["max_steps"],
               "passes": final["passes"]}
        row["knobs"] = {key: value for key, value in lane.items() if key not in ("name", "method")}
        for key, value in final.items():
            if key.startswith(("final_", "kl_")):
                row[key] = rounded(value)
            elif key.startswith(("eval_", "zero_shot_", "perplexity/")):
                row[f"dev_{key}"] = rounded(value)
        for key, values in sums.get(lane["name"], {}).items():
            row[f"mean_{key}"] = rounded(sum(values) / len(values))
        yield row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tramlab", default="./tramlab")
    parser.add_argument("--out", required=True)
    parser.add_argument("--table", required=True)
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--costs", default="3.6,4,6,7,9,12", help="passes a step for which AdamW runs longer")
    options = parser.parse_args()

    pathlib.Path(options.out).mkdir(parents=True, exist_ok=True)
    planned = list(jobs(options))
    sweep.run_commands([(folder, command(options, seed, folder, lanes, settings))
                        for seed, folder, lanes, settings in planned], options.jobs)
    table = [row for seed, folder, _, _ in planned for row in rows(seed, folder)]
    pathlib.Path(options.table).write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in table))


if __name__ == "__main__":
    main()
