#!/usr/bin/env python3
"""Sessions on a pseudo-terminal: what Ctrl-C leaves, what memory stays, what a
hostile name does.  usage: shell.py PROFQ TESTDATA"""
import fcntl
import gzip
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time

PROMPT = b'(profq) '
PATIENCE = 60  # seconds that a wait may take on a busy machine


class Session:
    """profq on a terminal of its own."""

    def __init__(self, profq, args, folder, term='xterm', lang='C.UTF-8', columns=0):
        env = {'HOME': folder, 'PATH': os.environ['PATH'], 'TERM': term, 'PAGER': 'cat', 'LANG': lang,
               'PPROF_TMPDIR': folder, 'XDG_STATE_HOME': os.path.join(folder, 'state')}
        self.text = b''
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.chdir(folder)
            if columns:
                fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 50, columns, 0, 0))
            # as in the background, where keys must work all the same
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            os.execve(profq, [profq] + args, env)
        self.wait(PROMPT)

    def read(self, seconds):
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                self.text += os.read(self.fd, 65536)
            except OSError:
                return False
        return True

    def wait(self, wanted, since=0):
        """waits until `wanted' comes after an offset; -> the offset behind it"""
        end = time.time() + PATIENCE
        while wanted not in self.text[since:]:
            if not self.read(0.2) or time.time() > end:
                raise AssertionError('no %r in %r' % (wanted, self.text[since:][-400:]))
        return self.text.index(wanted, since) + len(wanted)

    def settle(self):
        """waits until nothing comes any more"""
        n = -1
        while n != len(self.text):
            n = len(self.text)
            self.read(0.7)

    def type(self, data):
        os.write(self.fd, data)

    def run(self, line):
        """types a line; -> what it says up to the next prompt"""
        at = len(self.text)
        self.type(line + b'\r')
        behind = self.wait(b'\n', at)
        end = self.wait(PROMPT, behind)
        return self.text[behind:end]

    def resident(self):
        with open('/proc/%d/status' % self.pid) as f:
            return int(re.search(r'VmRSS:\s*(\d+)', f.read()).group(1))

    def end(self):
        """-> the exit status"""
        end = time.time() + PATIENCE
        while time.time() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
            self.read(0.05)
        raise AssertionError('it did not end: %r' % self.text[-400:])

    def close(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


def varint(n):
    out = b''
    while True:
        out += bytes([n & 127 | (128 if n > 127 else 0)])
        n >>= 7
        if not n:
            return out


def field(number, data):
    if isinstance(data, int):
        return varint(number << 3) + varint(data)
    return varint(number << 3 | 2) + varint(len(data)) + data


def make_profile(path, names, copies=1):
    """a sample for each name, `copies' times, with a stack of all names"""
    strings = [b'', b'things', b'count'] + names
    p = field(1, field(1, 1) + field(2, 2))
    stack = b''.join(varint(i + 1) for i in range(len(names)))
    p += b''.join(field(2, field(1, varint(i % len(names) + 1) + stack) + field(2, varint(1)))
                  for i in range(copies * len(names)))
    for i in range(len(names)):
        p += field(4, field(1, i + 1) + field(4, field(1, i + 1)))
        p += field(5, field(1, i + 1) + field(2, i + 3) + field(3, i + 3))
    p += b''.join(field(6, s) for s in strings)
    with gzip.open(path, 'wb', 1) as f:
        f.write(p)


def left_behind(folder):
    return sorted(f for f in os.listdir(folder) if f not in ('state', 'large.pb.gz', 'hostile.pb.gz'))


def check_interrupts(profq, folder, testdata):
    """Ctrl-C ends a report, leaves no file, and the session goes on"""
    large = os.path.join(folder, 'large.pb.gz')
    make_profile(large, [b'function%d' % i for i in range(60)], 4000)
    s = Session(profq, [large], folder)
    # each of them would go on for minutes
    for line in (b'traces | sleep 1000', b'!sleep 1000', b'traces 5 | (sleep 1000; cat)'):
        at = len(s.text)
        s.type(line + b'\r')
        at = s.wait(b'\n', at)
        time.sleep(0.4)
        s.type(b'\x03')
        s.wait(PROMPT, at)
        assert not left_behind(folder), '%r left %s' % (line, left_behind(folder))
    # these may be done before the key: then the file is there, and whole
    for line, name, ending in ((b'top', None, None), (b'traces >a.txt', 'a.txt', b'-----\n'),
                               (b'svg >a.svg', 'a.svg', b'</svg>\n'), (b'flame >a.svg', 'a.svg', b'</svg>\n')):
        at = len(s.text)
        s.type(line + b'\r')
        s.wait(b'\n', at)
        s.type(b'\x03')
        s.wait(PROMPT, at)
        s.settle()
        files = left_behind(folder)
        assert files in ([], [name]), '%r left %s' % (line, files)
        if files:
            with open(os.path.join(folder, name), 'rb') as f:
                assert f.read().endswith(ending), 'half of %s' % name
            os.unlink(os.path.join(folder, name))
    s.settle()
    said = s.run(b'top 1')
    assert b'function' in said, 'it does not go on: %r' % s.text[-600:]
    s.type(b'junk\x03')
    s.settle()
    s.type(b'quit\r')
    assert s.end() == 0
    s.close()


def check_leaving(profq, folder, testdata):
    """two Ctrl-C on an empty line leave with 130, SIGTERM and Ctrl-D end the session"""
    small = os.path.join(testdata, 'profiles', 'app.pb.gz')
    s = Session(profq, [small], folder)
    s.type(b'\x03')
    s.wait(b'Ctrl-D or quit leaves')
    s.type(b'\x03')
    assert s.end() == -signal.SIGINT
    s.close()
    s = Session(profq, [small], folder)
    os.kill(s.pid, signal.SIGTERM)
    assert s.end() == -signal.SIGTERM
    s.close()
    # Ctrl-D typed ahead, while a command runs
    s = Session(profq, [small], folder)
    s.type(b'!echo begun; sleep 1\r')
    s.wait(b'lbegun')
    s.type(b'\x04')
    assert s.end() == 0
    s.close()


def check_memory(profq, folder, testdata):
    """a thousand reports leave the resident size where it was after the tenth"""
    small = os.path.join(testdata, 'profiles', 'app.pb.gz')
    s = Session(profq, [small], folder)
    for i in range(10):
        s.run(b'top %d' % (i % 5 + 1))
    before = s.resident()
    for i in range(990):
        s.run((b'top %d', b'peek w%d', b'nodecount=%d', b'tree %d')[i % 4] % (i % 7 + 1))
    after = s.resident()
    # a sanitizer keeps what was freed
    if os.environ.get('BUILD_KIND', 'plain') == 'plain':
        assert after <= before + 512, 'from %d to %d kB' % (before, after)
    s.type(b'\x04')
    assert s.end() == 0
    s.close()


def check_hostile(profq, folder, testdata):
    """nothing from a file reaches the terminal or the line raw"""
    path = os.path.join(folder, 'hostile.pb.gz')
    make_profile(path, [b'evil\x1b]0;owned\x07name', b'evil\xff\xfe', b'evil\xe2\x80\xaeidib', b'evil\nnewline'])
    state = os.path.join(folder, 'state', 'profq')
    os.makedirs(state, exist_ok=True)
    with open(os.path.join(state, 'history'), 'wb') as f:
        f.write(b'top 3\nowned\x1b]0;owned\x07\n')
    s = Session(profq, [path], folder)
    at = len(s.text)
    s.type(b'peek evil\t\t')
    s.wait(b'\\x1b]0;owned', at)
    s.type(b'\x03')
    s.wait(PROMPT, s.wait(b'^C', at))
    s.type(b'\x1b[A')
    s.wait(b'top 3', at)
    s.type(b'\x03')
    s.settle()
    s.type(b'peek ]0;\t\r')
    s.wait(b'flat%', at)
    s.settle()
    shown = s.text[at:]
    assert b'\x1b]' not in shown and b'\xff' not in shown and b'\xe2\x80\xae' not in shown, 'raw: %r' % shown
    s.close()


def check_long_line(profq, folder, testdata):
    """a line of 3,000 characters, which the window cuts anew while it is typed, comes whole"""
    s = Session(profq, [os.path.join(testdata, 'profiles', 'app.pb.gz')], folder)
    for i, columns in enumerate((80, 33, 120)):
        for _ in range(10):
            s.type(b'x' * 100)
            s.read(0.02)
        fcntl.ioctl(s.fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
        s.read(0.3)
    at = len(s.text)
    s.type(b'\x01focus=\x05 | end\r')
    # the brackets of pastes are put off when the line was taken
    s.wait(PROMPT, s.wait(b'\x1b[?2004l', at))
    s.run(b'focus=work')
    said = s.run(b'top 1')
    assert b'focus=work' in said, said
    with open(os.path.join(folder, 'state', 'profq', 'history'), 'rb') as f:
        lines = f.read().split(b'\n')
    assert lines[0] == b'focus=' + b'x' * 3000 + b' | end', '%d bytes were taken' % len(lines[0])
    s.type(b'quit\r')
    assert s.end() == 0
    s.close()


def check_stop(profq, folder, testdata):
    """Ctrl-Z stops the session, and it goes on where it was, with what was typed"""
    # a shell has the job: the system stops no process that has no such parent
    jobs = ['-c', 'set -m; "$@"; echo he""ld; sleep 1; fg >/dev/null', 'sh']
    s = Session('/bin/sh', jobs + [profq, os.path.join(testdata, 'profiles', 'app.pb.gz')], folder)
    s.type(b'top')
    s.settle()
    modes = termios.tcgetattr(s.fd)
    at = len(s.text)
    s.type(b'\x1a')
    s.wait(b'held', at)
    assert termios.tcgetattr(s.fd)[3] & termios.ICANON, 'the terminal is not given back'
    s.wait(PROMPT, at)
    s.settle()
    assert termios.tcgetattr(s.fd)[3] == modes[3], 'the terminal is not taken again'
    at = len(s.text)
    s.type(b' 1\r')
    s.wait(PROMPT, s.wait(b'inl_leaf', at))
    s.type(b'quit\r')
    assert s.end() == 0
    s.close()


def check_dumb(profq, folder, testdata):
    """a terminal that can do nothing is sent no escape"""
    s = Session(profq, [os.path.join(testdata, 'profiles', 'app.pb.gz')], folder, term='dumb')
    s.run(b'top 1')
    s.run(b'nonsense')
    s.type(b'quit\r')
    assert s.end() == 0
    assert b'\x1b' not in s.text, repr(s.text)
    s.close()


def check_narrow(profq, folder, testdata):
    """a name keeps both ends on a narrow screen, by signs that the locale has"""
    path = os.path.join(folder, 'long.pb')
    make_profile(path, [b'first_' + b'n' * 200 + b'_last'])
    for lang, mark in (('C.UTF-8', '\u2026'.encode()), ('C', b'...')):
        s = Session(profq, [path], folder, lang=lang, columns=70)
        said = re.sub(rb'\x1b\[\d*m', b'', s.run(b'top'))
        rows = [row for row in said.split(b'\r\n') if b'first_' in row]
        assert len(rows) == 1 and mark in rows[0] and rows[0].endswith(b'_last'), rows
        assert len(rows[0].decode()) == 70, rows
        s.type(b'quit\r')
        assert s.end() == 0
        s.close()


def main():
    profq, testdata = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    failed = 0
    checks = (check_interrupts, check_leaving, check_memory, check_hostile, check_long_line,
              check_stop, check_dumb, check_narrow)
    for check in checks:
        folder = os.path.realpath(tempfile.mkdtemp(prefix='profq-shell'))
        try:
            check(profq, folder, testdata)
        except AssertionError as e:
            failed += 1
            print('FAIL %s: %s: %s' % (check.__name__, check.__doc__, e))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print('%d passed, %d failed' % (len(checks) - failed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
