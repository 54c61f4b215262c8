#!/usr/bin/env python3
"""Attacks on the tool, drawn at random from a seed: damaged pictures and weights, odd command lines, outputs that are
inputs, studies whose folder was tampered with, limits and broken streams.

    tests/attack/attack.py TOOL WEIGHTS [--attacks N] [--seed S] [--kind KIND] [--sanitized]

Each attack holds if the tool ends by itself with a documented exit status, says what is wrong in one sentence, leaves no temporary
file behind and every file that it was not asked to write as it was. Prints each that does not, how to repeat it, and a
table of kinds; exit status 1 if any failed.
"""
import argparse
import collections
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

STATUSES = {0, 1, 2, 130}
LEAKS = re.compile(r'terminate called|std::|basic_|AddressSanitizer|runtime error|Segmentation|Traceback|\.vggstyle-')
SECONDS = 60


class Attack:
    """One run of the tool in a folder of its own."""

    def __init__(self, request, template, rng):
        self.tool, self.weights, self.sanitized, self.rng = request.tool, request.weights, request.sanitized, rng
        self.folder = Path(tempfile.mkdtemp(prefix='vggstyle-attack-'))
        for file in template.iterdir():
            if file.is_dir():
                shutil.copytree(file, self.folder / file.name)
            else:
                shutil.copy2(file, self.folder / file.name)
        self.written = set()  # what the tool may change
        self.faults = []
        self.command = ''

    def files(self):
        return {str(p.relative_to(self.folder)): hashlib.sha256(p.read_bytes()).hexdigest()
                for p in self.folder.rglob('*') if p.is_file() and not p.is_symlink()}

    def run(self, arguments, shell=None):
        """Runs the tool, by a shell if there is something around it, and checks what every run must hold."""
        before = self.files()
        environment = {**os.environ, 'XDG_DATA_HOME': str(self.folder), 'VGGSTYLE_WEIGHTS': self.weights,
                       'ASAN_OPTIONS': 'detect_leaks=0'}
        self.command = ' '.join(repr(a) for a in arguments) + (f'   within {shell!r}' if shell else '')
        argv = [self.tool, *arguments]
        if shell:
            argv = ['/bin/sh', '-c', shell, self.tool, *arguments]
        try:
            done = subprocess.run(argv, cwd=self.folder, env=environment, timeout=SECONDS, capture_output=True)
        except subprocess.TimeoutExpired:
            self.faults.append(f'does not end in {SECONDS} s')
            return None
        error = done.stderr.decode('utf-8', 'replace')
        self.check(done.returncode in STATUSES, f'exit status {done.returncode}')
        self.check(not LEAKS.search(error), f'says {error.strip()[-300:]!r}')
        self.check(not re.search('[\x00-\x08\x0b-\x1f]', error), f'shows control characters: {error!r}')
        if done.returncode in (1, 2) and not shell:
            lines = [line for line in error.splitlines() if 'error' in line]
            self.check(len(lines) == 1 and lines[0].startswith('vggstyle: error: '), f'says {error.strip()[-300:]!r}')
        after = self.files()
        for name, digest in before.items():
            if name not in self.written:
                self.check(after.get(name) == digest, f'changed or removed {name}')
        for name in after.keys() - before.keys() - self.written:
            self.check('.vggstyle-' not in name, f'left {name} behind')
            self.check(done.returncode in (0, 130) or '/' in name, f'failed, and wrote {name}')
        return done

    def check(self, holds, what):
        if not holds:
            self.faults.append(what)

    def damage(self, data):
        """A few bytes changed, cut, doubled or made of nothing."""
        data = bytearray(data)
        for _ in range(self.rng.randint(1, 6)):
            if not data:
                break
            at = self.rng.randrange(len(data))
            length = self.rng.choice((1, 1, 2, 4, 16, 64))
            action = self.rng.randrange(5)
            if action == 0:
                data[at] = self.rng.randrange(256)
            elif action == 1:
                data[at:at + length] = bytes(self.rng.choice((0, 255)) for _ in range(length))
            elif action == 2:
                del data[at:at + length]
            elif action == 3:
                data[at:at] = data[at:at + length]
            else:
                data = data[:at] if self.rng.random() < 0.2 else data
        return bytes(data)


