#!/usr/bin/env python
"""Django's command line. script/manage runs it with the services up."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        if asks_for_data(sys.argv[1:]):
            from alliance.deployment import refuse_to_start

            refuse_to_start()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        if not str(fault).endswith("environment variable"):  # django-environ: it is not set
            raise
        sys.exit(
            f"{fault}, or use script/server to run the product and script/manage for one command:"
            " they bring a database of their own."
        )


def asks_for_data(arguments):
    from alliance.deployment import NEED_NO_SETTINGS

    is_help = not arguments or {"-h", "--help", "--version"} & set(arguments)
    return not is_help and arguments[0] not in NEED_NO_SETTINGS


if __name__ == "__main__":
    main()
