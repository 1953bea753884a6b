#!/bin/sh
# Served profiles against the command line: for each profile of testdata, what
# /api/1/ answers is what -json prints; a server that is asked two thousand
# times does not grow; it fetches, opens, compares; it outlives slow clients, a
# flood and a killed engine; and it ends, with all of its processes, when it is
# told.
: "${PROFQ:?}" "${TESTDATA:?}"
command -v python3 >/dev/null || exit 77
exec python3 - <<'PYTHON'
import glob
import html
import http.client
import json
import os
import re
import pty
import signal
import socket
import subprocess
import http.server
import sys
import tempfile
import threading
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
    def __init__(self, *files, waits=True, how=('-http=localhost:0',), **more):
        self.process = subprocess.Popen(
            [*profq, *how, '-no_browser', *files], env=dict(env, **more),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        self.line = line = self.process.stderr.readline()
        m = re.search(r'localhost:(\d+)/\?token=(\w+)', line)
        if not m:
            sys.exit(77 if 'libmicrohttpd' in line else 'web: ' + line)
        self.port, self.token = int(m.group(1)), m.group(2)
        if waits:
            self.ready()

    def ask(self, method, path, body=None, headers={}):
        c = http.client.HTTPConnection('localhost', self.port, timeout=120)
        c.request(method, path, body, {'Cookie': 'profq=' + self.token,
                                       'X-Profq-Token': self.token, **headers})
        r = c.getresponse()
        body = r.read()
        c.close()
        return r, body

    def get(self, path):
        r, body = self.ask('GET', path)
        return r.status, body

    def answer_to(self, text):
        """What is sent back to those bytes."""
        with socket.create_connection(('localhost', self.port), 20) as s:
            s.sendall(text.encode('latin-1'))
            answer = b''
            while part := s.recv(65536):
                answer += part
        return answer

    def say(self, text):
        """The statuses of it."""
        answer = self.answer_to(text)
        return [int(n) for n in re.findall(rb'HTTP/1.1 (\d+)', answer)]

    def upload(self, file, name):
        with open(file, 'rb') as f:
            return self.ask('POST', '/api/1/profiles', f.read(),
                            {'X-Profq-Name': name})

    def ready(self):
        while True:
            status = json.loads(self.get('/api/1/status')[1])
            if status['state'] != 'loading':
                return status
            time.sleep(0.02)

    def children(self, pid):
        with open('/proc/%d/task/%d/children' % (pid, pid)) as f:
            return [int(p) for p in f.read().split()]

    def engine(self):
        return [p for n in self.children(self.process.pid)
                for p in self.children(n)][0]

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
        check(not [p for p in family if self.runs(p)], 'a process is left')

    def runs(self, pid):
        try:
            with open('/proc/%d/stat' % pid) as f:
                return f.read().rsplit(') ')[-1][0] != 'Z'
        except OSError:
            return False


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
        # Unless rows are asked for, a report that is not long is whole.
        status, body = server.get('/api/1/' + report)
        if report in ('top', 'tree', 'tags'):
            body = re.sub(rb',\n"paging": {[^}]*}', b'', body)
            wanted = wanted if len(json.loads(wanted)['rows']) <= 500 else body
        check(body == wanted or status == 400,
              '%s of %s has other bytes' % (report, file))
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

cpu = testdata + '/stories/story1/cpu.pb.gz'
heap = testdata + '/stories/story1/heap.pb.gz'


# ---- from a server of profiles ----

class Profiles(http.server.BaseHTTPRequestHandler):
    asked = []

    def do_GET(self):
        self.asked.append(self.path)
        if 'bad' in self.path:
            self.send_error(404)
            return
        time.sleep(1.5)
        with open(cpu, 'rb') as f:
            body = f.read()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


profiles = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Profiles)
threading.Thread(target=profiles.serve_forever, daemon=True).start()
address = 'http://127.0.0.1:%d' % profiles.server_port

# The first page was drawn while nobody asked: the engine has no part in it.
server = Server(cpu)
time.sleep(1)
ends = time.time() + 30
while server.children(server.engine()) and time.time() < ends:
    time.sleep(0.05)
