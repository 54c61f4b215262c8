#!/usr/bin/env python3
"""docs/what-is-style.md is what its template and its numbers give, and document.py notices where it is not."""
import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / 'docs'
sys.path.insert(0, str(DOCS / 'what-is-style'))
sys.dont_write_bytecode = True
import document  # noqa: E402
import numbers_of_studies as studies  # noqa: E402


class TheDocument(unittest.TestCase):
    def test_is_what_its_template_and_numbers_give(self):
        self.assertEqual(document.check(), [])

    def test_has_every_picture_that_is_there_and_no_other(self):
        shown = {DOCS / document.PICTURES / name for name in document.picture_names(document.DOCUMENT.read_text())}
        self.assertEqual(shown, set((DOCS / document.PICTURES).rglob('*.png')))


class Copy(unittest.TestCase):
    """With a document of its own in the place of ours."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        saved = document.HERE, document.TEMPLATE, document.NUMBERS, document.DOCUMENT
        self.addCleanup(lambda: [setattr(document, name, value) for name, value in
                                 zip(('HERE', 'TEMPLATE', 'NUMBERS', 'DOCUMENT'), saved)])
        document.HERE = self.folder / 'what-is-style'
        document.HERE.mkdir()
        document.TEMPLATE, document.NUMBERS = document.HERE / 'template.md', document.HERE / 'numbers.json'
        document.DOCUMENT = self.folder / 'what-is-style.md'

    def write(self, template, numbers):
        document.TEMPLATE.write_text(template)
        document.NUMBERS.write_text(json.dumps(numbers))
        document.DOCUMENT.write_text(document.render(template, numbers))

    def studies_of(self, folder, ssim):
        """A folder of docs/what-is-style.sh that has the content of the house weights, and the toys."""
        run = {'layer': 'conv1_1', 'ssim': ssim, 'color_error': 1.0, 'edge_correlation': 1.0, 'loss_last': 0.0}
        toy = {**dict.fromkeys(studies.TOY, 0), 'variant': {'black': 0},
               'variants': [{'black': 0, 'relu': True, 'filters': 'unit', 'classes': 1}]}
        for name, study in (('house/content', {'runs': [run]}), ('grid', toy), ('grid-black', toy)):
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name / 'study.json').write_text(json.dumps(study))

    def test_a_number_changed_by_hand_is_named_with_its_line(self):
        self.write('one\n{{a.b|.2f}} two\n', {'a': {'b': 0.126}})
        self.assertEqual(document.check(), [])
        text = document.DOCUMENT.read_text()
        document.DOCUMENT.write_text(text.replace('0.13', '0.12'))
        faults = document.check()
        self.assertEqual(len(faults), 1)
        self.assertIn('what-is-style.md:4: is', faults[0])
        self.assertIn('0.13 two', faults[0])

    def test_a_missing_picture_is_named(self):
        self.write('![](images/what-is-style/in/scene.png)\n', {})
        self.assertEqual(document.check(), ['images/what-is-style/in/scene.png: is missing'])

    def test_other_numbers_of_a_folder_are_found_and_taken_over(self):
        self.write('{{house.content.conv1_1.ssim|.2f}} {{published.content.conv1_1.ssim|.2f}}\n',
                   {'house': {'content': {'conv1_1': {'ssim': 0.5}}}, 'published': {'content': {'conv1_1': {'ssim': 0.7}}}})
        folder = self.folder / 'out'
        self.studies_of(folder, 0.5)
        self.assertEqual(document.check(folder), [])
        self.studies_of(folder, 0.25)
        self.assertEqual(len(document.check(folder)), 1)
        document.update(folder)
        self.assertEqual(document.check(folder), [])
        self.assertIn('0.25 0.70', document.DOCUMENT.read_text())  # what was not measured stays

    def test_other_pictures_of_a_folder_are_found_and_taken_over(self):
        self.write('![](images/what-is-style/house/content/scene.png)\n', {})
        folder = self.folder / 'out'
        self.studies_of(folder, 1)
        (folder / 'house/content/pictures').mkdir()
        picture = folder / 'house/content/pictures/scene.png'
        picture.write_bytes(b'one')
        document.update(folder)
        self.assertEqual(document.check(folder), [])
        picture.write_bytes(b'two')
        self.assertEqual(len(document.check(folder)), 1)

    def test_without_its_folder_or_with_a_wrong_word_it_says_what_to_do(self):
        for arguments in (['check', str(self.folder)], ['write'], [], ['update'], ['page', 'a', 'b']):
            with self.subTest(arguments), contextlib.redirect_stderr(io.StringIO()) as said:
                sys.argv = ['document.py'] + arguments
                self.assertEqual(document.main(), 2)
                self.assertTrue(said.getvalue())

    def test_the_page_shows_each_study(self):
        folder = self.folder / 'out'
        self.studies_of(folder, 1)
        for file in folder.rglob('study.json'):
            file.write_text(json.dumps({'command': 'vggstyle study <content>'}))
        document.page(folder)
        page = (folder / 'index.html').read_text()
        for part in ('house/content/index.html', 'grid-black/sheet.png', 'study &lt;content&gt;', 'House weights'):
            self.assertIn(part, page)
        self.assertNotIn('Published weights', page)


class TheTemplate(unittest.TestCase):
    NUMBERS = {'x': {'a': 0.126, 'b': 2}, 'published': {'n': 1}, 'house': {'n': 2}, 'synthetic': {'n': 3}}

    def shown(self, template):
        return document.render(template, self.NUMBERS).removeprefix(document.NOTE)

    def test_numbers_are_shown_in_their_format(self):
        self.assertEqual(self.shown('{{x.a|.1f}} {{x.a|p}} % {{x.b|d}}'), '0.1 13 % 2\n')

    def test_several_numbers_stand_side_by_side(self):
        self.assertEqual(self.shown('{{x.(a,b)|.1f}} | {{x.[a, b]|.0f}} |'), '0.1 / 2.0 | 0 | 2 |\n')

    def test_a_line_for_each_network(self):
        self.assertEqual(self.shown('{{label}} {{*}} {{*.n|d}}\nend'),
                         'published published 1\nhouse house 2\nrandom synthetic 3\nend\n')

    def test_a_number_that_is_not_there_is_named(self):
        with self.assertRaisesRegex(SystemExit, "no number 'x.c'"):
            self.shown('{{x.c|d}}')


class Distances(unittest.TestCase):
    LINE = [[abs(i * i - j * j) for j in range(5)] for i in range(5)]  # no two distances are the same from a place

    def test_a_network_agrees_with_itself_and_not_with_its_opposite(self):
        opposite = [[-value for value in row] for row in self.LINE]
        self.assertEqual(studies.agreement(self.LINE, self.LINE), 1)
        self.assertEqual(studies.agreement(self.LINE, opposite), 0)
        self.assertEqual(studies.rank_correlation(self.LINE, self.LINE), 1)
        self.assertAlmostEqual(studies.rank_correlation(self.LINE, [[v ** 3 for v in row] for row in self.LINE]), 1)

    def test_ranks_by_their_definition(self):
        a = [[0, 1, 2], [1, 0, 3], [2, 3, 0]]
        b = [[0, 2, 1], [2, 0, 3], [1, 3, 0]]
        self.assertAlmostEqual(studies.rank_correlation(a, b), 1 - 6 * 2 / (3 * 8))
        self.assertEqual(studies.agreement(a, b), 2 / 3)


if __name__ == '__main__':
    unittest.main()
