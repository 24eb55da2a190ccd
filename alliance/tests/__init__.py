"""The tests of the house: what no app can test alone."""

import pytest

pytest.register_assert_rewrite("alliance.tests.backups")  # which is no test itself, and asserts
