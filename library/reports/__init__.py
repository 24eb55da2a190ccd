"""What the pages of this app ask of the database."""
