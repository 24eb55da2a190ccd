"""The product's settings, with the empty view beside its pages."""

from alliance.settings import *  # noqa: F403, TID251

ROOT_URLCONF = "benchmarks.urls"
PUBLIC_API_A_MINUTE = None  # asked more often than anybody would
