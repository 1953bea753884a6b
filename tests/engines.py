"""Names of any bytes, in each database engine that is installed here.

A profile is made of names that files of tables, scripts and engines trip over:
quotes, line ends, NUL, what is no UTF-8, what looks like NULL or like the end
of the data, nothing, very much.  They are functions, files, labels, mappings
and build ids.  It is exported, loaded by the script that profq prints, run by
the engine's own client, and asked for: each table, top, peek, list and folded,
whose answer is a profile again.  All of it is compared byte by byte with what
profq says of a profile of the same names, repaired here by Python.

The lines of profq-fleet(7) and of its topic are run as well: those of a crontab against a
server, those of DuckDB and of ClickHouse on what these have written.

Engines: sqlite, postgres, duckdb, clickhouse, shards (two servers of it), chdb
(a current ClickHouse as a library).  DuckDB and chdb are looked for in
$ENGINES_NODE_DIR, too, packages of npm.  Servers are private: a folder, the
loopback interface, ended with the test.

usage: engines.py PROFQ [ENGINE...]	(all that are found)
"""
import csv
import glob
import gzip
import http.server
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

PROFQ = sys.argv[1].split()
PROFQ[0] = os.path.abspath(PROFQ[0]) if '/' in PROFQ[0] else PROFQ[0]
TESTDATA = os.path.abspath(os.environ['TESTDATA'])
NODE_DIR = os.environ.get('ENGINES_NODE_DIR', '')
TABLES = ('functions', 'frames', 'labels', 'stacks', 'samples', 'profiles')
csv.field_size_limit(1 << 30)
failures = 0


def complain(what):
    global failures
    failures += 1
    print('engines: ' + what[:600])


def run(args, **more):
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=300, **more)
    if done.returncode:
        raise RuntimeError('%s: status %d: %s' % (
            ' '.join(map(os.fsdecode, args))[:200], done.returncode,
            done.stderr.decode('utf-8', 'replace').strip()[:400]))
    return done.stdout


def profq(*args, **more):
    return run(PROFQ + list(args), **more)


# ---- a profile of odd names

NOISE = ''.join('%08x' % (i * 2654435761 % (1 << 32)) for i in range(9000))
NAMES = [
    b'plain', b'say "x"', b'"', b'""', b"it's", b"'; DROP TABLE functions; --",
    b'a, b', b',', b'two\nlines', b'\n', b'cr\rhere', b'crlf\r\n', b'\r',
    b'tab\there', b'nul \0 here', b'\0', b'bad \xff\xfe', b'cut \xc3',
    b'surrogate \xed\xa0\x80', b'overlong \xc0\xaf', b'\xf0\x9f\x8e\x88',
    b'\xef\xbb\xbfmark', b'\xe2\x80\xae', b'\\', b'\\\\', b'\\n', b'\\0',
    b'\\N', b'\\.', b'\\.\n', b'NULL', b'null', b'nan',
    b'None', b'true', b'0', b'-1', b'1e9', b' ', b' before', b'after ',
    b'semi;colon', b';', b'{brace}', b'[1,2]', b'%s %d %n', b'$HOME `id`',
    b'=1+1', b'\x1b[31mred', b'\x7f\x80', b'.quit', b'\\q', b'end\n.quit\n',
    b'/* comment', b'-- comment', b'E\'\\\'', b'$$', b'\x01\x02\x1a',
    NOISE.encode(), b'long ' + b'\xc3\xa9' * 5000, b'longest ' * 300000,
]


# A line that is the end of the data for a psql before 18, quoted or not.
END_MARK = b'the\n\\.\nend'


def repair(name):
    """As the tables have it."""
    return name.decode('utf-8', 'replace').replace('\0', '\ufffd')


def varint(n):
    out = bytearray()
    n &= (1 << 64) - 1
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def message(*fields):
    """Pairs of a number and an integer, or bytes; nothing is left out."""
    out = b''
    for number, value in fields:
        if isinstance(value, bytes):
            out += varint(number << 3 | 2) + varint(len(value)) + value
        else:
            out += varint(number << 3) + varint(value)
    return out


