"""One rule, one file, found by being here."""
