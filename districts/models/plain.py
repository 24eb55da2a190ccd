"""Names as they are searched: José is found by “jose”, O’Brien by “O'Brien”, however composed.

PostgreSQL's `unaccent` is an extension that not every host lets a database have, so the plain form
is made of functions that it always has. Names of plain letters, most of them, are taken as they
are: a list of 20,000 costs no more than before.
"""

from unicodedata import combining, normalize

from django.db.models import CharField, Q, Transform

from districts.parsing import line

# Letters that are a base and a mark to readers, and one letter to Unicode; and marks typed in ways.
FROM, TO = "ŁłØøĐđıʻ‘’ʼ`´‐‑‒–", "LlOoDdi''''''----"
MARKS = "[\u0300-\u036f]"
_TO = TO.replace("'", "''")  # as PostgreSQL quotes a quote


@CharField.register_lookup
class Plain(Transform):
    """A column as `plain` reads it."""

    lookup_name = "plain"
    output_field = CharField()
    template = (
        "(CASE WHEN octet_length(%(expressions)s) = char_length(%(expressions)s)"
        " THEN translate(%(expressions)s, '`', '''')"
        " ELSE regexp_replace("
        f"normalize(translate(%(expressions)s, '{FROM}', '{_TO}'), NFKD), '{MARKS}', '', 'g') END)"
    )


def plain(typed: str) -> str:
    """Words without accents and with plain quotes and hyphens, on one line."""
    letters = normalize("NFKD", line(typed).translate(str.maketrans(FROM, TO)))
    return "".join(letter for letter in letters if not combining(letter))


def is_named(column: str, typed: str) -> Q:
    """Of rows whose name at this path has the words in it, whatever their accents."""
    return Q((f"{column}__plain__icontains", plain(typed)))
