"""When two e-mail addresses are one person's: said here and nowhere else.

A database's own `upper` and `lower` take some letters for others: to PostgreSQL the capital of a
dotless ı is I, so the account of bristol.example.org would answer to brıstol.example.org, which
somebody else may own.
"""

from unicodedata import normalize


def comparable(typed: str) -> str:
    """The form in which addresses are compared, whoever typed them and however."""
    return normalize("NFKC", typed.strip()).casefold()


def is_plain(address: str) -> bool:
    """Whether it is written in the letters that mail servers and people here agree on.

    What only looks like a known address, in letters of another alphabet, is never somebody's: also
    where the domain has them in code (`xn--…`).
    """
    domain = address.rpartition("@")[2].casefold()
    return address.isascii() and not any(label.startswith("xn--") for label in domain.split("."))
