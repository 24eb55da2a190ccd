"""What must hold: every rule over the document, in order of its number."""