os.kill(server.engine(), signal.SIGSTOP)
try:
    body = server.answer_to(
        'GET /ui/flamegraph HTTP/1.0\r\nHost: localhost:%d\r\n'
        'Cookie: profq=%s\r\n\r\n' % (server.port, server.token))
except TimeoutError:
    body = b''
check(b'id="data"' in body, 'the first page was not drawn ahead')
os.kill(server.engine(), signal.SIGCONT)
server.end()

server = Server(address + '/debug/pprof/profile?seconds=2', waits=False)
check(b'id="loading"' in server.get('/ui/flamegraph')[1], 'no page at once')
waited = set()
while (status := json.loads(server.get('/api/1/status')[1]))[
        'state'] == 'loading':
    if status['waiting']:
        waited.add((status['waiting']['seconds'], status['waiting']['of']))
    time.sleep(0.05)
check((1, 2) in waited, 'seconds are not counted: %r' % waited)
r, body = server.upload(cpu, 'old.pb.gz')
check(r.status == 201, 'what was fetched is not compared')
check(server.get('/ui/diff?base=2')[0] == 200, 'diff with what was fetched')
os.kill(server.engine(), signal.SIGKILL)
time.sleep(0.2)
server.ready()
check(server.get('/ui/tags')[0] == 200, 'no answer after the engine was killed')
check(len(Profiles.asked) == 1, 'it was fetched again')
server.end()

server = Server(address + '/bad/debug/pprof/heap', waits=False)
server.ready()
status, body = server.get('/ui/top')
check(status == 500 and b'404 Not Found' in body, 'a failed fetch is not told')
check(server.process.wait(20) == 2, 'status after a failed fetch')

# ---- everything that a command line can name ----

new, old = testdata + '/diff/cpu-new.pb', testdata + '/diff/cpu-old.pb'
symbols = testdata + '/symbols'
shop = symbols + '/shop.pb.gz'
reports = ('top', 'tree', 'tags', 'traces', 'info', 'comments',
           'peek?arg=.', 'list?arg=.', 'disasm?arg=.')


def named(heading, *words):
    """A server of that command line answers as the command line does."""
    server = Server(*words)
    what = ' '.join(words)
    for report in reports:
        name, _, arg = report.partition('?')
        status, body = server.get('/api/1/%s&rows=0' % report if arg
                                  else '/api/1/%s?rows=0' % name)
        wanted = on_command_line(name, '-json',
                                 *(['.'] if arg else []), *words)
        got = json.loads(body)
        got.pop('paging', None)
        check(got == json.loads(wanted) if wanted else status == 400,
              '%s of %s differs' % (name, what))
    for view in ('flamegraph', 'graph', 'top'):
        status, body = server.get('/ui/' + view)
        check(status == 200 and '<h1>%s</h1>' % heading in body.decode(),
              '%s of %s is not headed %s' % (view, what, heading))
    return server


named('cpu-new.pb minus cpu-old.pb', '-diff_base=' + old, new).end()
server = named('cpu-new.pb minus cpu-old.pb', '-base=' + old, '-normalize', new)
check(b'View' in server.get('/ui/top')[1] and
      b'/ui/triage' not in server.get('/ui/top')[1],
      'a view is offered that takes no base')
server.end()
server = named('cpu-new.pb, cpu-old.pb', new, old)
check(b'of=1-2' in server.get('/ui/diff')[1], 'two files: not said how')
server.end()
named('new minus old', '-diff_base=' + address + '/old',
      address + '/new').end()
named('heap.pb.gz', '-sample_index=inuse_objects', '-focus=main', '-nodecount=5',
      '-tagroot=bytes', heap).end()

server = named('shop.pb.gz', '-binary_path=' + symbols,
               '-source_path=' + symbols, shop)
check(server.get('/ui/peek?f=%5Eshop::total%24')[0] == 200 and
      server.get('/ui/peek?f=%5Eshop::tota%24')[0] == 400, 'peek of a whole name')
code = json.loads(server.get('/api/1/disasm?arg=.')[1])['rows']
wanted = [i['address'] for r in code for i in r['instructions']]
body = server.get('/ui/disasm?f=.')[1].decode()
check(len(wanted) > 20 and re.findall(r'<td class="n">(0x\w+)</td>', body)
      == wanted, 'addresses of a page differ')
