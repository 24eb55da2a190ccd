"""The web: a few processes of waitress behind one address, replaced without a gap (ADR 23)."""
