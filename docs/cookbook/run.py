#!/usr/bin/env python3
"""Runs the commands of docs/cookbook.md, in order.

    docs/cookbook/run.py pictures [TOOL]    those that make the pictures shown, at 192 pixels, with the house weights; the
                                            pictures go to docs/images/cookbook (ten minutes on two cores)
    docs/cookbook/run.py try [TOOL]         small and short, with random filters: does each still run?

TOOL is build/release/vggstyle if it is not given.
"""
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / 'cookbook.md'
PICTURES = HERE.parent / 'images/cookbook'
ROOT = HERE.parents[1]
SIZE, SMALL_SIZE = 192, 40
RUNS = ('transfer', 'texture', 'compare')
# What a trial of each command changes.
SMALL = {
    'transfer': {'--iterations': 3, '--weights': 'synthetic', '--style-layers': 'conv1_1,conv2_1',
                 '--content-layers': 'conv2_1'},
    'texture': {'--iterations': 3, '--weights': 'synthetic', '--style-layers': 'conv1_1,conv2_1'},
    'neural-style': {'-num_iterations': 3, '-model_file': 'synthetic', '-style_layers': 'relu1_1,relu2_1',
                     '-content_layers': 'relu2_1', '-image_size': SMALL_SIZE},
    'resume': {'--iterations': 6},
}
SMALL['compare'] = SMALL['transfer']


def commands(page):
    for block in re.findall(r'```sh\n(.*?)```', page, re.DOTALL):
        yield from block.splitlines()


def shown(page):
    return sorted(set(re.findall(r'\(images/cookbook/(\w+\.png)\)', page)))


def with_options(command, changes):
    """The command with these options in the place of its own."""
    for option, value in changes.items():
        command, found = re.subn(rf'(?<=\s){re.escape(option)} \S+', f'{option} {value}', command)
        if not found:
            head, redirection, target = command.partition(' > ')
            command = f'{head} {option} {value}{redirection}{target}'
    return command


def changes_for(command, trying):
    kind = command.split()[1]
    changes = dict(SMALL.get(kind, {})) if trying else {}
    if kind in RUNS + ('contrive',):
        changes['--size'] = SMALL_SIZE if trying else SIZE
    if trying and '--preset' in command:
        changes['--scales'] = 2
    return changes


def run(tool, folder, trying):
    page = PAGE.read_text()
    size = SMALL_SIZE if trying else SIZE
    subprocess.run([sys.executable, HERE / 'figure.py', folder / 'figure.png', str(size)], check=True)
    for command in commands(page):
        if not trying and not any(f'-o {name}' in command for name in shown(page)):
            continue
        changed = with_options(command, changes_for(command, trying))
        print(changed, flush=True)
        line = re.sub('^vggstyle', shlex.quote(str(tool)), changed)
        subprocess.run(line, shell=True, check=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return [name for name in shown(page) if not (folder / name).is_file()]


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in ('pictures', 'try'):
        sys.exit(__doc__)
    trying = sys.argv[1] == 'try'
    tool = Path(sys.argv[2] if len(sys.argv) == 3 else ROOT / 'build/release/vggstyle').resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        missing = run(tool, folder, trying)
        if missing:
            sys.exit(f'the page shows {", ".join(missing)}, which no command makes')
        if not trying:
            PICTURES.mkdir(parents=True, exist_ok=True)
            for picture in shown(PAGE.read_text()):
                shutil.copy(folder / picture, PICTURES / picture)


if __name__ == '__main__':
    main()