check('extern &quot;C&quot; void _start()' in
      server.get('/ui/source?f=.')[1].decode(), 'no source of a program')
server.end()
server = named('shop.pb.gz', symbols + '/shop', shop)
check(b'total' in server.get('/ui/disasm?f=.')[1],
      'a program in front has no names')
server.end()
server = named('shop.pb.gz', shop)
notes = json.loads(server.get('/api/1/status')[1])['notes']
check(any('Local symbolization failed for shop' in n for n in notes),
      'no note of a missing program: %r' % notes)
check(b'Local symbolization failed for shop' in server.get('/ui/top')[1],
      'the page says nothing of a missing program')
server.end()

# ---- pages of many long names ----

with open(home + '/long.folded', 'w') as f:
    for i in range(600):
        f.write(';'.join('%s.f%d_%d' % ('package' * 12, i % (k + 9), k)
                         for k in range(60)) + ' %d\n' % (i + 1))
server = Server(home + '/long.folded')
for view in ('peek', 'traces', 'tree?n=999&trim=f', 'top', 'flamegraph'):
    status, body = server.get('/ui/' + view)
    check(status == 200 and len(body) < 1000000, 'a page of %s: %d, %d bytes' %
          (view, status, len(body)))
    rows = re.search(rb'>(\d+) of (\d+) rows;', body)
    shown = len(re.findall(rb'<tr data-value=', body))
    check(view != 'traces' or (rows and (shown, 600) ==
                               tuple(map(int, rows.groups()))),
          '%d rows are shown, and said to be %s' % (shown, rows))
server.end()

# ---- without Graphviz ----

# A page names its picture, and comes without one; the script asks for a table.
with open(home + '/libgvc.so.6', 'w'):
    pass
server = Server(cpu, LD_LIBRARY_PATH=home)
status, body = server.get('/api/1/graph')
check((status, json.loads(body)['error']['code']) == (503, 'layout'),
      'a picture without Graphviz: %d' % status)
status, body = server.get('/ui/graph?f=.')
check(status == 200 and b'src="/api/1/graph?f=.' in body,
      'no page of a graph without Graphviz: %d' % status)
server.end()

# ---- without a file ----

server = Server()
check(server.ask('GET', '/')[0].getheader('Location') == '/ui/start',
      'no start page')
check(server.ask('POST', '/api/1/open?url=file:///etc/passwd')[0].status == 400,
      'a file is opened by its address')
check(server.ask('POST', '/api/1/open?url=%s/bad' % address)[0].status == 201,
      'no address is opened')
server.ready()
check(b'404 Not Found' in server.get('/ui/flamegraph')[1], 'no failure shown')
check(server.upload(testdata + '/README', 'x')[0].status == 400,
      'a text is opened')
check(server.upload(cpu, 'cpu.pb.gz')[0].status == 201, 'no upload is opened')
check(server.get('/ui/flamegraph')[0] == 200, 'what was opened is not shown')
check(server.upload(cpu, 'old.pb.gz')[0].status == 201, 'and not compared')
server.end()

# ---- several files ----

server = Server(cpu, heap)
check(server.ask('GET', '/')[0].getheader('Location') == '/ui/triage',
      'kinds do not begin with findings')
check(b'/ui/sites?of=2' in server.get('/ui/triage')[1], 'no link to a view')
wanted = json.loads(on_command_line('top', '-json', heap))
got = json.loads(server.get('/api/1/top?of=2&rows=0')[1])
got.pop('paging')
check(got == wanted, 'top of one of several kinds differs')
server.end()

series = [testdata + '/stories/story2/heap.%d.pb.gz' % i for i in range(1, 7)]
server = Server(*series)
while (r := server.get('/api/1/trend?rows=0'))[0] == 503:
    time.sleep(0.05)
got = json.loads(r[1])
got.pop('paging')
check(got == json.loads(on_command_line('trend', '-json', *series)),
      'trend differs')
got = json.loads(server.get('/api/1/diff?of=1-6&rows=0')[1])
wanted = json.loads(on_command_line('diff', '-json', series[0], series[5]))
check(got['rows'] == wanted['rows'], 'diff of two points differs')
got = json.loads(server.get('/api/1/top?rows=0')[1])
got.pop('paging')
check(got == json.loads(on_command_line('top', '-json', *series)),
      'several files are not merged')
