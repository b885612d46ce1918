"""What could run in parallel, said before anything runs: rules that rewrite, or keep their hands off."""
