#!/usr/bin/env python3
"""The slowest steps of Ninja builds and the slowest tests, to know what they cost.

  tools/dev/slowest.py [--count N] BUILD...    folders with a .ninja_log, and tests.log as tools/test.sh writes it
"""
import argparse
import re
from pathlib import Path


def build_steps(folder):
    """[(seconds, output)]: of the last run of each step."""
    log = folder / ".ninja_log"
    steps = {}
    for line in log.read_text().splitlines()[1:] if log.exists() else []:
        start, end, _, output, command = line.split("\t")
        steps[command] = ((int(end) - int(start)) / 1000, output)  # one step may have several outputs
    return list(steps.values())


def tests(folder):
    """[(seconds, name)]"""
    log = folder / "tests.log"
    found = re.findall(r"Test +#\d+: (.*?) \.*(?:   Passed|\*\*\*\S+.*?) +([0-9.]+) sec$", log.read_text(errors="replace"),
                       re.MULTILINE) if log.exists() else []
    return [(float(seconds), name) for name, seconds in found]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", type=Path, nargs="+", metavar="BUILD")
    parser.add_argument("--count", type=int, default=10, metavar="N")
    arguments = parser.parse_args()
    for what, measure in (("build steps", build_steps), ("tests", tests)):
        for folder in arguments.builds:
            measured = sorted(measure(folder), reverse=True)
            if not measured:
                continue
            total = sum(seconds for seconds, _ in measured)
            print(f"The slowest {what} of {folder} ({len(measured)} of them, {total:.0f} s one by one):")
            for seconds, name in measured[:arguments.count]:
                print(f"  {seconds:6.1f} s  {name}")


if __name__ == "__main__":
    main()