server.end()

fifo = home + '/fifo'
os.mkfifo(fifo)


def fill_fifo():
    with open(series[0], 'rb') as f, open(fifo, 'wb') as to:
        to.write(f.read())


threading.Thread(target=fill_fifo, daemon=True).start()
server = Server(fifo, series[1])
for path in ('/api/1/trend', '/api/1/top?of=2'):
    status, body = server.get(path)
    check(status == 400 and b'pipe' in body, 'a pipe is a part of a series')
check(server.get('/api/1/sites')[0] == 200, 'a pipe has no sites')
check(server.get('/api/1/top')[0] == 200, 'a pipe has no top')
server.end()

# ---- names lead to other views ----


def names_lead(views, *words):
    """Each link in the body of those views is one that shows something."""
    server = Server(*words)
    for view in views:
        while b'data-state="loading"' in (body := server.get('/ui/' + view)[1]):
            time.sleep(0.05)
        main = body.decode().partition('<main')[2].partition('</main>')[0]
        links = sorted(set(re.findall('href="(/[^"]*)"', main)))
        for link in links[:25]:
            link = html.unescape(link)
            check(server.get(link)[0] == 200, '%s: %s' % (view, link))
        check(links, 'no links in ' + view)
    server.end()


names_lead(['top', 'top?g=lines', 'top?g=addresses', 'top?g=files',
            'top?g=filefunctions', 'tree', 'peek?f=main', 'source?f=main'], cpu)
names_lead(['top', 'sites', 'churn', 'traces'], heap)
names_lead(['trend', 'diff?of=1-6', 'sites'], *series)
names_lead(['diff', 'top', 'tree'], '-diff', old, new)
names_lead(['source?f=.', 'peek?f=.'], '-binary_path=' + symbols,
           '-source_path=' + symbols, shop)

# ---- heads ----

server = Server(cpu)
head = 'Host: localhost\r\nCookie: profq=%s\r\n' % server.token
last = 'Connection: close\r\n\r\n'
get = 'GET /ui/top HTTP/1.1\r\n' + head
for what, text, wanted in (
        ('one', get + last, [200]),
        ('a row of them', (get + '\r\n') * 20 + get + last, [200] * 21),
        ('HTTP/1.0', 'GET /ui/top HTTP/1.0\r\n%s\r\n' % head, [200]),
        ('no host', 'GET /ui/top HTTP/1.1\r\n' + last, [400]),
        ('headers of 60 KB', get + 'X: %s\r\n' % ('x' * 60000) + last, [200]),
        ('headers of 70 KB', get + 'X: %s\r\n' % ('x' * 70000) + last, [431]),
        ('headers of 70 KB in many',
         get + ('X: %s\r\n' % ('x' * 96)) * 700 + last, [431]),
        ('a URL of 70 KB', get.replace('top', 'top?x=' + 'x' * 70000) + last,
         [414]),
        ('two lengths', get + 'Content-Length: 1\r\nContent-Length: 2\r\n' +
         last + 'xx', [400]),
        ('two origins', get + ('Origin: http://localhost\r\n') * 2 + last,
         [400]),
        ('an encoding without an end', get + 'Transfer-Encoding: gzip\r\n' +
         last, [400]),
        ('a body in parts', get + 'Transfer-Encoding: chunked\r\n' + last +
         '1\r\nx\r\n0\r\n\r\n', [200]),
        ('a long body in parts', get + 'Transfer-Encoding: chunked\r\n' + last +
         '20000\r\n%s\r\n0\r\n\r\n' % ('x' * 0x20000), [413])):
    got = server.say(text)
    check(got == wanted, '%s: %r' % (what, got))
