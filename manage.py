#!/usr/bin/env python
"""Django's command line. script/manage runs it with the services up."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        if not str(fault).endswith("environment variable"):  # django-environ: it is not set
            raise
        sys.exit(
            f"{fault}, or use script/server to run the product and script/manage for one command:"
            " they bring a database of their own."
        )


if __name__ == "__main__":
    main()
