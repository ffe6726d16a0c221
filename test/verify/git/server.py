"""git http-backend as an HTTP server, for one login: the repositories below /srv/git."""

import os
import subprocess
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USERNAME, PASSWORD = os.environ["GIT_USERNAME"], os.environ["GIT_PASSWORD"]
AUTHORIZATION = "Basic " + b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()


class Backend(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.headers.get("Authorization") != AUTHORIZATION:
            return self.answer(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
        path, _, query = self.path.partition("?")
        variables = {
            "GIT_PROJECT_ROOT": "/srv/git",
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_USER": USERNAME,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        done = subprocess.run(["git", "http-backend"], input=body, stdout=subprocess.PIPE, env=os.environ | variables)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.answer(int(headers.pop("Status", "200").split()[0]), headers, content)

    do_POST = do_GET

    def answer(self, status, headers, content):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


ThreadingHTTPServer(("", 8080), Backend).serve_forever()
