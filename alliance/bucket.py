"""Files of plans in a bucket of S3, or of a server that speaks S3: where STORAGE_URL names one.

Nothing imports this where it does not: boto3 takes room in each process. A file goes through us on
its way out, too, so that whoever opens one is asked each time whether they may, and it never runs.
"""

import errno
import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

IN_MEMORY = 1024 * 1024  # bytes of a file that is read; the rest of it is on the disk meanwhile
CONNECTS_IN, ANSWERS_IN, TRIES = 5, 30, 3  # seconds, seconds, times


def as_of_a_disk(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Whatever boto3 raises is an OSError here: whoever keeps files knows no other fault."""

    @functools.wraps(ask)
    def asked(*args: Any, **options: Any) -> Any:
        try:
            return ask(*args, **options)
        except (Boto3Error, BotoCoreError, ClientError) as fault:
            raise OSError(errno.EIO, str(fault)) from fault

    return asked


class Bucket(S3Storage):
    """s3://key:secret@bucket/folder?region=us-east-1, and `endpoint` where it is not Amazon's.

    Without a key it is found as boto3 finds one: in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or
    by the role of the machine. Nothing in the bucket is readable by its address.
    """

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        asked = dict(parse_qsl(address.query))
        super().__init__(
            bucket_name=address.hostname,
            access_key=unquote(address.username) if address.username else None,
            secret_key=unquote(address.password) if address.password else None,
            location=address.path.strip("/"),
            region_name=asked.get("region"),
            endpoint_url=asked.get("endpoint"),
            default_acl=None,
            file_overwrite=False,
            max_memory_size=IN_MEMORY,
            transfer_config=TransferConfig(use_threads=False),
            client_config=Config(
                connect_timeout=CONNECTS_IN,
                read_timeout=ANSWERS_IN,
                retries={"total_max_attempts": TRIES},
                signature_version="s3v4",
            ),
        )

    @as_of_a_disk
    def _open(self, name: str, mode: str = "rb") -> Any:
        """Fetched whole before it is answered: half an answer could not be taken back."""
        opened = super()._open(name, mode)
        opened.seekable()
        return opened

    _save = as_of_a_disk(S3Storage._save)
    delete = as_of_a_disk(S3Storage.delete)
    exists = as_of_a_disk(S3Storage.exists)
    listdir = as_of_a_disk(S3Storage.listdir)
    size = as_of_a_disk(S3Storage.size)
    get_modified_time = as_of_a_disk(S3Storage.get_modified_time)
