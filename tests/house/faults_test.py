#!/usr/bin/env python3
"""house_test.py finds each fault that it knows, in a house that has it and no other."""
import sys
import tempfile
from pathlib import Path

from house_test import faults

LONG_FUNCTION = 'void f() {\n' + '  g();\n' * 60 + '}\n'
FINE = {
    'kernels/conv3x3.h': '#include "runtime/device.h"\n// fork() is a word; so is "{"\n',
    'kernels/cuda/pool.cu': '#include "simt/ptx.h"\nnamespace a {\n' + 'void f(int x = 1) {\n}\n' * 90 + '}\n',
    'tools/cli/options.cpp': '#include <CLI/CLI.hpp>\n',
    'tests/net/graph_test.cpp': '#include "tools/cli/options.h"\n',
}
# What a file says, and the fault that it is.
FAULTY = (
    ('runtime/device.cpp', '#include "kernels/tensor.h"\n', 'stands below'),
    ('optim/adam.cpp', '#include "weights/load.h"\n', 'beside it'),
    ('net/graph.cpp', '#include "tests/support/files.h"\n', 'of the tests'),
    ('net/graph.cpp', '#include "simt/ptx.h"\n', 'for device code'),
    ('tools/study/gram.cpp', '#include <CLI/CLI.hpp>\n', 'CLI11'),
    ('attic/old.cpp', '', 'in none of the rooms'),
    ('weights/read.cpp', 'int f() { return fork(); }\n', 'forks'),
    ('tests/net/graph_test.cpp', 'TEST_CASE("a tile; a picture") {}\n', 'no semicolon'),
    ('net/long.cpp', '\n' * 401, '401 lines'),
    ('tests/net/long_test.cpp', '\n' * 401, '401 lines'),
    ('net/graph.cpp', LONG_FUNCTION, 'net/graph.cpp:1: f has 62 lines'),
    ('net/graph.cpp', 'namespace a {\nclass B {\n' + LONG_FUNCTION + '};\n}\n', 'net/graph.cpp:3: f has 62 lines'),
    ('kernels/cuda/k.cuh', 'template <int N, bool b = false>\n__global__ void __launch_bounds__(N)\n' + LONG_FUNCTION[5:],
     'k.cuh:1: f has 64 lines'),
)


def found_in(house):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in house.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text)
        return list(faults(Path(folder)))


def main():
    wrong = [f'a fine house: {fault}' for fault in found_in(FINE)]
    for path, text, words in FAULTY:
        found = found_in({**FINE, path: text})
        if len(found) != 1 or words not in found[0]:
            wrong.append(f'{path}, which should be found "{words}": {found}')
    crowd = found_in({**FINE, **{f'net/{n}.h': '' for n in range(21)}})
    if crowd != ['net: 21 files, more than 20']:
        wrong.append(f'a folder of 21 files: {crowd}')
    print('\n'.join(wrong) if wrong else f'{len(FAULTY) + 1} faults found')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
