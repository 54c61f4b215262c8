#!/usr/bin/env python3
"""Breaks the kernels in every way of mutations.py and sees that the tests under the harness notice.

  tests/simt/mutations/run.py --build build/release                    exit 1 if one goes unnoticed
  tests/simt/mutations/run.py --build build/release --write FILE       and list what noticed each
  tests/simt/mutations/run.py --build build/release --turns FILE       a tenth of them, another one
      each commit; all, if kernels, harness or tests are not those that FILE was written with

Needs a Ninja build with tests. Only what a change touches is compiled anew, into build/.../mutations.
"""
import argparse
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mutations import MUTATIONS

ROOT = Path(__file__).resolve().parents[3]
KERNELS = "kernels/cuda"
TIMEOUT = 300  # seconds; a mutant may wait for ever
SOURCES = ("kernels/*.h", "kernels/cuda/**/*", "tests/kernels/*", "tests/support/*", "tests/simt/**/*.[ch]*",
           "tests/simt/CMakeLists.txt", "tests/reference/*", "tests/simt/mutations/*.py")
TURNS = 10


class Build:
    """What Ninja knows of the build: commands, and which objects a file goes into."""

    def __init__(self, folder):
        self.folder = folder.resolve()
        self.depends = {}  # object: files
        current = None
        for line in self.ninja("-t", "deps").splitlines():
            if line and not line.startswith(" "):
                current = line.split(":")[0]
            elif line.strip() and current and "vggstyle_kernels_simt" in current:
                # Relative to the build where ccache has made it so.
                self.depends.setdefault(current, set()).add(os.path.normpath(self.folder / line.strip()))

    def ninja(self, *arguments):
        return subprocess.run(["ninja", "-C", self.folder, *arguments], check=True, capture_output=True,
                              text=True).stdout

    def objects(self, file):
        path = str(ROOT / KERNELS / file)
        return [o for o, files in self.depends.items() if path in files]

    def command(self, target):
        return shlex.split(self.ninja("-t", "commands", target).splitlines()[-1])


def run(command, build, **options):
    return subprocess.run(command, cwd=build.folder, capture_output=True, text=True, errors="replace", **options)


def compile_object(build, target, scratch):
    """Compiles `target` with the files under `scratch` before those of the project."""
    command = build.command(target)
    source = command[command.index("-c") + 1]
    changed = scratch / Path(source).relative_to(ROOT)
    if changed.exists():
        command[command.index("-c") + 1] = str(changed)
    out = scratch / Path(target).name
    command[command.index("-o") + 1] = str(out)
    first = next(n for n, argument in enumerate(command) if argument.startswith("-I"))
    command.insert(first, f"-I{scratch}")
    command += ["-MF", f"{out}.d", "-Wno-error"]
    done = run(command, build)
    if done.returncode != 0:
        sys.exit(f"{target} does not compile any more:\n{done.stderr}")
    return out


def link(build, program, objects, out):
    """Links `program` with `objects` in front: what they define is not taken from the library."""
    command = build.command(f"tests/bin/{program}")
    command = command[command.index("&&") + 1:]  # ": && c++ ... && :"
    command = command[:command.index("&&")]
    at = command.index("-o")
    command[at + 1] = str(out)
    command[at:at] = [str(o) for o in objects]
    done = run(command, build)
    if done.returncode != 0:
        sys.exit(f"{program} does not link any more:\n{done.stderr}")


def noticed_by(output):
    """What the first complaint of a test says, in few words."""
    if match := re.search(r"\.(?:cu|cuh|h):\d+: ([^(\n]+)", output):
        return "harness: " + match[1].strip()
    if match := re.search(r"THREW exception: (.*)", output):
        return "harness: " + re.sub(r"kernel .*?: ", "", match[1])[:100].strip()
    if match := re.search(r"ERROR: CHECK(?:_MESSAGE)?\( ?(.*?) ?\) is NOT correct", output):
        return f"`{match[1]}`"
    if "written outside of its memory" in output:
        return "guard words around the tensor"
    return "a failing test"


def run_tests(build, program, mutation):
    command = [program, "--abort-after=1", "--no-skipped-summary=true"]
    if mutation.program == "test_kernels_simt":
        command += [f"--subcase={mutation.variant}", f"--source-file=*{mutation.tests}*"]
    return run(command, build, timeout=TIMEOUT, env={**os.environ, "OMP_NUM_THREADS": "1"})


