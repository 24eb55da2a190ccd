"""A report that is no plan, for trying what closes, signs, merges and judges: see test_signing.py.

What another app must write to have such a report is what stands here, and nothing else.
"""
