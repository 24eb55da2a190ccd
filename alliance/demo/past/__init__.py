"""The years before the demo's own: FY2025 and FY2026, a plan, its results and its money in each.

Allocations are the published ones. Plans, results and spending are the demo's assumption, made from
the plan of FY2027 by a rule and not by chance, and say so where they are read. Rows are written at
once, as the services would have written them one by one; no letter of theirs is written.
"""

from alliance.demo.past.loading import load_past

__all__ = ["load_past"]