TINY = ('--style-layers', 'conv1_1', '--size', '24', '--iterations', '2', '--threads', '1')
NUMBERS = ('', '0', '-1', '1', '040', '1e3', '1e-300', '1e300', 'nan', 'inf', '-inf', '0x10', ' 2', '2 ', '1,5', '٣',
           '18446744073709551616', '-9223372036854775809', '99999999999999999999999', '+7', '--', '1;2', 'true')
NAMES = ('out.png', 'out.jpg', 'style.png', './style.png', 'content.jpg', 'link.png', 'hard.png', '.', '', '/', 'none/out.png',
         'out.gif', '/dev/null', '/dev/full', 'a\nb.png', '\x1b[31m.png', '[x].png', '-.png', 'x' * 300 + '.png', 'ü.png',
         'locked.png', 'loop.png', 'style.png/', '..')
OPTIONS = ('--size', '--iterations', '--seed', '--style-weight', '--content-weight', '--tv-weight', '--style-size',
           '--style-scale', '--history', '--save-every', '--bits', '--threads', '--learning-rate', '--style-blend')
WORDS = {'--gram': ('raw', 'both', 'centered', 'RAW', ''), '--normalization': ('gatys', 'relative', 'x'),
         '--optimizer': ('lbfgs', 'adam', 'gd', 'sgd'), '--init': NAMES + ('noise', 'content', 'style'),
         '--pooling': ('max', 'avg', 'min'), '--padding': ('zero', 'reflect', 'replicate', 'circular', 'x'), '--color': ('content', 'luminance', 'match', 'only', 'x'), '--model': ('vgg16', 'vgg19', 'vgg11'), '--background': ('white', '#12345', '#123456'),
         '--precision': ('fp32', 'fp16', 'x'), '--device': ('cpu', 'cuda:99999999999', 'gpu'), '--log': NAMES,
         '--style-layers': ('all', 'pixels', 'conv1_1:0', 'conv1_1,conv1_1', 'conv9_9', '1,2', ',', 'conv1_1:-1', 'conv1_1:1e400')}


def picture(attack):
    name = attack.rng.choice(('style.png', 'content.jpg', 'progressive.jpg', 'alpha.png'))
    source = attack.folder / name
    if not source.exists():
        name, source = 'style.png', attack.folder / 'style.png'
    (attack.folder / name).write_bytes(attack.damage(source.read_bytes()))
    attack.run(['texture', name, '--dry-run', '--quiet'])


def weights(attack):
    data = bytearray(Path(attack.weights).read_bytes())
    if attack.rng.random() < 0.8:  # where the structure is
        for _ in range(attack.rng.randint(1, 8)):
            at = attack.rng.randrange(min(len(data), 65536))
            data[at] = attack.rng.choice((0, 255, attack.rng.randrange(256)))
    else:
        data = data[:attack.rng.randrange(len(data))]
    (attack.folder / 'w.h5').write_bytes(data)
    attack.run(['weights', 'info', 'w.h5'])


def command_line(attack):
    rng = attack.rng
    arguments = [rng.choice(('transfer', 'texture', 'reconstruct', 'evaluate', 'contrive', 'distance', 'toy', 'weights', 'nonsense', ''))]
    arguments += [rng.choice(('style.png', 'content.jpg', 'none.png', '[x]', '', '-', '.', '/dev/zero', 'dots')) for _ in range(rng.randint(0, 3))]
    for _ in range(rng.randint(0, 5)):
        if rng.random() < 0.5:
            option, values = rng.choice(OPTIONS), NUMBERS
        else:
            option = rng.choice(sorted(WORDS))
            values = WORDS[option]
        value = rng.choice(values)
        arguments += [f'{option}={value}'] if rng.random() < 0.5 else [option, value]
    if arguments[0] in ('transfer', 'texture', 'reconstruct'):
        arguments += ['--dry-run']
    elif '-o' not in arguments:
        arguments += ['-o', rng.choice(('out.png', 'out', 'out.h5'))]
    attack.run([a.replace('\0', '') for a in arguments])


def output(attack):
    """Names that are other files, or cannot be; an output that is given is the only thing that may change."""
    name, log = attack.rng.choice(NAMES), attack.rng.choice(NAMES + ('run.jsonl',) * 5)
    arguments = ['transfer', 'content.jpg', 'style.png', *TINY, '-o', name]
    if attack.rng.random() < 0.5:
        arguments += ['--log', log]
    if attack.rng.random() < 0.3:
        arguments += ['--save-every', '1']
    inputs = {'content.jpg', 'style.png', 'hard.png', 'locked.png'}
    attack.written = {n for n in attack.files() if n not in inputs}
    attack.run(arguments)


