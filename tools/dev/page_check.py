#!/usr/bin/python3
"""Opens the page of a run (--serve) in headless Chromium, uses every control, and takes pictures of it.

    tools/dev/page_check.py build/release/vggstyle FOLDER

FOLDER gets screenshots to look at. Needs apt-get install chromium chromium-driver python3-selenium; no test runs this.
Exit status 1 if something does not do what it should.
"""
import re
import subprocess
import sys
import time
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 120  # seconds; machines are busy


def check(condition, what):
    print(('ok      ' if condition else 'FAILED  ') + what, flush=True)
    if not condition:
        sys.exit(1)


class Run:
    """A run that is served, in `folder`."""

    def __init__(self, tool, folder, iterations, name):
        self.folder, self.name = folder, name
        subprocess.run([tool, 'contrive', 'scene', '--size', '160', '-o', 'content.png'], cwd=folder, check=True)
        subprocess.run([tool, 'contrive', 'strokes', '--size', '160', '--seed', '7', '-o', 'style.png'], cwd=folder, check=True)
        self.errors = open(folder / f'{name}.txt', 'w')
        self.process = subprocess.Popen(
            [tool, 'transfer', 'content.png', 'style.png', '--size', '160', '--iterations', str(iterations), '--scales', '2',
             '-o', f'{name}.png', '--serve', '127.0.0.1:0'], cwd=folder, stderr=self.errors)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = re.search(r'http://\S+', self.said())
            if found:
                self.url = found.group()
                return
            time.sleep(0.1)
        check(False, 'the run says where its page is')

    def said(self):
        return (self.folder / f'{self.name}.txt').read_text()


class Page:
    def __init__(self, url, downloads, width, height, phone=False, dark=False):
        options = webdriver.ChromeOptions()
        for argument in ('--headless=new', '--no-sandbox', f'--window-size={width},{height}', '--hide-scrollbars'):
            options.add_argument(argument)
        options.add_experimental_option('prefs', {'download.default_directory': str(downloads)})
        options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
        if phone:
            options.add_experimental_option('mobileEmulation', {
                'deviceMetrics': {'width': width, 'height': height, 'pixelRatio': 2.0, 'touch': True}})
        self.driver = webdriver.Chrome(options=options)
        self.size, self.phone = (width, height), phone
        scheme = [{'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'}]
        self.driver.execute_cdp_cmd('Emulation.setEmulatedMedia', {'features': scheme})
        self.driver.get(url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def el(self, name):
        return self.driver.find_element(By.ID, name)

    def text(self, name):
        return self.el(name).text

    def run(self, script):
        return self.driver.execute_script('return ' + script)

    def until(self, condition, what):
        try:
            WebDriverWait(self.driver, PATIENCE, 0.2).until(lambda _: condition())
            check(True, what)
        except Exception as error:  # pylint: disable=broad-except
            print(error, self.text('alert'))
            check(False, what)

    def until_picture(self):
        self.until(lambda: self.run('pictureVersion') > 0 and self.run('state.evaluations') > 5, 'a picture comes')

    def set_size(self, width, height):
        self.driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', {
            'width': width, 'height': height, 'deviceScaleFactor': 2 if self.phone else 1, 'mobile': self.phone})

    def picture(self, path):
        """All of the page, however long it is."""
        width, height = self.size
        self.set_size(width, self.run('document.documentElement.scrollHeight') if self.phone else height)
        time.sleep(0.6)
        self.driver.save_screenshot(str(path))
        self.set_size(width, height)

    def check_clean(self):
        wide = self.run('document.documentElement.scrollWidth > innerWidth')
        check(not wide, f'nothing sticks out at {self.run("innerWidth")} pixels')
        errors = [line['message'] for line in self.driver.get_log('browser') if 'ERR_CONNECTION' not in line['message']
                  and '400 (Bad Request)' not in line['message']]
        check(not errors, f'the console is empty {errors or ""}')


