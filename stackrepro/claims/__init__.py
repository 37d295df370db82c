"""The claims of the papers as data, and the rules that judge them by results."""
