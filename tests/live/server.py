#!/usr/bin/env python3
"""A server for tests/fetch.sh.  usage: server.py PROFILE [CERTIFICATE KEY]

Prints its address, then serves until its standard input ends.  What it was
asked stands on standard error, a line each: METHOD PATH AUTHORIZATION.
"""
import http.server
import ssl
import sys
import threading
import time

with open(sys.argv[1], 'rb') as file:
    profile = file.read()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, body):
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, to):
        self.send_response(302)
        self.send_header('Location', to)
        self.end_headers()

    def do_GET(self):
        print(self.command, self.path, self.headers.get('X-Secret', '-'),
              file=sys.stderr, flush=True)
        if self.path.startswith('/away/'):
            self.redirect('http://' + self.path[len('/away/'):] + '/heap')
        elif self.path.startswith('/hops/') and self.path != '/hops/0':
            self.redirect('/hops/%d' % (int(self.path[len('/hops/'):]) - 1))
        elif self.path == '/endless':
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b'\n\7main.go' * 8192)
            except OSError:
                pass
        elif self.path == '/slow':
            time.sleep(20)
        elif self.path == '/none':
            self.send_error(404)
        else:
            self.answer(profile)


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
server.daemon_threads = True
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print('127.0.0.1:%d' % server.server_address[1], flush=True)
sys.stdin.read()
