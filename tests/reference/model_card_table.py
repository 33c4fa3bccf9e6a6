#!/usr/bin/env python3
"""Print the table of the base model's card: our model against the byte 5-gram, on every domain's dev split.

    ./tramlab evaluate sample-runs/models/base-lm --data sample-runs/data/cross-domain --json > /tmp/model.json
    ./tramlab evaluate sample-runs/models/base-lm --data sample-runs/data/cross-domain --stride 32 --json > /tmp/sliding.json
    tests/reference/model_card_table.py /tmp/model.json /tmp/sliding.json

The 5-gram's numbers are those of byte_5gram.json (made by byte_5gram.py beside this file). Plain python3, no packages.
"""
import json
import pathlib
import sys


def by_domain(path):
    return {row["domain"]: row for row in json.loads(pathlib.Path(path).read_text())}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    model, sliding = by_domain(sys.argv[1]), by_domain(sys.argv[2])
    stored = json.loads((pathlib.Path(__file__).parent / "byte_5gram.json").read_text())
    five_gram = {name: row["dev_bits_per_byte"] for name, row in stored["domains"].items()}
    five_gram["mean"] = stored["mean_dev_bits_per_byte"]
    print("| domain | perplexity (a token) | bits per byte | bits per byte, stride 32 | byte 5-gram |")
    print("|---|---|---|---|---|")
    for name, row in model.items():
        label = "**mean**" if name == "mean" else name
        print(f"| {label} | {row['perplexity']:.2f} | {row['bits_per_byte']:.3f} | "
              f"{sliding[name]['bits_per_byte']:.3f} | {five_gram[name]:.3f} |")
    worse = [name for name in model if model[name]["bits_per_byte"] >= five_gram[name]]
    if worse:
        sys.exit("not below the 5-gram on: " + ", ".join(worse))


if __name__ == "__main__":
    main()