# Without the token nobody is told the token, or a name.
there = 'Host: localhost\r\n'
for what, text in (
        ('two hosts', 'GET /ui/top HTTP/1.1\r\n' + there * 2),
        ('an absolute URL', 'GET http://x/ui/top HTTP/1.1\r\n' + there),
        ('a length and an encoding', 'GET /ui/top HTTP/1.1\r\n' + there +
         'Content-Length: 0\r\nTransfer-Encoding: chunked\r\n'),
        ('an open path', 'GET /static/nothing HTTP/1.1\r\n' + there),
        ('a broken query', 'GET /favicon.ico?f=%zz HTTP/1.1\r\n' + there),
        ('a broken query of a view', 'GET /ui/top?f=%zz HTTP/1.1\r\n' + there),
        ('a long head', 'GET /ui/top HTTP/1.1\r\n' + there + 'X: %s\r\n' %
         ('x' * 70000)),
        ('a long body', 'GET /ui/top HTTP/1.1\r\n' + there +
         'Content-Length: 99999\r\n'),
        ('another method', 'PUT /ui/top HTTP/1.1\r\n' + there),
        ('no token', 'GET /ui/top HTTP/1.1\r\n' + there)):
    body = server.answer_to(text + last)
    check(body and server.token.encode() not in body and b'cpu.pb' not in body
          and b'story1' not in body, what + ' tells a stranger too much')
for path, wanted in (
        ('/nothing', 307), ('/nothing%00', 404), ('/%zz', 404), ('/..', 404),
        ('//x', 404), ('/%2e%2e/x', 404), ('/ui/top/', 404), ('/ui/t%6fp', 200),
        ('/ui/top%00', 404), ('/ui/nothing', 404),
        ('/ui%2ftop', 200), ('/ui%2f%2ftop', 404), ('/ui/%252e', 404), ('/api/1/nothing', 404),
        ('/ui/top?f=%00', 400), ('/ui/top?f=%zz', 400), ('/ui/top?f=%ff', 400),
        ('/ui/top?f=' + 'x' * 16384, 200), ('/ui/top?f=' + 'x' * 16385, 400),
        ('/ui/top?trim=maybe&trim=t', 400), ('/ui/top?trim=&trim=maybe', 200)):
    got = server.get(path)[0]
    check(got == wanted, '%s: %d' % (path[:40], got))
c = http.client.HTTPConnection('localhost', server.port)
c.request('GET', '/ui/top?f=x&%74oken=' + server.token)
r = c.getresponse()
check((r.status, r.getheader('Location')) == (303, '/ui/top?f=x'),
      'a token stays in the URL: %r' % r.getheader('Location'))
c.close()
for accepts, zipped in (('gzip', True), ('br, GZIP;q=0.5', True),
                        ('gzip;q=0', False), ('gzip; q=0.00, br', False),
                        ('br', False), ('x-gzip2', False)):
    r, _ = server.ask('GET', '/ui/top', headers={'Accept-Encoding': accepts})
    check((r.getheader('Content-Encoding') == 'gzip') == zipped,
          'Accept-Encoding: ' + accepts)
etag = server.ask('GET', '/api/1/top')[0].getheader('ETag')
for known, wanted in ((etag, 304), ('"x", W/' + etag, 304), ('*', 304),
                      ('"x"', 200)):
    r, body = server.ask('GET', '/api/1/top', headers={'If-None-Match': known})
    check((r.status, not body) == (wanted, wanted == 304),
          'If-None-Match: ' + known)
link = {'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate'}
check([server.ask('GET', path, headers=link)[0].status
       for path in ('/ui/top', '/api/1/top')] == [200, 403],
      'links of other sites')
status = server.ready()
check([p['name'] for p in status['profiles']] == ['cpu.pb.gz'], 'its name')
check(status['progress']['bytes'] == status['progress']['of'] > 0, 'how far')
server.end()

# ---- the command line ----

Server(cpu, how=['web']).end()
for words, message in (
        ((home + '/nothing',), 'nothing: No such file or directory'),
        ((cpu, home + '/nothing'), 'nothing: No such file or directory'),
        (('-diff_base=' + home + '/nothing', cpu), 'No such file'),
        (('-base=' + home + '/nothing', cpu), 'No such file'),
        ((home,), home + ': is a directory')):
    r = subprocess.run([*profq, '-http=localhost:0', '-no_browser', *words],
                       env=env, capture_output=True, text=True, timeout=20)
    check(r.returncode == 2 and message in r.stderr and 'http://' not in
          r.stderr, 'served before it was looked for: ' + r.stderr)

# ---- those who do not behave ----

server = Server(cpu)
slow = socket.create_connection(('localhost', server.port))
slow.sendall(b'GET /ui/top HTTP/1.1\r\nHost: localhost\r\n')
idle = []
for _ in range(200):
    idle.append(socket.socket())
    idle[-1].setblocking(False)
    idle[-1].connect_ex(('127.0.0.1', server.port))
