#!/usr/bin/env python3
"""Kills runs at random moments and sees that they go on to the same end.

    kill.py VGGSTYLE [--moments N] [--seed N]

Each moment: a run of one of the kinds below is killed with SIGKILL, half of the runs that go on are killed again, and
the last one's picture, pictures on the way and log must be those of a run that nobody killed, byte for byte (times in
the log apart). A run that had not written a checkpoint yet is started again. Prints what happened, and each fault;
exit status 1 if there is one.
"""
import argparse
import collections
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMON = ['--weights', 'synthetic', '--threads', '1', '-o', 'out.png', '--log', 'run.jsonl', '--checkpoint', 'c.h5']
TRANSFER = ['transfer', 'content.png', 'style.png', '--style-layers', 'conv1_1,conv2_1', '--content-layers', 'conv2_1']
KINDS = {
    'lbfgs': TRANSFER + ['--iterations', '40', '--checkpoint-every', '1'],
    'lbfgs, short history': TRANSFER + ['--iterations', '40', '--history', '2', '--checkpoint-every', '3'],
    'until quiet': TRANSFER + ['--until-quiet', '--iterations', '200', '--checkpoint-every', '1'],
    'adam': TRANSFER + ['--optimizer', 'adam', '--iterations', '60', '--checkpoint-every', '2', '--save-every', '7'],
    'gradient descent': TRANSFER + ['--normalization', 'tutorial', '--optimizer', 'gd', '--iterations', '40',
                                    '--checkpoint-every', '1'],
    'scales': TRANSFER + ['--scales', '3', '--iterations', '15', '--checkpoint-every', '1', '--save-every', '5'],
    'regions': TRANSFER + ['--content-mask', 'mask.png', '--content-mask', 'luma:0-0.5', '--iterations', '25',
                           '--checkpoint-every', '1'],
    'luminance': TRANSFER + ['--color', 'luminance', '--bits', '16', '--iterations', '40', '--checkpoint-every', '5'],
    'texture': ['texture', 'style.png', '--style-layers', 'conv1_1', '--iterations', '60', '--checkpoint-every', '1'],
}


class Trial:
    """One kind of run, in folders that hold its pictures."""

    def __init__(self, tool, kind, pictures, root):
        self.command = [tool, *KINDS[kind], *COMMON]
        self.tool, self.kind, self.pictures, self.root = tool, kind, pictures, root
        folder = self.folder('whole')
        begin = time.monotonic()
        self.go(folder, self.command)
        self.seconds = time.monotonic() - begin
        self.whole = results(folder)

    def folder(self, name):
        path = self.root / name
        shutil.copytree(self.pictures, path)
        return path

    def go(self, folder, command, kill_after=None):
        """True if it was killed; an error unless it ended well or was."""
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, told = process.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True
        if process.returncode != 0:
            raise RuntimeError(f'{command[1]} ended with {process.returncode}: {told.decode().strip()}')
        return False

    def moment(self, draw, counts):
        """One run, killed once or more; what is wrong with its end, or ''."""
        folder = self.folder('killed')
        try:
            command, kills = self.command, 0
            while True:
                after = draw.uniform(0, 1.2 * self.seconds) if kills == 0 or draw.random() < 0.5 else None
                if not self.go(folder, command, after):
                    break
                kills += 1
                there = any((folder / name).exists() for name in ('c.h5', 'c.h5.previous'))
                counts['killed before the first checkpoint' if not there else 'killed'] += 1
                command = [self.tool, 'resume', 'c.h5'] if there else self.command
            counts['not killed: too late' if kills == 0 else 'went on'] += 1
            counts['killed more than once'] += kills > 1
            return self.fault(folder, counts)
        except RuntimeError as error:
            return str(error)
        finally:
            shutil.rmtree(folder)

    def fault(self, folder, counts):
        for path in folder.glob('.vggstyle-*.tmp'):  # a picture that was being written
            counts['pictures half written, left behind'] += 1
            path.unlink()
        end = results(folder)
        if end.keys() != self.whole.keys():
            return f'files are {sorted(end)}, not {sorted(self.whole)}'
        return next((f'{name} is another' for name in end if end[name] != self.whole[name]), '')


def results(folder):
    """What a run has left, by name; of checkpoints only that they are there."""
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    contents['c.h5'] = b'there' if 'c.h5' in contents else b''
    lines = [json.loads(line) for line in contents['run.jsonl'].splitlines()]
    for line in lines:
        del line['seconds']
    contents['run.jsonl'] = json.dumps(lines)
    return contents


def draw_pictures(tool, folder):
    folder.mkdir()
    for kind, name in (('scene', 'content'), ('strokes', 'style'), ('halves', 'mask')):
        subprocess.run([tool, 'contrive', kind, '--size', '48', '-o', f'{name}.png'], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('tool', type=Path)
    parser.add_argument('--moments', type=int, default=len(KINDS))
    parser.add_argument('--seed', type=int, default=0)
    arguments = parser.parse_args()
    tool = str(arguments.tool.resolve())
    draw, counts, faults = random.Random(arguments.seed), collections.Counter(), 0
    with tempfile.TemporaryDirectory(prefix='vggstyle-kill-') as name:
        root = Path(name)
        draw_pictures(tool, root / 'pictures')
        trials = {}
        for i in range(arguments.moments):
            kind = list(KINDS)[i % len(KINDS)]
            if kind not in trials:
                (root / kind).mkdir()
                trials[kind] = Trial(tool, kind, root / 'pictures', root / kind)
            fault = trials[kind].moment(draw, counts)
            if fault:
                faults += 1
                print(f'moment {i}, {kind}: {fault}')
    for what, count in sorted(counts.items()):
        print(f'{what}: {count}')
    print(f'{arguments.moments} moments, {faults} faults')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