def make_profile(path, names=NAMES, change=None):
    """Of each name a function below main, a file, a label and a mapping; of
    changed names functions and files only, which is what stacks have."""
    strings = [b'']

    def text(name):
        strings.append(change(name) if change else name)
        return len(strings) - 1

    body = message((1, message((1, text(b'samples')), (2, text(b'count')))))
    main = text(b'main')
    body += message((5, message((1, 1), (2, main), (3, main), (4, main))),
                    (4, message((1, 1), (4, message((1, 1), (2, 7))))))
    for i, name in enumerate(names, 2):
        at = text(name)
        labels = [] if change else [
            (3, message((1, text(b'odd')), (2, at))),
            (3, message((1, at), (2, main))),
            (3, message((1, text(b'n')), (3, i), (4, at)))]
        if not change:
            body += message((3, message((1, i), (5, at), (6, at))))
        body += message(
            (5, message((1, i), (2, at), (3, at), (4, at))),
            (4, message((1, i), (2, 0 if change else i),
                        (4, message((1, i), (2, i))))),
            (2, message((1, i), (1, 1), (2, i * i), *labels)))
    if not change:
        body += message((9, 1700000000 * 10 ** 9), (13, text(b'a comment')))
    body += message(*[(6, s) for s in strings])
    with gzip.open(path, 'wb', 1) as f:
        f.write(body)


# ---- engines

class Absent(Exception):
    pass


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Engine:
    dialect = None
    refuses_end_mark = False

    def __init__(self, folder):
        self.folder = folder
        self.servers = []
        os.mkdir(folder)

    def start(self, args, **more):
        self.servers.append(subprocess.Popen(
            args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, **more))

    def wait_for(self, ask):
        for _ in range(150):
            try:
                return ask()
            except RuntimeError:
                time.sleep(0.2)
        raise RuntimeError('the server does not start')

    def stop(self):
        for server in self.servers:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

    def load(self, tables):
        self.script(profq('export', '-load=' + self.dialect, tables))


class Sqlite(Engine):
    dialect = 'sqlite'

    def open(self):
        if not shutil.which('sqlite3'):
            raise Absent('no sqlite3')
        self.script(profq('export', '-ddl=sqlite'))

    def script(self, text):
        run(['sqlite3', self.folder + '/fleet'], input=text)

    def ask(self, sql):
        return run(['sqlite3', '-header', '-csv', self.folder + '/fleet'],
                   input=sql)


class Postgres(Engine):
    dialect = 'postgres'

    def open(self):
        bins = sorted(glob.glob('/usr/lib/postgresql/*/bin'), reverse=True)
        initdb = shutil.which('initdb', path=os.pathsep.join(
            [os.environ.get('PATH', '')] + bins))
        if not initdb or not shutil.which('psql'):
            raise Absent('no initdb or psql')
        version = run(['psql', '--version']).decode()
        self.refuses_end_mark = int(re.search(r'(\d+)\.', version)[1]) < 18
        user = []
        if os.getuid() == 0:  # the server refuses to run as root
            try:
                shutil.chown(self.folder, 'postgres', 'postgres')
            except LookupError:
                raise Absent('root, and no user postgres')
            user = ['runuser', '-u', 'postgres', '--']
        run(user + [initdb, '-D', self.folder + '/data', '-A', 'trust', '-E',
                    'UTF8', '--locale=C', '-N', '-U', 'profq'], cwd='/')
        self.port = free_port()
        self.start(user + [os.path.join(os.path.dirname(initdb), 'postgres'),
                           '-D', self.folder + '/data', '-h', '127.0.0.1',
                           '-p', str(self.port), '-k', self.folder,
                           '-c', 'fsync=off'], cwd='/')
        self.wait_for(lambda: self.script(b'SELECT 1;'))
        self.script(profq('export', '-ddl=postgres'))

    def psql(self, text, *args):
        return run(['psql', '-X', '-q', '-h', '127.0.0.1', '-p',
                    str(self.port), '-U', 'profq', '-d', 'postgres', *args],
                   input=text)

    def script(self, text):
        self.psql(text)

    def ask(self, sql):
        return self.psql(sql, '-v', 'ON_ERROR_STOP=1', '--csv')