def check_picture(page):
    stage, scale = page.el('stage'), lambda: page.run('view.scale')
    fit = scale()
    page.el('zoom-in').click()
    check(scale() > fit and page.text('scale').endswith('%'), 'the button + zooms')
    before = page.run('view.x')
    ActionChains(page.driver).drag_and_drop_by_offset(stage, -40, 0).perform()
    check(page.run('view.x') < before, 'a drag moves the zoomed picture')
    page.el('zoom-out').click()
    page.el('zoom-out').click()
    check(abs(scale() - fit) < 1e-9 and page.text('scale') == 'fit', 'the button - goes back to fit, not below')
    ActionChains(page.driver).move_to_element(stage).scroll_by_amount(0, 0).perform()
    page.run("el('stage').dispatchEvent(new WheelEvent('wheel', {deltaY: -300, clientX: 200, clientY: 300, cancelable: true}))")
    check(scale() > 2 * fit, 'the wheel zooms')
    page.el('zoom-fit').click()
    check(scale() == fit, 'Fit fits')
    ActionChains(page.driver).double_click(stage).perform()
    check(scale() > 2 * fit, 'a double click zooms')
    stage.send_keys('0')
    check(scale() == fit, 'the key 0 fits')
    stage.send_keys('+')
    check(scale() > fit, 'the key + zooms')
    stage.send_keys('0')
    pinch = '''(() => {
      const send = (type, id, x) => el('stage').dispatchEvent(new PointerEvent(type,
          {pointerId: id, clientX: x, clientY: 200, bubbles: true, pointerType: 'touch'}));
      const capture = el('stage').setPointerCapture;
      el('stage').setPointerCapture = () => {};
      send('pointerdown', 11, 150); send('pointerdown', 12, 250);
      send('pointermove', 12, 350);
      send('pointerup', 11, 150); send('pointerup', 12, 350);
      el('stage').setPointerCapture = capture;
    })()'''
    page.run(pinch)
    check(abs(scale() / fit - 2) < 0.01, 'two fingers twice as far apart double the scale')
    page.el('zoom-fit').click()
    ActionChains(page.driver).drag_and_drop_by_offset(page.el('divider').find_element(By.TAG_NAME, 'span'), 150, 0).perform()
    check(page.run('view.split') > 0.1, 'the divider can be drawn')
    page.el('split').send_keys(Keys.HOME)
    check(page.run('view.split') == 0, 'the slider moves it too, by key')
    page.run('view.setSplit(0.4)')
    check('40%' in page.run("el('after').style.clipPath"), 'the picture is cut there')


def check_curves(page):
    canvas = page.el('curves')
    page.driver.execute_script('arguments[0].scrollIntoView({block: "center"})', canvas)
    ActionChains(page.driver).move_to_element_with_offset(canvas, -100, 0).perform()
    check(page.run('readAt') is not None and 'evaluation' in page.text('readout'), 'the curves are read off under the pointer')
    ActionChains(page.driver).move_to_element(page.el('title')).perform()
    check(page.run('readAt') is None, 'and not beyond them')
    canvas.send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    check(page.run('readAt') is not None, 'arrow keys read them off')
    page.run("el('curves').blur()")
    box = page.el('curve-1').find_element(By.TAG_NAME, 'input')
    box.click()
    check(page.run('hiddenCurves.has(1)'), 'the legend hides a curve')
    box.click()
    check(not page.run('hiddenCurves.has(1)'), 'and shows it again')


