#!/usr/bin/env python3
"""docs/what-is-style.md from its template, its numbers and its pictures.

    document.py update DIR    takes numbers and pictures from DIR, which docs/what-is-style.sh wrote, and writes
                              the document anew
    document.py check [DIR]   fails, naming each line, where the document is not what the template and the
                              recorded numbers give; with DIR, or those of DIR; pictures too
    document.py page DIR      writes DIR/index.html: all studies of DIR on one page

In the template {{house.content.conv3_1.ssim|.3f}} is a number of numbers.json as Python's format() shows it; the
format `p` is for percent, without the sign. {{house.form.circle.(raw,both).contrast|.0f}} is several numbers
with ' / ' between them, with [ ] instead of ( ) they become cells of a table. A line with a * for the network is
repeated for each; {{*}} is its folder, {{label}} how the document calls it.
"""
import html
import json
import re
import shutil
import sys
from pathlib import Path

from numbers_of_studies import NETWORKS, STUDIES, load, numbers_of

HERE = Path(__file__).resolve().parent
TEMPLATE, NUMBERS = HERE / 'template.md', HERE / 'numbers.json'
DOCUMENT = HERE.parent / 'what-is-style.md'
LABELS = {'published': 'published', 'house': 'house', 'synthetic': 'random'}
PICTURES = 'images/what-is-style/'
NOTE = '<!-- Written by docs/what-is-style/document.py from template.md and numbers.json: change those. -->\n\n'


def look_up(numbers, path):
    for key in path.split('.'):
        if key not in numbers:
            raise SystemExit(f"template.md: there is no number '{path}' (no '{key}')")
        numbers = numbers[key]
    return numbers


def show(value, form):
    if form == 'p':
        return f'{100 * value:.0f}'
    return format(value, form)


def expand(numbers, expression):
    """What one {{...}} stands for."""
    path, _, form = expression.partition('|')
    several = re.search(r'\(([^)]*)\)|\[([^]]*)\]', path)
    if not several:
        return show(look_up(numbers, path), form)
    keys, between = (several[1], ' / ') if several[1] else (several[2], ' | ')
    paths = (path[:several.start()] + key.strip() + path[several.end():] for key in keys.split(','))
    return between.join(show(look_up(numbers, p), form) for p in paths)


def render(template, numbers):
    lines = []
    for line in template.splitlines():
        for network in NETWORKS if '{{*' in line or '.*.' in line else [None]:
            text = line
            if network:
                text = text.replace('{{label}}', LABELS[network]).replace('{{*}}', network).replace('{{*.', '{{' + network + '.')
                text = text.replace('{{judge.*', '{{judge.' + network)
            lines.append(re.sub(r'\{\{(.*?)\}\}', lambda match: expand(numbers, match[1]), text))
    return NOTE + '\n'.join(lines) + '\n'


def merged(recorded, found):
    """The numbers found, and those recorded of what was not measured this time."""
    if not isinstance(recorded, dict) or not isinstance(found, dict):
        return found
    return {**recorded, **{key: merged(recorded.get(key), value) for key, value in found.items()}}


def picture_names(text):
    return sorted(set(re.findall(re.escape(PICTURES) + r'([^)\s]+\.png)', text)))


def pictures(text, folder):
    """(the document's picture, the file that it shows) of those whose network is in `folder`."""
    for name in picture_names(text):
        source = folder / name
        if not source.exists():
            source = source.parent / 'pictures' / source.name
        if source.exists() or (folder / Path(name).parts[0]).is_dir():
            yield HERE.parent / PICTURES / name, source


def recorded_numbers():
    return json.loads(NUMBERS.read_text()) if NUMBERS.exists() else {}


def update(folder):
    numbers = merged(recorded_numbers(), numbers_of(folder))
    text = render(TEMPLATE.read_text(), numbers)
    for target, source in pictures(text, folder):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    NUMBERS.write_text(json.dumps(numbers, indent=1, sort_keys=True) + '\n')
    DOCUMENT.write_text(text)
    return []


def check(folder=None):
    numbers = recorded_numbers()
    found = merged(numbers, numbers_of(folder)) if folder else numbers
    expected = render(TEMPLATE.read_text(), found)
    faults = []
    here, there = DOCUMENT.read_text().splitlines(), expected.splitlines()
    for n, (is_, should) in enumerate(zip(here, there), 1):
        if is_ != should:
            faults.append(f'what-is-style.md:{n}: is      {is_}\n{"":{len(str(n)) + 18}}should be {should}')
    if len(here) != len(there):
        faults.append(f'what-is-style.md: {len(here)} lines, should be {len(there)}')
    for name in picture_names(expected):
        if not (HERE.parent / PICTURES / name).exists():
            faults.append(f'{PICTURES}{name}: is missing')
    if folder:
        for target, source in pictures(expected, folder):
            if not target.exists() or target.read_bytes() != source.read_bytes():
                faults.append(f'{target.relative_to(HERE.parent)}: is not {source}')
    return faults


STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:0 auto;padding:1rem;color:#222;background:#fff}
h2{margin-top:2.5rem}section{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr));gap:1.5rem}
article{border:1px solid #ccc;border-radius:.4rem;padding:.8rem;min-width:0}h3{margin:0 0 .4rem}
img{width:100%;max-height:22rem;object-fit:contain;object-position:top left}
code{display:block;font-size:.75rem;overflow-wrap:anywhere;color:#555;margin-top:.4rem}
@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}article{border-color:#444}code{color:#aaa}a{color:#8bf}}"""


def card(folder, study):
    where = html.escape(str(study.relative_to(folder)))
    numbers = load(study)
    return (f'<article><h3><a href="{where}/index.html">{where}</a></h3>'
            f'<a href="{where}/index.html"><img src="{where}/sheet.png" alt="the pictures of {where}" loading="lazy"></a>'
            f'<code>{html.escape(numbers["command"])}</code></article>')


def page(folder):
    parts = [('Without a network', sorted(p.parent for p in folder.glob('*/study.json')))]
    titles = {'published': 'Published weights', 'house': 'House weights', 'synthetic': 'Random filters'}
    for network, title in titles.items():
        parts.append((title, [folder / network / name for name in STUDIES if load(folder / network / name)]))
    parts.append(('The judge', sorted(p.parent for p in folder.glob('judge/*/study.json'))))
    body = ''.join(f'<h2>{title}</h2><section>{"".join(card(folder, s) for s in studies)}</section>\n'
                   for title, studies in parts if studies)
    (folder / 'index.html').write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>What is style?</title><style>{STYLE}</style><h1>What is style?</h1>'
        '<p>All studies behind docs/what-is-style.md; each opens with its pictures, charts and tables.</p>\n'
        f'{body}</html>\n')
    return []


def main():
    commands = {'update': (update, 1, 1), 'check': (check, 0, 1), 'page': (page, 1, 1)}
    run, least, most = commands.get(sys.argv[1] if len(sys.argv) > 1 else '', (None, 0, 0))
    folders = [Path(argument) for argument in sys.argv[2:]]
    if run is None or not least <= len(folders) <= most:
        print('usage: document.py update DIR | check [DIR] | page DIR', file=sys.stderr)
        return 2
    for folder in folders:
        if not (folder / 'grid/study.json').exists():
            print(f'{folder} holds no studies: docs/what-is-style.sh writes them', file=sys.stderr)
            return 2
    faults = run(*folders)
    print('\n'.join(faults))
    if run is check:
        print(f'what-is-style.md: {len(faults)} differences' if faults else 'what-is-style.md: every number and picture is the one found')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