def streams(attack):
    around = attack.rng.choice(('"$0" "$@" 2>&-', '"$0" "$@" >&- 2>&-', '"$0" "$@" <&- >&- 2>&-', '"$0" "$@" 2>/dev/full',
                                '"$0" "$@" 2>&1 | head -c 5', 'ulimit -f 2; "$0" "$@"', 'ulimit -n 16; "$0" "$@"',
                                'TMPDIR=/none "$0" "$@"', 'ulimit -v 4000000; "$0" "$@"'))
    if attack.sanitized and 'ulimit -v' in around:
        around = '"$0" "$@"'  # the sanitizer reserves terabytes
    attack.written = {'run.jsonl'}  # which is written as the run goes, and stays if that fails
    arguments = attack.rng.choice((['texture', 'style.png', *TINY, '-o', 'out.png', '--log', 'run.jsonl'],
                                   ['evaluate', 'style.png', '--layers', 'conv1_1', '-o', 'out.h5'],
                                   ['weights', 'info'], ['contrive', 'dots', '--size', '64', '-o', 'out.png'], ['devices']))
    attack.run(arguments, around)


def study(attack):
    """A finished study, one of whose files is damaged, gone, a folder, or somebody else's: made again, or refused."""
    files = sorted(p for p in (attack.folder / 'study').rglob('*') if p.is_file())
    page = (attack.folder / 'study/index.html').read_bytes()
    file = attack.rng.choice(files)
    action = attack.rng.randrange(4)
    if action == 0:
        file.write_bytes(attack.damage(file.read_bytes()))
    elif action == 1:
        file.unlink()
    elif action == 2:
        file.unlink()
        file.mkdir()
    else:
        file.write_bytes(b'mine')
    attack.written = {str(p.relative_to(attack.folder)) for p in (attack.folder / 'study').rglob('*')}
    attack.command = f'study with {file.name} {action}'
    done = attack.run(study_arguments())
    if done is not None and done.returncode == 0:
        attack.check((attack.folder / 'study/index.html').read_bytes() == page, 'shows another page than before')


KINDS = {f.__name__: f for f in (picture, weights, command_line, output, streams, study)}


def study_arguments():
    return ['study', 'gram', 'style.png', '--style-layers', 'conv1_1', '--size', '24', '--iterations', '2', '--quiet', '-o', 'study']


def make_template(tool, weights_file):
    """The files that every attack finds."""
    folder = Path(tempfile.mkdtemp(prefix='vggstyle-template-'))

    def run(*arguments):
        subprocess.run([tool, *arguments], cwd=folder, check=True, capture_output=True, env={**os.environ, 'VGGSTYLE_WEIGHTS': weights_file})
    run('contrive', 'strokes', '--size', '28x24', '-o', 'style.png')
    run('contrive', 'scene', '--size', '24', '-o', 'content.jpg')
    run(*study_arguments())
    shutil.copy2(folder / 'style.png', folder / 'locked.png')
    (folder / 'locked.png').chmod(0o444)
    return folder


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('tool', type=os.path.abspath)
    parser.add_argument('weights', type=os.path.abspath)
    parser.add_argument('--attacks', type=int, default=120)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--kind', choices=sorted(KINDS))
    parser.add_argument('--sanitized', action='store_true', help='the tool is built with the address sanitizer')
    request = parser.parse_args()
    template = make_template(request.tool, request.weights)
    tried, failed = collections.Counter(), collections.Counter()
    names = [request.kind] if request.kind else list(KINDS)
    for number in range(request.attacks):
        kind = names[number % len(names)]
        attack = Attack(request, template, random.Random(f'{request.seed} {kind} {number}'))
        os.symlink('style.png', attack.folder / 'link.png')
        os.symlink('loop.png', attack.folder / 'loop.png')
        os.link(attack.folder / 'content.jpg', attack.folder / 'hard.png')
        KINDS[kind](attack)
        tried[kind] += 1
        if attack.faults:
            failed[kind] += 1
            print(f'attack {number} ({kind}): {"; ".join(attack.faults)}\n    {attack.command}')
        shutil.rmtree(attack.folder, ignore_errors=True)
    shutil.rmtree(template, ignore_errors=True)
    print('\n'.join(f'{kind:<14}{tried[kind]:>6} tried {tried[kind] - failed[kind]:>6} held' for kind in tried))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
