"""The checks: one function, one check; a file per subject."""
