"""The public's pages, and those by which the Department publishes."""
