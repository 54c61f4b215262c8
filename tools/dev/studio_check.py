#!/usr/bin/python3
"""Opens the studio in headless Chromium, makes pictures there with every control, and takes pictures of it.

    tools/dev/studio_check.py build/release/vggstyle FOLDER

FOLDER gets screenshots to look at. Needs what page_check.py needs; no test runs this.
Exit status 1 if something does not do what it should.
"""
import signal
import subprocess
import sys
import time
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from page_check import PATIENCE, Page, check


def start(tool, folder, name='rooms'):
    """The studio's process and the address that it prints."""
    errors = folder / f'{name}.txt'
    process = subprocess.Popen([tool, 'studio', name, '--serve', '127.0.0.1:0'], cwd=folder, stderr=errors.open('w'))
    end = time.monotonic() + PATIENCE
    while 'the studio: ' not in errors.read_text():
        check(time.monotonic() < end, 'the studio says where it is')
        time.sleep(0.1)
    return process, errors.read_text().split('the studio: ')[1].strip()


def choose(page, shelf, name):
    page.driver.find_element(By.CSS_SELECTOR, f'#{shelf} input[value="{name}"]').click()


def option(page, name):
    return page.driver.find_element(By.CSS_SELECTOR, f'[data-option="{name}"]')


def write(page, name, value):
    option(page, name).clear()
    option(page, name).send_keys(value)


def status(page, place=0):
    heads = page.driver.find_elements(By.CSS_SELECTOR, '#runs h3 span')
    return heads[place].text if len(heads) > place else ''


def click(page, text, place=0):
    card = page.driver.find_elements(By.CSS_SELECTOR, '#runs li')[place]
    next(each for each in card.find_elements(By.CSS_SELECTOR, 'button, a') if each.text == text).click()


def check_upload(page, folder):
    check(not page.el('make').is_enabled() and page.text('missing') == 'Choose a picture.', 'nothing can be made of nothing')
    page.el('add').send_keys('\n'.join(str(folder / name) for name in ('scene.png', 'strokes.png', 'leaves.png', 'text.png')))
    page.until(lambda: 'text.png' in page.text('alert'), 'what is no picture is refused by its name')
    page.until(lambda: page.run("document.querySelectorAll('#styles img').length") == 3, 'pictures are added')
    check(page.el('make').is_enabled() and page.run('chosen.content') == 'scene.png', 'the first two are chosen')
    page.until(lambda: page.run("[...document.images].every((i) => i.hidden || i.naturalWidth > 0)"), 'they are shown')


def check_runs(page, folder):
    write(page, 'size', '160')
    page.driver.find_element(By.CSS_SELECTOR, 'form summary').click()
    write(page, 'iterations', '100000')
    Select(option(page, 'color')).select_by_value('match')
    choose(page, 'styles', 'leaves.png')
    page.el('make').click()
    page.until(lambda: '%' in status(page), 'a run begins')
    page.until(lambda: page.run("document.querySelector('#runs img').naturalWidth") == 160, 'and shows its picture')
    page.picture(folder / 'running.png')
    write(page, 'iterations', '3')
    write(page, 'style-scale', '0')
    page.el('make').click()
    page.until(lambda: status(page) == 'waiting', 'the next one waits')
    click(page, 'Look closer and steer', 1)
    page.driver.switch_to.window(page.driver.window_handles[1])
    page.until_picture()
    check(page.text('title') == 'scene-leaves-strokes.png' or page.text('title') == 'scene-strokes-leaves.png', 'the page of the run')
    page.el('pause').click()
    page.until(lambda: page.text('phase') == 'paused', 'steers it')
    page.picture(folder / 'page.png')
    page.driver.close()
    page.driver.switch_to.window(page.driver.window_handles[0])
    page.until(lambda: status(page, 1).startswith('paused'), 'which the studio sees')
    click(page, 'Stop and save', 1)
    page.until(lambda: status(page, 1) == 'stopped', 'and stops')
    page.until(lambda: status(page) == 'failed', 'what cannot be made fails')
    check('--style-scale must be from' in page.driver.find_element(By.CSS_SELECTOR, '#runs .failed').text, 'with its sentence')
    option(page, 'style-scale').clear()
    page.driver.find_element(By.CSS_SELECTOR, 'input[value="texture"]').click()
    check(not page.el('content-card').is_displayed() and not option(page, 'color').is_displayed(), 'a texture has no content')
    page.el('make').click()
    page.until(lambda: status(page) == 'finished', 'a texture is made')
    click(page, 'Use as a picture')
    page.until(lambda: page.run('chosen.content').startswith('texture-'), 'and is used as a picture')
    page.picture(folder / 'finished.png')


def main():
    tool, folder = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for kind in ('scene', 'strokes', 'leaves'):
        subprocess.run([tool, 'contrive', kind, '--size', '160', '-o', f'{kind}.png'], cwd=folder, check=True)
    (folder / 'text.png').write_text('no picture')
    process, url = start(tool, folder)
    with Page(url, folder, 1280, 900) as page:
        page.picture(folder / 'empty.png')
        check_upload(page, folder)
        check_runs(page, folder)
        page.check_clean()
        for name, width, height, dark in (('390', 390, 844, False), ('390-dark', 390, 844, True), ('360', 360, 740, False)):
            with Page(url, folder, width, height, phone=True, dark=dark) as phone:
                phone.until(lambda p=phone: status(p) == 'finished', f'the studio opens at {width} pixels')
                time.sleep(1)
                phone.picture(folder / f'{name}.png')
                phone.check_clean()
        process.send_signal(signal.SIGINT)
        check(process.wait(PATIENCE) == 0, 'Ctrl-C ends it')
        page.until(lambda: 'No answer' in page.text('alert'), 'which the page says')


if __name__ == '__main__':
    main()
