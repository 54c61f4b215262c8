"""level_symbols.py NM OBJECT...: each object, cpu_LEVEL.o, defines one name that others see, vggstyle_cpu_kernels_LEVEL.

Anything else could be taken for the whole program, whose other processors lack the level's instructions.
"""
import pathlib
import subprocess
import sys

nm, *objects = sys.argv[1:]
assert len(objects) > 1, 'no levels'
for path in map(pathlib.Path, objects):
    lines = subprocess.run([nm, '--extern-only', '--defined-only', path], check=True, capture_output=True, text=True).stdout
    names = [line.split()[-1] for line in lines.splitlines()]
    expected = ['vggstyle_cpu_kernels_' + path.stem.removeprefix('cpu_')]
    assert names == expected, f'{path.name} defines {names[:5]}, not {expected} alone'
