#!/bin/sh
# Served profiles against the command line: for each profile of testdata, what
# /api/1/ answers is what -json prints; a server that is asked two thousand
# times does not grow; and it ends, with all of its processes, when it is told.
: "${PROFQ:?}" "${TESTDATA:?}"
command -v python3 >/dev/null || exit 77
exec python3 - <<'PYTHON'
import glob
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

profq, testdata = os.environ['PROFQ'].split(), os.environ['TESTDATA']
home = tempfile.mkdtemp()
env = dict(os.environ, HOME=home, XDG_STATE_HOME=home, XDG_CONFIG_HOME=home)
failed = passed = 0


def check(truth, what):
    global failed, passed
    passed += bool(truth)
    failed += not truth
    if not truth:
        print('web: ' + what)


class Server:
    def __init__(self, *files):
        self.process = subprocess.Popen(
            [*profq, '-http=localhost:0', '-no_browser', *files], env=env,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        m = re.search(r'localhost:(\d+)/\?token=(\w+)', line)
        if not m:
            sys.exit(77 if 'libmicrohttpd' in line else 'web: ' + line)
        self.port, self.token = int(m.group(1)), m.group(2)
        while b'"loading"' in self.get('/api/1/status')[1]:
            time.sleep(0.02)

    def get(self, path):
        c = http.client.HTTPConnection('localhost', self.port, timeout=120)
        c.request('GET', path, headers={'Cookie': 'profq=' + self.token})
        r = c.getresponse()
        body = r.read()
        c.close()
        return r.status, body

    def family(self):
        found, parents = [self.process.pid], {}
        for d in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open('/proc/%s/stat' % d) as f:
                    parents[int(d)] = int(f.read().rsplit(')')[-1].split()[1])
            except OSError:
                pass
        for p in found:
            found += [c for c, of in parents.items() if of == p]
        return found

    def kib(self):
        total = 0
        for p in self.family():
            try:
                with open('/proc/%d/smaps_rollup' % p) as f:
                    total += int(re.search(r'Pss:\s+(\d+)', f.read())[1])
            except OSError:
                pass
        return total

    def end(self):
        family = self.family()
        self.process.send_signal(signal.SIGTERM)
        check(self.process.wait(20) == 0, 'the exit status')
        time.sleep(0.2)
        check(not [p for p in family if os.path.exists('/proc/%d' % p)],
              'a process is left')


def on_command_line(*words):
    return subprocess.run([*profq, *words], env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


for file in sorted(glob.glob(testdata + '/profiles/*.pb.gz')):
    server = Server(file)
    for report in ('top', 'tree', 'tags', 'traces', 'info', 'comments'):
        status, body = server.get('/api/1/%s?rows=0' % report)
        wanted = on_command_line(report, '-json', file)
        got = json.loads(body)
        check('paging' in got or status != 200, report + ': no paging')
        got.pop('paging', None)
        check(got == json.loads(wanted) if wanted else status == 400,
              '%s of %s differs' % (report, file))
    check(server.get('/ui/flamegraph')[0] == 200, 'flame graph of ' + file)
    server.end()

server = Server(testdata + '/stories/story1/cpu.pb.gz')
for i in range(2000):
    name = urllib.parse.quote('f%d' % i)
    check(server.get('/ui/top?i=' + name)[0] == 200, 'request %d' % i)
    if i == 199:
        before = server.kib()
after = server.kib()
# A sanitizer keeps what was freed.
check(after - before < 16384 or os.environ.get('BUILD_KIND') != 'plain',
      'it grew by %d KiB' % (after - before))
server.end()
print('%d passed, %d failed' % (passed, failed))
sys.exit(failed > 0)
PYTHON