def check_unbroken(build, mutation):
    """The tests pass as long as nothing is broken, or a failure would say nothing."""
    done = run_tests(build, build.folder / "tests/bin" / mutation.program, mutation)
    if done.returncode != 0 or "test cases: 0" in done.stdout.replace("  ", " "):
        sys.exit(f"{mutation.tests} ({mutation.variant}) does not pass, or is empty, with nothing broken:\n{done.stdout}")


def try_mutation(build, number, mutation):
    """What noticed the mutation, or None."""
    scratch = build.folder / "mutations" / f"{number:02}"
    shutil.rmtree(scratch, ignore_errors=True)  # what an earlier list of mutations left
    path = scratch / KERNELS / mutation.file
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (ROOT / KERNELS / mutation.file).read_text()
    if text.count(mutation.old) != 1:
        sys.exit(f"mutation '{mutation.what}': its text occurs {text.count(mutation.old)} times in {mutation.file}")
    path.write_text(text.replace(mutation.old, mutation.new))
    objects = [compile_object(build, o, scratch) for o in build.objects(mutation.file)]
    if not objects:
        sys.exit(f"nothing is compiled from {mutation.file}")
    program = scratch / mutation.program
    link(build, mutation.program, objects, program)
    try:
        done = run_tests(build, program, mutation)
    except subprocess.TimeoutExpired:
        return "harness: no end"
    finally:
        for file in [program, *objects]:
            file.unlink()
    return None if done.returncode == 0 else noticed_by(done.stdout)


def digest():
    """Of everything that decides whether a mutation is noticed."""
    sums = hashlib.sha256()
    for path in sorted({p for pattern in SOURCES for p in ROOT.glob(pattern) if p.is_file()}):
        sums.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return sums.hexdigest()


def in_turn(written):
    """The numbers to try where all were noticed with the sources that `written` names."""
    every = range(len(MUTATIONS))
    if f"`{digest()}`" not in written.read_text():
        print(f"kernels, harness or tests are not those of {written}: all mutations")
        return every
    commits = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True)
    turn = int(commits.stdout) % TURNS
    print(f"all were noticed with these sources: turn {turn + 1} of {TURNS}")
    return every[turn::TURNS]


def table(noticed):
    lines = ["# Kernels broken on purpose", "",
             "Each change to `kernels/cuda/` below makes a test under the harness fail (`tests/simt/mutations/run.py`).",
             "Continuous integration tries all of them when kernels, harness or tests are not those of the checksum,",
             "otherwise a tenth, by turns; `--write` renews this list and the checksum.", "",
             f"Sources: `{digest()}`", "",
             "| file | broken | tests, kernels | noticed by |", "| --- | --- | --- | --- |"]
    for mutation, by in zip(MUTATIONS, noticed):
        variant = "all" if mutation.program == "test_bank_conflicts" else mutation.variant
        lines.append(f"| `{mutation.file}` | {mutation.what} | `{mutation.tests}`, {variant} | "
                     f"{by or '**nothing**'} |".replace("||", "\\|\\|"))
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--only", type=int, nargs="+", metavar="N", help="these numbers of the list, from 0")
    which.add_argument("--turns", type=Path, metavar="FILE", help="not all, if FILE is of these sources")
    which.add_argument("--write", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    build = Build(arguments.build)
    chosen = arguments.only or (in_turn(arguments.turns) if arguments.turns else range(len(MUTATIONS)))
    with ThreadPoolExecutor(arguments.jobs) as pool:
        tests = {(m.program, m.variant, m.tests): m for m in (MUTATIONS[n] for n in chosen)}
        list(pool.map(lambda m: check_unbroken(build, m), tests.values()))
        noticed = list(pool.map(lambda n: try_mutation(build, n, MUTATIONS[n]), chosen))
    for n, by in zip(chosen, noticed):
        print(f"{n:2} {MUTATIONS[n].file}: {MUTATIONS[n].what}: {by or 'UNNOTICED'}")
    print(f"{sum(by is not None for by in noticed)} of {len(noticed)} noticed")
    if arguments.write:
        arguments.write.write_text(table(noticed))
    return 0 if all(noticed) else 1


if __name__ == "__main__":
    sys.exit(main())
