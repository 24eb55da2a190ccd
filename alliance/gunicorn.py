"""How gunicorn runs the web. Its access log stays off: each request has a line with its id."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

control_socket_disable = True  # nobody talks to it, and it wants a home folder
logconfig_dict = settings.LOGGING
