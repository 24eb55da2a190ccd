"""Answers Prometheus on an address of its own, until it is told to stop."""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from alliance.metrics import page


class Metrics(BaseHTTPRequestHandler):
    timeout = 5  # seconds for a request to arrive: one is answered at a time

    def do_GET(self):
        if self.path != "/metrics":
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        close_old_connections()
        told = page().encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_):
        """Nothing: it is asked every few seconds."""


class Command(BaseCommand):
    help = "Answers Prometheus at http://ADDRESS/metrics. Nobody is asked who they are."

    def add_arguments(self, parser):
        parser.add_argument(
            "--bind",
            default="127.0.0.1:9101",
            metavar="ADDRESS",
            help="host and port, which only Prometheus should reach (127.0.0.1:9101)",
        )

    def handle(self, *, bind, **options):
        host, _, port = bind.rpartition(":")
        try:
            server = HTTPServer((host, int(port)), Metrics)
        except (OSError, ValueError, OverflowError) as fault:
            raise CommandError(f"{bind} cannot be used: {fault}.") from fault
        self.stdout.write(f"Metrics: http://{host}:{server.server_port}/metrics")
        server.serve_forever()
