#!/usr/bin/env python3
"""The shape of the house: which room may look into which; how much a folder, a file and a function hold.

    tests/house/house_test.py [FOLDER]

Reads the files of FOLDER (default: this project) that git knows, or all where there is no git, and prints each
fault, a line each; exit status 1 if there is one.
"""
import collections
import re
import subprocess
import sys
from pathlib import Path

# From the ground up: a room sees those below it, and none beside it.
FLOORS = (
    ('runtime',),
    ('kernels', 'runtime/cuda', 'tools/pictures'),
    ('kernels/cpu', 'kernels/cuda', 'net', 'tools/contrive', 'tools/report', 'tools/video/files'),
    ('optim', 'tools/measures', 'weights'),
    ('tools/session', 'tools/toy', 'examples'),
    ('bench', 'tools/evaluate', 'tools/serve'),
    ('tools/transfer', 'tools/studio'),
    ('tools/study',),
    ('tools/video',),
    ('tools/cli',),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MOST_FILES = 20
MOST_LINES = 400
MOST_FUNCTION_LINES = 60
# What the simulated GPU gives device code in the place of CUDA's headers, by include path.
HARNESS = 'simt/'


def room_of(path):
    """The room of a file or include, by its longest name; None for the tests, and for what is not ours."""
    parts = Path(path).parts[:-1]
    return next((name for n in range(len(parts), 0, -1) if (name := '/'.join(parts[:n])) in FLOOR), None)


def blank(match):
    """What a comment or literal becomes: nothing that looks like code, as many lines."""
    return '""' + '\n' * match.group().count('\n')


LITERALS = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'|^\s*#(?:[^\n]*\\\n)*[^\n]*""",
    re.DOTALL | re.MULTILINE)
CONTAINER = re.compile(r'(^|\s)(namespace|class|struct|union|enum|extern)\b[^()]*$')


def without_template(head):
    """A head less `template <...>`, whose parameters may have defaults."""
    return re.sub(r'template\s*<[^;{}]*>\s', '', head)


def functions(text):
    """(name, first line, last line) of each function with a body; lambdas and local classes are parts of theirs."""
    text = LITERALS.sub(blank, text)
    heads = []  # of the braces that are open
    start = 0
    for match in re.finditer(r'[{};]', text):
        at = match.start()
        if match.group() == '{':
            heads.append((text[start:at], start))
        elif match.group() == '}' and heads:
            head, begin = heads.pop()
            outside = all(CONTAINER.search(h) for h, _ in heads)
            name = re.search(r'(\b(?!__)[\w:~]+|operator\W+?)\s*\(', head)
            if outside and name and not CONTAINER.search(head) and not re.search(r'\w[&*]* = ', without_template(head[:name.start()])):
                first = text.count('\n', 0, begin + len(head) - len(head.lstrip())) + 1
                yield name.group(1), first, text.count('\n', 0, at) + 1
        start = at + 1


def faults_of_size(path, text):
    lines = text.count('\n')
    if lines > MOST_LINES:
        yield f'{path}: {lines} lines, more than {MOST_LINES}'
    for name, first, last in functions(text):
        if last - first + 1 > MOST_FUNCTION_LINES:
            yield f'{path}:{first}: {name} has {last - first + 1} lines, more than {MOST_FUNCTION_LINES}'


def faults_of_source(path, text):
    for name in re.findall(r'TEST_CASE\(\s*"([^"]*;[^"]*)"', text):
        yield f'{path}: the test "{name}" would be two for CTest, neither of them there: use no semicolon'
    room = room_of(path)
    if room is None:
        if not path.startswith('tests/'):
            yield f'{path}: in none of the rooms of tests/house/house_test.py'
        return
    for include in re.findall(r'^\s*#\s*include "([^"]+)"', text, re.MULTILINE):
        if include.startswith('tests/'):
            yield f'{path}: includes {include}, of the tests'
        if include.startswith(HARNESS) and room != 'kernels/cuda':
            yield f'{path}: includes {include}, which is there for device code'
        other = room_of(include)
        if other not in (None, room) and FLOOR[other] >= FLOOR[room]:
            yield f'{path}: includes {include}, but {room} stands below {other}, or beside it'
    if re.search(r'\bv?fork\s*\(', LITERALS.sub(blank, text)):
        yield f'{path}: forks; a copy of a process that has threads hangs on their locks: use posix_spawn'
    if 'CLI/' in text and room != 'tools/cli' and re.search(r'#\s*include <CLI/', text):
        yield f'{path}: includes CLI11, which belongs to tools/cli'


def files_of(root):
    if (root / '.git').exists():
        return subprocess.run(['git', 'ls-files'], cwd=root, check=True, capture_output=True, text=True).stdout.splitlines()
    return [str(f.relative_to(root)) for f in root.rglob('*') if f.is_file() and f.relative_to(root).parts[0] != 'build']


def faults(root):
    files = files_of(root)
    for folder, count in sorted(collections.Counter(str(Path(f).parent) for f in files).items()):
        if count > MOST_FILES:
            yield f'{folder}: {count} files, more than {MOST_FILES}'
    for path in files:
        if re.search(r'\.(cpp|h|cu|cuh)$', path) and (root / path).exists():
            text = (root / path).read_text()
            yield from faults_of_source(path, text)
            yield from faults_of_size(path, text)


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2])
    found = list(faults(root))
    print('\n'.join(found) if found else 'the house: 0 faults')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
