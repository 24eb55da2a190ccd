"""By which hash a public PDF is known again."""

import pgtrigger
from django.db import models
from django.db.models import Q

from library.models.publications import Publication


class PublicationPdf(models.Model):
    """A PDF that was made of a publication. The file passes; who holds a copy may ask what it is.

    Made again it may be other bytes, so there can be several.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="pdfs")
    sha256 = models.CharField(max_length=64, help_text="Of the file.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="publicationpdf_sha256_is_a_hash",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.UniqueConstraint(
                name="publicationpdf_hash_is_kept_once", fields=["sha256", "publication"]
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"PDF of publication {self.publication_id}"
