"""How dates are written and read in forms: as people in Connecticut write them."""

DATE_FORMAT = "F j, Y"

DATE_INPUT_FORMATS = [
    "%Y-%m-%d",  # 2026-06-30: what a date field of a browser sends
    "%m/%d/%Y",  # 06/30/2026
    "%m/%d/%y",  # 06/30/26
    "%B %d, %Y",  # June 30, 2026
    "%b %d, %Y",  # Jun 30, 2026
]