ends = time.time() + 14
check(server.get('/ui/top')[0] == 200, 'no answer during a flood')
check(time.time() < ends - 6, 'an answer during a flood takes long')
for connection in idle:
    connection.close()
slow.settimeout(1)
closed = False
while not closed and time.time() < ends:
    try:
        slow.sendall(b'x')
        closed = slow.recv(1) == b''
    except TimeoutError:
        pass
    except OSError:
        closed = True
check(closed, 'a client that sends a byte a second stays')

taken = []
for _ in range(64):
    taken.append(socket.socket())
    taken[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    taken[-1].connect(('127.0.0.1', server.port))
    taken[-1].sendall(('GET /ui/flamegraph HTTP/1.1\r\nHost: localhost\r\n'
                       'Cookie: profq=%s\r\n\r\n' % server.token).encode())
ends = time.time() + 60
check(server.get('/ui/top')[0] == 200 and time.time() < ends,
      'who does not take an answer away keeps others out')
for connection in taken:
    connection.close()
for path in ('2x', '', '-1', '1', '99999999999999999999'):
    check(server.ask('DELETE', '/api/1/profiles/' + path)[0].status == 404,
          'a profile is closed by the number ' + path)
r, body = server.ask('POST', '/api/1/profiles', b'',
                     {'X-Profq-Name': 'a%20b.pb.gz'})
check(r.status == 400 and b'a b.pb.gz: empty input file' in body,
      'an empty file: %r' % body)
check(server.ask('POST', '/api/1/profiles', b'x', {'X-Profq-Name': '%ff'})[0]
      .status == 400, 'a name that is no text')

# ---- rights ----


def confined(pid):
    with open('/proc/%d/status' % pid) as f:
        return re.search(r'Seccomp:\s+(\d)', f.read())[1] == '2'


if os.environ.get('BUILD_KIND') == 'plain' and confined(server.engine()):
    check(confined(server.process.pid), 'the front has all rights')
check([server.ask('PUT', '/api/1/configs/' + name)[0].status for name in
       ('a%2Fb', 'x' * 256, 'x' * 257, '')] == [204, 204, 400, 400],
      'names of settings')
check(server.ask('DELETE', '/api/1/configs/a%2Fb')[0].status == 204,
      'a name with a slash is gone')
check(server.ask('PUT', '/api/1/configs/c?f=main')[0].status == 204,
      'no settings are saved')
check(b'f=main' in server.get('/api/1/configs')[1], 'none are read')
with open(home + '/profq/last') as f:
    check('\t%s\n' % os.path.realpath(cpu) in f.read(),
          'the profile is not remembered')
server.end()

server = Server(cpu)
os.kill(server.children(server.process.pid)[0], signal.SIGKILL)
check(server.process.wait(20) == 2, 'status when the last process ended')
check('ended' in server.process.stderr.read(), 'it is not said why it ends')

# ---- a browser, where somebody looks at a terminal ----

browser, told = home + '/browser', home + '/told'
with open(browser, 'w') as f:
    f.write('#!/bin/sh\nprintf %%s "$1" >%s.new; mv %s.new %s\n'
            % (told, told, told))
os.chmod(browser, 0o755)
ours, theirs = pty.openpty()
process = subprocess.Popen(
    [*profq, '-http=localhost:0', cpu], env=dict(env, BROWSER=browser),
    stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE, text=True)
line = process.stderr.readline()
ends = time.time() + 20
while not os.path.exists(told) and time.time() < ends:
    time.sleep(0.05)
with open(told) as f:
    url = f.read()
check(url and url != line.split()[-1], 'the browser has the lasting token')
host, path = url[len('http://'):].split('/', 1)
answers = []
for _ in range(2):
    c = http.client.HTTPConnection(host)
    c.request('GET', '/' + path)
    answers.append(c.getresponse().status)
    c.close()
check(answers == [303, 401], 'its token is of one use: %r' % answers)
process.terminate()
check(process.wait(20) == 0, 'the exit status with a browser')
print('%d passed, %d failed' % (passed, failed))
sys.exit(failed > 0)
PYTHON
