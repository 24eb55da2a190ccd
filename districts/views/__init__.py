"""Pages of the roster and of people: each finds what may be seen, calls one verb, answers."""