def check_orders(page, downloads):
    page.el('pause').click()
    page.until(lambda: page.text('phase') == 'paused' and page.text('pause') == 'Go on', 'Pause pauses')
    page.until(lambda: page.run('state.picture.evaluations === state.evaluations'), 'the picture is that of the pause')
    at = page.run('state.evaluations')
    polls = page.run('performance.getEntriesByType("resource").length')
    page.until(lambda: page.run('performance.getEntriesByType("resource").length') >= polls + 3, 'the page goes on asking')
    check(page.run('state.evaluations') == at, 'and the run stands still')
    page.el('pause').click()
    page.until(lambda: page.text('phase') == 'running' and page.run('state.evaluations') > at, 'Go on goes on')
    field = page.el('weight-content')
    field.clear()
    field.send_keys('-1')
    page.el('apply').click()
    page.until(lambda: 'must be a number of 0 or more' in page.text('alert'), 'a negative weight is refused in a sentence')
    field.clear()
    field.send_keys('0.5')
    page.el('weight-tv').clear()
    page.el('weight-tv').send_keys('0.1')
    page.el('apply').click()
    page.until(lambda: page.run('state.fresh_starts.length') == 1, 'Apply starts afresh')
    check(page.run('state.weights.content') == 0.5 and page.run('state.weights.tv') == 0.1, 'with the weights')
    page.until(lambda: page.el('again').is_enabled() and not page.el('apply').is_enabled(), 'the form is ready for the next')
    page.until(lambda: not page.el('alert').is_displayed(), 'what was refused is no longer said')
    page.el('again').click()
    page.until(lambda: page.run('state.fresh_starts.length') == 2, 'Start again from here starts again')
    page.el('download').click()
    page.until(lambda: any(f.suffix == '.png' for f in downloads.iterdir()), 'the picture is downloaded')
    file = next(f for f in downloads.iterdir() if f.suffix == '.png')
    check(file.read_bytes().startswith(b'\x89PNG') and b'Steered' in file.read_bytes(), f'{file.name} is a PNG file that says that it was steered')
    page.el('settings').find_element(By.TAG_NAME, 'summary').click()
    check('vggstyle transfer content.png' in page.text('text'), 'the settings are there')


def check_desktop(tool, folder):
    downloads = folder / 'downloads'
    downloads.mkdir(exist_ok=True)
    run = Run(tool, folder, 100000, 'long')
    with Page(run.url, downloads, 1280, 900) as page:
        page.until_picture()
        page.check_clean()
        check_picture(page)
        page.picture(folder / '1280-light.png')
        check_curves(page)
        check_orders(page, downloads)
        page.picture(folder / '1280-steered.png')
        with Page(run.url, downloads, 1280, 900, dark=True) as dark:
            dark.until_picture()
            dark.run('view.setSplit(0.5)')
            dark.picture(folder / '1280-dark.png')
        page.el('stop').click()
        check(page.text('stop') == 'Really stop?', 'Stop asks again')
        page.el('stop').click()
        page.until(lambda: page.text('phase') == 'finished', 'the second click stops')
        check('interrupted, wrote long.png' in page.text('message'), 'and says what was written')
        page.picture(folder / '1280-stopped.png')
        page.check_clean()
    check(run.process.wait() == 130, 'the run exits as after Ctrl-C')


def check_phone(tool, folder):
    run = Run(tool, folder, 40, 'short')
    with Page(run.url, folder, 390, 844, phone=True, dark=True) as dark:
        dark.until_picture()
        dark.picture(folder / '390-dark.png')
    with Page(run.url, folder, 390, 844, phone=True) as page, Page(run.url, folder, 360, 740, phone=True) as small:
        page.until_picture()
        page.run('view.setSplit(0.3)')
        page.picture(folder / '390-light.png')
        page.check_clean()
        small.check_clean()
        page.until(lambda: page.text('phase') == 'finished', 'a run that ends by itself is seen to the end')
        check(run.process.wait() == 0, 'and exits with 0')
        check(page.run("state.picture.version === pictureVersion && el('after').naturalWidth === 160"), 'its picture stays')
        page.picture(folder / '390-finished.png')


def check_lost(tool, folder):
    run = Run(tool, folder, 100000, 'lost')
    with Page(run.url, folder, 1280, 900) as page:
        page.until_picture()
        run.process.kill()
        run.process.wait()
        page.until(lambda: 'No answer' in page.text('alert'), 'a run that is gone is noticed')


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    tool, folder = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    check_desktop(tool, folder)
    check_phone(tool, folder)
    check_lost(tool, folder)
    print(f'all of it works; look at {folder}/*.png')
    return 0


if __name__ == '__main__':
    sys.exit(main())