DUCKDB_JS = r'''
const { DuckDBInstance } = require('@duckdb/node-api');
(async () => {
  const db = await DuckDBInstance.create(process.argv[2]);
  const c = await db.connect();
  await c.run(require('fs').readFileSync(0, 'utf8'));
  c.closeSync(); db.closeSync();
})().catch((e) => { console.error(String(e)); process.exit(1); });
'''


def find_node_package(name):
    if not shutil.which('node') or not os.path.isdir(
            os.path.join(NODE_DIR, 'node_modules', name)):
        raise Absent('no package %s in $ENGINES_NODE_DIR' % name)
    return dict(os.environ, NODE_PATH=os.path.join(NODE_DIR, 'node_modules'))


class Duckdb(Engine):
    dialect = 'duckdb'

    def open(self):
        self.client = shutil.which('duckdb')
        if not self.client:
            self.env = find_node_package('@duckdb/node-api')
            with open(self.folder + '/run.js', 'w') as f:
                f.write(DUCKDB_JS)
        self.script(profq('export', '-ddl=duckdb'))

    def script(self, text):
        fleet = self.folder + '/fleet'
        if self.client:
            return run([self.client, '-csv', '-bail', fleet], input=text)
        return run(['node', self.folder + '/run.js', fleet], input=text,
                   env=self.env)

    def ask(self, sql):
        if self.client:
            return self.script(sql)
        answer = self.folder + '/answer.csv'
        self.script(b'COPY (' + sql.strip().rstrip(b';') + b") TO '" +
                    answer.encode() + b"' (FORMAT csv, HEADER);")
        with open(answer, 'rb') as f:
            return f.read()


CONFIG = '''<?xml version="1.0"?><yandex><logger><level>error</level>
<log>{d}/log</log><errorlog>{d}/err</errorlog></logger><tcp_port>{tcp}</tcp_port>
<http_port>{http}</http_port><interserver_http_port>{inter}</interserver_http_port>
<listen_host>127.0.0.1</listen_host><path>{d}/data/</path><tmp_path>{d}/tmp/</tmp_path>
<users_config>users.xml</users_config><default_profile>default</default_profile>
<default_database>default</default_database><mark_cache_size>67108864</mark_cache_size>
<timezone>UTC</timezone><remote_servers><fleet>{shards}</fleet></remote_servers></yandex>'''
USERS = '''<?xml version="1.0"?><yandex><profiles><default>{old}</default></profiles>
<users><default><password></password><networks><ip>127.0.0.1</ip></networks>
<profile>default</profile><quota>default</quota></default></users>
<quotas><default></default></quotas></yandex>'''
SHARD = '<shard><replica><host>127.0.0.1</host><port>%d</port></replica></shard>'
OLD = '<{0}>1</{0}>'.format('allow_experimental_low_cardinality_type')


class Clickhouse(Engine):
    dialect = 'clickhouse'
    n_servers, schema, client_args = 1, (), ''

    def open(self):
        server = shutil.which('clickhouse-server', path=os.environ.get(
            'PATH', '') + ':/usr/sbin')
        if not server or not shutil.which('clickhouse-client'):
            raise Absent('no clickhouse-server or clickhouse-client')
        version = run(['clickhouse-client', '--version']).decode()
        # That of Debian 12 knows no CODEC, and LowCardinality by a setting.
        self.old = int((re.search(r'(\d+)\.\d+', version) or [0, '99'])[1]) < 20
        self.ports = [free_port() for _ in range(self.n_servers)]
        for i, port in enumerate(self.ports):
            self.start_server(server, '%s/%d' % (self.folder, i), port)
        ddl = profq('export', '-ddl=clickhouse', *self.schema).decode()
        if self.old:
            ddl = re.sub(r' CODEC\([^()]*(\([^()]*\))?[^()]*\)', '', ddl)
        for port in self.ports:
            self.client(ddl.encode(), port, '-n')

    def start_server(self, server, folder, port):
        for name in ('data', 'tmp'):
            os.makedirs(os.path.join(folder, name))
        with open(folder + '/config.xml', 'w') as f:
            f.write(CONFIG.format(
                d=folder, tcp=port, http=free_port(), inter=free_port(),
                shards=''.join(SHARD % p for p in self.ports)))
        with open(folder + '/users.xml', 'w') as f:
            f.write(USERS.format(old=OLD if self.old else ''))
        self.start([server, '--config-file=' + folder + '/config.xml'],
                   cwd=folder)
        self.wait_for(lambda: self.client(b'SELECT 1', port))

    def client(self, sql, port, *args):
        return run(['clickhouse-client', '--host', '127.0.0.1', '--port',
                    str(port), *args], input=sql)

    def load(self, tables):
        run(['sh'], input=profq('export', '-load=clickhouse', tables),
            env=dict(os.environ, CLICKHOUSE_ARGS='--host 127.0.0.1 --port %d '
                     % self.ports[0] + self.client_args))

    def ask(self, sql):
        return self.client(sql, self.ports[0], '-n', '--format=CSVWithNames')


