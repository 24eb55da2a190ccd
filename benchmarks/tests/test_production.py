"""The web that the bench measures has the packages of production, and no others."""

import os
import subprocess
import sys

import pytest

from alliance.embedded import ROOT
from benchmarks.__main__ import PRODUCTION


def python(code):
    environment = os.environ | {"PYTHONPATH": str(PRODUCTION)}
    command = [sys.executable, "-c", code]
    return subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("package", ["yaml", "rich", "pytest", "_pytest.python", "setuptools"])
def test_a_package_of_development_is_not_found(package):
    assert "is not installed in production." in python(f"import {package}").stderr


def test_the_product_itself_is_whole_with_those_of_production():
    """requirements.txt names all that it imports, those that others bring with them too."""
    code = "import django; django.setup(); from alliance.urls import urlpatterns; import celery"
    answer = python(code)
    assert answer.returncode == 0, answer.stderr
