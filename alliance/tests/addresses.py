"""Every address of the product, by name."""

from django.urls import URLPattern


def views_below(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield prefix + (entry.name or str(entry.pattern)), entry.callback
        else:
            yield from views_below(entry, f"{entry.namespace}:" if entry.namespace else "")


def patterns_below(resolver, prefix="", path=""):
    """Each address by name, with what it looks like: plans/<slug:slug>/…"""
    for entry in resolver.url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield prefix + (entry.name or str(entry.pattern)), here
        else:
            yield from patterns_below(entry, f"{entry.namespace}:" if entry.namespace else "", here)
