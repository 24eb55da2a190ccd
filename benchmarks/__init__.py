"""script/bench: how long each main page takes beside an empty one, and whether it grows."""
