#!/usr/bin/env python3
"""Average the final numbers of several runs of one experiment (same lanes, different seeds), as a Markdown table.

    for s in 1 2 3; do ./tramlab run sample-runs/experiments/cross-domain.json --plain --out runs/seed-$s --seed $s; done
    tests/reference/seed_table.py runs/seed-1 runs/seed-2 runs/seed-3

Differences are paired (same seed, same batches) with the 95 % interval of Student's t over seeds. Plain python3, no packages.
"""
import json
import math
import pathlib
import statistics
import sys

# Student's t, two-sided 95 %, by degrees of freedom.
T_95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
COLUMNS = [("final_perplexity", "ID perplexity"), ("final_zero_shot_perplexity", "ZS perplexity"),
           ("kl_in_domain", "KL ID"), ("kl_out_of_domain", "KL OOD")]


def final_samples(folder):
    """lane -> last sample with final metrics."""
    lanes = {}
    for line in pathlib.Path(folder, "metrics.jsonl").read_text().splitlines():
        sample = json.loads(line)
        if "final_loss" in sample:
            lanes[sample["lane"]] = sample
    if not lanes:
        sys.exit(f"{folder}: no final evaluation in metrics.jsonl; was the run stopped?")
    return lanes


def with_interval(values):
    mean = statistics.mean(values)
    if len(values) < 2:
        return f"{mean:.3f}"
    half = T_95[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))
    return f"{mean:.3f} ± {half:.3f}"


def main():
    if len(sys.argv) < 2 or len(sys.argv) > 11:
        sys.exit(__doc__)
    runs = [final_samples(folder) for folder in sys.argv[1:]]
    names = list(runs[0])
    print("| lane | " + " | ".join(title for _, title in COLUMNS) + f" | ID − {names[0]} | ZS − {names[0]} | passes |")
    print("|---" * (len(COLUMNS) + 4) + "|")
    for name in names:
        cells = [with_interval([run[name][key] for run in runs]) for key, _ in COLUMNS]
        for key in ("final_perplexity", "final_zero_shot_perplexity"):
            paired = [run[name][key] - run[names[0]][key] for run in runs]
            cells.append("" if name == names[0] else with_interval(paired))
        print(f"| {name} | " + " | ".join(cells) + f" | {runs[0][name]['passes']:.0f} |")


if __name__ == "__main__":
    main()
