#!/usr/bin/env python3
"""install_test.py BUILD: what `cmake --install BUILD` puts into a folder works there and where that is moved to, with
nothing of the source tree named; bash completes; the manual page tells of every command; the engine is found by find_package()."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BUILD = sys.argv.pop(1)
SOURCE = Path(__file__).resolve().parents[2]


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options)


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix='vggstyle-install-')
        first, cls.prefix = Path(cls.folder.name) / 'first', Path(cls.folder.name) / 'moved'
        run('cmake', '--install', BUILD, '--prefix', str(first))
        first.rename(cls.prefix)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def tool(self, *arguments):
        environment = {'HOME': self.folder.name, 'PATH': os.environ['PATH']}
        return run(str(self.prefix / 'bin/vggstyle'), *arguments, env=environment, cwd=self.folder.name)

    def test_it_makes_pictures_with_the_house_weights(self):
        self.tool('contrive', 'dots', '--size', '32', '-o', 'dots.png')
        told = self.tool('texture', 'dots.png', '--iterations', '2', '-o', 'out.png')
        self.assertIn(str(self.prefix / 'share/vggstyle/house.h5'), told.stdout + told.stderr)
        self.assertIn(str(self.prefix / 'share/vggstyle/fetch.sh') + ' vgg16', told.stdout + told.stderr)
        self.assertTrue((Path(self.folder.name) / 'out.png').exists())

    def test_bash_completes_commands_and_options_and_leaves_the_rest_to_files(self):
        script = self.prefix / 'share/bash-completion/completions/vggstyle'
        for words, expected in (('vggstyle tran', 'transfer'), ('vggstyle transfer a.png --style-sc', '--style-scale'),
                                ('vggstyle study ga', 'gallery'), ('vggstyle study gallery --cum', ''),
                                ('vggstyle study layers --cum', '--cumulative'), ('vggstyle transfer a', '')):
            count = len(words.split())
            shown = run('bash', '-c', f'source "{script}"; COMP_WORDS=({words}); COMP_CWORD={count - 1}; _vggstyle; '
                                      'echo "${COMPREPLY[@]}"')
            self.assertEqual(shown.stdout.strip(), expected, words)

    def test_other_shells_and_the_manual_know_every_command(self):
        commands = re.findall(r'^  ([a-z]+) ', self.tool('--help').stdout.split('Subcommands:\n')[1].split('\n\n')[0], re.MULTILINE)
        self.assertGreater(len(commands), 10)
        manual = (self.prefix / 'share/man/man1/vggstyle.1').read_text()
        zsh = (self.prefix / 'share/zsh/site-functions/_vggstyle').read_text()
        fish = (self.prefix / 'share/fish/vendor_completions.d/vggstyle.fish').read_text()
        sections = set(re.findall(r'^\.SS ([a-z]+)', manual, re.MULTILINE))
        for command in commands:
            self.assertIn(command, sections)
            self.assertTrue(f"'{command}:" in zsh and f' -a {command} -d ' in fish, command)
        for page, option in ((manual, r'\fB\-\-style\-scale\fR'), (zsh, "'--style-scale=["), (fish, ' -l style-scale -r ')):
            self.assertTrue(option in page, option)

    def test_the_example_and_every_header_build_outside_with_the_installed_engine(self):
        cache = (Path(BUILD) / 'CMakeCache.txt').read_text()
        if re.search('^VGGSTYLE_SANITIZE:BOOL=ON', cache, re.MULTILINE):
            self.skipTest('libraries with sanitizers want programs with them')
        compiler = re.search('^CMAKE_CXX_COMPILER:[A-Z]+=(.*)', cache, re.MULTILINE)[1]
        source = Path(self.folder.name) / 'outside'
        source.mkdir()
        shutil.copy(SOURCE / 'examples/texture.cpp', source)
        (source / 'CMakeLists.txt').write_text(
            'cmake_minimum_required(VERSION 3.25)\nproject(outside LANGUAGES CXX)\n'
            'set(CMAKE_EXPORT_COMPILE_COMMANDS ON)\nfind_package(vggstyle 0.1 REQUIRED)\n'
            'add_executable(texture texture.cpp)\ntarget_link_libraries(texture vggstyle::vggstyle)\n'
            'add_library(headers headers.cpp)\ntarget_link_libraries(headers vggstyle::vggstyle)\n')
        include = self.prefix / 'include/vggstyle'
        headers = sorted(str(path.relative_to(include)) for path in include.rglob('*.h'))
        self.assertIn('optim/lbfgs.h', headers)
        (source / 'headers.cpp').write_text(''.join(f'#include "{header}"\n' for header in headers))
        build = source / 'build'
        run('cmake', '-S', str(source), '-B', str(build), f'-DCMAKE_PREFIX_PATH={self.prefix}',
            f'-DCMAKE_CXX_COMPILER={compiler}')
        command = (build / 'compile_commands.json').read_text()
        for ours in ('-W', '-march', '-fsanitize', '-include', str(SOURCE)):
            self.assertNotIn(ours, command)
        run('cmake', '--build', str(build))
        self.tool('contrive', 'dots', '--size', '32', '-o', 'style.png')
        environment = {'PATH': f'{self.prefix}/bin:{os.environ["PATH"]}'}
        run(str(build / 'texture'), str(self.prefix / 'share/vggstyle/house.h5'), 'style.png', 'made.png',
            cwd=self.folder.name, env=environment)
        self.assertTrue((Path(self.folder.name) / 'made.png').exists())


if __name__ == '__main__':
    unittest.main()