class Shards(Clickhouse):
    n_servers, schema = 2, ('-cluster=fleet',)
    client_args = '--insert_distributed_sync=1'


CHDB_JS = r'''
const { Session } = require('chdb');
const fs = require('fs');
const s = new Session(process.argv[2]);
for (const q of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  try { fs.writeFileSync(process.argv[3], s.query(q, 'CSVWithNames')); }
  catch (e) { console.error(String(e)); process.exit(1); }
}
process.exit(0);
'''


class Chdb(Engine):
    dialect = 'clickhouse'

    def open(self):
        self.env = find_node_package('chdb')
        with open(self.folder + '/run.js', 'w') as f:
            f.write(CHDB_JS)
        ddl = profq('export', '-ddl=clickhouse').decode()
        self.send(['CREATE DATABASE fleet', 'USE fleet'] + ddl.split(';\n'))

    def send(self, statements):
        answer = self.folder + '/answer.csv'
        run(['node', self.folder + '/run.js', self.folder + '/data', answer],
            input=json.dumps([s for s in statements if s.strip()]).encode(),
            env=self.env)
        with open(answer, 'rb') as f:
            return f.read()

    def load(self, tables):
        self.send(['USE fleet'] + [
            "INSERT INTO %s FROM INFILE '%s/%s.csv' FORMAT CSVWithNames"
            % (t, tables, t) for t in TABLES])

    def ask(self, sql):
        return self.send(['USE fleet', sql.decode().strip().rstrip(';')])


ENGINES = {'sqlite': Sqlite, 'postgres': Postgres, 'duckdb': Duckdb,
           'clickhouse': Clickhouse, 'shards': Shards, 'chdb': Chdb}


# ---- what is asked

def rows_of(answer):
    return [tuple(r) for r in csv.reader(
        io.StringIO(answer.decode('utf-8'), newline=''))]


def question(report, *args):
    return profq('export', '-sql=' + report, *args, '-sample_index=samples')


