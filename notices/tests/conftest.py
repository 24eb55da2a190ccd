"""A mail server for the letters of these tests."""

import pytest

from notices.tests.mailserver import running_mail_server


@pytest.fixture
def mail_server(settings):
    """A real SMTP server, and the settings that send letters to it."""
    with running_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
