"""Training: configurations, the update rules, the loop with its exact resume, and samples from what was trained.

`configuration`, `rules` and `health` import no torch, so that whoever only reads runs starts quickly.
"""
