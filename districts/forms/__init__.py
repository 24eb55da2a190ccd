"""Reads what people type about districts and one another. A form checks its own fields and no more:
what the roster already holds is for the services to say."""
