"""Where a web server finds the application."""

import os

from django.core.wsgi import get_wsgi_application

from alliance.deployment import refuse_to_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

application = get_wsgi_application()

refuse_to_start()
