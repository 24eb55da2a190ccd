"""Pages of reports on approved plans."""