class Check:
    def __init__(self, name, engine):
        self.name, self.engine = name, engine

    def same(self, what, got, want):
        got, want = sorted(got), sorted(want)
        if got == want:
            return
        missing = [r for r in want if r not in got][:2]
        more = [r for r in got if r not in want][:2]
        complain('%s: %s: %d rows of %d; not there: %s; there instead: %s' % (
            self.name, what, len(got), len(want),
            [str(m)[:120] for m in missing], [str(m)[:120] for m in more]))

    def asked(self, report, *args):
        return self.engine.ask(
            question(report, '-engine=' + self.engine.dialect, *args))

    def rows(self, sql):
        return rows_of(self.engine.ask(sql.encode()))[1:]

    def tables(self):
        texts = [repair(n) for n in NAMES]
        main = ('main',) * 2
        self.same('functions', self.rows('SELECT DISTINCT name FROM functions;'),
                  [(t,) for t in set(texts + ['main'])])
        self.same('frames',
                  self.rows('SELECT DISTINCT system_name, file, mapping '
                            'FROM frames;'),
                  [(t,) * 3 for t in texts] + [main + ('',)])
        odd = {('odd', t, '') for t in texts} | {(t, 'main', '') for t in texts}
        self.same('labels', set(self.rows('SELECT key, str, unit FROM labels;')),
                  odd | {('n', '', t) for t in texts})

    def top(self):
        values = [str(i * i) for i in range(2, len(NAMES) + 2)]
        self.same('top', rows_of(self.asked('top'))[1:],
                  [(repair(n), v, v) for n, v in zip(NAMES, values)] +
                  [('main', '0', str(sum(map(int, values))))])

    def peek(self):
        got = rows_of(self.asked('peek'))[1:]
        self.same('peek', got, [('main', repair(n), str(i * i))
                                for i, n in enumerate(NAMES, 2)])

    def of_functions(self):
        for i, name in enumerate(NAMES, 2):
            text = repair(name)
            # What is long is no argument of a command line.
            if i % 5 and b'\\.' not in name or len(name) > 20000:
                continue
            self.same('list of %r' % name,
                      rows_of(self.asked('list', '-function=' + text))[1:],
                      [(text, str(i), str(i * i), str(i * i))])
            self.same('peek of %r' % name,
                      rows_of(self.asked('peek', '-function=' + text))[1:],
                      [('main', text, str(i * i))])
            self.same('label %r' % name,
                      rows_of(self.asked('top', '-where=label:odd=' + text))[1:],
                      [(text, str(i * i), str(i * i)),
                       ('main', '0', str(i * i))])

    def end_mark(self):
        """It is loaded, or refused as a whole by an error that shows it."""
        names = 'SELECT DISTINCT name FROM functions;'
        want = self.rows(names)
        try:
            self.engine.load('end')
            want.append((END_MARK.decode(),))
        except RuntimeError as why:
            if not self.engine.refuses_end_mark or \
                    'unterminated CSV quoted field' not in str(why):
                raise
        self.same('names with the end mark', self.rows(names), want)

    def folded(self, twin):
        """The answer is a profile: what reports say of it is the same."""
        with open('answer.csv', 'wb') as f:
            f.write(self.asked('folded'))
        for report in (['top', '-trim=false'], ['traces'], ['peek', '.']):
            args = report + ['-sample_index=samples']
            self.same('%s of the answer' % report[0],
                      profq(*args, 'answer.csv').splitlines(),
                      profq(*args, twin).splitlines())


# ---- the lines of profq-fleet(7), as they stand

MANUAL = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), 'man', 'profq-fleet.7')
CLIENT_PY = r'''
import os, re, subprocess, sys
ports = %r
args = []
for word in sys.argv[1:]:
    args += ['127.0.0.1', '--port', str(ports[word])] if word in ports else [word]
more = {}
if %r and '-n' in args:  # no CODEC in the version of Debian 12
    text = re.sub(r' CODEC\([^()]*(\([^()]*\))?[^()]*\)', '', sys.stdin.read())
    more['input'] = text.encode()
sys.exit(subprocess.run([%r] + args, **more).returncode)
'''


class Manual:
    """Lines of the manual in a folder with programs of their names."""

    def __init__(self):
        self.folder = os.path.abspath('manual')
        self.collected = None
        os.makedirs(self.folder + '/bin')
        self.add_program('profq', 'exec %s "$@"' % ' '.join(PROFQ))
        self.replaced = [('/var/spool/profq', self.folder), ('DIR', 'topic')]

    def add_program(self, name, text):
        path = os.path.join(self.folder, 'bin', name)
        with open(path, 'w') as f:
            f.write('#!/bin/sh\n' + text + '\n')
        os.chmod(path, 0o755)

    def text(self, block):
        with open(MANUAL, encoding='utf-8') as f:
            found = re.search(r'^\.\\" RUN %s\n(.*?)^\.\\" END' % block,
                              f.read(), re.S | re.M)
        text = re.sub(r'^\..*\n', '', found[1], flags=re.M)
        text = text.replace('\\e', '\\').replace('\\%', '%')
        # A prompt, or the five fields of a crontab's time.
        return self.put_in(
            re.sub(r'^(\$ |([0-9*]+ ){5} *)', '', text, flags=re.M))

    def put_in(self, text):
        """What is of this run: a folder, a server."""
        for is_, becomes in self.replaced:
            text = text.replace(is_, becomes)
        return text

    def topic(self, heading):
        """The same of "profq help fleet": what is indented below a heading."""
        found = re.search(r'^%s.*\n((  .*\n)+)' % heading,
                          profq('help', 'fleet').decode(), re.M)
        return self.put_in(re.sub(r'^  ', '', found[1], flags=re.M))

    def run(self, text):
        path = self.folder + '/bin' + os.pathsep + os.environ.get('PATH', '')
        return run(['bash', '-e', '-o', 'pipefail', '-c', text], cwd=self.folder,
                   env=dict(os.environ, PATH=path))

    def collect(self):
        """Cron's lines, from a server; the next ones load what they write."""
        if self.collected is not None:
            return self.collected
        self.collected = False
        heaps = sorted(glob.glob(TESTDATA + '/stories/story2/heap*.pb.gz'))
        server = HeapServer(heaps[0])
        try:
            self.replaced.append(('localhost:6060', server.address))
            self.run(self.text('cron'))
            self.run(self.topic('On each host'))
        except RuntimeError as why:
            if 'cannot fetch' not in str(why):
                raise
            print('engines: the manual is not tried: no libcurl')
            return False
        finally:
            server.stop()
        day = os.path.join('out', os.listdir(self.folder + '/out')[0])
        self.replaced.append(('out/2026-11-28', day))
        self.collected = True
        return True


