"""Ask, submit, cancel, watch: one class, one text module and one reason table for each scheduler."""
