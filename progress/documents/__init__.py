"""The reports as documents: what rules judge, versions freeze, and people certify."""
