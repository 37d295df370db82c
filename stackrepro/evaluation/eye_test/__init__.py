"""The eye test as data: blind trials made from finished runs, ratings that people export, and what they say.

Light: no torch is imported.
"""
