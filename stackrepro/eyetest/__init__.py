"""The eye test: blind trials made from finished runs, a page for raters, and what they answered. Imports no torch."""
