"""All that people have entrusted to Alliance, in one file: made, checked and put back.

A backup holds the rows of every table and the files that the rows name. The tables themselves
are not in it: restoring lets the migrations make them, so it needs no program of PostgreSQL's,
and a backup fits any server that the product runs on. See docs/adr/0014.
"""


class Refusal(Exception):
    """It cannot be done as asked. The message is fit to show, and nothing was changed."""
