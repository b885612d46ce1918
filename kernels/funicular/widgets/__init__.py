"""What a cell can show where there is no Compute panel: one file of Python and one of JavaScript each."""
