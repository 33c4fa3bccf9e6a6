#!/usr/bin/env python3
"""Average the final numbers of several seeds, as Markdown tables: one a preset, each lane against AdamW.

    tests/reference/seed_table.py sample-runs/recorded/cross-domain/finals.jsonl --preset sample-runs/presets/paper.json
    tests/reference/seed_table.py runs/seed-1 runs/seed-2 runs/seed-3

reads what record.py wrote, or run directories of one experiment with different seeds. Mean ± 95 % interval of Student's t over seeds.
Differences are paired (same seed, same batches) with their own interval: from AdamW after as many steps and, where lanes "AdamW-N-steps"
are there, from the one that spent as many passes; a lane "AdamW-own-rate" is compared with too, in words. The words say on which side of
0 the interval lies, "not distinguishable" where it holds 0. Every comparison has its own 5 % of missing by chance.

Where classes are told, the numbers are accuracies in %: ID of the training language, ZS the mean of the others, followed by a table of every
language. The standard error below a table is what the choice of test examples adds, which all seeds and lanes share.

Plain python3, no packages.
"""
import argparse
import json
import math
import pathlib
import statistics
import sys

import record

# Student's t, two-sided 95 %, by degrees of freedom.
T_95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
# The split: (in-domain, zero-shot) in a row.
KEYS = {"final": ("final_{}", "final_zero_shot_{}"), "dev": ("dev_eval_{}", "dev_zero_shot_{}")}
BASE = "AdamW"
OWN_RATE = record.OWN_RATE["name"]


def load(paths):
    """lane -> seed -> row."""
    lanes = {}
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            rows = list(record.rows(path))
        else:
            rows = [json.loads(line) for line in path.read_text().splitlines()]
        for row in rows:
            lanes.setdefault(row["lane"], {})[row["seed"]] = row
    if BASE not in lanes:
        sys.exit(f"there is no lane {BASE} to compare with")
    return lanes


def interval(values):
    """(mean, half width of the 95 % interval)."""
    half = math.nan
    if len(values) > 1:
        half = T_95[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))
    return statistics.mean(values), half


def shown(values, sign=""):
    mean, half = interval(values)
    return f"{mean:{sign}.2f}" if math.isnan(half) else f"{mean:{sign}.2f} ± {half:.2f}"


def side(values):
    mean, half = interval(values)
    if math.isnan(half):
        return "one seed"
    if abs(mean) <= half:
        return "not distinguishable"
    return "lower" if mean < 0 else "higher"


def verdict(id_values, zs_values):
    id_side, zs_side = side(id_values), side(zs_values)
    if id_side == zs_side:
        return f"both {id_side}" if id_side in ("lower", "higher") else id_side
    return f"ID {id_side}, ZS {zs_side}"


def differences(lane, other, key):
    return [row[key] - other[seed][key] for seed, row in sorted(lane.items()) if seed in other]


def passes(lane):
    return statistics.mean(row["passes"] for row in lane.values())


def equal_pass_lane(lanes, name):
    """the AdamW that spent as many passes as the lane, to 4 percent."""
    spent = passes(lanes[name])
    found = [other for other, rows in lanes.items()
             if other == BASE or other.startswith(f"{BASE}-") and other.endswith("-steps")
             if abs(passes(rows) - spent) <= 0.04 * spent]
    return found[0] if found else None


def compared(lanes, name, other, keys):
    """The three cells of a comparison."""
    if other in (None, name):
        return [""] * 3
    id_values, zs_values = (differences(lanes[name], lanes[other], key) for key in keys)
    return [shown(id_values, "+"), shown(zs_values, "+"), verdict(id_values, zs_values)]


def quantity(lanes):
    """What the rows tell."""
    row = next(iter(lanes[BASE].values()))
    return "accuracy" if "final_accuracy" in row else "perplexity"


def print_table(lanes, names, keys):
    has_own_rate = OWN_RATE in lanes
    print(f"| lane | seeds | passes | ID {quantity(lanes)} | ZS {quantity(lanes)} | ID − AdamW | ZS − AdamW | at equal steps "
          "| ID − AdamW | ZS − AdamW | at equal passes |" + (" against AdamW-own-rate |" if has_own_rate else ""))
    print("|---" * (12 if has_own_rate else 11) + "|")
    for name in names:
        cells = [name, str(len(lanes[name])), f"{passes(lanes[name]):.0f}"]
        cells += [shown([row[key] for row in lanes[name].values()]) for key in keys]
        is_longer = {row["steps"] for row in lanes[name].values()} != {row["steps"] for row in lanes[BASE].values()}
        cells += compared(lanes, name, BASE, keys)
        cells += [""] * 3 if is_longer else compared(lanes, name, equal_pass_lane(lanes, name), keys)
        cells += [compared(lanes, name, OWN_RATE, keys)[2]] if has_own_rate else []
        print("| " + " | ".join(cells) + " |")


def print_errors(lanes, names):
    """Standard errors of one seed's numbers from the number of test strings, meaned over lanes and seeds."""
    all_rows = [row for name in names for row in lanes[name].values()]
    cells = [f"{label} {statistics.mean(row[f'final_{key}_error'] for row in all_rows):.2f}"
             for label, key in (("ID", "accuracy"), ("ZS", "zero_shot_accuracy")) if f"final_{key}_error" in all_rows[0]]
    print(f"\nStandard error from the choice of test examples: {', '.join(cells)}.")


def print_domains(lanes, names, prefix):
    """Every language of every lane, with the paired difference from AdamW after as many steps."""
    row = next(iter(lanes[BASE].values()))
    keys = [key for key in row if key.startswith(f"{prefix}_accuracy/")]
    print("\n| lane | " + " | ".join(key.split("/")[1] for key in keys) + " |")
    print("|---" * (len(keys) + 1) + "|")
    for name in names:
        cells = [name]
        for key in keys:
            cell = f"{statistics.mean(row[key] for row in lanes[name].values()):.1f}"
            if name != BASE:
                cell += f" ({shown(differences(lanes[name], lanes[BASE], key), '+')})"
            cells.append(cell)
        print("| " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", action="append", default=[])
    parser.add_argument("--lanes", default="", help="names, with commas, for a table of their own")
    parser.add_argument("--split", choices=list(KEYS), default="final")
    parser.add_argument("paths", nargs="+")
    options = parser.parse_args()
    lanes = load(options.paths)
    tables = [(pathlib.Path(path).stem, [lane.get("name", lane["method"]) for lane in json.loads(pathlib.Path(path).read_text())["lanes"]])
              for path in options.preset]
    if options.lanes:
        tables.append(("", options.lanes.split(",")))
    for title, names in tables or [("", list(lanes))]:
        print(f"\n### {title}\n" if title else "")
        names = [name for name in names if name in lanes]
        print_table(lanes, names, [key.format(quantity(lanes)) for key in KEYS[options.split]])
        if quantity(lanes) == "accuracy":
            print_errors(lanes, names)
            print_domains(lanes, names, options.split)


if __name__ == "__main__":
    main()
