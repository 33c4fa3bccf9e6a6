#!/usr/bin/env python3
"""How well a byte 5-gram predicts each domain: the line that a pretrained model must get below.

Run from the root of the repository:  python3 tests/reference/byte_5gram.py
Reads sample-runs/data/cross-domain/*.txt, writes tests/reference/byte_5gram.json. Takes about a minute, on one core.

One model is trained on the pretraining pools of all domains together, and predicts the dev split of each. The splits are those of
include/data/text_corpus.h. Witten-Bell interpolation (Witten & Bell 1991), with c(h) the occurrences of the context h, d(h) the
number of different bytes seen after it, and h' the context h without its first byte:

    p(x | h) = (c(h x) + d(h) p(x | h')) / (c(h) + d(h)),   p(x) = (c(x) + d p0) / (c + d),   p0 = 1 / 256

A byte's context is the (up to) 4 bytes before it in its own split.
"""

import glob
import json
import math
import os
import re

ORDER = 5
DATA = "sample-runs/data/cross-domain"
OUT = "tests/reference/byte_5gram.json"


def splits(text):
    """The splits of a file: each with its blocks, and the blank lines between and after them."""
    blocks = list(re.finditer(rb"(?:[^\n]*[^\s][^\n]*(?:\n|\Z))+", text))
    tenth = len(blocks) // 10
    train = len(blocks) - 2 * tenth
    counts = {"test": tenth, "dev": tenth, "pretrain": train - train // 2, "fine_tune": train // 2}
    result, first = {}, 0
    for name, count in counts.items():
        after = first + count
        end = blocks[after].start() if after < len(blocks) else len(text)
        result[name] = (text[blocks[first].start() : end], count)
        first = after
    return result


def train(pools):
    """Per order, from a context to [c(h), {byte: c(h byte)}]."""
    tables = [{} for _ in range(ORDER)]
    for text in pools:
        for i, byte in enumerate(text):
            for k in range(min(ORDER - 1, i) + 1):
                entry = tables[k].setdefault(text[i - k : i], [0, {}])
                entry[0] += 1
                entry[1][byte] = entry[1].get(byte, 0) + 1
    return tables


def bits_per_byte(tables, text):
    bits = 0.0
    for i, byte in enumerate(text):
        p = 1.0 / 256.0
        for k in range(min(ORDER - 1, i) + 1):
            entry = tables[k].get(text[i - k : i])
            if entry is None:
                break  # no longer context was seen either
            seen, followers = entry
            p = (followers.get(byte, 0) + len(followers) * p) / (seen + len(followers))
        bits -= math.log2(p)
    return bits / len(text)


def main():
    domains = {}
    for path in sorted(glob.glob(os.path.join(DATA, "*.txt"))):
        with open(path, "rb") as file:
            domains[os.path.basename(path)[: -len(".txt")]] = splits(file.read())
    tables = train(parts["pretrain"][0] for parts in domains.values())
    result = {}
    for name, parts in domains.items():
        result[name] = {
            "dev_bits_per_byte": round(bits_per_byte(tables, parts["dev"][0]), 4),
            "bytes": {split: len(text) for split, (text, _) in parts.items()},
            "blocks": {split: count for split, (_, count) in parts.items()},
        }
        print(f"{name:20} {result[name]['dev_bits_per_byte']:.4f}")
    mean = sum(d["dev_bits_per_byte"] for d in result.values()) / len(result)
    print(f"{'mean':20} {mean:.4f}")
    document = {
        "made_by": "tests/reference/byte_5gram.py",
        "model": "Witten-Bell interpolated byte 5-gram, trained on the pretraining pools of all domains",
        "mean_dev_bits_per_byte": round(mean, 4),
        "domains": result,
    }
    with open(OUT, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
