#!/usr/bin/env python3
"""Runs that processes share, as mpirun starts them.

    mpirun.py VGGSTYLE [MPIRUN]

With MPIRUN: the same number of processes writes the same bytes, another one nearly the same picture; a mistake is told
once; the jobs of a batch are shared; processes that die, are interrupted or killed end the run, which goes on from its checkpoint to the same bytes. Without
(a build that has no MPI): a process that a launcher has started says so. Prints each fault; exit status 1 if there is one.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TRANSFER = ['transfer', 'content.png', 'style.png', '--weights', 'synthetic', '--style-layers', 'conv1_1,conv2_1',
            '--content-layers', 'conv2_1', '--threads', '1']
ROOT_MAY = {'OMPI_ALLOW_RUN_AS_ROOT': '1', 'OMPI_ALLOW_RUN_AS_ROOT_CONFIRM': '1'}
PATIENCE = 60
faults = []


def check(holds, what):
    if not holds:
        faults.append(what)
        print('FAULT:', what)


class Folder:
    """Where runs find their pictures."""

    def __init__(self, path, tool, mpirun):
        self.path, self.tool, self.mpirun = Path(path), Path(tool).resolve(), mpirun
        for name, kind, size in (('content.png', 'scene', '40x64'), ('style.png', 'strokes', '36x36')):
            subprocess.run([self.tool, 'contrive', kind, '--size', size, '-o', name], cwd=path, check=True,
                           capture_output=True)

    def start(self, processes, arguments):
        launcher = [self.mpirun, '--oversubscribe', '-np', str(processes)] if processes > 0 else []
        return subprocess.Popen(launcher + [self.tool] + arguments, cwd=self.path, env=os.environ | ROOT_MAY, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, processes, arguments):
        """Exit status, standard output, and what the tool itself said on standard error."""
        run = self.start(processes, arguments)
        out, err = run.communicate(timeout=10 * PATIENCE)
        return run.returncode, out, [line for line in err.splitlines() if line.startswith('vggstyle:')]

    def bytes_of(self, processes, arguments, name='out.png'):
        status, _, said = self.run(processes, arguments + (['-o', name, '--quiet'] if '-o' not in arguments else []))
        check(status == 0, f'{processes} processes, {arguments}: status {status}, {said}')
        return (self.path / name).read_bytes()

    def processes(self):
        """Of the tool, as ranks, running in this folder."""
        found = []
        for process in Path('/proc').glob('[0-9]*'):
            try:
                if (process / 'exe').resolve() == self.tool and (process / 'cwd').resolve() == self.path.resolve():
                    variables = dict(v.split('=', 1) for v in (process / 'environ').read_text().split('\0') if '=' in v)
                    found.append((int(variables['OMPI_COMM_WORLD_RANK']), int(process.name)))
            except (OSError, KeyError):
                pass  # gone meanwhile
        return dict(found)

    def wait_for(self, happened):
        end = time.monotonic() + PATIENCE
        while not happened() and time.monotonic() < end:
            time.sleep(0.05)
        check(happened(), 'nothing happened in a minute')


def pictures_are_the_same(folder):
    regions = ['style.png', '--content-mask', 'luma:0-0.5', '--content-mask', 'luma:0.5-1']
    for more, counts in (([], (2, 3, 4)), (regions, (3,)), (['--scales', '2', '--optimizer', 'adam'], (2,))):
        arguments = TRANSFER[:3] + more + TRANSFER[3:] + ['--iterations', '12']
        folder.bytes_of(0, arguments, 'alone.png')
        for processes in counts:
            shared = folder.bytes_of(processes, arguments, 'shared.png')
            _, out, _ = folder.run(0, ['distance', 'alone.png', 'shared.png', '--weights', 'synthetic', '--style-layers', 'conv1_1'])
            mean = [float(line.split()[1]) for line in out.splitlines() if line.startswith('mean')]
            check(len(mean) == 1 and mean[0] < 0.005, f'{processes} processes, {more}: another picture, {out}')
        check(shared == folder.bytes_of(counts[-1], arguments, 'shared.png'), f'{counts[-1]} processes: other bytes the second time')


def mistakes_are_told_once(folder):
    for arguments, expected in ((TRANSFER + ['--iteratons', '3'], 'did you mean --iterations?'),
                                (TRANSFER + ['--tileable'], 'cannot be shared'),
                                (TRANSFER + ['--dry-run'], 'start it without mpirun'),
                                (['transfer', '-', 'style.png'] + TRANSFER[3:], 'standard input'),
                                (TRANSFER + ['-o', 'nowhere/out.png'], 'nowhere'),
                                (['conv3_1' if word.startswith('conv1') else word for word in TRANSFER] + ['--scales', '4'], 'processes cannot share'),
                                (['bench'], "'bench' runs in one process")):
        status, out, said = folder.run(3, arguments)
        check(status == 2 and not out and len(said) == 1 and expected in said[0], f'{arguments}: {status}, {out}, {said}')
    status, _, said = folder.run(40, TRANSFER)
    check(status == 2 and len(said) == 1 and 'shared by at most 32 processes' in said[0], f'40 processes: {status}, {said}')
    subprocess.run([folder.tool, 'contrive', 'strokes', '--size', '36x36', '--seed', '7', '-o', 'other.png'], cwd=folder.path, check=True, capture_output=True)
    other = [folder.tool, *('other.png' if word == 'style.png' else word for word in TRANSFER)]
    run = subprocess.run([folder.mpirun, '--oversubscribe', '-np', '1', folder.tool, *TRANSFER, ':', '-np', '1', *other], cwd=folder.path,
                         env=os.environ | ROOT_MAY, text=True, capture_output=True)
    said = [line for line in run.stderr.splitlines() if line.startswith('vggstyle:')]
    check(run.returncode == 2 and len(said) == 1 and 'process 1 would make another picture' in said[0], f'another style: {run.returncode}, {said}')
    status, out, _ = folder.run(2, ['transfer', '--help'])
    check(status == 0 and out.count('Usage:') == 1, f'--help: {status}, {out.count("Usage:")} times')


def jobs_are_shared(folder):
    jobs = '[defaults]\nweights = "synthetic"\nstyle-layers = "conv1_1"\niterations = 3\n'
    jobs += ''.join(f'[[job]]\ncontent = "content.png"\nstyle = "style.png"\nsize = {size}\noutput = "{size}.png"\n' for size in (24, 30, 36, 40))
    jobs += '[[job]]\ncontent = "nothing.png"\nstyle = "style.png"\n'
    (folder.path / 'jobs.toml').write_text(jobs)
    status, _, said = folder.run(0, ['batch', 'jobs.toml', '-o', 'jobs', '--quiet'])
    check(status == 1, f'a batch alone: {status}, {said}')
    alone = {file.name: file.read_bytes() for file in (folder.path / 'jobs').glob('*.png')}
    check(len(alone) == 4, f'a batch alone: {sorted(alone)}')
    shutil.rmtree(folder.path / 'jobs')
    for again in (False, True):
        run = folder.start(3, ['batch', 'jobs.toml', '-o', 'jobs', '--quiet'])
        _, err = run.communicate(timeout=10 * PATIENCE)
        failures = [line for line in err.splitlines() if line.startswith('job ')]
        check(run.returncode == 1 and len(failures) == 1 and failures[0].startswith('job 5, '), f'a shared batch: {run.returncode}, {err}')
        shared = {file.name: file.read_bytes() for file in (folder.path / 'jobs').glob('*.png')}
        check(shared == alone, 'a shared batch has other pictures')
        check((folder.path / 'jobs' / 'index.html').read_text().count('<img') == 4, 'a shared batch has another page')


def a_run_that_ends_early_goes_on(folder):
    arguments = TRANSFER + ['--iterations', '60', '--checkpoint', 'c.h5', '--checkpoint-every', '1', '-o', 'out.png', '--quiet']
    whole = folder.bytes_of(2, arguments)
    checkpoint = folder.path / 'c.h5'
    for rank, how in ((0, signal.SIGKILL), (1, signal.SIGKILL), (1, signal.SIGSEGV), (None, signal.SIGINT)):
        (folder.path / 'out.png').unlink()
        checkpoint.unlink(missing_ok=True)
        run = folder.start(2, arguments)
        folder.wait_for(checkpoint.exists)
        victim = run.pid if rank is None else folder.processes()[rank]
        os.kill(victim, how)
        try:
            _, err = run.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            check(False, f'rank {rank} had signal {how}, and the run hung')
            run.kill()
            continue
        check(run.returncode != 0, f'rank {rank} had signal {how}: status 0')
        check(how == signal.SIGINT or err.strip() != '', f'rank {rank} had signal {how}: nothing was said')
        folder.wait_for(lambda: not folder.processes())
        check((folder.path / 'out.png').exists() == (how == signal.SIGINT), f'rank {rank}, signal {how}: the picture')
        again = folder.bytes_of(2, ['resume', 'c.h5', '-o', 'out.png', '--quiet'])
        check(again == whole, f'rank {rank} had signal {how}: goes on to other bytes')


def main():
    tool = sys.argv[1]
    if len(sys.argv) < 3:
        result = subprocess.run([tool, 'version'], env=os.environ | {'OMPI_COMM_WORLD_SIZE': '3'}, capture_output=True, text=True)
        check(result.returncode == 2 and 'built without MPI' in result.stderr, f'without MPI: {result}')
        check(subprocess.run([tool, 'version'], capture_output=True).returncode == 0, 'alone')
        return
    with tempfile.TemporaryDirectory(prefix='vggstyle-mpirun-') as path:
        folder = Folder(path, tool, sys.argv[2])
        pictures_are_the_same(folder)
        mistakes_are_told_once(folder)
        jobs_are_shared(folder)
        a_run_that_ends_early_goes_on(folder)


main()
sys.exit(1 if faults else 0)
