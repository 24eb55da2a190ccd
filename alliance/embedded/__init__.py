"""PostgreSQL and Valkey out of installed wheels, and the commands in script/ that run on them.

For one person's machine and for tests. A real installation runs its own PostgreSQL and Redis
and never comes here: see docker-compose.yml.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent  # the checkout


class CannotRun(Exception):
    """Something a person must put right first. The message is a sentence to show them."""
