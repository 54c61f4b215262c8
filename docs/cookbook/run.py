#!/usr/bin/env python3
"""Runs the commands of docs/cookbook.md in order, small and short, with random filters: does each still run?

    docs/cookbook/run.py [TOOL]    (default: build/release/vggstyle)
"""
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / 'cookbook.md'
ROOT = HERE.parents[1]
SIZE = 40
RUNS = ('transfer', 'texture', 'compare', 'batch', 'video')
# What a trial of each command changes.
SMALL = {
    'transfer': {'--iterations': 3, '--weights': 'synthetic', '--style-layers': 'conv1_1,conv2_1',
                 '--content-layers': 'conv2_1'},
    'texture': {'--iterations': 3, '--weights': 'synthetic', '--style-layers': 'conv1_1,conv2_1'},
    'neural-style': {'-num_iterations': 3, '-model_file': 'synthetic', '-style_layers': 'relu1_1,relu2_1',
                     '-content_layers': 'relu2_1', '-image_size': SIZE},
    'resume': {'--iterations': 6},
}
SMALL['compare'] = SMALL['batch'] = SMALL['video'] = SMALL['transfer']


def commands(page):
    for block in re.findall(r'```sh\n(.*?)```', page, re.DOTALL):
        yield from block.splitlines()


def with_options(command, changes):
    """The command with these options in the place of its own."""
    for option, value in changes.items():
        command, found = re.subn(rf'(?<=\s){re.escape(option)} \S+', f'{option} {value}', command)
        if not found:
            head, redirection, target = command.partition(' > ')
            command = f'{head} {option} {value}{redirection}{target}'
    return command


def changes_for(command):
    kind = command.split()[1]
    changes = dict(SMALL.get(kind, {}))
    if kind in RUNS + ('contrive',):
        changes['--size'] = SIZE
    if '--preset' in command:
        changes['--scales'] = 2
    return changes


def main():
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    tool = Path(sys.argv[1] if len(sys.argv) == 2 else ROOT / 'build/release/vggstyle').resolve()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, HERE / 'figure.py', Path(folder) / 'figure.png', str(SIZE)], check=True)
        subprocess.run([sys.executable, HERE / 'clip.py', Path(folder) / 'walk', str(SIZE), '2'], check=True)
        for command in commands(PAGE.read_text()):
            changed = with_options(command, changes_for(command))
            print(changed, flush=True)
            line = re.sub('^vggstyle', shlex.quote(str(tool)), changed)
            subprocess.run(line, shell=True, check=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


if __name__ == '__main__':
    main()
