#!/usr/bin/env python3
"""Runs the commands of docs/cookbook.md in order, small and short, with random filters: does each still run? And has the
page all of docs/cookbook/images, and no others?

    docs/cookbook/run.py [TOOL]               (default: build/release/vggstyle)
    docs/cookbook/run.py --pictures [TOOL]    makes these pictures again: 192 pixels, house weights, else as typed
"""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / 'cookbook.md'
IMAGES = HERE / 'images'
ROOT = HERE.parents[1]
SIZE = 40
SHOWN_SIZE = 192
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


def pictures(page):
    """The pictures that the page shows, by their paths in IMAGES."""
    return sorted({Path(name) for name in re.findall(r'\]\(cookbook/images/(\S+?)\)', page)})


def with_options(command, changes):
    """The command with these options in the place of its own."""
    for option, value in changes.items():
        command, found = re.subn(rf'(?<=\s){re.escape(option)} \S+', f'{option} {value}', command)
        if not found:
            head, redirection, target = command.partition(' > ')
            command = f'{head} {option} {value}{redirection}{target}'
    return command


def small(command):
    kind = command.split()[1]
    changes = dict(SMALL.get(kind, {}))
    if kind in RUNS + ('contrive',):
        changes['--size'] = SIZE
    if '--preset' in command:
        changes['--scales'] = 2
    return with_options(command, changes)


def for_the_page(command, shown):
    """What makes the pictures `shown` that are this command's: its file, as the page has it, or frames in its folder."""
    output = re.search(r'-o (\S+)$', command)
    made = [path for path in shown
            if output and (path.parts[0] if len(path.parts) > 1 else path.stem) == output[1].removesuffix('.png')]
    if not made:
        return
    if command.split()[1] == 'contrive':
        yield command  # for the commands that follow
    yield with_options(command, {'--size': SHOWN_SIZE} | ({'-o': made[0]} if made[0].suffix == '.jpg' else {}))


def draw(folder, size, frames):
    for script, *arguments in (('figure.py', 'figure.png', size), ('skyline.py', '.', size), ('clip.py', 'walk', size, frames)):
        subprocess.run([sys.executable, HERE / script, *map(str, arguments)], check=True, cwd=folder)


def run(command, tool, folder):
    print(command, flush=True)
    line = re.sub('^vggstyle', shlex.quote(str(tool)), command)
    subprocess.run(line, shell=True, check=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def try_commands(page, tool, folder):
    draw(folder, SIZE, 2)
    for command in commands(page):
        run(small(command), tool, folder)
    shown, there = pictures(page), sorted(path.relative_to(IMAGES) for path in IMAGES.rglob('*.*'))
    if shown != there:
        sys.exit(f'shown by the page or in {IMAGES}, but not both: {", ".join(map(str, set(shown) ^ set(there)))}')


def make_pictures(page, tool, folder):
    os.environ['VGGSTYLE_WEIGHTS'] = str(ROOT / 'weights/house.h5')
    shown = pictures(page)
    draw(folder, SHOWN_SIZE, 6)
    for command in commands(page):
        for changed in for_the_page(command, shown):
            run(changed, tool, folder)
    for path in shown:
        (IMAGES / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / path, IMAGES / path)


def main():
    arguments = sys.argv[1:]
    task = try_commands
    if arguments[:1] == ['--pictures']:
        task = make_pictures
        arguments.pop(0)
    if len(arguments) > 1 or arguments[:1] == ['--help']:
        sys.exit(__doc__)
    tool = Path(arguments[0] if arguments else ROOT / 'build/release/vggstyle').resolve()
    with tempfile.TemporaryDirectory() as folder:
        task(PAGE.read_text(), tool, Path(folder))


if __name__ == '__main__':
    main()
