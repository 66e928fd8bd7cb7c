"""The marks of Mozilla's HTTP Observatory, on the site as it is served by https, with a proxy that sends http there."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from petition.local import ROOT, judges
from tests.stories.people import PETITION

PAGES = ["/km/", f"/en/petitions/{PETITION}/", f"/km/petitions/{PETITION}/thanks/", "/km/privacy/", "/admin/login/"]


@pytest.fixture
def authority(tmp_path):
    """A certificate for localhost, and who vouches for it, as files."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "localhost.pem"))
    return tmp_path


@pytest.fixture
def secure_port(site, authority):
    """The port of a web server of the site that speaks TLS."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        listener.listen()
        listener.set_inheritable(True)
        port, file = listener.getsockname()[1], str(authority / "localhost.pem")
        command = [sys.executable, "-m", "gunicorn", "petition.wsgi:application", "-k", "gthread", "--threads", "4"]
        command += ["--no-control-socket", "--log-level", "warning", "--certfile", file, "--keyfile", file]
        command += ["--bind", f"fd://{listener.fileno()}"]
        environment = site.environment | {"SITE_URL": f"https://localhost:{port}"}
        server = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[listener.fileno()])
    yield port
    server.terminate()
    server.wait()


@pytest.fixture
def plain_port(secure_port):
    """What a proxy does on the port of http."""

    class ToHttps(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(301)
            self.send_header("Location", f"https://localhost:{secure_port}{self.path}")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("localhost", 0), ToHttps)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_every_kind_of_page_has_the_best_mark(authority, secure_port, plain_port):
    environment = os.environ | {"NODE_EXTRA_CA_CERTS": str(authority / "authority.pem")}
    script = ROOT / "tests" / "web" / "observatory.mjs"
    command = [judges.node(), script, "localhost", str(plain_port), str(secure_port), *PAGES]
    run = subprocess.run(command, cwd=judges.HOME, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    marks = json.loads(run.stdout)
    assert {page: (mark["grade"], mark["failed"]) for page, mark in marks.items()} == dict.fromkeys(PAGES, ("A+", []))
