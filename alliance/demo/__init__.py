"""A demonstration: invented people, and the plans they might write for real districts.

District names, codes, enrollment, the accountability index and the money are real and come from
the roster. People, plan texts, results, comments and decisions are invented.
"""