class HeapServer:
    def __init__(self, path):
        with open(path, 'rb') as f:
            body = f.read()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
        self.address = '127.0.0.1:%d' % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()


def check_manual_of_duckdb(engine, manual):
    if not engine.client:
        manual.add_program('duckdb', 'NODE_PATH=%s exec node %s/run.js "$@"' % (
            engine.env['NODE_PATH'], engine.folder))
    manual.run(manual.text('duckdb'))
    *lines, copy = manual.topic('One machine').splitlines()
    manual.run('\n'.join(lines))
    for sql in (manual.text('parquet'), copy):
        manual.run("duckdb fleet.duckdb <<'SQL'\n%s\nSQL" % sql.strip())
    if len(glob.glob(manual.folder + '/*.parquet')) != 2:
        complain('the manual writes no Parquet')


def check_manual_of_shards(engine, manual):
    client = manual.folder + '/client.py'
    with open(client, 'w') as f:
        f.write(CLIENT_PY % (dict(zip('ab', engine.ports)), engine.old,
                             shutil.which('clickhouse-client')))
    manual.add_program('clickhouse-client', 'exec %s %s "$@"' % (
        sys.executable, client))
    manual.run(manual.text('clickhouse'))
    manual.run(manual.topic('ClickHouse, on'))
    with open(manual.folder + '/api.html', encoding='utf-8') as f:
        if 'beginRequest' not in f.read():
            complain('the manual draws nothing from ClickHouse')


MANUALS = {'duckdb': check_manual_of_duckdb, 'shards': check_manual_of_shards}


def check_engine(name, folder, manual):
    engine = ENGINES[name](folder)
    try:
        engine.open()
        for _ in range(2):
            engine.load('odd')
        check = Check(name, engine)
        check.tables()
        check.top()
        check.peek()
        check.of_functions()
        check.folded('colons.pb.gz')
        check.end_mark()
        if name in MANUALS and manual.collect():
            MANUALS[name](engine, manual)
    finally:
        engine.stop()


def main():
    scratch = tempfile.mkdtemp(prefix='engines-')
    os.chmod(scratch, 0o755)
    os.chdir(scratch)
    os.environ.update(HOME=scratch, XDG_STATE_HOME=scratch)
    for name in ('http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'):
        os.environ.pop(name, None)
    found = []
    try:
        make_profile('odd.pb.gz')
        make_profile('end.pb.gz', [END_MARK])
        make_profile('colons.pb.gz', NAMES,
                     lambda n: repair(n).replace(';', ':').encode())
        for name in ('odd', 'end'):
            profq('export', '-output=' + name, '-set=service=' + name,
                  name + '.pb.gz')
        manual = Manual()
        for name in sys.argv[2:] or ENGINES:
            try:
                check_engine(name, os.path.join(scratch, name), manual)
                found.append(name)
            except Absent as why:
                print('engines: %s is not tried: %s' % (name, why))
            except (RuntimeError, OSError, ValueError) as why:
                found.append(name)
                complain('%s: %s' % (name, why))
    finally:
        os.chdir('/')
        shutil.rmtree(scratch, ignore_errors=True)
    print('engines: %d names in %s' % (len(NAMES), ', '.join(found)))
    return 1 if failures else 0 if found else 77


if __name__ == '__main__':
    sys.exit(main())
