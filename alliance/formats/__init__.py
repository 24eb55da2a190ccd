"""How forms read dates and numbers, whatever the language Django would guess."""
