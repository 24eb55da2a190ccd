"""What happened to an approved plan: how it was carried out, what it achieved, what was spent."""
