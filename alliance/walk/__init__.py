"""A walk of many districts through several fiscal years, in a database that is thrown away.

Everything is done by the verbs that people use, on the days it would be done. What each district
does in each year is in `stories.py`, how it is done in `year.py`, and what must come out of it in
`footing.py`, in SQL of its own. `script/manage walk_years` runs it.
"""
