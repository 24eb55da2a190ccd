"""Every address of the product, by name."""

from django.urls import URLPattern


def views_below(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield prefix + (entry.name or str(entry.pattern)), entry.callback
        else:
            yield from views_below(entry, f"{entry.namespace}:" if entry.namespace else "")
